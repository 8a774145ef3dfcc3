"""What each rule gave in a period, and what that is estimated at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalog.queries import products_by_reference
from app.promotions.queries.plan import plan_settings
from app.rewards.domain.references import references_of
from app.rewards.domain.simulation import Tariff
from app.rewards.domain.terms import UNIT_OF, RewardKind, Unit
from app.rewards.models import Grant, GrantStatus


@dataclass(slots=True)
class GivenByRule:
    """Of what stands; promises apart."""

    times: int = 0
    people: int = 0
    promised: int = 0
    values: dict[Unit, int] = field(default_factory=dict)
    cents: int = 0
    """Estimated as simulations do."""


def given_since(session: Session, since: datetime, tariff: Tariff) -> dict[str, GivenByRule]:
    """By rule id. Two statements, however much was given."""
    standing = Grant.status == GrantStatus.GRANTED
    parts = (Grant.rule_id, Grant.beneficiary, Grant.kind, Grant.reward)
    period = (Grant.created_at >= since, Grant.status != GrantStatus.REVERSED)
    found: dict[str, GivenByRule] = {}
    sums = select(
        *parts,
        func.count().filter(standing),
        func.count().filter(~standing),
        func.coalesce(func.sum(Grant.value).filter(standing), 0),
    )
    for rule_id, beneficiary, kind, reward, times, promised, value in session.execute(
        sums.where(*period).group_by(*parts)
    ):
        one = found.setdefault(rule_id, GivenByRule())
        unit = UNIT_OF[RewardKind(kind)]
        one.times += times
        one.promised += promised
        one.values[unit] = one.values.get(unit, 0) + int(value)
        one.cents += _cost(tariff, unit, beneficiary, reward, int(value))
    people = select(Grant.rule_id, func.count(func.distinct(Grant.beneficiary_id)))
    for rule_id, count in session.execute(people.where(*period, standing).group_by(Grant.rule_id)):
        found[rule_id].people = count
    return found


def _cost(
    tariff: Tariff, unit: Unit, beneficiary: str, reward: Mapping[str, Any], value: int
) -> int:
    own = reward.get("cost_cents")
    if own is not None:
        return int(own) * value
    units, cents = tariff.rate_for(unit, beneficiary, reward)
    return value * cents // units


def tariff_of(session: Session, documents: Sequence[Any]) -> dict[str, Any]:
    """A point as the pricing plan values it for each; gifts at list price. The values of a
    `Tariff`."""
    _revision, plan = plan_settings(session)
    values = ((plan.get("points") or {}).get("spending") or {}).get("value") or {}
    usual = values.get("customer") or {"points": 1, "cents": 1}
    points = {who: values.get(who) or usual for who in ("host", "guest", "seller")}
    wanted = {name for document in documents for name in references_of(document)}
    known = products_by_reference(session, wanted).values()
    return {
        "points": {who: [one.get("points", 1), one["cents"]] for who, one in points.items()},
        "prices": {product.reference: product.price_cents for product in known},
    }


def season_start(starts: Sequence[date], today: date, otherwise: date) -> date:
    """When the catalogue of today began; without one, since when the version is in force."""
    return max((day for day in starts if day <= today), default=otherwise)
