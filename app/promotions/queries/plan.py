"""The stored plan of a brand, whole and in one snapshot."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, column, func, select, table
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import Session

from app.infra.tenancy import brand_in
from app.promotions.domain.plan_format import PLAN_FORMAT
from app.promotions.models import PricingPlan, PromotionState, StoredPromotion, StoredSegment

BRANDS = table("brands", column("id", Uuid), column("timezone", Text), column("currency", Text))
IN_FORCE = (PromotionState.LIVE, PromotionState.PAUSED)


@dataclass(frozen=True, slots=True)
class PlanHead:
    """Which plan it is, without its content. Revision 0: nothing was ever configured."""

    brand_id: UUID
    timezone: str
    currency: str
    revision: int
    stamp: UUID | None


@dataclass(frozen=True, slots=True)
class StoredPlan:
    head: PlanHead
    document: dict[str, Any]
    """In the plan format; promotions that are paused are not enabled, drafts are left out."""
    ids: dict[str, UUID]
    """Key of each promotion in it → id of its row."""


_HEAD = (
    BRANDS.c.id,
    BRANDS.c.timezone,
    BRANDS.c.currency,
    func.coalesce(PricingPlan.revision, 0),
    PricingPlan.stamp,
)


def plan_head(session: Session) -> PlanHead:
    """One statement."""
    return PlanHead(*session.execute(_of_brand(session, *_HEAD)).one())


def held_head(session: Session) -> PlanHead:
    """The same, of a plan that nobody changes before this transaction ends: its row is locked and
    shared. A brand that never had one has nothing to change."""
    held = session.execute(_HELD, {"brand": brand_in(session)}).one_or_none()
    return PlanHead(*held) if held else plan_head(session)


_HELD = (
    select(*_HEAD)
    .join(PricingPlan, PricingPlan.brand_id == BRANDS.c.id)
    .where(BRANDS.c.id == bindparam("brand", type_=Uuid()))
    .with_for_update(read=True, of=PricingPlan)
)


def stored_plan(session: Session) -> StoredPlan:
    """One statement, hence one snapshot: a change that commits meanwhile is in it or is not."""
    row = session.execute(
        _of_brand(session, *_HEAD, PricingPlan.document, _promotions(), _segments())
    ).one()
    head, (document, promotions, segments) = PlanHead(*row[:5]), row[5:]
    return StoredPlan(
        head,
        _plan_document(head, document or {}, promotions or [], segments or []),
        {one["document"]["id"]: UUID(one["id"]) for one in promotions or []},
    )


def plan_settings(session: Session) -> tuple[int, dict[str, Any]]:
    """The revision, and the members `settings`, `first_order` and `points` as stored."""
    row = session.execute(select(PricingPlan.revision, PricingPlan.document)).one_or_none()
    return (row[0], row[1]) if row else (0, {})


def _of_brand(session: Session, *columns: Any) -> Any:
    return (
        select(*columns)
        .select_from(BRANDS.outerjoin(PricingPlan, PricingPlan.brand_id == BRANDS.c.id))
        .where(BRANDS.c.id == brand_in(session))
    )


def _promotions() -> Any:
    told = func.jsonb_build_object(
        "id",
        StoredPromotion.id,
        "state",
        StoredPromotion.state,
        "document",
        StoredPromotion.document,
    )
    return (
        select(func.jsonb_agg(aggregate_order_by(told, StoredPromotion.key), type_=JSONB()))
        .where(StoredPromotion.state.in_(IN_FORCE))
        .scalar_subquery()
    )


def _segments() -> Any:
    ordered = aggregate_order_by(StoredSegment.document, StoredSegment.position, StoredSegment.key)
    return select(func.jsonb_agg(ordered, type_=JSONB())).scalar_subquery()


def _plan_document(
    head: PlanHead, document: dict[str, Any], promotions: list[Any], segments: list[Any]
) -> dict[str, Any]:
    settings = document.get("settings") or {}
    here = {"timezone": head.timezone, "currency": head.currency}
    return {
        "format": PLAN_FORMAT,
        "version": head.revision,
        "settings": {**settings, **here},
        **{name: document[name] for name in ("first_order", "points") if document.get(name)},
        "segments": segments,
        "promotions": [_in_force(one) for one in promotions],
    }


def _in_force(stored: dict[str, Any]) -> dict[str, Any]:
    document: dict[str, Any] = stored["document"]
    paused = stored["state"] == PromotionState.PAUSED
    return {**document, "enabled": False} if paused else document
