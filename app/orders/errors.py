"""What orders refuse, and what to do about it."""

from app.kernel.errors import Conflict, NotFound, Refused
from app.kernel.words import N_


class OrderNotFound(NotFound):
    code = "order_not_found"
    words = N_("We could not find this order. It may have been deleted.")


class LineNotFound(NotFound):
    code = "line_not_found"
    words = N_("This line is no longer on the order. Please look again.")


class OrderAlreadyPlaced(Conflict):
    code = "order_already_placed"
    words = N_("This order has already been placed: nothing was done a second time.")


class OrderNotPlaced(Refused):
    code = "order_not_placed"
    words = N_("Place the order before taking a payment.")


class OrderIsCancelled(Conflict):
    code = "order_is_cancelled"
    words = N_("This order was cancelled: take a new one.")


class OrderAlreadyPaid(Conflict):
    code = "order_already_paid"
    words = N_("This order is already paid: nothing was done a second time.")


class OrderIsEmpty(Refused):
    code = "order_is_empty"
    words = N_("This order is empty: add a product first.")


class QuantityOutOfRange(Refused):
    code = "quantity_out_of_range"
    words = N_("Give a quantity from 1 to %(most)s for %(name)s.")


class TooManyLines(Refused):
    code = "too_many_lines"
    words = N_("An order holds at most %(most)s lines: take a second order for the rest.")


class ProductNotForSale(Refused):
    code = "product_not_for_sale"
    words = N_("%(name)s is no longer sold. Remove it or choose something else.")


class CartHasChanged(Conflict):
    code = "cart_has_changed"
    words = N_(
        "Prices have changed: the order now comes to %(total_cents)s. Check it, then confirm."
    )


class PaymentTooHigh(Refused):
    code = "payment_too_high"
    words = N_("%(due_cents)s is still to pay: give this amount at most.")


class PaymentNotPositive(Refused):
    code = "payment_not_positive"
    words = N_("Give the amount you received.")


class PaymentDateNotPossible(Refused):
    code = "payment_date_not_possible"
    words = N_("Give the day the money was received: not in the future, not over a year ago.")


class OrderHasPayments(Refused):
    code = "order_has_payments"
    words = N_("%(paid_cents)s was already received for this order: it cannot be cancelled here.")


class GiftOrderIsFixed(Refused):
    code = "gift_order_is_fixed"
    words = N_("A gift order holds only gifts that were won: it follows the choice of the gift.")


class NotAGiftOrder(Refused):
    code = "not_a_gift_order"
    words = N_("Only a gift order is finalised; this one is paid.")
