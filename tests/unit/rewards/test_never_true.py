"""What is refused as never true never is, and what people are likely to get wrong is refused."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rewards.domain.calculator import evaluate
from app.rewards.domain.facts_format import read_facts
from app.rewards.domain.programme import Programme, ProgrammeInvalid, compile_programme
from tests.support.rewards import HOST, Document, at_least, points, programme, rule, tiers


def compare(measure: str, op: str, value: Any, **more: Any) -> Document:
    return {"measure": measure, "op": op, "value": value, **more}


def problems(**fields: Any) -> list[tuple[str, str]]:
    fields = {"rewards": [points(1)], **fields} if "tiers" not in fields else fields
    try:
        found = compile_programme(programme(rule(**fields)))
    except ProgrammeInvalid as invalid:
        return [(one.path.removeprefix("rules[0]."), one.code) for one in invalid.problems]
    return [(one.path.removeprefix("rules[0]."), one.code) for one in found.warnings]


SCORE = {"parts": [{"measure": "bookings_made", "weight": 2}, {"measure": "attended"}]}
IN_MARCH = {"measure": "held_on", "op": "in", "from": "2026-03-01", "to": "2026-03-31"}
A_TUESDAY = compare("held_on", "=", "2026-03-03")
GUEST = {"beneficiary": "guest", "trigger": "guest_booking"}
BUYER = {"beneficiary": "guest", "trigger": "during_meeting"}
FULL = {"sets": [{"products": ["WOK"], "quantity": 2}]}

NEVER = [
    ("an online meeting at the host's",
     [compare("virtual", "=", True), compare("place", "=", "host")]),
    ("neither online nor anywhere",
     [compare("virtual", "!=", True), compare("place", "=", "virtual")]),
    ("more present than guests", [at_least("attended", 4), compare("participants", "<", 4)]),
    ("more held than booked",
     [at_least("bookings_confirmed", 2), compare("bookings_made", "=", 1)]),
    ("guests' orders beyond all", [at_least("orders_not_by_host", 3), compare("orders", "<=", 2)]),
    ("large orders beyond all",
     [at_least("orders", 3, of_at_least_cents=5_000), compare("orders", "<", 3)]),
    ("buyers beyond orders", [at_least("buyers", 3), compare("orders", "<", 3)]),
    ("sales without an order", [at_least("turnover", 1), compare("orders", "=", 0)]),
    ("items nobody bought", [at_least("quantity", 1, products=["WOK"]), compare("buyers", "<", 1)]),
    ("some products beyond all",
     [at_least("quantity", 5, products=["WOK"]), compare("quantity", "<", 5)]),
    ("sets without their items",
     [at_least("sets", 2, **FULL), compare("quantity", "<=", 3, products=["WOK", "PAN"])]),
    ("a part of the sales beyond them",
     [at_least("turnover", 500, without_products=["WOK"]), compare("turnover", "<", 500)]),
    ("another month", [IN_MARCH, compare("month", "=", "4")]),
    ("another weekday", [A_TUESDAY, compare("weekday", "=", "mon")]),
    ("no month is left", [compare("month", "!=", str(n)) for n in range(1, 13)]),
    ("a last meeting and none",
     [compare("meetings_held", "=", 0), at_least("days_since_last_meeting", 5)]),
    ("a last meeting after this one",
     [compare("last_meeting_on", ">=", "2026-03-03"), A_TUESDAY]),
    ("a few beyond all",
     [at_least("meetings_held", 3, within_days=90), compare("meetings_held", "<", 3)]),
    ("a score beyond its parts",
     [at_least("score", 9, **SCORE), compare("bookings_made", "<=", 2),
      compare("participants", "<=", 4)]),
    ("a score below its parts", [compare("score", "<", 4, **SCORE), at_least("bookings_made", 2)]),
    ("a role and not", [{"measure": "role", "op": "has", "value": "VIP"},
                        {"not": {"measure": "role", "op": "has", "value": "VIP"}}]),
    ("neither way of two",
     [{"any": [compare("virtual", "=", True), compare("place", "=", "virtual")]},
      compare("place", "=", "other")]),
    ("the denial of what must be",
     [{"not": {"any": [at_least("participants", 1), at_least("orders", 1)]}},
      at_least("attended", 1)]),
]  # fmt: skip


@pytest.mark.parametrize("parts", [one[1] for one in NEVER], ids=[one[0] for one in NEVER])
def test_measures_that_exclude_each_other_are_refused(parts: list[Document]) -> None:
    found = problems(conditions={"all": parts})

    assert [code for _, code in found] == ["never_true"]
    assert found[0][0].startswith("conditions")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({**GUEST, "conditions": compare("bookings_made", "=", 0)},
                     [("conditions", "never_true")], id="a booking without one"),
        pytest.param({**BUYER, "conditions": compare("buyers", "<", 1)},
                     [("conditions", "never_true")], id="a buyer without one"),
        pytest.param({"conditions": compare("days_since_last_meeting", "=", 0)},
                     [("conditions", "never_true")], id="alone"),
        pytest.param({"conditions": {"any": [at_least("orders", 1), {"all": [
                        at_least("attended", 4), compare("participants", "<", 4)]}]}},
                     [("conditions.any[1]", "never_chosen")], id="one alternative of two"),
        pytest.param({"conditions": {"all": [at_least("orders", 1), {"not": {"all": [
                        at_least("attended", 4), compare("participants", "<", 4)]}}]}},
                     [("conditions.all[1]", "always_true")], id="always so"),
        pytest.param({"conditions": compare("participants", "<", 5),
                      "tiers": tiers("cumulative", {2: points(1), 5: points(2)}, "attended")},
                     [("tiers.steps[1].from", "tier_unreachable")], id="a step too far"),
        pytest.param({"conditions": at_least("attended", 6),
                      "tiers": tiers("best", {2: points(1), 5: points(2)}, "participants")},
                     [("tiers.steps[0].from", "tier_never_best")], id="a step passed"),
        pytest.param({"conditions": compare("bookings_made", "<", 2),
                      "tiers": tiers("every", {9: points(1)}, "score", parts=[
                          {"measure": "bookings_made", "weight": 4}])},
                     [("tiers.steps[0].from", "tier_unreachable")], id="a slice never full"),
        pytest.param({"rewards": [{"kind": "gift_product", "product": "WOK", "cost_cents": 900}],
                      "caps": [{"per": "all", "of": "money", "most": 500}]},
                     [("caps[0].most", "cap_never_pays")], id="a cap for nothing"),
    ],
)  # fmt: skip
def test_what_never_pays_is_told_at_its_place(fields: Document, expected: list[Any]) -> None:
    assert problems(**fields) == expected


def test_what_was_published_goes_on_judging() -> None:
    document = programme(rule(conditions={"all": NEVER[0][1]}, rewards=[points(1)]))

    assert compile_programme(document, published=True).rules


# ------------------------------------------------------------------ no false refusals

COUNTED = ["orders", "orders_not_by_host", "buyers", "participants", "attended", "bookings_made",
           "bookings_confirmed", "quantity", "new_customers", "meetings_held"]  # fmt: skip
ORDERED = ["=", "!=", "<=", ">", ">="]
COUNTS = st.builds(compare, st.sampled_from(COUNTED), st.sampled_from(ORDERED), st.integers(0, 3))
MORE = st.one_of(
    COUNTS,
    COUNTS,
    st.builds(
        lambda op, n: compare("orders", op, n, of_at_least_cents=3_000),
        st.sampled_from(ORDERED), st.integers(0, 2),
    ),
    st.builds(
        lambda op, n: compare("quantity", op, n, products=["WOK"]),
        st.sampled_from(ORDERED), st.integers(0, 4),
    ),
    st.builds(lambda op, n: compare("sets", op, n, **FULL),
              st.sampled_from(ORDERED), st.integers(0, 2)),
    st.builds(lambda op, n: compare("score", op, n, **SCORE),
              st.sampled_from(ORDERED), st.integers(0, 6)),
    st.builds(compare, st.just("turnover"), st.sampled_from(ORDERED),
              st.sampled_from([0, 1, 5_000])),
    st.builds(compare, st.just("place"), st.sampled_from(["=", "!="]),
              st.sampled_from(["host", "virtual", "other"])),
    st.builds(compare, st.just("virtual"), st.sampled_from(["=", "!="]), st.booleans()),
    st.builds(compare, st.just("month"), st.sampled_from(["=", "!="]), st.sampled_from(["3", "4"])),
    st.builds(compare, st.just("weekday"), st.sampled_from(["=", "!="]),
              st.sampled_from(["mon", "tue"])),
    st.builds(compare, st.just("held_on"), st.sampled_from(ORDERED),
              st.sampled_from(["2026-03-02", "2026-03-30", "2026-04-01"])),
    st.builds(compare, st.just("days_since_last_meeting"), st.sampled_from(ORDERED),
              st.integers(1, 5)),
    st.builds(compare, st.just("theme"), st.sampled_from(["=", "!="]), st.sampled_from("ab")),
)  # fmt: skip
TREES = st.recursive(
    MORE,
    lambda parts: st.one_of(
        parts.map(lambda one: {"not": one}),
        st.lists(parts, min_size=2, max_size=4).map(lambda some: {"all": some}),
        st.lists(parts, min_size=2, max_size=3).map(lambda some: {"any": some}),
    ),
    max_leaves=6,
)
WHO = st.sampled_from([{}, GUEST, BUYER, {"turnover": {"host_orders": "excluded_from_counts"}}])


def imagined(chance: random.Random) -> Document:
    """Any meeting, of any size, with anything unknown."""
    people = [HOST, *(f"g{n}" for n in range(chance.randint(0, 4)))]
    day = date(2026, 3, 1) + timedelta(days=chance.randint(0, 40))
    orders = [
        {
            "id": f"o{n}",
            "customer_id": chance.choice(people),
            "lines": [
                {"id": "1", "product": chance.choice(["WOK", "PAN"]),
                 "net_cents": chance.choice([0, 100, 4_000]), "quantity": chance.randint(1, 3)}
            ],
        }
        for n in range(chance.randint(0, 4))
    ]  # fmt: skip
    known: Document = {
        "held_on": day.isoformat(),
        "place": chance.choice(["host", "virtual", "other"]),
        "theme": chance.choice("ab"),
        "hosted_before": [
            {"held_on": (day - timedelta(days=chance.randint(0, 9))).isoformat()}
            for _ in range(chance.randint(0, 3))
        ],
    }
    kept = {name: value for name, value in known.items() if chance.random() < 0.8}
    guests = [
        {"customer_id": one, "attended": chance.random() < 0.5,
         "new_customer": chance.random() < 0.5,
         "invitation": chance.choice(["accepted", "invited", "declined"])}
        for one in people[1:]
    ]  # fmt: skip
    bookings = [
        {"id": f"b{n}", "customer_id": chance.choice(people),
         **chance.choice([{"status": "standing"}, {"status": "cancelled"},
                          {"status": "held", "held_on": day.isoformat(), "turnover_cents": 5}])}
        for n in range(chance.randint(0, 3))
    ]  # fmt: skip
    meeting = {"id": "m", "host_customer_id": HOST, "participants": guests, "bookings": bookings}
    return {"seller_customer_id": "seller", "orders": orders, "meeting": {**meeting, **kept}}


MEETINGS = [read_facts(imagined(random.Random(seed))) for seed in range(400)]


def fires(compiled: Programme) -> bool:
    return any(evaluate(one, compiled).awards for one in MEETINGS)


@settings(max_examples=150, deadline=None)
@given(TREES, WHO)
def test_a_rule_refused_as_never_true_never_fires(tree: Document, who: Document) -> None:
    document = programme(rule(**who, conditions=tree, rewards=[points(1)]))

    if codes_of(document) == {"never_true"}:
        assert not fires(compile_programme(document, published=True))


def codes_of(document: Document) -> set[str]:
    try:
        compile_programme(document)
    except ProgrammeInvalid as invalid:
        return {one.code for one in invalid.problems}
    return set()
