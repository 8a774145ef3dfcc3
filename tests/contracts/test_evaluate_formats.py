"""The JSON Schemas say what the command accepts and prints: neither more nor less."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from app.rewards.domain.facts_format import as_document, facts_schema, read_facts
from app.rewards.domain.outcome import to_json
from app.rewards.domain.outcome_format import outcome_schema
from app.rewards.domain.programme import ProgrammeInvalid, compile_programme
from app.rewards.domain.programme_format import programme_schema
from tests.support.chance import SOAK
from tests.support.mangling import agree, changed
from tests.support.rewards import HOST, INES, SELLER, ZOE, booking, facts, judge, order

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"

BEYOND_THE_SCHEMA = {
    "given_twice",
    "impossible_trigger",
    "cap_needs_meeting",
    "cap_never_pays",
    "cap_without_period",
    "cost_unknown",
    "items_missing",
    "marginal_base",
    "marginal_reward",
    "measure_not_available",
    "mixed_cap",
    "mixed_lane",
    "period_empty",
    "template_unknown",
    "never_true",
    "end_missing",
    "ends_before_start",
    "pot_of_guest",
    "pot_in_lane",
    "shipping_without_tax",
    "net_larger_than_gross",
    "only_for_every",
    "repeated",
    "reward_needs_meeting",
    "reward_needs_order",
    "shares_over_whole",
    "steps_not_rising",
    "tier_unreachable",
    "too_many_points",
    "every_one_step",
    "every_percent",
}
"""Codes of what only the whole document shows; docs/formats.md lists them."""

PROGRAMME = json.loads((EXAMPLES / "programme.json").read_text(encoding="utf-8"))
FACTS = facts(
    order(
        ZOE,
        lines=[
            {
                "net_cents": 12_000,
                "product": "WOK",
                "quantity": 2,
                "vat_rate_bp": 2_000,
                "categories": ["pans"],
            },
            {"id": "second", "net_cents": 500, "points_cents": 100, "in_turnover": False},
        ],
        placed_on="2026-03-09",
        first_order=True,
    ),
    order(INES, 4_000, points_cents=1_000, payment="unpaid", shipping_cents=590),
    order(SELLER, 100, kind="gift", status="completed", channel="web"),
    co_hosts=[{"customer_id": INES, "share_bp": 2_500}],
    status="open",
    held_on="2026-03-09",
    first_planned_on=None,
    place="virtual",
    theme="wok",
    participants=[{"customer_id": ZOE, "attended": True, "new_customer": True}],
    bookings=[booking(status="held", held_on="2026-04-01", turnover_cents=1), booking(HOST)],
    seller_customer_id=SELLER,
)

ODD = (
    {"measure": "turnover", "op": ">=", "value": 1},
    {"measure": "turnover", "op": "in", "from": 1, "to": 2},
)
NAMES = ("x", "lane", "value", "units", "net_cents")

MANY = settings(max_examples=300 * SOAK, deadline=None)


@MANY
@given(changed(FACTS, ODD, NAMES))
def test_facts_are_accepted_as_their_schema_says(document) -> None:
    agree(FACTS_SCHEMA, read_facts, document, BEYOND_THE_SCHEMA)


@MANY
@given(changed(PROGRAMME, ODD, NAMES))
def test_programmes_are_accepted_as_their_schema_says(document) -> None:
    agree(PROGRAMME_SCHEMA, compile_programme, document, BEYOND_THE_SCHEMA)


FACTS_SCHEMA, PROGRAMME_SCHEMA, OUTCOME_SCHEMA = (
    facts_schema(),
    programme_schema(),
    outcome_schema(),
)


@pytest.mark.parametrize(
    "schema", [FACTS_SCHEMA, PROGRAMME_SCHEMA, OUTCOME_SCHEMA], ids=lambda s: s["title"]
)
def test_schemas_are_schemas(schema) -> None:
    Draft202012Validator.check_schema(schema)


def test_outcomes_are_as_their_schema_says() -> None:
    outcome = to_json(judge(FACTS, PROGRAMME))

    Draft202012Validator(OUTCOME_SCHEMA).validate(outcome)
    assert outcome["awards"]
    assert outcome["misses"]


def test_facts_written_are_read_back() -> None:
    read = read_facts(FACTS)

    assert read_facts(json.loads(json.dumps(as_document(read)))) == read


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*facts*.json")), ids=lambda path: path.stem)
def test_examples_of_facts_are_accepted(path) -> None:
    assert judge(json.loads(path.read_text(encoding="utf-8")), PROGRAMME)


def test_every_mistake_is_told_at_once() -> None:
    document = {"format": "convive.programme/1", "rules": [{"id": 1}, {"beneficiary": "hots"}]}

    with pytest.raises(ProgrammeInvalid) as refused:
        compile_programme(document)

    assert {problem.path for problem in refused.value.problems} >= {
        "rules[0].id",
        "rules[0].beneficiary",
        "rules[1].id",
        "rules[1].beneficiary",
    }
