"""The host's page: her meeting live, her rewards, her gifts; nobody else's amounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.customers import queries as customers
from app.http.words import date_long, zone
from app.kernel.actor import Actor
from app.kernel.errors import NotFound
from app.loyalty import queries as loyalty
from app.meetings.queries import MeetingForRewards, ParticipantView
from app.orders import queries as orders
from app.orders.queries import OrderView
from app.rewards.domain.imagined import WhatIf
from app.rewards.presenters.gifts import NO_WAYS, gift_lines, ways_of
from app.rewards.presenters.imagined import present_imagined
from app.rewards.presenters.meeting import present_judged
from app.rewards.presenters.shapes import (
    GiftLine,
    Imagined,
    MeetingRewards,
    MissLine,
    Reader,
    RewardLine,
    Voice,
)
from app.rewards.presenters.tongue import gettext
from app.rewards.presenters.winnings import present_grants
from app.rewards.queries import claims_of_meeting, grants_by_id
from app.rewards.queries.live import Judged, judge_imagined, judge_meeting
from app.sellers import queries as sellers

COMING = {"invited", "accepted"}


@dataclass(frozen=True, slots=True)
class HostMeeting:
    title: str
    starts_at: datetime
    status: str
    place_label: str
    closes_at: datetime
    closed_at: datetime | None
    turnover_cents: int
    order_count: int
    booking_count: int


@dataclass(frozen=True, slots=True)
class HostGuest:
    first_name: str
    ordered: bool


@dataclass(frozen=True, slots=True)
class CoHost:
    first_name: str
    share_bp: int


@dataclass(frozen=True, slots=True)
class HostPage:
    host_first_name: str
    meeting: HostMeeting
    rewards: list[RewardLine]
    unreached: list[MissLine]
    """Of hers only, without what is kept for others."""
    imagined: Imagined | None
    gifts: list[GiftLine]
    guests: list[HostGuest]
    shared_with: list[CoHost]
    how: list[str]
    points_balance: int
    seller_name: str | None
    seller_phone: str | None = None


def host_page(
    session: Session,
    actor: Actor,
    meeting_id: UUID,
    choose_url: Callable[[UUID], str],
    *,
    wish: WhatIf | None = None,
    today: date = date.min,
) -> HostPage:
    """For the holder of the host's link. Raises NotFound when she is not this meeting's host.

    The same statements however many guests and orders, and whatever she imagines.
    """
    judged, again = (
        judge_imagined(session, meeting_id, wish, today=today)
        if wish
        else (judge_meeting(session, meeting_id), None)
    )
    meeting = judged.meeting
    if actor.meeting_id != meeting_id or actor.customer_id != meeting.host_id:
        raise NotFound
    rewards = present_judged(session, actor, judged, Voice.WINNER)
    reader = Reader(Voice.WINNER, meeting.host_id)
    placed = orders.orders_of_meetings(session, [meeting_id])
    people = customers.people(session, {*meeting.host_ids, *_coming(meeting)})
    host = people[meeting.host_id]
    return HostPage(
        host_first_name=host.first_name,
        meeting=_meeting(judged, rewards, [one for one in placed if one.counts_as_sale]),
        rewards=rewards.host_lines,
        unreached=rewards.unreached,
        imagined=present_imagined(session, reader, judged, again) if again else None,
        gifts=[
            replace(gift, choose_url=choose_url(gift.claim_id))
            for gift in _gifts(session, actor, meeting, placed)
        ],
        guests=_guests(meeting, placed, {key: one.first_name for key, one in people.items()}),
        shared_with=[
            CoHost(people[one.customer_id].first_name, one.share_bp)
            for one in meeting.participants
            if one.share_bp
        ],
        how=rewards.turnover_why,
        points_balance=loyalty.balances(session, [host.id])[host.id].available,
        seller_name=sellers.seller(session, meeting.seller_id).display_name,
    )


def _meeting(judged: Judged, rewards: MeetingRewards, sales: Sequence[OrderView]) -> HostMeeting:
    """Its figures by the brand's programme; until there is one, what was paid."""
    meeting, counted = judged.meeting, judged.counted
    turnover = rewards.turnover_cents
    return HostMeeting(
        title=gettext("Your meeting"),
        starts_at=meeting.starts_at,
        status=meeting.status,
        place_label=meeting.address,
        closes_at=meeting.closes_at,
        closed_at=meeting.closed_at,
        turnover_cents=sum(s.standing_cents for s in sales) if turnover is None else turnover,
        order_count=sum(one.in_counts for one in counted.orders) if counted else len(sales),
        booking_count=sum(booking.status != "cancelled" for booking in meeting.bookings),
    )


def _gifts(
    session: Session, actor: Actor, meeting: MeetingForRewards, placed: Iterable[OrderView]
) -> list[GiftLine]:
    """Those she won here, whatever became of them; what was taken back is not shown."""
    hers = [
        claim
        for claim in claims_of_meeting(session, meeting.id)
        if claim.customer_id == meeting.host_id and claim.status != "reversed"
    ]
    grants = grants_by_id(session, {claim.grant_id for claim in hers if claim.grant_id})
    day = meeting.starts_at.astimezone(zone()).date()
    return gift_lines(
        session,
        hers,
        grants,
        present_grants(
            session, list(grants.values()), Reader(Voice.WINNER, meeting.host_id), rules=True
        ),
        order_status={order.id: order.status for order in placed},
        earned={meeting.id: gettext("Won at your meeting of %(day)s", day=date_long(day))},
        ways=ways_of(session, actor, meeting.host_id) if hers else NO_WAYS,
    )


def _coming(meeting: MeetingForRewards) -> list[UUID]:
    return [guest.customer_id for guest in meeting.participants if _is_coming(guest)]


def _is_coming(guest: ParticipantView) -> bool:
    return guest.attended or guest.invitation in COMING


def _guests(
    meeting: MeetingForRewards, placed: Iterable[OrderView], first_names: dict[UUID, str]
) -> list[HostGuest]:
    """Who comes and who has ordered, never how much."""
    buyers = {order.customer_id for order in placed if order.is_sold}
    return [
        HostGuest(first_names[customer_id], customer_id in buyers)
        for customer_id in _coming(meeting)
        if customer_id in first_names and customer_id not in meeting.host_ids
    ]
