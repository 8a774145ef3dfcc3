"""What the forms about orders send, and the commands they become."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, post_load, pre_load, validates_schema

from app.customers.schemas import COUNTRIES
from app.customers.services import NewCustomer
from app.http.fields import (
    REQUIRED,
    Cents,
    Choice,
    Count,
    Date,
    Email,
    Flag,
    Id,
    ListOf,
    Part,
    StrictSchema,
    Text,
)
from app.http.words import locale, say
from app.kernel.money import MAX_CENTS
from app.kernel.words import N_
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
from app.orders.models import MOST_LINES, MOST_UNITS, Channel, Kind, PaymentMethod
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
    seen = Text(maximum=64, load_default=None)
    """The digest of the prices that were on the page."""
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

    seen = Text(maximum=64, load_default=None)
    """The digest of the quote that was agreed to: the same for its every amount."""
    seen_cents = Cents(load_default=None)
    payment = Part(PaymentReceivedSchema, load_default=None)


class GuestSchema(StrictSchema):
    """Who she is, said by whoever holds a meeting's link."""

    first_name = Text(required=True, maximum=80)
    last_name = Text(required=True, maximum=80)
    email = Email(required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> NewCustomer:
        return NewCustomer(**data, locale=locale().language)


class ShopSchema(StrictSchema):
    """What of the catalogue she looks at."""

    q = Text(maximum=100, load_default="")
    category = Id(load_default=None)
    page = Count(minimum=1, maximum=500, load_default=1)


class OwnCheckoutSchema(StrictSchema):
    """She orders, having read the terms of this version."""

    terms_version = Count(minimum=1, maximum=1_000_000, required=True)
    accepted = Flag(load_default=False)
    seen = Text(maximum=64, load_default=None)
    seen_cents = Count(maximum=MAX_CENTS, load_default=None)


@dataclass(frozen=True, slots=True)
class TypedWish:
    """Something asked for on a draft besides its lines; only what its action needs is said."""

    action: str
    value: str = ""
    code: str = ""
    points: int = 0
    products: tuple[str, ...] = ()
    delivery: Delivery = field(default_factory=Delivery)
    """Somewhere else, as it was typed."""


WISHES = (
    *("code", "drop_code", "pick", "unpick", "decline", "undecline", "voucher", "drop_voucher"),
    *("points", "choose", "delivery", "address"),
)
ADDRESS = ("method_id", "name", "address", "postcode", "city", "country")
VOUCHERS = {"voucher", "drop_voucher"}


class WishSchema(StrictSchema):
    action = Choice(WISHES, required=True)
    value = Text(maximum=200, load_default="")
    code = Text(maximum=60, load_default="")
    points = Count(maximum=1_000_000_000, load_default=0)
    products = ListOf(Text(maximum=64), load_default=())
    method_id = Text(maximum=36, load_default="")
    name = Text(maximum=160, load_default="")
    address = Text(maximum=200, load_default="")
    postcode = Text(maximum=20, load_default="")
    city = Text(maximum=80, load_default="")
    country = Choice(COUNTRIES, load_default="FR")

    @validates_schema
    def says_what(self, data: dict[str, Any], **_: Any) -> None:
        """The one thing that each action cannot do without."""
        if data["action"] == "code" and not data["code"]:
            raise ValidationError(say(N_("Type the code.")), "code")
        if data["action"] in VOUCHERS and not _is_id(data["value"]):
            raise ValidationError(say(N_("Choose one of the vouchers shown.")), "value")

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> TypedWish:
        points = 0 if data["value"] == "0" else data["points"]
        where = {name: data[name] for name in ADDRESS}
        return TypedWish(
            action=data["action"],
            value=data["value"],
            code=data["code"],
            points=points,
            products=tuple(data["products"]),
            delivery=Delivery(place=Place.OTHER, **where),
        )


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


class UnitsOfLineSchema(StrictSchema):
    line_id = Id(required=True)
    quantity = Count(minimum=1, maximum=MOST_UNITS, required=True)


class UnitsSchema(StrictSchema):
    units = ListOf(Part(UnitsOfLineSchema), maximum=MOST_LINES, load_default=None)
    """Each line once; left out: all there are."""

    @post_load
    def by_line(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        named = data["units"]
        if named is None:
            return data
        units = {one["line_id"]: one["quantity"] for one in named}
        if len(units) != len(named):
            raise ValidationError({"units": [say(N_("Name each line once."))]})
        return {**data, "units": units}


class ShipSchema(UnitsSchema):
    tracking = Text(maximum=60, load_default="")


class CancelSchema(UnitsSchema):
    reason = Text(maximum=500, load_default="")


class PaymentRefusedSchema(StrictSchema):
    reason = Text(maximum=500, load_default="")


class ReturnSchema(CancelSchema):
    restock = Flag(load_default=True)


class DeliverySchema(StrictSchema):
    """Where a draft goes, and how. Handed over: nothing else is needed."""

    place = Choice(Place, required=True)
    method_id = Id(load_default=None)
    name = Text(maximum=100, load_default="")
    address = Text(maximum=200, load_default="")
    postcode = Text(maximum=20, load_default="")
    city = Text(maximum=100, load_default="")
    country = Choice(COUNTRIES, load_default="")

    @post_load
    def to_delivery(self, data: dict[str, Any], **_: Any) -> Delivery:
        return Delivery(**data | {"method_id": str(data["method_id"] or "")})


class AskSchema(StrictSchema):
    """One wish: `do` says which, and which of the other fields it takes."""

    do = Choice(
        [
            *("ask_code", "drop_code", "pick", "unpick", "decline", "accept"),
            *("use_voucher", "leave_voucher", "use_points", "choose_gifts", "deliver"),
        ],
        required=True,
    )
    code = Text(maximum=100, load_default=None)
    promotion = Text(maximum=100, load_default=None)
    """An id of a promotion or holding; to decline or accept, also segment, first_order, loyalty."""
    voucher_id = Id(load_default=None)
    points = Count(minimum=0, maximum=10**9, load_default=None)
    references = ListOf(Text(maximum=100), maximum=100, load_default=None)
    delivery = Part(DeliverySchema, load_default=None)

    @post_load
    def to_wish(self, data: dict[str, Any], **_: Any) -> Wish:
        needed, wish = ASKING[data["do"]]
        given = {name for name, value in data.items() if value is not None} - {"do"}
        problems = {name: REQUIRED for name in needed if name not in given}
        problems |= {name: NOT_HERE for name in given if name not in needed}
        if problems:
            raise ValidationError({name: [say(words)] for name, words in problems.items()})
        return wish(*(data[name] for name in needed))


NOT_HERE = N_("This does not go with what is asked: leave it out.")

ASKING: dict[str, tuple[tuple[str, ...], Callable[..., Wish]]] = {
    "ask_code": (("code",), AskCode),
    "drop_code": (("code",), DropCode),
    "pick": (("promotion",), PickPromotion),
    "unpick": (("promotion",), DropPick),
    "decline": (("promotion",), Decline),
    "accept": (("promotion",), Accept),
    "use_voucher": (("voucher_id",), lambda voucher_id: UseVoucher(str(voucher_id))),
    "leave_voucher": (("voucher_id",), lambda voucher_id: LeaveVoucher(str(voucher_id))),
    "use_points": (("points",), UsePoints),
    "choose_gifts": (
        ("promotion", "references"),
        lambda promotion, references: ChooseGifts(promotion, tuple(references)),
    ),
    "deliver": (("delivery",), SetDelivery),
}


class OrderByAppSchema(StrictSchema):
    """The same from an app: naming the version says that it was read and accepted."""

    terms_version = Count(minimum=1, maximum=1_000_000, required=True)
    seen = Text(maximum=64, load_default=None)
    seen_cents = Cents(load_default=None)
