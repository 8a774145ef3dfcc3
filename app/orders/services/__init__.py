"""What people do with orders. An order of a meeting is changed through
`app.meetings.services.ordering`, which locks the meeting first."""

from app.orders.services.asking import ask
from app.orders.services.carts import (
    add_line,
    discard_cart,
    discard_carts_of_meeting,
    new_cart,
    refresh_cart,
    remove_line,
    set_quantity,
)
from app.orders.services.earning import settle_points
from app.orders.services.foreseeing import foresee_cancel, foresee_return
from app.orders.services.gifts import (
    add_gift_line,
    finalise_gift_order,
    gift_lines,
    gift_order_for,
    hold_draft_parcel,
    withdraw_gifts,
)
from app.orders.services.payments import RecordPayment, record_payment, refuse_payment
from app.orders.services.placing import accept_terms, cancel_unpaid, place, release_abandoned
from app.orders.services.pricing import moved_on, quote_of
from app.orders.services.reversing import cancel, take_back
from app.orders.services.shipping_out import deliver, ship
from app.orders.services.withdrawing import withdraw

__all__ = [
    "RecordPayment",
    "accept_terms",
    "add_gift_line",
    "add_line",
    "ask",
    "cancel",
    "cancel_unpaid",
    "deliver",
    "discard_cart",
    "discard_carts_of_meeting",
    "finalise_gift_order",
    "foresee_cancel",
    "foresee_return",
    "gift_lines",
    "gift_order_for",
    "hold_draft_parcel",
    "moved_on",
    "new_cart",
    "place",
    "quote_of",
    "record_payment",
    "refresh_cart",
    "refuse_payment",
    "release_abandoned",
    "remove_line",
    "set_quantity",
    "settle_points",
    "ship",
    "take_back",
    "withdraw",
    "withdraw_gifts",
]
