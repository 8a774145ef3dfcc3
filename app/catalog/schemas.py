"""What forms and files say of products, categories, stock and shipping."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import post_load

from app.catalog.domain import Basis, CorrectionReason
from app.catalog.queries import SORTS
from app.catalog.services import CategoryWish, Correction, NewProduct
from app.catalog.services.pictures import MOST_PICTURES
from app.http.fields import Cents, Choice, Count, Date, Flag, Id, Strict, StrictSchema, Text
from app.imports.fields import Day, Percentage, YesNo
from app.kernel.text import search_key
from app.kernel.words import N_

MOST_PAGES = 5_000
MOST_UNITS = 1_000_000
LONGEST_ALT = 200
MOST_OF_STEP = 999_999_999


class ProductFields(StrictSchema):
    """What a form and a row of a file have in common."""

    reference = Text(maximum=60, required=True)
    name = Text(maximum=200, required=True)
    description = Text(maximum=2_000, multiline=True, load_default="")
    price = Cents(attribute="price_cents", required=True)
    vat_rate = Percentage(attribute="vat_rate_bp", load_default=2_000)
    weight = Count(attribute="weight_grams", maximum=MOST_UNITS, load_default=None)
    minimum_price = Cents(attribute="minimum_price_cents", load_default=None)
    sold_from = Day(load_default=None)
    sold_until = Day(load_default=None)
    points = Count(attribute="points_override", maximum=MOST_UNITS, load_default=None)
    giftable = YesNo(load_default=False)
    in_turnover = YesNo(load_default=True)
    excluded_from_discounts = YesNo(load_default=False)
    active = YesNo(load_default=True)
    stock = Count(maximum=MOST_UNITS, load_default=None)


class ProductSchema(ProductFields):
    category_id = Id(required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> NewProduct:
        return NewProduct(**data)


class ProductRow(ProductFields):
    category = Text(maximum=120, required=True)


class CategorySchema(StrictSchema):
    name = Text(maximum=120, required=True)
    parent_id = Id(load_default=None)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> CategoryWish:
        return CategoryWish(**data)


class CategoryRow(StrictSchema):
    name = Text(maximum=120, required=True)
    parent = Text(maximum=120, load_default=None)
    position = Count(maximum=10_000, load_default=None)


class CorrectionSchema(StrictSchema):
    reason = Choice(CorrectionReason, required=True)
    units = Count(maximum=MOST_UNITS, required=True)
    note = Text(maximum=300, load_default="")

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> Correction:
        return Correction(**data)


class StockRow(StrictSchema):
    reference = Text(maximum=60, required=True)
    units = Count(maximum=MOST_UNITS, required=True)
    note = Text(maximum=300, load_default="")


class Zones(Strict):
    """FR, BE or FR-20: countries, and areas by the beginning of their postcodes."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "grammar": N_("Write countries by their two letters, areas like FR-20: FR, BE, FR-20."),
    }
    GRAMMAR = re.compile(r"[A-Z]{2}(-[0-9A-Z]{1,6})?", re.ASCII)

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> tuple[str, ...]:
        text = self.text(value, 1_000).upper()
        zones = [zone for zone in re.split(r"[,;|\s]+", text) if zone]
        if len(zones) > 100 or not all(self.GRAMMAR.fullmatch(zone) for zone in zones):
            self.refuse("grammar")
        return tuple(dict.fromkeys(zones))


class Steps(Strict):
    """0:6,90 | 50:4,90 -- from 0 on it costs 6,90, from 50 on 4,90. In hundredths both."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "grammar": N_("Write each step as its start and its price, like 0:6.90 | 50:4.90."),
    }
    AMOUNT = re.compile(r"(\d{1,7})(?:[.,](\d{1,2}))?", re.ASCII)

    def _deserialize(
        self, value: Any, attr: Any, data: Any, **_: Any
    ) -> tuple[tuple[int, int], ...]:
        steps = self.text(value, 1_000).split("|")
        return tuple(self._step(step) for step in steps if step.strip())

    def _step(self, text: str) -> tuple[int, int]:
        start, colon, price = text.partition(":")
        if not colon:
            self.refuse("grammar")
        return self._hundredths(start), self._hundredths(price)

    def _hundredths(self, text: str) -> int:
        match = self.AMOUNT.fullmatch(text.strip().removesuffix("€").strip())
        if match is None:
            self.refuse("grammar")
        whole, fraction = match.groups()
        return int(whole) * 100 + int((fraction or "").ljust(2, "0"))


class StepSchema(StrictSchema):
    """One row of the form: from this much on, in euros or grams, it costs that. In hundredths."""

    start = Cents(maximum=MOST_OF_STEP, required=True)
    cost = Cents(maximum=MOST_OF_STEP, required=True)


class BasisChoice(Choice):
    """By its code, or as people write it."""

    SPOKEN: ClassVar[Mapping[str, Basis]] = {
        "basket": Basis.BASKET, "panier": Basis.BASKET, "montant": Basis.BASKET,
        "weight": Basis.WEIGHT, "poids": Basis.WEIGHT,
    }  # fmt: skip

    def __init__(self, **options: Any) -> None:
        super().__init__(Basis, **options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> Any:
        if isinstance(value, str):
            value = self.SPOKEN.get(search_key(value[:20]), value)
        return super()._deserialize(value, attr, data, **options)


class ShippingRow(StrictSchema):
    """Also what the form sends, once its steps are written in one line."""

    name = Text(maximum=120, required=True)
    zones = Zones(load_default=())
    basis = BasisChoice(load_default=Basis.BASKET)
    brackets = Steps(required=True)
    free_from = Cents(attribute="free_from_cents", load_default=None)
    active = YesNo(load_default=True)
    position = Count(maximum=10_000, load_default=None)


class PictureSchema(StrictSchema):
    """What a picture shows, and where it goes: its new place, from 0."""

    alt = Text(maximum=LONGEST_ALT, minimum=0, load_default="")
    position = Count(maximum=MOST_PICTURES, load_default=None)


class FindProductsSchema(StrictSchema):
    """Loads what `FindProducts` takes."""

    q = Text(maximum=200, minimum=0, load_default="")
    category = Id(attribute="category_id", load_default=None)
    active = Flag(load_default=None)
    low = Flag(load_default=False)
    sort = Choice([*SORTS, *(f"-{key}" for key in SORTS)], load_default="name")
    page = Count(minimum=1, maximum=MOST_PAGES, load_default=1)


class SeasonSchema(StrictSchema):
    name = Text(maximum=80, required=True)
    starts_on = Date(required=True)
