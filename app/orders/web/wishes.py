"""What the forms ask for on a draft besides its lines: one form for each wish, on the seller's
order as in the customer's basket, all sent to one place; `action` says which wish it is."""

from collections.abc import Callable
from uuid import UUID

from flask import request

from app.customers import queries as customers
from app.customers.queries import CustomerView
from app.http.forms import load, posted
from app.http.words import say
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.errors import ConviveError
from app.meetings import queries as meetings
from app.meetings.services import ordering
from app.orders import queries
from app.orders.domain.asked import Delivery, Place
from app.orders.domain.wishes import (
    Accept,
    AskCode,
    ChooseGifts,
    Decline,
    DropCode,
    DropPick,
    LeaveVoucher,
    PickPromotion,
    SetDelivery,
    UsePoints,
    UseVoucher,
    Wish,
)
from app.orders.errors import AddressMissing, NotGranted, ShippingNotPossible
from app.orders.presenters.quotes import Around
from app.orders.presenters.reasons import reasons_words
from app.orders.schemas import TypedWish, WishSchema
from app.promotions.domain.words import names_of

BESIDE = {"code": "code", "points": "points", "voucher": "voucher"}
"""Which field a refusal stands beside."""

PLAIN: dict[str, Callable[[TypedWish], Wish]] = {
    "code": lambda typed: AskCode(typed.code),
    "drop_code": lambda typed: DropCode(typed.value),
    "pick": lambda typed: PickPromotion(typed.value),
    "unpick": lambda typed: DropPick(typed.value),
    "decline": lambda typed: Decline(typed.value),
    "undecline": lambda typed: Accept(typed.value),
    "voucher": lambda typed: UseVoucher(typed.value),
    "drop_voucher": lambda typed: LeaveVoucher(typed.value),
    "points": lambda typed: UsePoints(typed.points),
    "choose": lambda typed: ChooseGifts(typed.value, typed.products),
    "address": lambda typed: SetDelivery(typed.delivery),
}


def grant_wish(uow: UnitOfWork, actor: Actor, order_id: UUID) -> None:
    """Do what the form asks for. Raises Invalid, NotGranted, and what `ordering.ask` does."""
    typed: TypedWish = load(WishSchema, posted(request.form))
    if typed.action == "delivery":
        wish: Wish = SetDelivery(_delivered(uow, actor, order_id, typed.value))
    else:
        wish = PLAIN[typed.action](typed)
    ordering.ask(uow, actor, order_id, wish, clock=uow.clock)


def wish_errors(refusal: ConviveError | None, around: Around) -> dict[str, list[str]]:
    """A precise refusal, beside the field where it can be mended; empty: it is not about a wish."""
    if isinstance(refusal, NotGranted):
        field = BESIDE.get(request.form.get("action", ""), "_form")
        names = names_of(around.plan)
        return {field: [reasons_words(refusal.refusal.reasons, around.voice, names)]}
    if isinstance(refusal, AddressMissing | ShippingNotPossible):
        return {"delivery": [say(refusal)]}
    return {}


def _delivered(uow: UnitOfWork, actor: Actor, order_id: UUID, value: str) -> Delivery:
    """`customer:<method>`, `host:<method>` or `hand_over`: to an address that is on a card."""
    place, _, method = value.partition(":")
    order = queries.order_page(uow.session, actor, order_id).order
    if place == Place.CUSTOMER:
        card = customers.views(uow.session, [order.customer_id])[order.customer_id]
        return _to_card(card, method, Place.CUSTOMER)
    if place == Place.HOST and order.meeting_id:
        host_id = meetings.meeting_card(uow.session, actor, order.meeting_id).host_id
        host = customers.views(uow.session, [host_id])[host_id]
        return _to_card(host, method, Place.HOST)
    return Delivery()


def _to_card(card: CustomerView, method_id: str, place: Place) -> Delivery:
    return Delivery(
        place=place,
        method_id=method_id,
        name=card.name,
        address=card.address,
        postcode=card.postcode,
        city=card.city,
        country=card.country,
    )
