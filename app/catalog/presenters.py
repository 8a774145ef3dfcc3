"""Products as pages show them: where the picture is, how many are left."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import url_for
from flask_babel import gettext

from app.catalog.domain import Basis, Bracket, CorrectionReason, Tariff
from app.catalog.queries import (
    LOW_STOCK,
    CategoryView,
    CorrectionView,
    ProductView,
    ShippingMethodView,
)
from app.http.words import locale, money, number

FEW = 5
"""From here on down we say how many are left."""


def stock_words(available: int | None) -> str:
    if available is None or available > FEW:
        words: str = gettext("In stock")
    elif available <= 0:
        words = gettext("Out of stock")
    else:
        words = gettext("Only %(units)s left", units=available)
    return words


def image_url(image_id: UUID | None) -> str | None:
    return url_for("catalog.image", image_id=image_id) if image_id else None


def picture_of(product: ProductView | None) -> str | None:
    return image_url(product.image_url_id) if product else None


# ---------------------------------------------------------------- for the brand's own staff
@dataclass(frozen=True, slots=True)
class ProductRow:
    id: UUID
    reference: str
    name: str
    image_url: str | None
    category: str
    price_cents: int
    tracked: bool
    available: int | None
    on_hand: int
    reserved: int
    is_low: bool
    state: str
    """on_sale, out_of_season or off."""
    giftable: bool


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    product_id: UUID
    product: str
    reference: str
    units_before: int
    units_after: int
    reason: str
    note: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class ShippingLine:
    id: UUID
    name: str
    zones: str
    prices: list[str]
    active: bool


def product_row(product: ProductView) -> ProductRow:
    available = product.available
    return ProductRow(
        id=product.id,
        reference=product.reference,
        name=product.name,
        image_url=picture_of(product),
        category=product.category,
        price_cents=product.price_cents,
        tracked=available is not None,
        available=available,
        on_hand=product.on_hand,
        reserved=product.reserved,
        is_low=available is not None and available <= LOW_STOCK,
        state=sale_state(product),
        giftable=product.giftable,
    )


def sale_state(product: ProductView) -> str:
    if not product.active:
        return "off"
    return "on_sale" if product.on_sale else "out_of_season"


def category_choices(tree: Iterable[CategoryView], nothing: str) -> list[tuple[str, str]]:
    """Indented by their depth, for a select."""
    step = "\u2003"
    return [("", nothing), *((str(one.id), step * one.depth + one.name) for one in tree)]


def kept_fields(product: ProductView | None) -> dict[str, str]:
    """What the form shows of a product, as its fields read it back."""
    if product is None:
        return {"vat_rate": "20"}
    return {
        "reference": product.reference,
        "name": product.name,
        "description": product.description,
        "category_id": str(product.category_id),
        "price": decimal(product.price_cents),
        "vat_rate": decimal(product.vat_rate_bp).removesuffix("00").rstrip(",."),
        "weight": _blank(product.weight_grams),
        "minimum_price": decimal(product.minimum_price_cents),
        "sold_from": product.sold_from.isoformat() if product.sold_from else "",
        "sold_until": product.sold_until.isoformat() if product.sold_until else "",
        "points": _blank(product.points_override),
    }


def kept_shipping(method: ShippingMethodView | None) -> dict[str, str]:
    if method is None:
        return {"start_1": "0", "basis": Basis.BASKET}
    tariff = method.tariff
    kept = {
        "name": method.name,
        "zones": ", ".join(tariff.zones),
        "basis": str(tariff.basis),
        "free_from": decimal(tariff.free_from_cents),
    }
    for row, bracket in enumerate(tariff.brackets, start=1):
        is_basket = tariff.basis is Basis.BASKET
        kept[f"start_{row}"] = decimal(bracket.start) if is_basket else str(bracket.start)
        kept[f"cost_{row}"] = decimal(bracket.price_cents)
    return kept


def decimal(cents: int | None) -> str:
    """12,50 or 12.50: what is typed into a field."""
    if cents is None:
        return ""
    mark = "," if locale().language == "fr" else "."
    return f"{cents // 100}{mark}{cents % 100:02d}"


def reason_choices() -> list[tuple[str, str]]:
    return [(str(reason), reason_words(reason)) for reason in CorrectionReason]


def reason_words(reason: str) -> str:
    words: dict[str, str] = {
        CorrectionReason.RECEIVED: gettext("Delivery received (adds)"),
        CorrectionReason.RETURNED: gettext("Return (adds)"),
        CorrectionReason.DAMAGED: gettext("Damaged (takes away)"),
        CorrectionReason.LOST: gettext("Lost or stolen (takes away)"),
        CorrectionReason.GIVEN: gettext("Given or used (takes away)"),
        CorrectionReason.COUNTED: gettext("Counted: this is how many there are"),
    }
    return words[reason]


def correction_row(made: CorrectionView) -> CorrectionRow:
    short = reason_words(made.reason).partition(" (")[0].partition(":")[0]
    return CorrectionRow(
        product_id=made.product_id,
        product=made.product,
        reference=made.reference,
        units_before=made.units_before,
        units_after=made.units_after,
        reason=short.strip(),
        note=made.note,
        made_at=made.made_at,
    )


def shipping_row(method: ShippingMethodView) -> ShippingLine:
    tariff = method.tariff
    steps = [_step_words(tariff.basis, bracket) for bracket in tariff.brackets]
    return ShippingLine(
        id=method.id,
        name=method.name,
        zones=", ".join(tariff.zones) or gettext("Everywhere"),
        prices=[*steps, *_free(tariff)],
        active=method.active,
    )


def _step_words(basis: Basis, bracket: Bracket) -> str:
    start = money(bracket.start) if basis is Basis.BASKET else _weight(bracket.start)
    words: str = gettext("from %(start)s: %(price)s", start=start, price=money(bracket.price_cents))
    return words


def _free(tariff: Tariff) -> list[str]:
    if tariff.free_from_cents is None:
        return []
    return [gettext("free from %(amount)s", amount=money(tariff.free_from_cents))]


def _weight(grams: int) -> str:
    return f"{number(grams)}\u00a0g"


def _blank(value: int | None) -> str:
    return "" if value is None else str(value)
