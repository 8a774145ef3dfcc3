"""Text to JSON, refusing what other readers would guess at."""

from __future__ import annotations

import json
from typing import Any, Never

from app.kernel.shape import Problem
from app.kernel.words import N_, Sentence

MAX_DEPTH = 20


class NotJson(Exception):
    """The text is not a JSON document we accept."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def read_json(text: str | bytes) -> Any:
    """Parse, or raise `NotJson`: no NaN, no repeated field, no depth over 20, no lone surrogate."""
    try:
        decoded = text.decode("utf-8") if isinstance(text, bytes) else text
        decoded.encode("utf-8")
    except UnicodeError:
        raise NotJson(Problem("", "not_utf8", N_("Save the file as UTF-8 text."))) from None
    try:
        document = json.loads(
            decoded.removeprefix("\ufeff"),
            object_pairs_hook=_without_repeats,
            parse_constant=_refuse_constant,
            parse_float=_finite,
        )
    except json.JSONDecodeError as error:
        raise NotJson(_syntax_problem(error)) from None
    except RecursionError:
        raise NotJson(_too_deep()) from None
    except ValueError:
        words = N_("A number has too many digits: write it shorter.")
        raise NotJson(Problem("", "number_too_long", words)) from None
    _inspect(document)
    return document


MENDS = {
    "Expecting value": N_("a value is missing, or is none: write texts between double quotes"),
    "Expecting property name enclosed in double quotes": N_(
        "a field's name between double quotes should stand here; no comma before a closing }"
    ),
    "Expecting ':' delimiter": N_("put a colon between the field's name and its value"),
    "Expecting ',' delimiter": N_("put a comma, or close what was opened"),
    "Illegal trailing comma before end of object": N_("take out the last comma"),
    "Illegal trailing comma before end of array": N_("take out the last comma"),
    "Extra data": N_("one document should end here: take out the rest, or use --lines"),
    "Unterminated string starting at": N_("close this text with a double quote"),
    "Invalid control character at": N_("write line ends as \\n and tabs as \\t inside texts"),
}
"""What the parser finds, and what to do about it."""


def _syntax_problem(error: json.JSONDecodeError) -> Problem:
    if not error.doc.strip("\ufeff \t\r\n"):
        return Problem("", "not_json", N_("There is nothing in it: write a JSON document."))
    words = N_("This is not valid JSON at line %(line)s, column %(column)s: %(reason)s.")
    reason = Sentence(MENDS.get(error.msg, N_("mend what stands here")))
    params = {"line": error.lineno, "column": error.colno, "reason": reason}
    return Problem("", "not_json", words, params)


def _too_deep() -> Problem:
    words = N_("Nested too deeply: at most %(most)s levels.")
    return Problem("", "too_deep", words, {"most": MAX_DEPTH})


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            words = N_("The field “%(name)s” is written twice: keep one.")
            raise NotJson(Problem("", "repeated_field", words, {"name": _shown(name)}))
        found[name] = value
    return found


def _refuse_constant(word: str) -> Never:
    words = N_("%(word)s is not a number: write a value or null.")
    raise NotJson(Problem("", "not_a_number", words, {"word": word}))


def _finite(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        _refuse_constant(digits[:20])
    return value


def _shown(name: str) -> str:
    return name[:40].encode("utf-8", "replace").decode("utf-8")


def _inspect(document: Any) -> None:
    """Depth and surrogates, without recursion."""
    waiting: list[tuple[Any, int]] = [(document, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise NotJson(_too_deep())
        if isinstance(value, dict):
            waiting.extend((name, depth) for name in value)
            waiting.extend((inner, depth + 1) for inner in value.values())
        elif isinstance(value, list):
            waiting.extend((inner, depth + 1) for inner in value)
        elif isinstance(value, str) and not value.isascii():
            _refuse_surrogates(value)


def _refuse_surrogates(value: str) -> None:
    try:
        value.encode("utf-8")
    except UnicodeError:
        words = N_("A text holds half a character (a lone surrogate): write it again.")
        raise NotJson(Problem("", "lone_surrogate", words)) from None
