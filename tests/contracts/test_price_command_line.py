"""`flask price` as other programs call it, and the examples its documentation shows."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel
from jsonschema import Draft202012Validator

from app.promotions.cli import register
from app.promotions.domain import words
from app.promotions.domain.cart_format import read_cart
from app.promotions.domain.plan_format import read_plan, read_promotion, read_segment
from app.promotions.domain.quote_format import quote_schema
from app.promotions.domain.terms import MEASURES
from tests.support.pricing import cart, line, plan, promo

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples"
FILES = [str(EXAMPLES / "plan.json"), str(EXAMPLES / "cart.json")]
NOWHERE = {
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}
TEN = promo("ten", "order_percent", effect={"rate_bp": 1_000})


def test_prices_without_database_or_redis() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "price", *FILES, "--explain", "seller"],
        cwd=ROOT,
        env={**os.environ, **NOWHERE},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    quote = json.loads(done.stdout)
    Draft202012Validator(quote_schema()).validate(quote)
    assert {"about": "lines[0].adjustments[2]", "text": "The customer's voucher: €5.72 off"} in (
        quote["texts"]
    )


@pytest.fixture(scope="module")
def runner():
    app = Flask("app", root_path=str(ROOT / "app"))
    Babel(app)
    register(app.cli)
    return app.test_cli_runner()


@pytest.fixture
def run(runner, tmp_path):
    def run(plan_, carts, *options, name="cart.json"):
        """`carts`: a document, or the text of a file; by `-`, of standard input."""
        text = carts if isinstance(carts, str | bytes) else json.dumps(carts)
        content = text.encode() if isinstance(text, str) else text
        file = tmp_path / "plan.json"
        file.write_text(json.dumps(plan_), encoding="utf-8")
        if name != "-":
            (tmp_path / name).write_bytes(content)
        path = name if name == "-" else str(tmp_path / name)
        stdin = content if name == "-" else None
        return runner.invoke(args=["price", str(file), path, *options], input=stdin)

    return run


def carts_in_lines(*cents: int) -> str:
    return "\n".join(json.dumps(cart(line("a", one))) for one in cents)


@pytest.mark.parametrize(
    ("name", "options"), [("many.jsonl", []), ("many.txt", ["--lines"]), ("-", [])]
)
def test_many_carts_are_answered_line_by_line(run, name, options) -> None:
    done = run(plan(TEN), carts_in_lines(1_000, 2_000, 3_333), *options, name=name)

    assert done.exit_code == 0
    totals = [json.loads(one)["total_cents"] for one in done.stdout.splitlines()]
    assert totals == [900, 1_800, 3_000]


def test_a_wrong_line_is_answered_in_its_place(run) -> None:
    lines = f'{carts_in_lines(1_000)}\n{{"at": 1}}\n\n{carts_in_lines(2_000)}'

    done = run(plan(TEN), lines, name="many.jsonl")

    assert done.exit_code == 1
    first, wrong, last = (json.loads(one) for one in done.stdout.splitlines())
    assert (first["total_cents"], last["total_cents"]) == (900, 1_800)
    assert (wrong["error"]["line"], wrong["error"]["code"]) == (2, "cart_invalid")


@pytest.mark.parametrize(
    ("plan_", "cart_", "code", "path"),
    [
        (plan(TEN | {"entry": "code"}), cart(), "plan_invalid", "promotions[0].codes"),
        (plan(), {"at": "2026-10-10", "line": []}, "cart_invalid", "line"),
        (plan(), cart(line("a", 10**11, 2)), "cart_invalid", "lines"),
        (plan(), b"\xff", "not_json", None),
        (plan(), '{"at": NaN}', "not_json", None),
        (plan(), '{"at": "2026-10-10", "at": "2026-10-11"}', "not_json", None),
        (plan(), "[" * 5_000, "not_json", None),
        (plan(), f'{{"at": {"9" * 5_000}}}', "not_json", None),
        (plan(), "[]", "cart_invalid", ""),
    ],
    ids=str,
)
def test_what_cannot_be_used_says_why(run, plan_, cart_, code, path) -> None:
    done = run(plan_, cart_)

    assert (done.exit_code, done.stdout) == (2, "")
    problem = json.loads(done.stderr)
    assert problem["code"] == code
    assert path is None or problem["errors"][0]["path"] == path


def test_problems_and_texts_are_in_the_language_asked_for(run) -> None:
    wrong = run(plan(), {"at": "demain"}, "--lang", "fr")
    assert "n’est pas une date" in json.loads(wrong.stderr)["errors"][0]["message"]

    told = run(plan(TEN), cart(line("a", 1_000)), "--lang", "fr", "--explain", "customer")
    assert json.loads(told.stdout)["texts"] == [
        {"about": "lines[0].adjustments[0]", "text": "ten\u00a0: −1,00\u00a0€"}
    ]


def test_texts_are_in_the_currency_of_the_plan(run) -> None:
    pounds = plan(TEN, settings={"currency": "GBP", "timezone": "Europe/London"})

    done = run(pounds, cart(line("a", 1_000)), "--lang", "en", "--explain", "brand")

    assert json.loads(done.stdout)["texts"][0]["text"] == "ten: £1.00 off"


def test_standard_input_is_read_once(runner) -> None:
    done = runner.invoke(args=["price", "-", "-"], input="{}")

    assert done.exit_code == 2
    assert json.loads(done.stderr)["code"] == "file_unreadable"


def test_schemas_are_printed_together_or_one_by_one(runner) -> None:
    together = json.loads(runner.invoke(args=["schema", "price"]).stdout)

    assert list(together) == ["plan", "cart", "quote"]
    for name, schema in together.items():
        assert json.loads(runner.invoke(args=["schema", "price", name]).stdout) == schema


# ---------------------------------------------------------------- documentation

PRICING = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8").split("\n## Pricing")[1]
SECTION = PRICING.split("\n## ")[0]
SNIPPETS = re.findall(r"```json\n(.*?)```", SECTION, re.DOTALL)


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda text: text[:30].replace("\n", " "))
def test_what_the_documentation_shows_is_accepted(snippet) -> None:
    document = json.loads(snippet)

    if "format" in document:
        assert read_plan(document)
    elif "lines" in document:
        assert read_cart(document)
    elif "kind" in document:
        assert read_promotion({"id": "a", "effect": document})
    elif "conditions" in document:
        assert read_segment(document)
    elif "all" in document:
        assert read_promotion(TEN | {"conditions": document})
    else:
        assert read_plan(plan(points=document))


def test_the_documentation_names_every_reason_and_measure() -> None:
    assert {name for name in words.REASONS if f"`{name}`" not in SECTION} == set()
    assert {name for name in MEASURES if f"| `{name}` |" not in SECTION} == set()
    assert {name for name in words.ADJUSTMENTS if f"`{name}`" not in SECTION} == set()
