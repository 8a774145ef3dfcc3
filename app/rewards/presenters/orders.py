"""What one order brings, to whom and why: the numbers of the calculator, or of what was granted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from app.http.words import money, number, points
from app.kernel.actor import Actor
from app.meetings import queries as meetings
from app.orders.queries import OrderView
from app.rewards.presenters.differences import Gain, gains
from app.rewards.presenters.reasons import Speech, listed
from app.rewards.presenters.shapes import Reader, Voice
from app.rewards.presenters.titles import reward_title
from app.rewards.presenters.tongue import gettext
from app.rewards.presenters.winnings import Winning, of_award, of_grant, speech_for, why_of
from app.rewards.queries import GrantView, grants_of_orders
from app.rewards.queries.sales import prospect_of

FAMILIES = ("points", "gift", "voucher", "code")
CAPACITIES = ("guest", "host", "seller")
"""Who is told of first: she whose order it is."""


@dataclass(frozen=True, slots=True)
class OrderRewards:
    sentence: str = ""
    """Empty: it brings nothing to anybody."""
    why: list[str] = field(default_factory=list)


def order_rewards(session: Session, actor: Actor, order: OrderView, *, today: date) -> OrderRewards:
    """For a seller who may see the order. The same statements however large its meeting is.

    While it can still be paid, or its meeting is open, a projection; afterwards, what was granted.
    """
    if order.is_gift or order.is_cancelled or not order.lines:
        return OrderRewards()
    if _is_settled(session, actor, order):
        granted = [one for one in grants_of_orders(session, [order.id]) if _stands(one)]
        brought = [Gain(of_grant(grant)) for grant in granted]
        points_won = _points_of(gain.winning for gain in brought)
        return _told(session, actor, brought, points_won, settled=True)
    prospect = prospect_of(session, order, today=today)
    with_it = [of_award(award) for award in prospect.with_it]
    without = [of_award(award) for award in prospect.without]
    more_points = _more_points(with_it, without)
    return _told(session, actor, gains(with_it, without), more_points, settled=False)


def _more_points(with_it: Iterable[Winning], without: Iterable[Winning]) -> Counter[UUID]:
    """By person: what one rule gives more, another may give less."""
    more = _points_of(with_it)
    more.subtract(_points_of(without))
    return more


def _points_of(winnings: Iterable[Winning]) -> Counter[UUID]:
    found: Counter[UUID] = Counter()
    for one in winnings:
        if one.kind == "points":
            found[one.customer_id] += one.value
    return found


def _is_settled(session: Session, actor: Actor, order: OrderView) -> bool:
    if order.meeting_id is None:
        return order.counts_as_sale
    return meetings.meeting_card(session, actor, order.meeting_id).closed_at is not None


def _stands(grant: GrantView) -> bool:
    return grant.status != "reversed" and grant.value > 0


def _told(
    session: Session,
    actor: Actor,
    gains: Sequence[Gain],
    more_points: Counter[UUID],
    *,
    settled: bool,
) -> OrderRewards:
    if not gains:
        return OrderRewards()
    gains = sorted(gains, key=lambda gain: CAPACITIES.index(gain.winning.beneficiary))
    speech = speech_for(session, Reader(Voice.SELLER), [gain.winning for gain in gains])
    told = [
        _to_whom(customer_id, _titles(hers, more_points[customer_id], speech), actor, speech)
        for customer_id, hers in _by_person(gains)
    ]
    what = listed([one for one in told if one])
    if not what:
        return OrderRewards()
    words = (
        gettext("This order brought %(what)s.", what=what)
        if settled
        else gettext("This order will bring %(what)s.", what=what)
    )
    return OrderRewards(words, [_reason(gain, actor, speech) for gain in gains])


def _by_person(gains: Iterable[Gain]) -> list[tuple[UUID, list[Gain]]]:
    people: dict[UUID, list[Gain]] = defaultdict(list)
    for gain in gains:
        people[gain.winning.customer_id].append(gain)
    return list(people.items())


def _to_whom(customer_id: UUID, titles: Sequence[str], actor: Actor, speech: Speech) -> str:
    """30 points + Code promo −10 % à Chloé."""
    if not titles:
        return ""
    what = " + ".join(titles)
    if customer_id == actor.customer_id:
        return gettext("%(what)s to you", what=what)
    return gettext("%(what)s to %(name)s", what=what, name=_name(customer_id, speech))


def _name(customer_id: UUID, speech: Speech) -> str:
    return speech.first_names.get(str(customer_id), "")


def _titles(gains: Sequence[Gain], more_points: int, speech: Speech) -> list[str]:
    """Points of several rules are one sum."""
    others = sorted(
        (gain for gain in gains if gain.winning.kind != "points"),
        key=lambda gain: FAMILIES.index(gain.winning.kind),
    )
    first = [points(more_points)] if more_points > 0 else []
    return first + [reward_title(one.winning.terms, speech.products, one.more) for one in others]


def _reason(gain: Gain, actor: Actor, speech: Speech) -> str:
    winning = gain.winning
    name = (
        gettext("You")
        if winning.customer_id == actor.customer_id
        else _name(winning.customer_id, speech)
    )
    told = " ".join(why_of(winning, speech, open_end=False, rule=False))
    part = reward_title(winning.terms, speech.products, gain.more)
    if not gain.before:
        return gettext("%(name)s, %(part)s: %(why)s", name=name, part=part, why=told)
    return gettext(
        "%(name)s, %(part)s: %(all)s with this order, %(had)s without. %(why)s",
        name=name,
        part=part,
        all=_amount(winning, winning.value),
        had=_amount(winning, gain.before),
        why=told,
    )


def _amount(winning: Winning, value: int) -> str:
    if winning.kind == "points":
        return points(value)
    return money(value) if winning.unit == "cents" else number(value)
