"""What the forms about orders send, and the commands they become."""

from typing import Any

from marshmallow import post_load, pre_load

from app.http.fields import Cents, Choice, Count, Date, Id, Part, StrictSchema, Text
from app.kernel.money import MAX_CENTS
from app.orders.models import MOST_UNITS, Channel, Kind, PaymentMethod
from app.orders.queries import PAYMENT_STATES, STATES
from app.orders.services import RecordPayment

PAY, LATER = "pay", "later"


class StartOrderSchema(StrictSchema):
    participant_id = Id(required=True)
    """A guest of the meeting, or its host by her own id."""


class StartDirectOrderSchema(StrictSchema):
    customer_id = Id(required=True)


class OrdersSchema(StrictSchema):
    """What the list of orders may be asked for."""

    q = Text(maximum=100, load_default="")
    channel = Choice(Channel, load_default="")
    kind = Choice(Kind, load_default="")
    status = Choice(list(STATES), load_default="")
    payment = Choice(list(PAYMENT_STATES), load_default="")
    since = Date(load_default=None)
    until = Date(load_default=None)
    page = Count(minimum=1, maximum=5_000, load_default=1)


class AllOrdersSchema(OrdersSchema):
    """The same of all sellers' orders."""

    seller = Id(load_default=None)


class AddLineSchema(StrictSchema):
    product_id = Id(required=True)
    quantity = Count(minimum=1, maximum=MOST_UNITS, load_default=1)


class QuantitySchema(StrictSchema):
    quantity = Count(minimum=0, maximum=MOST_UNITS, required=True)


class PaymentSchema(StrictSchema):
    method = Choice(PaymentMethod, required=True)
    amount = Cents(minimum=1, required=True)
    reference = Text(maximum=60, load_default="")

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> RecordPayment:
        return RecordPayment(data["method"], data["amount"], reference=data["reference"])


class CheckoutSchema(StrictSchema):
    """Which of the two buttons. Whoever pays later is not asked how."""

    action = Choice([PAY, LATER], required=True)
    seen_cents = Count(maximum=MAX_CENTS, load_default=None)
    """The total that was on the page: another one is shown before it is agreed to."""

    @pre_load
    def only_the_button(self, data: Any, **_: Any) -> Any:
        return {name: data[name] for name in data if name not in PaymentSchema().fields}


class PaymentReceivedSchema(StrictSchema):
    """The same from the app, received today."""

    method = Choice(PaymentMethod, required=True)
    amount_cents = Cents(minimum=1, required=True)
    reference = Text(maximum=60, load_default="")

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> RecordPayment:
        return RecordPayment(data["method"], data["amount_cents"], reference=data["reference"])


class PlaceSchema(StrictSchema):
    """With a payment, or to be paid later. `seen_cents` is the total that was agreed to: if it has
    changed meanwhile, nothing is placed."""

    seen_cents = Cents(load_default=None)
    payment = Part(PaymentReceivedSchema, load_default=None)
