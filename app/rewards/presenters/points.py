"""Movements of points in plain words: what happened, because of what, and what is still to come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.customers import queries as customers
from app.http.brand import current_brand
from app.http.words import date_long, points, zone
from app.kernel.actor import Role
from app.kernel.words import N_
from app.loyalty.domain import Awaits, OrderPoints, PointsKind
from app.loyalty.queries import Expiry, HistoryLine, PendingPoints
from app.meetings.queries import MeetingCard
from app.orders.queries import OrderCard
from app.promotions.domain.terms import Spending, SpendingMode
from app.rewards.presenters.holdings import last_day
from app.rewards.presenters.shapes import ExpiryLine, PendingLine, PointsLine, Won
from app.rewards.presenters.tongue import gettext
from app.rewards.queries import GrantView


@dataclass(frozen=True, slots=True)
class PotCard:
    """Enough to name a pot in a sentence."""

    id: UUID
    name: str
    seller_id: None = None
    """It is nobody's in particular."""


Source = MeetingCard | OrderCard | PotCard
Sources = Mapping[UUID, Source]
"""Where something was won, by id: a meeting, an order, or a pot."""
Revisions = Mapping[tuple[UUID, int], Won]


@dataclass(frozen=True, slots=True)
class About:
    """What the movements of one customer's points speak of."""

    grants: Mapping[UUID, GrantView]
    sources: Sources
    then: Revisions
    """Grants as they were at each revision."""
    merged: frozenset[str]
    """Cards of hers that were put together with this one."""

    def source(self, of: str, source_id: UUID | None) -> Source | None:
        if source_id is None:
            return None
        if of == "order":
            return self.sources.get(source_id)
        grant = self.grants.get(source_id)
        return source_of(grant, self.sources) if grant else None


def source_of(grant: GrantView, sources: Sources) -> Source | None:
    return sources.get(grant.meeting_id or grant.scope_id)


def won_in(source: Source) -> str:
    """Gagné à la réunion du samedi 10 octobre; gagné avec la commande n° 12."""
    if isinstance(source, MeetingCard):
        return won_at(source.starts_at)
    if isinstance(source, PotCard):
        return gettext("Won with “%(name)s”", name=source.name)
    return gettext("Won with order No. %(number)s", number=source.number or "")


def won_at(starts_at: datetime) -> str:
    """Gagné à la réunion du samedi 10 octobre."""
    return gettext("Won at the meeting of %(day)s", day=_day(starts_at))


def orders_behind(lines: Iterable[HistoryLine | PendingPoints]) -> set[UUID]:
    """The orders these points come from or went to."""
    return {origin for of, origin in map(_origin, lines) if of == "order" and origin}


def merged_cards(session: Session, lines: Iterable[HistoryLine]) -> frozenset[str]:
    """Of the cards that points came from, those that are one with this one now. One statement,
    none when no points came from another card."""
    givers = {UUID(line.reason["from"]) for line in lines if line.reason.get("from")}
    return frozenset(map(str, customers.merged(session, givers))) if givers else frozenset()


def _origin(line: HistoryLine | PendingPoints) -> tuple[str, UUID | None]:
    """What a movement of a lot stems from is in its reason."""
    if line.source_type == "lot":
        named = line.reason.get("of_id")
        return str(line.reason.get("of", "")), UUID(named) if _is_id(named) else None
    return line.source_type, line.source_id


def _is_id(named: object) -> bool:
    return isinstance(named, str) and named != "None"


def _day(instant: datetime) -> str:
    return date_long(instant.astimezone(zone()).date())


def worth_cents(spending: Spending, role: Role, points: int) -> int | None:
    """What so many points pay on an order; None where that is not one number."""
    if spending.mode is not SpendingMode.RATE or not points:
        return None
    value = spending.value_seller if role is Role.SELLER else spending.value_customer
    return points * value.cents // value.points


# ---------------------------------------------------------------- what is to come

AWAITED = {
    Awaits.PAYMENT: N_("available once the order is paid"),
    Awaits.SHIPMENT: N_("available once the order is shipped"),
    Awaits.WITHDRAWAL: N_("available once the order can no longer be sent back"),
}
AWAITED_OF_MEETING: dict[str, str] = {
    Awaits.PAYMENT: N_("available once its orders are paid"),
    Awaits.SHIPMENT: N_("available once all its orders are shipped"),
    Awaits.WITHDRAWAL: N_("available once none of its orders can be sent back"),
}


def pending_lines(awaited: Iterable[PendingPoints], about: About) -> list[PendingLine]:
    return [_pending_line(one, about.source(*_origin(one))) for one in awaited]


def _pending_line(one: PendingPoints, source: Source | None) -> PendingLine:
    text = won_in(source) if source is not None else gettext("Points on their way")
    return PendingLine(one.points, text, _when(one, source))


def _when(one: PendingPoints, source: Source | None) -> str:
    if one.due_at is not None:
        return gettext("available on %(day)s", day=_day(one.due_at))
    known = AWAITED_OF_MEETING if isinstance(source, MeetingCard) else AWAITED
    return gettext(known[Awaits(one.awaits)]) if one.awaits in set(Awaits) else ""


def expiry_lines(expiring: Iterable[Expiry]) -> list[ExpiryLine]:
    """By the last day on which they can be used."""
    lines = []
    for one in expiring:
        day = last_day(one.at)
        assert day is not None
        lines.append(ExpiryLine(one.points, day))
    return lines


def expiring_text(expiring: Sequence[Expiry]) -> str | None:
    if not expiring:
        return None
    first = expiry_lines(expiring[:1])[0]
    return gettext(
        "%(points)s to be used by %(day)s",
        points=points(first.points),
        day=date_long(first.last_day),
    )


# ---------------------------------------------------------------- what happened


def history_lines(moved: Iterable[HistoryLine], about: About) -> list[PointsLine]:
    """What is spent for good was told when it was used."""
    return [_line(one, about) for one in moved if one.kind != OrderPoints.SPENT]


def _line(line: HistoryLine, about: About) -> PointsLine:
    source = about.source(*_origin(line))
    return PointsLine(
        at=line.at,
        text=_text(line, source, about),
        points=line.points or line.pending,
        status=_status(line),
        why=_why(line, about),
    )


def _why(line: HistoryLine, about: About) -> list[str]:
    revision, grant_id = line.reason.get("revision"), line.source_id
    told = about.then.get((grant_id, revision)) if grant_id and isinstance(revision, int) else None
    if told is not None:
        return told.why
    note = line.reason.get("note")
    return [str(note)] if note else []


ENDS: dict[str, str] = {
    PointsKind.EXPIRED: "expired",
    PointsKind.CONVERSION_LOST: "expired",
    PointsKind.BEYOND_CEILING: "expired",
    PointsKind.CONVERTED: "spent",
    PointsKind.REDEEMED: "spent",
    PointsKind.ADJUSTED_DOWN: "spent",
    PointsKind.DEBT_REPAID: "spent",
    PointsKind.TRANSFER_OUT: "spent",
}


def _status(line: HistoryLine) -> str:
    if line.kind.endswith("reversed"):
        return "reversed"
    if line.kind in ENDS:
        return ENDS[line.kind]
    if line.kind == OrderPoints.RESERVED or line.kind in {"spend", "spent"}:
        return "spent"
    return "pending" if not line.points and line.pending > 0 else "available"


OF_ORDER: dict[str, str] = {
    OrderPoints.RESERVED: N_("Used for order No. %(number)s"),
    OrderPoints.RELEASED: N_("Given back: order No. %(number)s was not paid"),
    OrderPoints.GIVEN_BACK: N_("Given back: order No. %(number)s was cancelled or returned"),
    OrderPoints.EARNING_REVERSED: N_("Taken back: order No. %(number)s was cancelled or returned"),
    PointsKind.AVAILABLE: N_("Points of order No. %(number)s, available from now on"),
    PointsKind.EXPIRED: N_("Points of order No. %(number)s, not used in time"),
    OrderPoints.ADVANCED: N_("Points of the meeting, used in advance for order No. %(number)s"),
}
OF_MEETING: dict[str, str] = {
    "reward_reversed": N_("Taken back, meeting of %(day)s"),
    PointsKind.AVAILABLE: N_("Points of the meeting of %(day)s, available from now on"),
    PointsKind.EXPIRED: N_("Points of the meeting of %(day)s, not used in time"),
}
OTHERS: dict[str, str] = {
    OrderPoints.RESERVED: N_("Points used for an order"),
    OrderPoints.RELEASED: N_("Points of an order that was not paid"),
    OrderPoints.GIVEN_BACK: N_("Points of an order that was cancelled or returned"),
    OrderPoints.EARNED: N_("Won with an order"),
    OrderPoints.EARNING_REVERSED: N_("Points taken back"),
    OrderPoints.ADVANCED: N_("Points of the meeting, used in advance"),
    "reward_reversed": N_("Points taken back"),
    PointsKind.AVAILABLE: N_("Points available from now on"),
    PointsKind.EXPIRED: N_("Points not used in time"),
    PointsKind.BEYOND_CEILING: N_("Beyond the most points that can be held: not credited"),
    PointsKind.DEBT_REPAID: N_("Paid back: points that were owed"),
    PointsKind.DEBT_ABSORBED: N_("Points owed that %(brand)s makes a present of"),
    PointsKind.DEBT_TAKEN_OVER: N_("Points owed by a card that was merged into this one"),
    PointsKind.ADJUSTED_UP: N_("Added by %(brand)s"),
    PointsKind.ADJUSTED_DOWN: N_("Taken off by %(brand)s"),
    PointsKind.CONVERTED: N_("Turned into a promo code"),
    PointsKind.REDEEMED: N_("Exchanged for a reward"),
    PointsKind.CONVERSION_RETURNED: N_("Points of a promo code that was not used"),
    PointsKind.CONVERSION_LOST: N_("A promo code was not used in time: its points are lost"),
    PointsKind.TRANSFER_OUT: N_("Given to another customer"),
    PointsKind.TRANSFER_IN: N_("Received from another customer"),
}
KEPT_WORDS = {"reward", OrderPoints.EARNED}
"""Told by where they were won."""


def _text(line: HistoryLine, source: Source | None, about: About) -> str:
    if line.reason.get("from") in about.merged:
        return gettext("Taken over from a card that was merged into this one")
    if isinstance(source, OrderCard) and line.kind in OF_ORDER and source.number:
        return gettext(OF_ORDER[line.kind], number=source.number)
    if isinstance(source, MeetingCard) and line.kind in OF_MEETING:
        return gettext(OF_MEETING[line.kind], day=_day(source.starts_at))
    if source is not None and line.kind in KEPT_WORDS:
        return won_in(source)
    if line.kind in OTHERS:
        return gettext(OTHERS[line.kind], brand=current_brand().name)
    return gettext("Points received") if line.points >= 0 else gettext("Points used")
