"""Gifts won and not yet, or already, chosen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.customers import queries as customers
from app.kernel.actor import BY_LINK, Actor, Role
from app.kernel.errors import NotFound
from app.meetings import queries as meetings
from app.rewards.domain.gift_terms import GiftTerms
from app.rewards.models import ClaimStatus, GiftClaim


@dataclass(frozen=True, slots=True)
class ClaimView:
    id: UUID
    grant_id: UUID | None
    """None: given by hand, or exchanged for points."""
    unit: int
    customer_id: UUID
    meeting_id: UUID | None
    terms: dict[str, Any] | None
    """Of one without grant."""
    choices: list[str]
    choose_before: datetime | None
    status: str
    product_id: UUID | None
    order_id: UUID | None
    chosen_at: datetime | None
    fallback: dict[str, Any]
    waits_for_id: UUID | None
    waits_until: datetime | None
    voucher_id: UUID | None
    ended_at: datetime | None

    @property
    def kept(self) -> GiftTerms:
        """What she was told would happen if none is left, or if she does not choose."""
        return GiftTerms.read(self.fallback)

    @property
    def offered(self) -> list[str]:
        """References, the substitutes last."""
        return [*self.choices, *self.kept.substitutes]


_COLUMNS = [getattr(GiftClaim, name) for name in ClaimView.__dataclass_fields__]


def claims_of_meeting(session: Session, meeting_id: UUID) -> tuple[ClaimView, ...]:
    return _where(session, GiftClaim.meeting_id == meeting_id)


def claims_of_customer(session: Session, customer_id: UUID) -> tuple[ClaimView, ...]:
    return _where(session, GiftClaim.customer_id == customer_id)


def open_claims_of(
    session: Session, actor: Actor, customer_id: UUID, at: datetime
) -> tuple[ClaimView, ...]:
    """Those that may still be chosen for her, the first deadline first; a seller's, of her own
    meetings."""
    in_time = or_(GiftClaim.choose_before.is_(None), GiftClaim.choose_before > at)
    hers = GiftClaim.customer_id == customer_id
    waiting = select(*_COLUMNS).where(hers, GiftClaim.status == ClaimStatus.OPEN, in_time)
    if actor.role is Role.SELLER:
        own = GiftClaim.meeting_id.in_(meetings.own_meeting_ids(actor).scalar_subquery())
        waiting = waiting.where(or_(GiftClaim.meeting_id.is_(None), own))
    order = GiftClaim.choose_before.asc().nulls_last(), GiftClaim.id
    return tuple(ClaimView(*row) for row in session.execute(waiting.order_by(*order)))


def claims_due(session: Session, at: datetime, *, most: int) -> list[UUID]:
    """Gifts that nobody chose in time, and those that were waited for long enough; for jobs."""
    over = or_(
        and_(GiftClaim.status == ClaimStatus.OPEN, GiftClaim.choose_before <= at),
        and_(GiftClaim.status == ClaimStatus.WAITING, GiftClaim.waits_until <= at),
    )
    return list(
        session.scalars(select(GiftClaim.id).where(over).order_by(GiftClaim.id).limit(most))
    )


def claims_to_choose(session: Session, actor: Actor, *, limit: int) -> tuple[ClaimView, ...]:
    """Gifts won in the actor's meetings, or elsewhere by her own customers, that nobody has chosen
    yet; those that end first come first."""
    own = or_(
        GiftClaim.meeting_id.in_(meetings.own_meeting_ids(actor).scalar_subquery()),
        and_(
            GiftClaim.meeting_id.is_(None),
            GiftClaim.customer_id.in_(customers.own_customer_ids(actor).scalar_subquery()),
        ),
    )
    in_time = or_(GiftClaim.choose_before.is_(None), GiftClaim.choose_before > func.now())
    waiting = select(*_COLUMNS).where(GiftClaim.status == ClaimStatus.OPEN, own, in_time)
    order = GiftClaim.choose_before.asc().nulls_last(), GiftClaim.id
    rows = session.execute(waiting.order_by(*order).limit(limit))
    return tuple(ClaimView(*row) for row in rows)


def claim(session: Session, claim_id: UUID) -> ClaimView:
    found = _where(session, GiftClaim.id == claim_id)
    if not found:
        raise NotFound
    return found[0]


def claim_for(session: Session, actor: Actor, claim_id: UUID) -> ClaimView:
    """The claim, for whoever may choose: the seller of the meeting, staff, the winner herself.

    Raises NotFound for everybody else.
    """
    found = claim(session, claim_id)
    must_be_hers(actor, found.customer_id)
    if found.meeting_id:
        meetings.meeting_card(session, actor, found.meeting_id)
    else:
        customers.customer(session, actor, found.customer_id)
    return found


def must_be_hers(actor: Actor, customer_id: UUID) -> None:
    """The holder of a personal link sees what she won herself, not what others did."""
    if actor.role in BY_LINK and actor.customer_id != customer_id:
        raise NotFound


def _where(session: Session, condition: ColumnElement[bool]) -> tuple[ClaimView, ...]:
    rows = session.execute(select(*_COLUMNS).where(condition).order_by(GiftClaim.id))
    return tuple(ClaimView(*row) for row in rows)
