"""Promotions and segments as the brand configures them, with how they are used."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kernel.actor import Actor, Role
from app.kernel.errors import NotFound
from app.kernel.text import search_key
from app.promotions.domain.terms import Entry
from app.promotions.errors import PromotionNotFound, SegmentNotFound
from app.promotions.models import PromotionState, PromotionUse, StoredPromotion, StoredSegment
from app.promotions.models import UseState as State

READERS = {Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, Role.FINANCE, Role.SYSTEM}
STANDING = PromotionUse.state != State.RELEASED


@dataclass(frozen=True, slots=True)
class PromotionView:
    id: UUID
    key: str
    name: str
    document: dict[str, Any]
    state: str
    copy_of: UUID | None
    revision: int
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str

    @property
    def entry(self) -> str:
        return str(self.document.get("entry", "automatic"))

    @property
    def is_archived(self) -> bool:
        return self.state == PromotionState.ARCHIVED


@dataclass(frozen=True, slots=True)
class SegmentView:
    id: UUID
    key: str
    name: str
    document: dict[str, Any]
    position: int
    revision: int
    updated_at: datetime
    updated_by: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the uses that stand."""

    uses: int = 0
    customers: int = 0
    cost_cents: int = 0
    """Taken off, less what came back with returns."""
    revenue_cents: int = 0
    """Products of the orders it was used in, after discounts."""


def assigned_keys(session: Session, keys: Collection[str]) -> set[str]:
    """Those of these keys that are promotions people hold codes of, and not archived."""
    if not keys:
        return set()
    found = select(StoredPromotion.key).where(
        StoredPromotion.key.in_(sorted(keys)),
        StoredPromotion.document["entry"].astext == Entry.ASSIGNED,
        StoredPromotion.state != PromotionState.ARCHIVED,
    )
    return set(session.scalars(found))


def promotions(
    session: Session,
    actor: Actor,
    *,
    states: Collection[str] = (),
    entry: str = "",
    text: str = "",
) -> tuple[PromotionView, ...]:
    """Newest first; nothing asked: all but the archived ones. One statement."""
    must_read(actor)
    wanted = states or [state for state in PromotionState if state != PromotionState.ARCHIVED]
    statement = select(*_columns(StoredPromotion, PromotionView)).where(
        StoredPromotion.state.in_(list(wanted))
    )
    rows = session.execute(statement.order_by(StoredPromotion.id.desc()))
    found = [PromotionView(*row) for row in rows]
    return tuple(one for one in found if _is_wanted(one, entry, text))


def _is_wanted(promotion: PromotionView, entry: str, text: str) -> bool:
    codes = " ".join(promotion.document.get("codes", ()))
    said = search_key(f"{promotion.name} {promotion.key} {codes}")
    return entry in {"", promotion.entry} and all(
        word in said for word in search_key(text).split(" ")
    )


def promotion(session: Session, actor: Actor, promotion_id: UUID) -> PromotionView:
    """Raises PromotionNotFound."""
    must_read(actor)
    columns = _columns(StoredPromotion, PromotionView)
    row = session.execute(select(*columns).where(StoredPromotion.id == promotion_id)).one_or_none()
    if row is None:
        raise PromotionNotFound
    return PromotionView(*row)


def segments(session: Session, actor: Actor) -> tuple[SegmentView, ...]:
    """The first one serves first."""
    must_read(actor)
    statement = select(*_columns(StoredSegment, SegmentView))
    rows = session.execute(statement.order_by(StoredSegment.position, StoredSegment.key))
    return tuple(SegmentView(*row) for row in rows)


def segment(session: Session, actor: Actor, key: str) -> SegmentView:
    """Raises SegmentNotFound."""
    found = [one for one in segments(session, actor) if one.key == key]
    if not found:
        raise SegmentNotFound
    return found[0]


def figures(session: Session, promotion_ids: Iterable[UUID]) -> dict[UUID, Figures]:
    """Everyone asked for is in the answer. One statement."""
    wanted = sorted(set(promotion_ids))
    rows = session.execute(
        select(
            PromotionUse.promotion_id,
            func.count(),
            func.count(PromotionUse.customer_id.distinct()),
            func.sum(PromotionUse.amount_cents - PromotionUse.given_back_cents),
            func.sum(PromotionUse.basket_cents),
        )
        .where(STANDING, PromotionUse.promotion_id.in_(wanted))
        .group_by(PromotionUse.promotion_id)
    )
    found = {row[0]: Figures(row[1], row[2], int(row[3]), int(row[4])) for row in rows}
    return {one: found.get(one, Figures()) for one in wanted}


def _columns(model: Any, view: Any) -> list[Any]:
    return [getattr(model, name) for name in view.__dataclass_fields__]


def must_read(actor: Actor) -> None:
    if actor.role not in READERS:
        raise NotFound
