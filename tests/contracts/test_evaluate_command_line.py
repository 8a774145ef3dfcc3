"""The command as installed, and the examples its documentation shows."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from app.rewards.domain.facts_format import read_facts
from app.rewards.domain.outcome_format import outcome_schema
from app.rewards.domain.programme import compile_programme
from tests.support.rewards import programme, rule

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples"
NOWHERE = {
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}


def flask(*words: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words],
        cwd=ROOT,
        env={**os.environ, **NOWHERE},
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_evaluates_without_database_or_redis() -> None:
    done = flask("evaluate", str(EXAMPLES / "programme.json"), str(EXAMPLES / "meeting-facts.json"))

    assert (done.returncode, done.stderr) == (0, "")
    outcome = json.loads(done.stdout)
    Draft202012Validator(outcome_schema()).validate(outcome)
    assert {
        "customer_id": "sophie",
        "beneficiary": "host",
        "unit": "points",
        "status": "promised",
        "value": 20,
    } in outcome["totals"]


def test_says_in_french_what_to_mend() -> None:
    done = flask(
        "evaluate", str(EXAMPLES / "programme.json"), "-", "--lang", "fr", text='{"meting": {}}'
    )

    assert done.returncode == 2
    assert done.stdout == ""
    (error,) = json.loads(done.stderr)["errors"]
    assert error["path"] == "meting"
    assert "Vouliez-vous dire" in error["message"]


HOPELESS = [
    ("standard output is closed", "evaluate {programme} {facts} >&-", 3, "cannot be written"),
    ("the disk is full", "evaluate {programme} {facts} >/dev/full", 3, "cannot be written"),
    ("schemas on a full disk", "schema evaluate >/dev/full", 3, ""),
    ("a file that opens but does not read", "evaluate {programme} /proc/self/mem", 2, "to its end"),
    ("such a file of lines", "evaluate {programme} /proc/self/mem --lines", 2, "to its end"),
    ("standard error is closed", "evaluate {programme} nothing.json 2>&-", 2, ""),
    ("the reader leaves", "evaluate {programme} {facts} | true", 0, ""),
]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such devices here")
@pytest.mark.parametrize(
    ("command", "status", "words"), [c[1:] for c in HOPELESS], ids=[c[0] for c in HOPELESS]
)
def test_what_can_be_neither_read_nor_written_is_answered(command, status, words) -> None:
    files = {name: EXAMPLES / f"{name}.json" for name in ("programme", "meeting-facts")}
    words_of = command.format(programme=files["programme"], facts=files["meeting-facts"])
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m flask --app wsgi {words_of}"],
        cwd=ROOT,
        env={**os.environ, **NOWHERE, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == status
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


FORMATS = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8").split("\n## ")
SNIPPETS = re.findall(r"```json\n(.*?)```", FORMATS[1], re.DOTALL)


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda text: text[:30].replace("\n", " "))
def test_what_the_documentation_shows_is_accepted(snippet) -> None:
    document = json.loads(snippet)

    if "meeting" in document:
        assert read_facts(document)
    elif "rules" in document:
        assert compile_programme(document)
    elif "all" in document:
        assert compile_programme(programme(rule(conditions=document)))
    elif "totals" in document:
        Draft202012Validator(outcome_schema()).validate(document)
