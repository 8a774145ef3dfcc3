"""Gifts to choose: what to choose among, how many are left, what became of the choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.brands.queries import this_brand
from app.catalog.presenters import picture_of, stock_words
from app.catalog.queries import ProductView
from app.http.words import date_long, date_short, number, zone
from app.kernel.actor import Actor, Role
from app.kernel.text import identity_key
from app.orders.queries import OpenOrder, OrderView, orders_not_shipped
from app.promotions import queries as promotions
from app.rewards.domain.gift_terms import OutOfStock, Unchosen
from app.rewards.presenters.holdings import last_day, noted
from app.rewards.presenters.shapes import Choice, GiftLine, ParcelOption, Won
from app.rewards.presenters.titles import Terms, price, reward_title
from app.rewards.presenters.tongue import gettext
from app.rewards.queries import ClaimView, GrantView, grants_by_id, open_claims_of
from app.rewards.queries.shelf import Shelf, shelves

ORDER_STEPS = {"cart": "chosen", "placed": "ordered", "completed": "done"}
OWN, HOST = "own", "host"
"""How the ways to leave that are no order are called in forms."""


@dataclass(frozen=True, slots=True)
class Ways:
    """In which parcels gifts of one customer may leave, as the brand allows."""

    orders: Sequence[OpenOrder] = ()
    with_host: bool = False

    def of(self, claim: ClaimView) -> list[ParcelOption]:
        """Nothing when there is nothing to choose."""
        options = [ParcelOption(str(one.id), _with(one)) for one in self.orders]
        if self.with_host and claim.meeting_id:
            options.append(ParcelOption(HOST, gettext("With the host’s parcel")))
        own = ParcelOption(OWN, gettext("On its own"))
        return [own, *options] if options else []


NO_WAYS = Ways()


def ways_of(session: Session, actor: Actor, customer_id: UUID) -> Ways:
    """Two statements. A seller knows of her own orders only."""
    settings = this_brand(session).settings
    leaving: Sequence[OpenOrder] = ()
    if settings.gifts_with_orders == "yes":
        seller_id = actor.seller_id if actor.role is Role.SELLER else None
        leaving = orders_not_shipped(session, customer_id, seller_id)
    return Ways(leaving, settings.gifts_with_host == "yes")


def _with(order: OpenOrder) -> str:
    if order.number is None:
        day = order.created_at.astimezone(zone()).date()
        return gettext("With the order of %(day)s", day=date_short(day))
    return gettext("With order No. %(number)s", number=order.number)


def gift_lines(
    session: Session,
    claims: Sequence[ClaimView],
    grants: Mapping[UUID, GrantView],
    why: Mapping[UUID, Won],
    *,
    order_status: Mapping[UUID, str],
    earned: Mapping[UUID, str],
    ways: Ways = NO_WAYS,
) -> list[GiftLine]:
    """Claims with what may be chosen now. Three statements, however many claims.

    `why` by grant id, `order_status` by order id, `earned` (where it was won) by the
    id of the meeting or, outside meetings, of the order.
    """
    shelf_of = shelves(session, claims)
    converted = [claim.voucher_id for claim in claims if claim.voucher_id]
    worth = {one.id: one.face_cents for one in promotions.vouchers_by_id(session, converted)}
    lines = []
    for claim in claims:
        order = order_status.get(claim.order_id) if claim.order_id else None
        grant = grants[claim.grant_id] if claim.grant_id else None
        shelf = shelf_of[claim.id]
        terms = grant.reward if grant else claim.terms or {}
        line = _line(claim, terms, shelf, order)
        line = replace(
            line,
            why=_reasons(grant, terms, why),
            earned_text=earned.get(claim.meeting_id or grant.scope_id) if grant else None,
            notice=notice_of(shelf, worth.get(claim.voucher_id) if claim.voucher_id else None),
            parcels=ways.of(claim) if line.status in CHOOSABLE or line.can_change else [],
        )
        lines.append(line)
    return lines


CHOOSABLE = {"to_choose", "waiting"}


def _reasons(grant: GrantView | None, terms: Terms, why: Mapping[UUID, Won]) -> list[str]:
    if grant is None:
        return noted(terms)
    return why[grant.id].why if grant.id in why else []


def gifts_beside(
    session: Session, actor: Actor, order: OrderView, *, at: datetime
) -> list[GiftLine]:
    """What the customer of a draft may choose while it is being taken, to leave with it if the
    brand allows. One statement, and four more where there is something."""
    claims = open_claims_of(session, actor, order.customer_id, at)
    if not claims:
        return []
    joins = order.lines and this_brand(session).settings.gifts_with_orders == "yes"
    ways = Ways([OpenOrder(order.id, order.number, order.created_at)] if joins else [])
    grants = grants_by_id(session, {one.grant_id for one in claims if one.grant_id})
    return gift_lines(session, claims, grants, {}, order_status={}, earned={}, ways=ways)


def _line(claim: ClaimView, terms: Terms, shelf: Shelf, order_status: str | None) -> GiftLine:
    choices = choices_of(shelf)
    names = {identity_key(one.reference): one.name for one in [*shelf.choices, *shelf.substitutes]}
    nothing_left = shelf.is_empty and claim.status == "open"
    status = gift_status(claim, order_status)
    return GiftLine(
        claim_id=claim.id,
        title=reward_title(terms, names, 1),
        status=status,
        customer_id=claim.customer_id,
        meeting_id=claim.meeting_id,
        choose_by=last_day(claim.choose_before),
        choices=choices,
        chosen_id=claim.product_id,
        chosen_name=next((c.name for c in choices if c.id == claim.product_id), None),
        order_id=claim.order_id,
        earned_text=None,
        why=[],
        can_wait=nothing_left and claim.kept.out_of_stock is OutOfStock.WAITING_LIST,
        can_convert=nothing_left and claim.kept.out_of_stock is OutOfStock.VOUCHER,
        can_change=status == "chosen",
        waits_for_id=claim.waits_for_id,
    )


def choices_of(shelf: Shelf) -> list[Choice]:
    """In the programme's order, without those that left the catalogue; her choice stays."""
    hers = {shelf.claim.product_id, shelf.claim.waits_for_id}
    shown = [*shelf.offered, *(one for one in shelf.substitutes if one.id in hers)]
    return [
        _choice(product, shelf)
        for product in dict.fromkeys(shown)
        if product.active or product.id in hers
    ]


def _choice(product: ProductView, shelf: Shelf) -> Choice:
    available = shelf.can_be_had(product)
    spoken_for = product.can_be_had and not available
    return Choice(
        id=product.id,
        name=product.name,
        image_url=picture_of(product),
        stock_text=gettext("Awaited by others") if spoken_for else stock_words(product.available),
        available=available,
        is_substitute=product in shelf.substitutes,
    )


def gift_status(claim: ClaimView, order_status: str | None) -> str:
    """to_choose, waiting, chosen, ordered, done, converted, expired or reversed."""
    if claim.status == "open":
        return "to_choose"
    if claim.status == "chosen":
        return ORDER_STEPS.get(order_status or "cart", "chosen")
    return claim.status


# ---------------------------------------------------------------- until when, and otherwise


def notice_of(shelf: Shelf, worth_cents: int | None = None) -> list[str]:
    """What is said in advance, or what became of it; `worth_cents` of the voucher in its place."""
    claim = shelf.claim
    if claim.status == "converted":
        return [_converted(claim, worth_cents)]
    if claim.status == "expired" and claim.choose_before:
        day = date_long(last_day(claim.choose_before))
        return [gettext("It was to be chosen by %(day)s: it is lost.", day=day)]
    if claim.status == "waiting":
        return _waiting(shelf)
    return [*_deadline(shelf), *_none_left(shelf)] if claim.status == "open" else []


def _converted(claim: ClaimView, cents: int | None) -> str:
    day = date_long(claim.ended_at and claim.ended_at.astimezone(zone()).date())
    amount = price(cents or 0)
    return gettext("Turned into a voucher of %(amount)s on %(day)s.", amount=amount, day=day)


def _waiting(shelf: Shelf) -> list[str]:
    claim = shelf.claim
    place = shelf.ahead(claim.waits_for_id) + 1 if claim.waits_for_id else 1
    names = {one.id: one.name for one in [*shelf.choices, *shelf.substitutes]}
    words = gettext(
        "On the waiting list for “%(name)s”: No. %(place)s. It is set aside as soon as it comes"
        " in, and you are told by e-mail.",
        name=names.get(claim.waits_for_id, "") if claim.waits_for_id else "",
        place=number(place),
    )
    if claim.waits_until is None:
        return [words]
    until, amount = date_long(last_day(claim.waits_until)), price(_worth(shelf))
    return [
        words,
        gettext("After %(day)s it becomes a voucher of %(amount)s.", day=until, amount=amount),
    ]


def _deadline(shelf: Shelf) -> list[str]:
    last = last_day(shelf.claim.choose_before)
    if last is None:
        return []
    if shelf.claim.kept.unchosen is Unchosen.LOST:
        return [gettext("To choose by %(day)s, otherwise it is lost.", day=date_long(last))]
    return [
        gettext(
            "To choose by %(day)s, otherwise it becomes a voucher of %(amount)s.",
            day=date_long(last),
            amount=price(_worth(shelf)),
        )
    ]


def _none_left(shelf: Shelf) -> list[str]:
    kept, told = shelf.claim.kept, []
    if shelf.substitutes:
        names = ", ".join(one.name for one in shelf.substitutes)
        told.append(
            gettext("Out of stock, it is replaced by one of these: %(names)s.", names=names)
        )
    amount = price(_worth(shelf))
    if kept.out_of_stock is OutOfStock.VOUCHER:
        told.append(
            gettext("With nothing left, it becomes a voucher of %(amount)s.", amount=amount)
        )
    elif kept.out_of_stock is OutOfStock.WAITING_LIST and kept.wait_at_most_days:
        told.append(
            gettext(
                "With nothing left, there is a waiting list; after %(days)s days of it, a voucher"
                " of %(amount)s.",
                days=number(kept.wait_at_most_days),
                amount=amount,
            )
        )
    elif kept.out_of_stock is OutOfStock.WAITING_LIST:
        told.append(gettext("With nothing left, there is a waiting list."))
    return told


def _worth(shelf: Shelf) -> int:
    return shelf.claim.kept.voucher_cents or shelf.dearest_cents
