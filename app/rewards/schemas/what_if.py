"""What somebody wonders: a few numbers in an address, for pages and for programs."""

from collections.abc import Mapping
from typing import Any

from marshmallow import post_load

from app.http.fields import Cents, Count, Id, StrictSchema
from app.http.forms import load
from app.rewards.domain.imagined import WhatIf

MOST_CENTS = 2_000_000
MOST_PEOPLE = 50


class ImaginedSchema(StrictSchema):
    """Beside the amount, for which a page and a program have words of their own."""

    orders = Count(maximum=MOST_PEOPLE, load_default=0)
    bookings = Count(maximum=MOST_PEOPLE, load_default=0)
    attended = Count(maximum=MOST_PEOPLE, load_default=0)

    @post_load
    def to_wish(self, data: dict[str, Any], **_: Any) -> WhatIf:
        return WhatIf(**data | {"customer_id": str(data.get("customer_id") or "")})


class HostAsksSchema(ImaginedSchema):
    cents = Count(data_key="amount_cents", maximum=MOST_CENTS, load_default=0)


class SellerAsksSchema(HostAsksSchema):
    customer_id = Id(load_default=None)
    """Whose order it would be."""


class HostFormSchema(ImaginedSchema):
    cents = Cents(data_key="more", maximum=MOST_CENTS, load_default=0)


class SellerFormSchema(HostFormSchema):
    customer_id = Id(data_key="who", load_default=None)


def typed_wish(schema: type[ImaginedSchema], args: Mapping[str, Any]) -> dict[str, str]:
    """Of all that an address holds, what the form of this schema is about."""
    names = {field.data_key or name for name, field in schema().fields.items()}
    return {name: str(value) for name, value in args.items() if name in names}


def read_wish(schema: type[ImaginedSchema], typed: dict[str, str]) -> WhatIf | None:
    """None: nothing was asked. Raises Invalid."""
    wish: WhatIf = load(schema, typed)
    return None if wish.is_nothing else wish
