"""What forms, files and the mobile app say about customers when it arrives."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from babel import Locale
from marshmallow import ValidationError, post_load, validates

from app.customers.domain import MOST_ROLES, Channel, own_roles
from app.customers.queries import ORDERS
from app.customers.services import CardChanges, NewCustomer, PersonFacts
from app.http.fields import (
    Choice,
    Count,
    Date,
    Email,
    Flag,
    Id,
    ListOf,
    Phone,
    StrictSchema,
    Text,
)
from app.http.locale import LANGUAGES
from app.imports.fields import Day, YesNo
from app.kernel.words import N_

MOST_PAGES = 10_000
SAY_SO = N_("Tick the box to confirm: this cannot be undone.")
LONGEST_NOTE = 2_000
LENGTH_OF_CODE = 2
NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
COUNTRIES = sorted(
    code
    for code in map(str, Locale("en").territories)
    if len(code) == LENGTH_OF_CODE and code.isalpha() and code not in NO_COUNTRIES
)
EARLIEST_BIRTH = date(1900, 1, 1)
NEAR = ("FR", "BE", "CH", "LU", "MC", "DE", "ES", "IT", "NL", "PT", "GB")
"""Offered first."""


@dataclass(frozen=True, slots=True)
class FindCustomers:
    text: str = ""
    page: int = 1


class FindCustomersSchema(StrictSchema):
    q = Text(maximum=100, load_default="")
    page = Count(minimum=1, maximum=MOST_PAGES, load_default=1)

    @post_load
    def to_question(self, data: dict[str, Any], **_: Any) -> FindCustomers:
        return FindCustomers(data["q"], data["page"])


class ListSchema(StrictSchema):
    """The brand's list of customers."""

    q = Text(maximum=100, load_default="")
    role = Text(maximum=40, load_default="")
    seller = Id(load_default=None)
    since = Date(load_default=None)
    until = Date(load_default=None)
    sort = Choice(ORDERS, load_default="name")
    page = Count(minimum=1, maximum=MOST_PAGES, load_default=1)


class _Card(StrictSchema):
    first_name = Text(required=True, maximum=80)
    last_name = Text(required=True, maximum=80)
    email = Email(load_default=None)
    phone = Phone(load_default=None)
    address = Text(maximum=300, multiline=True, load_default="")
    postcode = Text(maximum=16, load_default="")
    city = Text(maximum=80, load_default="")
    country = Choice(COUNTRIES, load_default="FR")
    locale = Choice(LANGUAGES, load_default="fr")
    birth_date = Date(load_default=None, earliest=EARLIEST_BIRTH, past=True)
    professional = Flag(load_default=None)


class NewCustomerSchema(_Card):
    @post_load
    def to_card(self, data: dict[str, Any], **_: Any) -> NewCustomer:
        return NewCustomer(**data)


class EditCustomerSchema(_Card):
    @post_load
    def to_changes(self, data: dict[str, Any], **_: Any) -> CardChanges:
        return _changes(data)


class StaffEditCustomerSchema(_Card):
    """Words of the brand's own stand beside the roles that the system gives."""

    roles = Text(maximum=300, load_default="")

    @post_load
    def to_changes(self, data: dict[str, Any], **_: Any) -> CardChanges:
        return _changes(data | {"roles": own_roles(data["roles"])})


def _changes(data: dict[str, Any]) -> CardChanges:
    told = dict(data)
    facts = PersonFacts(told.pop("birth_date"), told.pop("professional"))
    return CardChanges(**told, facts=facts)


class ChangeCustomerSchema(StrictSchema):
    """Parts of a card, as programs send them: what is not named stays."""

    first_name = Text(maximum=80)
    last_name = Text(maximum=80)
    email = Email(allow_none=True)
    phone = Phone(allow_none=True)
    address = Text(minimum=0, maximum=300, multiline=True)
    postcode = Text(minimum=0, maximum=16)
    city = Text(minimum=0, maximum=80)
    country = Choice(COUNTRIES)
    locale = Choice(LANGUAGES)
    birth_date = Date(allow_none=True, earliest=EARLIEST_BIRTH, past=True)
    professional = Flag(allow_none=True)
    roles = ListOf(Text(maximum=40), maximum=MOST_ROLES)
    """Those of the brand's own, all of them."""

    @post_load
    def to_parts(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return data | ({"roles": own_roles(",".join(data["roles"]))} if "roles" in data else {})


class GiveToSellerSchema(StrictSchema):
    """Whose customer she becomes; `keep`: the seller before goes on seeing the card."""

    seller_id = Id(required=True)
    keep = Flag(load_default=False)


class NoteSchema(StrictSchema):
    text = Text(required=True, maximum=LONGEST_NOTE, multiline=True)


class ConsentSchema(StrictSchema):
    """Boxes ticked are agreements; one withdrawn is named by its button."""

    agreed = ListOf(Choice(Channel), maximum=len(Channel), load_default=())
    withdrawn = Choice(Channel, load_default=None)

    @post_load
    def to_answers(self, data: dict[str, Any], **_: Any) -> dict[Channel, bool]:
        answers = dict.fromkeys(data["agreed"], True)
        return answers | ({data["withdrawn"]: False} if data["withdrawn"] else {})


class MoveSchema(StrictSchema):
    seller = Id(required=True)
    keep = Flag(load_default=False)


class MergeSchema(StrictSchema):
    """Said by a box: it cannot be undone."""

    sure = Flag(load_default=False)

    @validates("sure")
    def must_be_said(self, value: bool, **_: Any) -> None:
        if not value:
            raise ValidationError(SAY_SO)


class ShareSchema(StrictSchema):
    seller = Id(required=True)


class CustomerRow(StrictSchema):
    """One line of a file."""

    identifier = Id(load_default=None)
    first_name = Text(required=True, maximum=80)
    last_name = Text(required=True, maximum=80)
    email = Email(load_default=None)
    phone = Phone(load_default=None)
    address = Text(maximum=300, multiline=True, load_default="")
    postcode = Text(maximum=16, load_default="")
    city = Text(maximum=80, load_default="")
    country = Choice(COUNTRIES, load_default="FR")
    language = Choice(LANGUAGES, attribute="locale", load_default="fr")
    roles = Text(maximum=300, load_default="")
    birth_date = Day(load_default=None, earliest=EARLIEST_BIRTH, past=True)
    professional = YesNo(load_default=None)
    seller = Email(load_default=None)
