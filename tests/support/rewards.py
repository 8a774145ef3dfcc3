"""Small programmes and facts, written as their documents are."""

from typing import Any

from app.rewards.domain.calculator import evaluate
from app.rewards.domain.facts_format import read_facts
from app.rewards.domain.outcome import Outcome
from app.rewards.domain.programme import compile_programme

Document = dict[str, Any]

HOST, ZOE, INES, LEA, SELLER = "host", "zoe", "ines", "lea", "seller"


def rule(**fields: Any) -> Document:
    """The host's ten percent, unless told otherwise."""
    found = {"id": "r1", "beneficiary": "host", "trigger": "hosting", **fields}
    if "rewards" not in found and "tiers" not in found:
        found["rewards"] = [percent(1000)]
    return found


def percent(rate_bp: int, **more: Any) -> Document:
    return {"kind": "points_percent_turnover", "rate_bp": rate_bp, **more}


def points(number: int, **more: Any) -> Document:
    return {"kind": "points_fixed", "points": number, **more}


def at_least(measure: str, value: int, **more: Any) -> Document:
    return {"measure": measure, "op": ">=", "value": value, **more}


def tiers(
    mode: str, steps: dict[int, Document], measure: str = "turnover", **more: Any
) -> Document:
    listed = [{"from": start, "rewards": [reward]} for start, reward in steps.items()]
    return {"measure": measure, "mode": mode, "steps": listed, **more}


def programme(*rules: Document, **fields: Any) -> Document:
    return {"format": "convive.programme/1", "rules": list(rules or [rule()]), **fields}


def order(customer_id: str = ZOE, net_cents: int = 10_000, **fields: Any) -> Document:
    document = {"id": f"order of {customer_id}", "customer_id": customer_id, **fields}
    return document if "lines" in fields else {**document, "net_cents": net_cents}


def facts(*orders: Document, seller_customer_id: str = SELLER, **meeting: Any) -> Document:
    """A meeting at HOST's with these orders."""
    return {
        "seller_customer_id": seller_customer_id,
        "meeting": {"id": "m1", "host_customer_id": HOST, **meeting},
        "orders": list(orders),
    }


def selling(turnover_cents: int, **meeting: Any) -> Document:
    """A meeting with one order of this amount."""
    return facts(order(net_cents=turnover_cents), **meeting)


def booking(customer_id: str = ZOE, **fields: Any) -> Document:
    return {"id": f"booked by {customer_id}", "customer_id": customer_id, **fields}


def judge(facts_document: Document, programme_document: Document) -> Outcome:
    return evaluate(read_facts(facts_document), compile_programme(programme_document))


def won(outcome: Outcome) -> dict[str, int]:
    """What each customer gets, whatever the unit and status."""
    found: dict[str, int] = {}
    for award in outcome.awards:
        found[award.customer_id] = found.get(award.customer_id, 0) + award.value
    return found


def only_won(facts_document: Document, *rules: Document, **settings: Any) -> int:
    """The value of all awards together; 0 for none."""
    document = programme(*rules, settings=settings) if settings else programme(*rules)
    return sum(award.value for award in judge(facts_document, document).awards)
