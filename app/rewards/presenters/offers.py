"""Rewards the brand gives by hand or for points, in words: what it is, then how it is used."""

from __future__ import annotations

from app.http.words import points
from app.kernel.text import identity_key
from app.rewards.domain.offers import Holding, Offer
from app.rewards.presenters.holdings import Names, code_terms, until_words, voucher_terms
from app.rewards.presenters.sentences import gift_details, semicolons
from app.rewards.presenters.titles import code_title, reward_title
from app.rewards.presenters.tongue import gettext


def offer_title(offer: Offer, names: Names) -> str:
    """`names`: of its products, by reference."""
    if offer.holding is Holding.CODE:
        return code_title(offer.terms)
    folded = {identity_key(reference): name for reference, name in names.items()}
    return reward_title(offer.terms, folded)


def offer_conditions(offer: Offer, names: Names) -> list[str]:
    if offer.holding is Holding.GIFT:
        told = among([names.get(one, one) for one in offer.values["products"]])
        told += _otherwise(offer, names)
    elif offer.holding is Holding.VOUCHER:
        told = voucher_terms(offer.terms, names)
    else:
        told = code_terms(offer.terms, names)
    return [*told, _validity(offer)]


def offer_sentences(offer: Offer, price_points: int | None, names: Names) -> list[str]:
    """The whole of it, read back to its author."""
    price = gettext("Customers do not see it: the brand gives it.")
    if price_points:
        cost = points(price_points)
        price = gettext("Customers exchange %(points)s for it in “My rewards”.", points=cost)
    return [f"{offer_title(offer, names)}.", *offer_conditions(offer, names), price]


def among(products: list[str]) -> list[str]:
    """What a gift may be chosen among; nothing where there is no choice."""
    if len(products) < 2:
        return []
    return [gettext("To choose among: %(names)s.", names=", ".join(products))]


def _otherwise(offer: Offer, names: Names) -> list[str]:
    """Of a gift that is not chosen, or of which none is left."""
    folded = {identity_key(reference): name for reference, name in names.items()}
    details = semicolons(gift_details(offer.values, folded))
    return [f"{details[0].upper()}{details[1:]}."] if details else []


def _validity(offer: Offer) -> str:
    days = offer.valid_days
    if offer.valid_until is not None:
        return until_words(offer.valid_until)
    if days is None:
        return gettext("No end date.")
    if offer.holding is Holding.GIFT:
        return gettext("To choose within %(days)s days.", days=days)
    return gettext("Valid for %(days)s days from the day it is given.", days=days)
