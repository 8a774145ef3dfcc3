"""What a reward is called: "30 points", "Bon d'achat 15 €", "Code promo −10 %"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from babel.numbers import get_decimal_symbol

from app.http.words import locale, money, number, percent, points
from app.kernel.text import identity_key
from app.kernel.words import N_
from app.promotions.domain.holdings import EFFECTS
from app.rewards.domain.assigned import ASSIGNED
from app.rewards.presenters.tongue import gettext, ngettext

Terms = Mapping[str, Any]
Names = Mapping[str, str]
"""Product names by the folded reference."""
NO_NAMES: Names = {}

FAMILIES = {
    "points_fixed": "points",
    "points_percent_turnover": "points",
    "points_percent_order": "points",
    "gift_product": "gift",
    "gift_choice": "gift",
    "promo_code": "code",
    "voucher": "voucher",
    "unit_voucher": "voucher",
    "free_shipping": "code",
    "half_price_items": "code",
}
MINUS = "\N{MINUS SIGN}"


def family(kind: str) -> str:
    """points, gift, code or voucher: which sign and colour stand for it."""
    return FAMILIES[kind]


def reward_title(terms: Terms, names: Names, value: int | None = None) -> str:
    """`value` is what was won; without it the title says what could be."""
    kind = terms["kind"]
    if family(kind) == "points":
        return points(value) if value is not None else _points_to_win(terms)
    if kind == "voucher":
        return _voucher_title(terms, value)
    if kind == "unit_voucher":
        return unit_voucher_title(terms, value or terms["units"], names)
    if kind in ASSIGNED:
        return _code_title(terms)
    return _gift_title(terms, names, value)


def _code_title(terms: Terms) -> str:
    if terms["kind"] == "free_shipping":
        return gettext("Free shipping")
    if terms["kind"] == "half_price_items":
        return ngettext(
            "%(off)s on one item of a list",
            "%(off)s on %(num)s items of a list",
            terms["units"],
            off=MINUS + percent(terms["off_bp"]),
        )
    if "promotion" in terms:
        return gettext("Promo code")
    return code_title(terms["model"])


TITLE = N_("Promo code")
TITLES = {
    "order_percent": N_("Promo code −%(rate)s"),
    "free_product": N_("Promo code: free product"),
    "buy_x_get_y": N_("Promo code: products offered"),
    "product_percent": N_("Promo code: %(rate)s off some products"),
    "shipping_percent": N_("Promo code: shipping offered"),
}


def code_title(terms: Terms) -> str:
    kind = terms["effect"]["kind"]
    if kind not in EFFECTS:
        return gettext(TITLES.get(kind, TITLE), rate=percent(terms["effect"].get("rate_bp", 0)))
    return gettext("Promo code %(effect)s", effect=effect_words(terms["effect"]))


def titles(rewards: Sequence[Terms], names: Names) -> str:
    """Several rewards of one step, as one title."""
    return " + ".join(reward_title(terms, names) for terms in rewards)


def products_of(terms: Terms) -> list[str]:
    """References of the products a reward speaks of."""
    if terms["kind"] == "gift_product":
        return [terms["product"]]
    return list(terms.get("products") or (terms.get("scope") or {}).get("products", ()))


def effect_words(effect: Terms) -> str:
    """−10 % or −5 €."""
    if effect["kind"] == "percent_off_order":
        return MINUS + percent(effect["rate_bp"])
    return MINUS + price(effect["amount_cents"])


def price(cents: int) -> str:
    """An amount in a title: whole euros without their cents."""
    text = money(cents)
    if cents % 100:
        return text
    return text.replace(f"{get_decimal_symbol(locale())}00", "")


def _points_to_win(terms: Terms) -> str:
    if terms["kind"] == "points_fixed":
        return points(terms["points"])
    rate = percent(terms["rate_bp"])
    if terms["kind"] == "points_percent_order":
        return gettext("%(rate)s of the order in points", rate=rate)
    return gettext("%(rate)s of the sales in points", rate=rate)


def _voucher_title(terms: Terms, value: int | None) -> str:
    each = terms.get("amount_cents")
    cents = value if value is not None else each
    if cents is None:
        return gettext("Voucher: %(rate)s of the sales", rate=percent(terms["rate_bp"]))
    if each and cents > each and cents % each == 0 and terms.get("slices") != "together":
        count = number(cents // each)
        return gettext("%(count)s vouchers of %(amount)s", count=count, amount=price(each))
    return gettext("Voucher %(amount)s", amount=price(cents))


def unit_voucher_title(terms: Terms, units: int, names: Names) -> str:
    """Of one product, its name; of several, how many of them."""
    scope = terms.get("scope") or {}
    products = scope.get("products", ())
    if len(products) != 1 or scope.get("categories"):
        return ngettext("Voucher: one item free", "Voucher: %(num)s items free", units)
    name = names.get(identity_key(products[0]), products[0])
    if units > 1:
        return gettext("Voucher: %(units)s × %(name)s free", units=units, name=name)
    return gettext("Voucher: %(name)s free", name=name)


def _gift_title(terms: Terms, names: Names, value: int | None) -> str:
    units = value if value is not None else terms.get("units", 1)
    if terms["kind"] == "gift_choice":
        return ngettext("Gift of your choice", "%(num)s gifts of your choice", units)
    name = names.get(identity_key(terms["product"]), terms["product"])
    if units > 1:
        return gettext("Gift: %(units)s × %(name)s", units=units, name=name)
    return gettext("Gift: %(name)s", name=name)
