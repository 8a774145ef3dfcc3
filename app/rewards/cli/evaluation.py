"""`flask evaluate` and `flask schema evaluate`: the calculator on files, without a database."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, NoReturn

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from app.http.words import say
from app.kernel.shape import Problem
from app.kernel.strict_json import NotJson, read_json
from app.kernel.words import N_, Sentence
from app.rewards.domain.calculator import evaluate
from app.rewards.domain.facts_format import FactsInvalid, facts_schema, read_facts
from app.rewards.domain.outcome import to_json
from app.rewards.domain.outcome_format import outcome_schema
from app.rewards.domain.programme import Programme, ProgrammeInvalid, compile_programme
from app.rewards.domain.programme_format import programme_schema

WRONG_INPUT = 2
SOME_LINES_WRONG = 1
NOT_WRITTEN = 3
LINES = {".jsonl", ".ndjson"}
STDIN = "-"
PIECES = 10_000
BLANKS = b" \t\r\n"
LANGUAGES = ("en", "fr")

JsonObject = dict[str, Any]


class Unusable(Exception):
    """What was given cannot be used: one answer for programs and for people."""

    def __init__(self, code: str, title: str, problems: Sequence[Problem]) -> None:
        super().__init__(code)
        self.code = code
        self.title = title
        self.problems = problems


def spoken_language(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str:
    """As asked, else as the terminal is set, else English."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    spoken = value or next((os.environ[name] for name in names if os.environ.get(name)), "")
    return "fr" if spoken.lower().startswith("fr") else "en"


in_language = click.option(
    "--lang", type=click.Choice(LANGUAGES), callback=spoken_language, help="Of error messages."
)


@click.command("evaluate")
@click.argument("programme", metavar="PROGRAMME.json")
@click.argument("facts", metavar="FACTS.json")
@in_language
@click.option("--lines", is_flag=True, help="FACTS holds one JSON document per line.")
@with_appcontext
def evaluate_command(programme: str, facts: str, lang: str, lines: bool) -> None:
    """Say what FACTS earn under PROGRAMME, and why, as JSON.

    FACTS is one JSON file, a .jsonl file with one scope per line, or - for standard input.
    Formats: docs/formats.md, or `flask schema evaluate`. Exit status: 0 done, 1 some lines were
    wrong (each says so in its place), 2 nothing could be done, 3 the answer could not be written.
    """
    with force_locale(lang):
        try:
            if programme == facts == STDIN:
                words = N_("Standard input can be read once: name a file for one of the two.")
                raise _file_problem(STDIN, words)
            compiled = _programme(programme)
            _answer(compiled, facts, lines=lines)
        except Unusable as error:
            give_up(error)


@click.group("schema")
def schema_command() -> None:
    """Print the JSON Schemas of what commands read and write."""


@schema_command.command("evaluate")
@click.argument("which", required=False, type=click.Choice(("programme", "facts", "outcome")))
def schema_evaluate(which: str | None) -> None:
    """JSON Schemas (draft 2020-12) of programme, facts and outcome; WHICH prints that one alone."""
    schemas: dict[str, Callable[[], JsonObject]] = {
        "programme": programme_schema,
        "facts": facts_schema,
        "outcome": outcome_schema,
    }
    found = schemas[which]() if which else {name: make() for name, make in schemas.items()}
    write_indented(found)


# ---------------------------------------------------------------- reading


def _programme(path: str) -> Programme:
    document = read_document(bytes_of(path), path)
    try:
        return compile_programme(document)
    except ProgrammeInvalid as error:
        raise Unusable(error.code, error.words, error.problems) from None


def bytes_of(path: str) -> bytes:
    with _opened(path) as stream, _readable(path):
        return stream.read()


@contextmanager
def _readable(path: str) -> Iterator[None]:
    """A file may open and still refuse to be read: a broken disk, a device."""
    try:
        yield
    except OSError:
        reason = N_("This file cannot be read to its end: copy it elsewhere and try again.")
        raise _file_problem(path, reason) from None


def _opened(path: str) -> AbstractContextManager[IO[bytes]]:
    """The file, or standard input, which stays open for whoever comes after."""
    if path == STDIN:
        return nullcontext(_stdin())
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
    raise _file_problem(path, reason)


def _stdin() -> IO[bytes]:
    if sys.stdin is None:
        raise _file_problem(STDIN, N_("Standard input is closed: name a file."))
    return sys.stdin.buffer


def _file_problem(path: str, reason: str) -> Unusable:
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


def _outcome(document: Any, programme: Programme) -> JsonObject:
    try:
        return to_json(evaluate(read_facts(document), programme))
    except FactsInvalid as error:
        raise Unusable(error.code, error.words, error.problems) from None


# ---------------------------------------------------------------- one document, or one per line


def _answer(programme: Programme, path: str, *, lines: bool) -> None:
    if lines or Path(path).suffix.lower() in LINES:
        with _opened(path) as stream:
            _answer_lines(programme, _lines_of(stream, path))
        return
    if path == STDIN:
        _answer_stdin(programme, _stdin())
        return
    _answer_one(programme, bytes_of(path), path)


def _answer_one(programme: Programme, content: bytes, path: str) -> None:
    outcome = _outcome(read_document(content, path), programme)
    write_indented(outcome)


def _lines_of(stream: IO[bytes], path: str) -> Iterator[bytes]:
    while True:
        with _readable(path):
            line = stream.readline()
        if not line:
            return
        yield line


def _answer_stdin(programme: Programme, stream: IO[bytes]) -> None:
    """Lines, when the first one is a whole document and not the last; else one document."""
    lines = _lines_of(stream, STDIN)
    first = next((line for line in lines if line.strip()), b"")
    second = next((line for line in lines if line.strip()), b"")
    if second and _is_whole(first):
        _answer_lines(programme, chain((first, second), lines))
    else:
        _answer_one(programme, b"".join((first, second, *lines)), STDIN)


def _is_whole(line: bytes) -> bool:
    try:
        read_json(line)
    except NotJson:
        return False
    return True


@dataclass(slots=True)
class _Tally:
    lines: int = 0
    wrong: int = 0


def _answer_lines(programme: Programme, stream: Iterable[bytes]) -> None:
    tally = _Tally()
    for answer in _answers(programme, stream, tally):
        write(json.dumps(answer, ensure_ascii=False, separators=(",", ":")))
    if tally.wrong:
        words = N_("%(wrong)s of %(lines)s lines are wrong; each says why in its place.")
        _warn(say(Sentence(words, {"wrong": tally.wrong, "lines": tally.lines})))
        raise SystemExit(SOME_LINES_WRONG)


def _answers(programme: Programme, stream: Iterable[bytes], tally: _Tally) -> Iterator[JsonObject]:
    """One answer per line, in order; empty lines are passed over."""
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        tally.lines += 1
        try:
            yield _outcome(read_document(line.strip(BLANKS), ""), programme)
        except Unusable as error:
            tally.wrong += 1
            yield {"error": {"line": number, **_problem(error)}}


# ---------------------------------------------------------------- answering


def _problem(error: Unusable) -> JsonObject:
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
    _warn(json.dumps(_problem(error), ensure_ascii=False, indent=2))
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


def _warn(text: str) -> None:
    if sys.stderr is None:
        return
    sys.stderr.buffer.write(f"{text}\n".encode())
