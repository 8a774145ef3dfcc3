"""`flask evaluate` and `flask schema evaluate`: the calculator on files, without a database."""

from __future__ import annotations

from typing import Any

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from app.http.documents.answering import answer
from app.http.documents.language import in_language
from app.http.documents.reading import STDIN, Unusable, bytes_of, file_problem, read_document
from app.http.documents.writing import JsonObject, give_up
from app.kernel.words import N_
from app.rewards.domain.calculator import evaluate
from app.rewards.domain.facts_format import FactsInvalid, facts_schema, read_facts
from app.rewards.domain.outcome import to_json
from app.rewards.domain.outcome_format import outcome_schema
from app.rewards.domain.programme import Programme, ProgrammeInvalid, compile_programme
from app.rewards.domain.programme_format import programme_schema

SCHEMAS = {"programme": programme_schema, "facts": facts_schema, "outcome": outcome_schema}


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
                raise file_problem(STDIN, words)
            compiled = _programme(programme)
            answer(facts, lambda document: _outcome(document, compiled), lines=lines)
        except Unusable as error:
            give_up(error)


def _programme(path: str) -> Programme:
    document = read_document(bytes_of(path), path)
    try:
        return compile_programme(document)
    except ProgrammeInvalid as error:
        raise Unusable(error.code, error.words, error.problems) from None


def _outcome(document: Any, programme: Programme) -> JsonObject:
    try:
        return to_json(evaluate(read_facts(document), programme))
    except FactsInvalid as error:
        raise Unusable(error.code, error.words, error.problems) from None
