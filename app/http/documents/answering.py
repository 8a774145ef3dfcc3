"""One answer per document: a file with one, a file with one per line, or standard input."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any

from app.http.documents.reading import (
    STDIN,
    Unusable,
    bytes_of,
    is_whole,
    lines_of,
    opened,
    read_document,
    stdin,
)
from app.http.documents.writing import JsonObject, problem_of, warn, write, write_indented
from app.http.words import say
from app.kernel.words import N_, Sentence

SOME_LINES_WRONG = 1
LINES = {".jsonl", ".ndjson"}
BLANKS = b" \t\r\n"

Answer = Callable[[Any], JsonObject]
"""From a document to what is printed for it. Raises Unusable."""


def answer(path: str, outcome: Answer, *, lines: bool) -> None:
    """Print what `outcome` makes of the document, or of each of the documents, in `path`."""
    if lines or Path(path).suffix.lower() in LINES:
        with opened(path) as stream:
            _answer_lines(lines_of(stream, path), outcome)
        return
    if path == STDIN:
        _answer_stdin(stdin(), outcome)
        return
    _answer_one(bytes_of(path), path, outcome)


def _answer_one(content: bytes, path: str, outcome: Answer) -> None:
    write_indented(outcome(read_document(content, path)))


def _answer_stdin(stream: IO[bytes], outcome: Answer) -> None:
    """Lines, when the first one is a whole document and not the last; else one document."""
    lines = lines_of(stream, STDIN)
    first = next((line for line in lines if line.strip()), b"")
    second = next((line for line in lines if line.strip()), b"")
    if second and is_whole(first):
        _answer_lines(chain((first, second), lines), outcome)
    else:
        _answer_one(b"".join((first, second, *lines)), STDIN, outcome)


@dataclass(slots=True)
class _Tally:
    lines: int = 0
    wrong: int = 0


def _answer_lines(stream: Iterable[bytes], outcome: Answer) -> None:
    tally = _Tally()
    for answered in _answers(stream, outcome, tally):
        write(json.dumps(answered, ensure_ascii=False, separators=(",", ":")))
    if tally.wrong:
        words = N_("%(wrong)s of %(lines)s lines are wrong; each says why in its place.")
        warn(say(Sentence(words, {"wrong": tally.wrong, "lines": tally.lines})))
        raise SystemExit(SOME_LINES_WRONG)


def _answers(stream: Iterable[bytes], outcome: Answer, tally: _Tally) -> Iterator[JsonObject]:
    """One answer per line, in order; empty lines are passed over."""
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        tally.lines += 1
        try:
            yield outcome(read_document(line.strip(BLANKS), ""))
        except Unusable as error:
            tally.wrong += 1
            yield {"error": {"line": number, **problem_of(error)}}
