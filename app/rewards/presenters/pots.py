"""Accumulators as pages show them: how full, what is missing, what the next one gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from app.catalog import queries as catalog
from app.http.words import date_long, money, number, say
from app.kernel.actor import BY_LINK, Actor, Role
from app.meetings.queries import MeetingCard
from app.orders.queries import OrderCard, OrderView
from app.rewards.domain.outcome import PotFed, PotOutcome
from app.rewards.domain.references import references_of
from app.rewards.domain.terms import Pot, PotMeasure, Resets, Rule, Settings, Trigger
from app.rewards.domain.words import tell_check, tell_left_out
from app.rewards.presenters.distance import ratio, still
from app.rewards.presenters.points import Source, Sources
from app.rewards.presenters.sentences import cap_words, day_words, tell_rule
from app.rewards.presenters.shapes import Won
from app.rewards.presenters.titles import Names, family, price, titles
from app.rewards.presenters.tongue import gettext, ngettext
from app.rewards.queries.pot_views import (
    FeedingView,
    PotFigures,
    PotView,
    feedings_of,
    figures_of_pots,
    pots_of,
    prospect_of_pots,
)
from app.rewards.queries.programme import programme_in_force

MOST_FEEDINGS = 5
MOST_STAMPS = 12
"""A card with more of them is a bar."""


@dataclass(frozen=True, slots=True)
class Filling:
    """How full a pot is."""

    progress: str
    """80,00 € / 100 €; 3 stamps of 10"""
    ratio: int
    stamps: list[bool]
    """Of a card with few of them: which are there. Empty: a bar."""
    missing: str
    """Empty: there is enough in it."""


def filling(measure: str, balance: int, threshold: int) -> Filling:
    is_money = measure == PotMeasure.SPEND
    stamps = [] if is_money or threshold > MOST_STAMPS else _stamps(balance, threshold)
    missing = max(0, threshold - balance)
    return Filling(
        progress=_progress(measure, balance, threshold, is_card=bool(stamps)),
        ratio=ratio(balance, threshold),
        stamps=stamps,
        missing=still([_amount(measure, missing)]) if missing else "",
    )


def _stamps(balance: int, threshold: int) -> list[bool]:
    return [place < balance for place in range(threshold)]


def _progress(measure: str, balance: int, threshold: int, *, is_card: bool) -> str:
    if measure == PotMeasure.SPEND:
        return f"{money(balance)} / {price(threshold)}"
    current = number(balance)
    if is_card:
        return ngettext(
            "%(current)s stamp of %(target)s",
            "%(current)s stamps of %(target)s",
            balance,
            current=current,
            target=number(threshold),
        )
    return gettext("%(current)s of %(what)s", current=current, what=_amount(measure, threshold))


def _amount(measure: str, value: int) -> str:
    count = number(abs(value))
    if measure == PotMeasure.SPEND:
        return money(abs(value))
    if measure == PotMeasure.UNITS:
        return ngettext("%(count)s item", "%(count)s items", abs(value), count=count)
    if measure == PotMeasure.BASKETS:
        return ngettext("%(count)s order", "%(count)s orders", abs(value), count=count)
    return ngettext("%(count)s meeting held", "%(count)s meetings held", abs(value), count=count)


def moved_words(measure: str, amount: int) -> str:
    """+60,00 €; −1 order"""
    sign = "+" if amount > 0 else "−" if amount < 0 else ""
    return f"{sign}{_amount(measure, amount)}"


# ---------------------------------------------------------------- on a card


@dataclass(frozen=True, slots=True)
class FeedingLine:
    """What an order, or a meeting, put in, or took out again."""

    text: str
    at: datetime
    amount: int
    """Cents or a count."""
    amount_text: str
    """+60,00 €; −1 order"""
    order_id: UUID | None
    """Of an order the reader may open."""


@dataclass(frozen=True, slots=True)
class PotLine:
    rule_id: str
    name: str
    description: str
    image_url: str | None
    kind: str
    """points, gift, code or voucher: what it gives"""
    gives: str
    measure: str
    """spend, units, baskets or meetings"""
    balance: int
    """Cents of what was spent, else a count; less than nothing: that much is made up first."""
    threshold: int
    progress: str
    ratio: int
    stamps: list[bool]
    missing: str
    notes: list[str]
    why: list[str]
    times: int
    """How often it has paid."""
    won: list[Won]
    feedings: list[FeedingLine]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What lines about somebody's pots speak of."""

    actor: Actor
    names: Names
    """Of products, by their folded reference."""
    sources: Sources
    won: Mapping[UUID, Sequence[Won]]
    """By pot."""
    fed: Mapping[UUID, Sequence[FeedingView]]


def pots_to_show(session: Session, customer_id: UUID, *, today: date) -> list[PotView]:
    """Without those that may not be for her: whom conditions about the person let in is told once
    something is in them."""
    found = pots_of(session, customer_id, today=today)
    return [one for one in found if one.id or not one.rule.of_winner]


def last_feedings(session: Session, views: Iterable[PotView]) -> dict[UUID, list[FeedingView]]:
    """By pot, the newest first, a few of each."""
    found: dict[UUID, list[FeedingView]] = {}
    ids = [one.id for one in views if one.id]
    for feeding in feedings_of(session, ids) if ids else ():
        some = found.setdefault(feeding.pot_id, [])
        if len(some) < MOST_FEEDINGS:
            some.append(feeding)
    return found


def names_in_pots(session: Session, views: Iterable[PotView]) -> Names:
    """One statement."""
    terms = [dict(reward.terms) for view in views for reward in view.rule.rewards]
    lists = [one.pot.products for one in views]
    wanted = references_of(terms) | {name for listed in lists for name in listed}
    found = catalog.products_by_reference(session, wanted)
    return {key: product.name for key, product in found.items()}


def pot_lines(views: Iterable[PotView], shelf: Shelf) -> list[PotLine]:
    return [_line(view, shelf) for view in views]


def _line(view: PotView, shelf: Shelf) -> PotLine:
    rule, pot = view.rule, view.pot
    rewards = [reward.terms for reward in rule.rewards]
    full = filling(pot.measure, view.balance, pot.threshold)
    return PotLine(
        rule_id=rule.id,
        name=pot_name(view),
        description=pot.description,
        image_url=_picture(pot.images),
        kind=family(rewards[0]["kind"]),
        gives=titles(rewards, shelf.names),
        measure=pot.measure,
        balance=view.balance,
        threshold=pot.threshold,
        **asdict(full),
        notes=list(_notes(view)),
        why=_rule_told(view, shelf.names),
        times=view.given,
        won=list(shelf.won.get(view.id, ())) if view.id else [],
        feedings=[_feeding(one, pot.measure, shelf) for one in _fed(view, shelf)],
    )


def pot_name(view: PotView) -> str:
    return view.rule.name or gettext("Savings")


def _fed(view: PotView, shelf: Shelf) -> Sequence[FeedingView]:
    return shelf.fed.get(view.id, ()) if view.id else ()


def _picture(images: Sequence[str]) -> str | None:
    return url_for("reward_pictures.show", image_id=images[0]) if images else None


def _notes(view: PotView) -> Iterable[str]:
    pot = view.pot
    if view.balance < 0:
        back = _amount(pot.measure, view.balance)
        yield gettext("%(amount)s came back after a reward was used: they are made up first.",
                      amount=back)  # fmt: skip
    if not view.missing:
        yield gettext("It is full: what is in it waits until another one may be won.")
    if pot.ends_on is not None and view.is_over:
        yield gettext("It is over since %(last)s: nothing feeds it any more.",
                      last=day_words(pot.ends_on))  # fmt: skip
    elif pot.ends_on is not None:
        yield gettext("Counts until %(last)s.", last=day_words(pot.ends_on))
    if pot.resets is Resets.YEARLY:
        yield gettext("Starts again from nothing each year.")


def _rule_told(view: PotView, names: Names) -> list[str]:
    told = tell_rule(view.rule, Settings(), names)
    return [f"{told.head}.", *(cap_words(cap, view.rule) for cap in view.rule.caps)]


def _feeding(one: FeedingView, measure: str, shelf: Shelf) -> FeedingLine:
    source = shelf.sources.get(one.source_id)
    return FeedingLine(
        text=_fed_by(one, source),
        at=one.at,
        amount=one.amount,
        amount_text=moved_words(measure, one.amount),
        order_id=one.source_id if _may_open(shelf.actor, one, source) else None,
    )


def _fed_by(one: FeedingView, source: Source | None) -> str:
    if source is None:
        return gettext("An order") if one.source_type == "order" else gettext("A meeting")
    if isinstance(source, MeetingCard):
        return gettext("Meeting of %(day)s", day=date_long(source.starts_at))
    assert isinstance(source, OrderCard)
    if one.amount > 0:
        return gettext("Order No. %(number)s", number=source.number or "")
    return gettext("Order No. %(number)s: cancelled or sent back", number=source.number or "")


def _may_open(actor: Actor, one: FeedingView, source: Source | None) -> bool:
    if one.source_type != "order" or source is None or actor.role in BY_LINK:
        return False
    return actor.role is not Role.SELLER or source.seller_id == actor.seller_id


# ---------------------------------------------------------------- of a cart


@dataclass(frozen=True, slots=True)
class AheadLine:
    """What a cart would do to one pot."""

    name: str
    kind: str
    gives: str
    progress: str
    """With the cart in it."""
    ratio: int
    stamps: list[bool]
    missing: str
    wins: str
    """What the cart would win; empty: nothing yet."""
    why: list[str]


def cart_pots(session: Session, actor: Actor, order: OrderView, *, today: date) -> list[AheadLine]:
    """Of an order that is still being composed, for whoever may see it: its buyer's pots, and, for
    a seller, her own. As many statements for every order."""
    if not order.is_cart or order.is_gift or not order.lines:
        return []
    hers = {str(order.customer_id), *([str(actor.customer_id)] if _sells(actor) else [])}
    pots = [pot for pot in prospect_of_pots(session, order, today=today) if pot.customer_id in hers]
    if not pots:
        return []
    found = catalog.products_by_reference(
        session, references_of([dict(reward) for pot in pots for reward in pot.rewards])
    )
    names = {key: product.name for key, product in found.items()}
    return [_ahead(pot, str(order.id), names) for pot in pots]


def _sells(actor: Actor) -> bool:
    return actor.role is Role.SELLER


def _ahead(pot: PotOutcome, order_id: str, names: Names) -> AheadLine:
    full = filling(pot.measure, pot.after, pot.threshold)
    fed = [one for one in pot.feedings if one.source_id == order_id]
    times = sum(len(one.issued) for one in fed)
    gives = titles(pot.rewards, names)
    return AheadLine(
        name=pot.rule_name or gettext("Savings"),
        kind=family(pot.rewards[0]["kind"]),
        gives=gives,
        **asdict(full),
        wins=_wins(times, gives),
        why=[words for one in fed for words in _fed_words(pot, one)],
    )


def _wins(times: int, gives: str) -> str:
    if not times:
        return ""
    if times == 1:
        return gettext("This order wins: %(reward)s.", reward=gives)
    return gettext("This order wins %(times)s times: %(reward)s.", times=times, reward=gives)


def _fed_words(pot: PotOutcome, fed: PotFed) -> Iterable[str]:
    if fed.amount:
        yield gettext(
            "This order puts in %(amount)s; there were %(before)s.",
            amount=_amount(pot.measure, fed.amount), before=_amount(pot.measure, pot.before),
        )  # fmt: skip
    else:
        yield gettext("This order puts nothing in.")
    yield from (say(tell_check(check)) for check in (*fed.lacks, *fed.held_back))
    yield from (say(tell_left_out(one)) for one in fed.left_out if one.amount_cents)


# ---------------------------------------------------------------- of a brand


@dataclass(frozen=True, slots=True)
class PotRow:
    name: str
    slice: str
    """100,00 €; 6 orders"""
    people: int
    content: str
    """Of all of them together."""
    given: int


def pot_rows(session: Session, *, today: date) -> list[PotRow]:
    """Those in force, with their figures. Two statements."""
    in_force = programme_in_force(session, today)
    rules = in_force.programme.by_trigger[Trigger.SPEND] if in_force else ()
    figures = figures_of_pots(session) if rules else {}
    return [_row(rule, rule.pot, figures) for rule in rules if rule.pot]


def _row(rule: Rule, pot: Pot, figures: Mapping[tuple[str, str], PotFigures]) -> PotRow:
    found = figures.get((rule.id, pot.measure.value), PotFigures())
    return PotRow(
        name=rule.name or rule.id,
        slice=_amount(pot.measure, pot.threshold),
        people=found.people,
        content=moved_words(pot.measure, found.balance).removeprefix("+"),
        given=found.given,
    )
