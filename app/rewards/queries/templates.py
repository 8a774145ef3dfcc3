"""Published rewards, and what was given of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from app.kernel.actor import Actor, Role
from app.kernel.errors import NotAllowed, NotFound
from app.rewards.domain.offers import Offer, OfferKind, TemplateState
from app.rewards.models import GivenReward, RewardTemplate

READERS = {Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, Role.SYSTEM}


@dataclass(frozen=True, slots=True)
class TemplateView:
    id: UUID
    key: str
    name: str
    offer: Offer
    cents: int
    price_points: int | None
    state: TemplateState
    revision: int

    @property
    def is_active(self) -> bool:
        return self.state is TemplateState.ACTIVE


@dataclass(frozen=True, slots=True)
class GivenView:
    id: UUID
    customer_id: UUID
    template_id: UUID | None
    holding: str
    holding_id: UUID
    price_points: int | None
    given_at: datetime


@dataclass(frozen=True, slots=True)
class Given:
    """How often a reward was given."""

    presents: int = 0
    for_points: int = 0


_COLUMNS = (
    RewardTemplate.id,
    RewardTemplate.key,
    RewardTemplate.name,
    RewardTemplate.kind,
    RewardTemplate.offer,
    RewardTemplate.valid_days,
    RewardTemplate.valid_from,
    RewardTemplate.valid_until,
    RewardTemplate.cents,
    RewardTemplate.price_points,
    RewardTemplate.state,
    RewardTemplate.revision,
)
_GIVEN = [getattr(GivenReward, name) for name in GivenView.__dataclass_fields__]


def templates(
    session: Session,
    actor: Actor,
    *,
    state: str = TemplateState.ACTIVE,
    after: UUID | None = None,
    limit: int = 200,
) -> tuple[TemplateView, ...]:
    """The newest first, from the one that comes `after`. Raises NotAllowed."""
    if actor.role not in READERS:
        raise NotAllowed
    found = select(*_COLUMNS).where(RewardTemplate.state == state)
    if after is not None:
        found = found.where(RewardTemplate.id < after)
    rows = session.execute(found.order_by(RewardTemplate.id.desc()).limit(limit))
    return tuple(_view(row) for row in rows)


def active_templates(session: Session) -> tuple[TemplateView, ...]:
    """All of them, for other parts of rewards."""
    active = RewardTemplate.state == TemplateState.ACTIVE
    return tuple(_view(row) for row in session.execute(select(*_COLUMNS).where(active)))


def template(session: Session, template_id: UUID) -> TemplateView:
    """Raises NotFound. For whoever has checked the actor."""
    row = session.execute(select(*_COLUMNS).where(RewardTemplate.id == template_id)).one_or_none()
    if row is None:
        raise NotFound
    return _view(row)


def for_points(session: Session, day: date, *, limit: int = 100) -> tuple[TemplateView, ...]:
    """What any customer of the brand may exchange points for on that day, the cheapest first."""
    last = RewardTemplate.valid_until
    offered = (
        RewardTemplate.state == TemplateState.ACTIVE,
        RewardTemplate.price_points.is_not(None),
        or_(last.is_(None), last >= day),
    )
    order = RewardTemplate.price_points, RewardTemplate.id
    rows = session.execute(select(*_COLUMNS).where(*offered).order_by(*order).limit(limit))
    return tuple(_view(row) for row in rows)


def given_reward(session: Session, given_id: UUID) -> GivenView | None:
    row = session.execute(select(*_GIVEN).where(GivenReward.id == given_id)).one_or_none()
    return GivenView(*row) if row else None


def times_given(session: Session, template_ids: Collection[UUID]) -> dict[UUID, Given]:
    """Those never given are missing."""
    paid = func.count(GivenReward.price_points)
    rows = session.execute(
        select(GivenReward.template_id, func.count() - paid, paid)
        .where(GivenReward.template_id.in_(template_ids))
        .group_by(GivenReward.template_id)
    )
    return {row[0]: Given(row[1], row[2]) for row in rows if row[0]}


def _view(row: Row[Any]) -> TemplateView:
    return TemplateView(
        id=row.id,
        key=row.key,
        name=row.name,
        offer=Offer(
            OfferKind(row.kind), row.offer, row.valid_days, row.valid_from, row.valid_until
        ),
        cents=row.cents,
        price_points=row.price_points,
        state=TemplateState(row.state),
        revision=row.revision,
    )
