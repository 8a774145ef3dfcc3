"""What the forms about orders send, and the commands they become."""

from typing import Any

from marshmallow import post_load, pre_load

from app.http.fields import Cents, Choice, Count, Id, StrictSchema, Text
from app.orders.models import MOST_UNITS, PaymentMethod
from app.orders.services import RecordPayment

PAY, LATER = "pay", "later"


class StartOrderSchema(StrictSchema):
    participant_id = Id(required=True)
    """A guest of the meeting, or its host by her own id."""


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

    @pre_load
    def only_the_button(self, data: Any, **_: Any) -> Any:
        return {name: data[name] for name in data if name not in PaymentSchema().fields}
