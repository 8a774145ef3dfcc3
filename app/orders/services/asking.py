"""What is asked for on a draft besides its lines: each wish prices it again.

Something refused is not kept: the draft stays as it was, and the refusal says why.
"""

from dataclasses import replace
from uuid import UUID

from app.infra.uow import UnitOfWork
from app.kernel.actor import BY_LINK, Actor
from app.kernel.clock import Clock
from app.kernel.errors import NotAllowed
from app.kernel.text import identity_key
from app.orders.domain.asked import MOST_ASKED, Asked, Delivery, Place
from app.orders.domain.wishes import PickPromotion, SetDelivery, UseVoucher, Wish
from app.orders.errors import AddressMissing, NotGranted, ShippingNotPossible, TooMuchAsked
from app.orders.repository import locked_cart
from app.orders.services.pricing import reprice
from app.orders.services.shipping import method_serving
from app.promotions.domain import Quote
from app.promotions.domain.quote import Reason, Refusal
from app.promotions.domain.terms import Entry
from app.promotions.domain.words import Voice


def ask(uow: UnitOfWork, actor: Actor, order_id: UUID, wish: Wish, *, clock: Clock) -> Quote:
    """Raises NotGranted with the precise reason, TooMuchAsked; for a delivery ShippingNotPossible
    when its method is gone or does not serve the address, AddressMissing."""
    order = locked_cart(uow.session, actor, order_id)
    if isinstance(wish, SetDelivery):
        wish = SetDelivery(_complete(uow, wish.delivery))
    asked = wish.on(Asked.read(order.asked))
    if max(len(asked.codes), len(asked.picked), len(asked.vouchers)) > MOST_ASKED:
        raise TooMuchAsked(most=MOST_ASKED)
    order.asked = asked.to_json()
    quote = reprice(uow.session, order, clock=clock)
    _must_be_granted(wish, quote, Voice.CUSTOMER if actor.role in BY_LINK else Voice.SELLER)
    _must_be_hers_to_pick(actor, wish, quote)
    return quote


def _must_be_hers_to_pick(actor: Actor, wish: Wish, quote: Quote) -> None:
    """What only a seller may give, nobody gives herself."""
    if isinstance(wish, PickPromotion) and actor.role in BY_LINK:
        given = (one.promotion for one in quote.applied if one.entry == Entry.MANUAL)
        if wish.promotion in given:
            raise NotAllowed


def _must_be_granted(wish: Wish, quote: Quote, voice: Voice) -> None:
    if isinstance(wish, UseVoucher) and wish.voucher_id not in {one.id for one in quote.vouchers}:
        refused = [one for one in quote.refusals if one.asked == wish.voucher_id]
        raise NotGranted(refused[0] if refused else not_held(wish.voucher_id), voice)
    kind, names = wish.named
    keys = {identity_key(name) for name in names}
    for refusal in quote.refusals:
        if refusal.kind == kind and identity_key(refusal.asked) in keys:
            raise NotGranted(refusal, voice)


def not_held(voucher_id: str) -> Refusal:
    return Refusal("voucher", voucher_id, (Reason("not_held"),))


def _complete(uow: UnitOfWork, delivery: Delivery) -> Delivery:
    if delivery.place == Place.HAND_OVER:
        return Delivery()
    if not (delivery.address and delivery.postcode and delivery.city and delivery.country):
        raise AddressMissing
    method = method_serving(uow.session, delivery)
    if delivery.method_id and method is None:
        raise ShippingNotPossible
    return replace(delivery, method=method.code if method else "")
