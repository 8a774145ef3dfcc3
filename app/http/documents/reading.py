"""Files and standard input, read as JSON; what cannot be used is one answer for everybody."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import IO, Any

from app.kernel.shape import Problem
from app.kernel.strict_json import NotJson, read_json
from app.kernel.words import N_

STDIN = "-"


class Unusable(Exception):
    """What was given cannot be used: one answer for programs and for people."""

    def __init__(self, code: str, title: str, problems: Sequence[Problem]) -> None:
        super().__init__(code)
        self.code = code
        self.title = title
        self.problems = problems


def bytes_of(path: str) -> bytes:
    with opened(path) as stream, readable(path):
        return stream.read()


@contextmanager
def readable(path: str) -> Iterator[None]:
    """A file may open and still refuse to be read: a broken disk, a device."""
    try:
        yield
    except OSError:
        reason = N_("This file cannot be read to its end: copy it elsewhere and try again.")
        raise file_problem(path, reason) from None


def opened(path: str) -> AbstractContextManager[IO[bytes]]:
    """The file, or standard input, which stays open for whoever comes after."""
    if path == STDIN:
        return nullcontext(stdin())
    try:
        return Path(path).open("rb")
    except FileNotFoundError:
        reason = N_("There is no such file: check its name.")
    except IsADirectoryError:
        reason = N_("This is a folder: name a file in it.")
    except PermissionError:
        reason = N_("This file may not be read: check its permissions.")
    except (OSError, ValueError):
        reason = N_("This file cannot be read: check its name.")
    raise file_problem(path, reason)


def stdin() -> IO[bytes]:
    if sys.stdin is None:
        raise file_problem(STDIN, N_("Standard input is closed: name a file."))
    return sys.stdin.buffer


def file_problem(path: str, reason: str) -> Unusable:
    shown = path.encode("utf-8", "replace").decode("utf-8")
    return Unusable(
        "file_unreadable",
        N_("A file cannot be read."),
        [Problem(shown, "file_unreadable", reason)],
    )


def read_document(content: bytes, path: str) -> Any:
    try:
        return read_json(content)
    except NotJson as error:
        problem = error.problem
        at = Problem(path, problem.code, problem.words, problem.params)
        raise Unusable("not_json", N_("This file is not JSON as expected."), [at]) from None


def lines_of(stream: IO[bytes], path: str) -> Iterator[bytes]:
    while True:
        with readable(path):
            line = stream.readline()
        if not line:
            return
        yield line


def is_whole(line: bytes) -> bool:
    """Whether this line is a document by itself."""
    try:
        read_json(line)
    except NotJson:
        return False
    return True
