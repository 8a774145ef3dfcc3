"""What forms and files say about sellers when it arrives."""

from dataclasses import fields
from typing import Any

from marshmallow import post_load

from app.customers.schemas import EditCustomerSchema
from app.customers.services import CardChanges
from app.http.fields import Choice, Email, Flag, Id, Phone, Secret, StrictSchema, Text
from app.http.locale import LANGUAGES
from app.imports.fields import YesNo
from app.sellers.services import NewSeller

STATES = ("active", "suspended")
PARTS = tuple(part.name for part in fields(CardChanges) if part.name not in {"roles", "facts"})


class FindSellersSchema(StrictSchema):
    q = Text(maximum=100, load_default="")
    state = Choice(STATES, load_default="")


class NewSellerSchema(StrictSchema):
    first_name = Text(required=True, maximum=80)
    last_name = Text(required=True, maximum=80)
    display_name = Text(maximum=120, load_default="")
    email = Email(required=True)
    phone = Phone(load_default=None)
    address = Text(maximum=300, multiline=True, load_default="")
    postcode = Text(maximum=16, load_default="")
    city = Text(maximum=80, load_default="")
    locale = Choice(LANGUAGES, load_default="fr")
    password = Secret(maximum=128, load_default=None)

    @post_load
    def to_seller(self, data: dict[str, Any], **_: Any) -> NewSeller:
        return NewSeller(**data)


class NewSellerByAppSchema(StrictSchema):
    """She chooses her password by the link that is sent to her."""

    first_name = Text(required=True, maximum=80)
    last_name = Text(required=True, maximum=80)
    display_name = Text(minimum=0, maximum=120, load_default="")
    email = Email(required=True)
    phone = Phone(load_default=None)
    address = Text(minimum=0, maximum=300, multiline=True, load_default="")
    postcode = Text(minimum=0, maximum=16, load_default="")
    city = Text(minimum=0, maximum=80, load_default="")
    locale = Choice(LANGUAGES, load_default="fr")

    @post_load
    def to_seller(self, data: dict[str, Any], **_: Any) -> NewSeller:
        return NewSeller(**data)


class HireSchema(StrictSchema):
    display_name = Text(maximum=120, load_default="")


class EditSellerSchema(EditCustomerSchema):
    """Her name as customers know her, and her card."""

    display_name = Text(required=True, maximum=120)

    @post_load
    def to_changes(self, data: dict[str, Any], **_: Any) -> Any:
        return data["display_name"], CardChanges(**{part: data[part] for part in PARTS})


class SignInAddressSchema(StrictSchema):
    email = Email(required=True)
    card_too = Flag(load_default=False)
    """Her mails as a customer go there too."""


class ChangeSellerSchema(StrictSchema):
    """Parts of a profile, as programs send them: what is not named stays."""

    display_name = Text(maximum=120)
    active = Flag()


class MoveBookSchema(StrictSchema):
    seller = Id(required=True)


class SellerRow(StrictSchema):
    """One line of a file."""

    email = Email(required=True)
    first_name = Text(required=True, maximum=80)
    last_name = Text(required=True, maximum=80)
    display_name = Text(maximum=120, load_default="")
    phone = Phone(load_default=None)
    address = Text(maximum=300, multiline=True, load_default="")
    postcode = Text(maximum=16, load_default="")
    city = Text(maximum=80, load_default="")
    language = Choice(LANGUAGES, attribute="locale", load_default="fr")
    active = YesNo(load_default=True)
