"""What goes to standard output and standard error, and the exit status that tells how it went."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from itertools import chain, islice
from typing import Any, NoReturn

import click

from app.http.documents.reading import Unusable
from app.http.words import say
from app.kernel.words import N_

WRONG_INPUT = 2
NOT_WRITTEN = 3
PIECES = 10_000

JsonObject = dict[str, Any]


def problem_of(error: Unusable) -> JsonObject:
    return {
        "type": f"urn:convive:problem:{error.code}",
        "title": say(error.title),
        "status": 422,
        "code": error.code,
        "errors": [
            {
                "path": problem.path,
                "code": problem.code,
                "message": say((problem.words, problem.params)),
            }
            for problem in error.problems
        ],
    }


def give_up(error: Unusable) -> NoReturn:
    warn(json.dumps(problem_of(error), ensure_ascii=False, indent=2))
    raise SystemExit(WRONG_INPUT)


def write(text: str) -> None:
    _write((text,))


def write_indented(document: JsonObject) -> None:
    """Piece by piece: a thousand guests with a thousand orders in each reason are a large text."""
    _write(json.JSONEncoder(ensure_ascii=False, indent=2).iterencode(document))


def _write(pieces: Iterable[str]) -> None:
    """To standard output, at once. A reader who left early is no mistake: click ends quietly."""
    if sys.stdout is None:
        raise CannotWrite
    waiting = chain(pieces, "\n")
    try:
        while some := "".join(islice(waiting, PIECES)):
            sys.stdout.buffer.write(some.encode())
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError:
        # What could not be written would be tried again, and fail again, when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise CannotWrite from None


class CannotWrite(click.ClickException):
    """The answer is known and has nowhere to go."""

    exit_code = NOT_WRITTEN

    def __init__(self) -> None:
        words = N_("The answer cannot be written: check standard output and the room on its disk.")
        super().__init__(say(words))


def warn(text: str) -> None:
    if sys.stderr is None:
        return
    sys.stderr.buffer.write(f"{text}\n".encode())
