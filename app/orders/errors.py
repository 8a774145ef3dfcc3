"""What orders refuse, and what to do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from app.kernel.errors import Conflict, NotFound, Refused
from app.kernel.words import N_
from app.promotions.domain.quote import Refusal
from app.promotions.domain.words import Voice, tell_reason


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


class GiftAddsItself(Refused):
    code = "gift_adds_itself"
    words = N_("%(name)s is a gift that comes and goes with the order: decline it instead.")


class CartHasChanged(Conflict):
    """`changes` are the differences (`domain.frozen`) from what was shown."""

    code = "cart_has_changed"
    words = N_(
        "Prices have changed: the order now comes to %(total_cents)s. Check it, then confirm."
    )

    def __init__(self, *, changes: Sequence[Any] = (), **params: Any) -> None:
        super().__init__(**params)
        self.changes = tuple(changes)

    @property
    def details(self) -> Mapping[str, Any]:
        return {
            "total_cents": self.params.get("total_cents"),
            "changes": [asdict(one) for one in self.changes],
        }


class NotGranted(Refused):
    """Something asked for that this order cannot have; `refusal` says why. Its code is the
    reason's: exhausted, unknown_code, amount_missing…"""

    code = "not_granted"
    words = N_("%(why)s")

    def __init__(self, refusal: Refusal, voice: Voice = Voice.SELLER) -> None:
        super().__init__(why=tell_reason(refusal.reasons[0], voice))
        self.refusal = refusal
        vars(self)["code"] = refusal.reasons[0].code


class TooMuchAsked(Refused):
    code = "too_much_asked"
    words = N_("An order takes at most %(most)s of these.")


class ShippingNotPossible(Refused):
    code = "shipping_not_possible"
    words = N_("This way of shipping does not serve this address: choose another one.")


class AddressMissing(Refused):
    code = "address_missing"
    words = N_("Give a street, a postcode, a city and a country to ship to.")


class UnitsNotThere(Refused):
    code = "units_not_there"
    words = N_("Of %(name)s, at most %(most)s can be chosen.")


class NothingChosen(Refused):
    code = "nothing_chosen"
    words = N_("Choose at least one product.")


class OrderNotPaid(Refused):
    code = "order_not_paid"
    words = N_("This order is not paid in full: cancel it whole.")


class OrderIsShipped(Refused):
    code = "order_is_shipped"
    words = N_("Part of this order was shipped: record its payment, then take it back.")


class NotShippedYet(Refused):
    code = "not_shipped_yet"
    words = N_("Everything has to be shipped first.")


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


class PaymentNotFound(NotFound):
    code = "payment_not_found"
    words = N_("This payment does not exist.")


class PaymentAlreadyRefused(Conflict):
    code = "payment_already_refused"
    words = N_("This payment is marked as refused already: nothing was done a second time.")


class MoneyGivenBack(Refused):
    code = "money_given_back"
    words = N_(
        "%(refunded_cents)s of this order were paid back already: cancel what is left of it "
        "instead."
    )


class WithdrawalOver(Refused):
    code = "withdrawal_over"
    words = N_("You could withdraw until %(last_day)s.")
