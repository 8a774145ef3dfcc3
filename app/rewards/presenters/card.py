"""All that one customer has won, for her card: each line with its reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.http.words import date_long, points, zone
from app.kernel.actor import Actor, Role
from app.kernel.words import N_
from app.loyalty import queries as loyalty
from app.loyalty.domain import OrderPoints
from app.loyalty.queries import HistoryLine
from app.meetings import queries as meetings
from app.meetings.queries import MeetingCard
from app.orders import queries as orders
from app.orders.queries import OrderCard
from app.promotions import queries as promotions
from app.rewards.presenters.gifts import gift_lines
from app.rewards.presenters.holdings import code_line, voucher_line
from app.rewards.presenters.shapes import (
    CodeLine,
    GiftLine,
    PointsLine,
    Reader,
    Voice,
    VoucherLine,
    Won,
)
from app.rewards.presenters.tongue import gettext
from app.rewards.presenters.winnings import Winning, of_grant, of_revision, tell_winnings
from app.rewards.queries import (
    GrantView,
    claims_of_customer,
    grants_of_customer,
    revisions_of,
)

Sources = Mapping[UUID, MeetingCard | OrderCard]
"""Where something was won, by id: a meeting, or an order outside meetings."""
Revisions = Mapping[tuple[UUID, int], Won]


@dataclass(frozen=True, slots=True)
class CustomerRewards:
    available: int
    pending: int
    expiring_text: str | None
    history: list[PointsLine]
    codes: list[CodeLine]
    vouchers: list[VoucherLine]
    gifts: list[GiftLine]


def customer_rewards(
    session: Session, actor: Actor, customer_id: UUID, order_status: Mapping[UUID, str]
) -> CustomerRewards:
    """For an actor who may see the customer. The same statements however much she has won.

    Reasons name people and amounts only of meetings that are the actor's own to see.
    """
    grants = {grant.id: grant for grant in grants_of_customer(session, customer_id)}
    sources = _sources(session, grants.values())
    now, then = _told(session, actor, grants, sources)
    why = {grant_id: told.why for grant_id, told in now.items()}
    balance = loyalty.balances(session, [customer_id])[customer_id]
    return CustomerRewards(
        available=balance.available,
        pending=balance.pending,
        expiring_text=_expiring(session, customer_id),
        history=[
            _history_line(line, grants, sources, then)
            for line in loyalty.history(session, customer_id)
            if line.kind != OrderPoints.SPENT
        ],
        codes=[
            code_line(code, _why(why, code.grant_id))
            for code in reversed(promotions.codes_of(session, [customer_id]))
        ],
        vouchers=[
            voucher_line(voucher, _why(why, voucher.grant_id))
            for voucher in reversed(promotions.vouchers_of(session, [customer_id]))
        ],
        gifts=gift_lines(
            session,
            list(reversed(claims_of_customer(session, customer_id))),
            grants,
            now,
            order_status=order_status,
            earned={source_id: won_in(source) for source_id, source in sources.items()},
        ),
    )


def _sources(session: Session, grants: Collection[GrantView]) -> Sources:
    """Two statements."""
    held = {grant.meeting_id for grant in grants if grant.meeting_id}
    direct = {grant.scope_id for grant in grants if grant.meeting_id is None}
    cards = meetings.meeting_cards(session, held)
    return {**cards, **orders.order_cards(session, direct)}


def _source(grant: GrantView, sources: Sources) -> MeetingCard | OrderCard | None:
    return sources.get(grant.meeting_id or grant.scope_id)


def won_in(source: MeetingCard | OrderCard) -> str:
    """Gagné à la réunion du samedi 10 octobre; gagné avec la commande n° 12."""
    if isinstance(source, MeetingCard):
        return won_at(source.starts_at)
    return gettext("Won with order No. %(number)s", number=source.number or "")


def won_at(starts_at: datetime) -> str:
    """Gagné à la réunion du samedi 10 octobre."""
    day = starts_at.astimezone(zone()).date()
    return gettext("Won at the meeting of %(day)s", day=date_long(day))


def _why(why: Mapping[UUID, list[str]], grant_id: UUID | None) -> list[str]:
    return why.get(grant_id, []) if grant_id else []


# ---------------------------------------------------------------- reasons, then and now


def _told(
    session: Session, actor: Actor, grants: Mapping[UUID, GrantView], sources: Sources
) -> tuple[dict[UUID, Won], dict[tuple[UUID, int], Won]]:
    """Grants as they stand, and as they were at each revision."""
    revisions = revisions_of(session, grants.keys())
    now: dict[UUID, Won] = {}
    then: dict[tuple[UUID, int], Won] = {}
    for reader, readable in _by_reader(actor, grants.values(), sources):
        past = [key for key in revisions if key[0] in readable]
        winnings: list[Winning] = [
            *(of_grant(grant) for grant in readable.values()),
            *(of_revision(grants[key[0]], revisions[key]) for key in past),
        ]
        told = tell_winnings(session, winnings, reader)
        now |= dict(zip(readable, told[: len(readable)], strict=True))
        then |= dict(zip(past, told[len(readable) :], strict=True))
    return now, then


def _by_reader(
    actor: Actor, grants: Iterable[GrantView], sources: Sources
) -> Sequence[tuple[Reader, dict[UUID, GrantView]]]:
    """Whose meeting or order it is reads all of it; others read what the winner herself may."""
    own: dict[UUID, GrantView] = {}
    strange: dict[UUID, GrantView] = {}
    for grant in grants:
        (own if _is_own(actor, grant, sources) else strange)[grant.id] = grant
    winners = {grant.beneficiary_id for grant in strange.values()}
    discreet = Reader(Voice.WINNER, next(iter(winners), None))
    return ((Reader(Voice.SELLER), own), (discreet, strange))


def _is_own(actor: Actor, grant: GrantView, sources: Sources) -> bool:
    if actor.role is not Role.SELLER:
        return True
    source = _source(grant, sources)
    return source is not None and source.seller_id == actor.seller_id


# ---------------------------------------------------------------- points


def _expiring(session: Session, customer_id: UUID) -> str | None:
    expiry = loyalty.next_expiry(session, customer_id)
    if expiry is None:
        return None
    day = expiry.at.astimezone(zone()).date()
    return gettext(
        "%(points)s to be used by %(day)s", points=points(expiry.points), day=date_long(day)
    )


def _history_line(
    line: HistoryLine, grants: Mapping[UUID, GrantView], sources: Sources, then: Revisions
) -> PointsLine:
    grant = grants.get(line.source_id) if line.source_id else None
    revision = line.reason.get("revision")
    told = then.get((grant.id, revision)) if grant and isinstance(revision, int) else None
    source = _source(grant, sources) if grant else None
    return PointsLine(
        at=line.at,
        text=_history_text(line, source),
        points=line.points,
        status=_history_status(line.kind),
        why=told.why if told else [],
    )


ORDERS = {
    OrderPoints.RESERVED: N_("Points used for an order"),
    OrderPoints.RELEASED: N_("Points of an order that was not paid"),
    OrderPoints.GIVEN_BACK: N_("Points of an order that was cancelled or returned"),
}


def _history_status(kind: str) -> str:
    if kind == OrderPoints.RESERVED:
        return "spent"
    if kind.endswith("reversed"):
        return "reversed"
    return "spent" if kind in {"spend", "spent"} else "available"


def _history_text(line: HistoryLine, source: MeetingCard | OrderCard | None) -> str:
    if line.kind == "transfer_in":
        return gettext("Taken over from a card that was merged into this one")
    if line.kind.endswith("reversed"):
        if not isinstance(source, MeetingCard):
            return gettext("Points taken back")
        day = source.starts_at.astimezone(zone()).date()
        return gettext("Taken back, meeting of %(day)s", day=date_long(day))
    if source is not None:
        return won_in(source)
    if line.kind in ORDERS:
        return str(gettext(ORDERS[OrderPoints(line.kind)]))
    return gettext("Points received") if line.points >= 0 else gettext("Points used")
