"""What one order brings, to whom and why: the numbers of the calculator, or of what was granted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from app.http.words import money, number, points
from app.kernel.actor import BY_LINK, Actor
from app.meetings import queries as meetings
from app.orders.queries import OrderView
from app.rewards.domain.outcome import Miss
from app.rewards.domain.reach import Reach, Way, way_of
from app.rewards.presenters.differences import Gain, gains
from app.rewards.presenters.distance import missing_on
from app.rewards.presenters.reasons import Speech, listed
from app.rewards.presenters.shapes import Reader, Voice
from app.rewards.presenters.titles import reward_title, titles
from app.rewards.presenters.tongue import gettext
from app.rewards.presenters.winnings import Winning, of_award, of_grant, speech_for, why_of
from app.rewards.queries import GrantView, grants_of_orders
from app.rewards.queries.sales import Prospect, prospect_of

FAMILIES = ("points", "gift", "voucher", "code")
MOST_AHEAD = 2
CAPACITIES = ("guest", "host", "seller")
"""Who is told of first: she whose order it is."""


@dataclass(frozen=True, slots=True)
class OrderRewards:
    sentence: str = ""
    """Empty: it brings nothing to anybody."""
    why: list[str] = field(default_factory=list)
    ahead: list[str] = field(default_factory=list)
    """What more in it would bring, as long as it can be added to."""


def order_rewards(session: Session, actor: Actor, order: OrderView, *, today: date) -> OrderRewards:
    """For somebody who may see the order; by a link, she reads of her own rewards only. The same
    statements however large its meeting is.

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
    ahead = _within_reach(prospect, order) if order.status == "cart" else ()
    return _told(session, actor, gains(with_it, without), more_points, ahead, settled=False)


def _within_reach(prospect: Prospect, order: OrderView) -> list[tuple[Miss, Way]]:
    """Of what it wins by itself."""
    hers = [one for one in prospect.missed if one.scope_id == str(order.id)]
    ways = [(miss, way_of(miss)) for miss in hers]
    return [(miss, way) for miss, way in ways if way.reach is Reach.AHEAD and way.needs]


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
    gains: Iterable[Gain],
    more_points: Counter[UUID],
    ahead: Sequence[tuple[Miss, Way]] = (),
    *,
    settled: bool,
) -> OrderRewards:
    reader = _reader(actor)
    told = [gain for gain in gains if reader.reads_of(str(gain.winning.customer_id))]
    told.sort(key=lambda gain: CAPACITIES.index(gain.winning.beneficiary))
    ahead = [pair for pair in ahead if reader.reads_of(pair[0].customer_id)]
    if not told and not ahead:
        return OrderRewards()
    misses = [miss for miss, _ in ahead]
    buyers = {UUID(miss.customer_id) for miss in misses if miss.customer_id}
    winnings = [gain.winning for gain in told]
    speech = speech_for(session, reader, winnings, misses, others=buyers)
    return OrderRewards(
        _sentence(told, more_points, actor, speech, settled=settled),
        [_reason(gain, actor, speech) for gain in told],
        [_ahead(miss, way, actor, speech) for miss, way in ahead][:MOST_AHEAD],
    )


def _reader(actor: Actor) -> Reader:
    if actor.role in BY_LINK:
        return Reader(Voice.WINNER, actor.customer_id)
    return Reader(Voice.SELLER)


def _sentence(
    gains: Iterable[Gain],
    more_points: Counter[UUID],
    actor: Actor,
    speech: Speech,
    *,
    settled: bool,
) -> str:
    told = [
        _to_whom(customer_id, _titles_of(hers, more_points[customer_id], speech), actor, speech)
        for customer_id, hers in _by_person(gains)
    ]
    what = listed([one for one in told if one])
    if not what:
        return ""
    if settled:
        return gettext("This order brought %(what)s.", what=what)
    return gettext("This order will bring %(what)s.", what=what)


def _ahead(miss: Miss, way: Way, actor: Actor, speech: Speech) -> str:
    """Encore 15,00 € : Code promo −10 % à Chloé."""
    what = [titles(miss.rewards, speech.products)]
    to_whom = _to_whom(UUID(miss.customer_id), what, actor, speech) if miss.customer_id else what[0]
    return gettext("%(missing)s: %(what)s.", missing=missing_on(way, speech.products), what=to_whom)


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


def _titles_of(gains: Sequence[Gain], more_points: int, speech: Speech) -> list[str]:
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
