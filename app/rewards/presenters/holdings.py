"""Promo codes and vouchers as their owner or her seller reads them, conditions in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from app.http.words import date_long, zone
from app.kernel.text import identity_key
from app.promotions.domain.holdings import EFFECTS, promotion_of_terms
from app.promotions.domain.plan_format import read_promotion
from app.promotions.presenters.sentences import held_sentences, short_sentences
from app.promotions.queries import CodeView, VoucherView
from app.rewards.domain.assigned import code_of
from app.rewards.domain.terms import VOUCHERS
from app.rewards.presenters.shapes import CodeLine, UsedIn, VoucherLine
from app.rewards.presenters.titles import (
    Terms,
    code_title,
    effect_words,
    price,
    unit_voucher_title,
)
from app.rewards.presenters.tongue import gettext, ngettext

Names = Mapping[str, str]
T = TypeVar("T", CodeLine, VoucherLine)
NOBODY: Names = {}


def code_line(code: CodeView, why: list[str], names: Names = NOBODY) -> CodeLine:
    """`names`: of the products it speaks of, by reference."""
    if code.kind == "assigned":
        return _assigned(code, why, names)
    return CodeLine(
        code=code.code,
        title=code_title(code.terms),
        conditions=code_terms(code.terms, names),
        valid_until=last_day(code.valid_until),
        status=code.status,
        why=why or noted(code.terms),
    )


def _assigned(code: CodeView, why: list[str], names: Names) -> CodeLine:
    """A code of a promotion, which has a name of its own and may end sooner than the code."""
    promotion = read_promotion(code.terms)
    days = [day for day in (promotion.period.last, last_day(code.valid_until)) if day]
    once = [gettext("For one order only.")] if code.uses_limit == 1 else []
    return CodeLine(
        code=code.code,
        title=code.name,
        conditions=[*held_sentences(promotion, names), *once],
        valid_until=min(days, default=None),
        status=code.status,
        why=why,
    )


def used_in(line: T, orders: list[UsedIn] | None, at: datetime) -> T:
    """As of that moment: it, or its promotion, may be over before anybody touched it."""
    over = line.valid_until is not None and line.valid_until < at.astimezone(zone()).date()
    status = "expired" if over and line.status == "available" else line.status
    return replace(line, status=status, used_in=orders or [])


def noted(terms: Terms) -> list[str]:
    """Why it was given though no rule gave it: by hand, or in the place of a gift."""
    if "instead_of" in terms:
        named = terms["instead_of"]
        words = gettext("In place of the gift “%(name)s”.", name=named)
        return [words if named else gettext("In place of a gift of your choice.")]
    note = terms.get("note")
    return [str(note)] if note else []


def voucher_line(voucher: VoucherView, why: list[str], names: Names = NOBODY) -> VoucherLine:
    """`names`: of the products it speaks of, by reference."""
    touched = voucher.remaining_cents != voucher.face_cents
    units_touched = voucher.remaining_units != voucher.face_units
    return VoucherLine(
        id=voucher.id,
        code=voucher.code,
        title=voucher_title(voucher, names),
        amount_cents=voucher.face_cents,
        remaining_cents=voucher.remaining_cents if touched else None,
        remaining_units=voucher.remaining_units if units_touched else None,
        conditions=voucher_terms(voucher.terms, names),
        valid_until=last_day(voucher.valid_until),
        status=voucher.status,
        why=why or noted(voucher.terms),
    )


def voucher_title(voucher: VoucherView, names: Names = NOBODY) -> str:
    if voucher.face_units:
        folded = {identity_key(reference): name for reference, name in names.items()}
        return unit_voucher_title(voucher.terms, voucher.face_units, folded)
    return gettext("Voucher %(amount)s", amount=price(voucher.face_cents))


def code_terms(terms: Terms, names: Names = NOBODY) -> list[str]:
    """How a promo code may be used."""
    if terms["effect"]["kind"] not in EFFECTS:
        own = promotion_of_terms("own", "", terms)
        return [*short_sentences(own, names), gettext("For one order only.")]
    effect = gettext("%(effect)s on the whole order.", effect=effect_words(terms["effect"]))
    first = terms.get("period", {}).get("from")
    begins = [_not_before(first)] if first else []
    return [effect, *begins, _minimum(terms), gettext("For one order only.")]


def voucher_terms(terms: Terms, names: Names = NOBODY) -> list[str]:
    """How a voucher may be used."""
    first = terms.get("valid_from")
    return [
        *([_not_before(first)] if first else ()),
        _minimum(terms),
        _remainder(terms),
        *_scope(terms, names),
        *_alone(terms),
        *_together(terms),
    ]


def _not_before(first: str) -> str:
    return gettext("Not before %(day)s.", day=date_long(date.fromisoformat(first)))


def _scope(terms: Terms, names: Names) -> list[str]:
    return [words for words in (scope_words(terms.get("scope") or {}, names),) if words]


def _together(terms: Terms) -> list[str]:
    most = terms.get("most_per_order")
    if not most:
        return []
    return [ngettext("Only one of them in an order.", "At most %(num)s of them in an order.", most)]


def _alone(terms: Terms) -> list[str]:
    """What it does not combine with."""
    told = {
        "with_codes": gettext("Not with promo codes."),
        "with_points": gettext("Not with points."),
        "with_vouchers": gettext("Not with other vouchers."),
        "with_discounted": gettext("Not for products already discounted."),
    }
    return [words for name, words in told.items() if terms.get(name) is False]


def scope_words(scope: Terms, names: Names) -> str:
    """What a voucher may be used for; nothing when it is for everything."""
    listed = _listed(scope.get("products", ()), scope.get("categories", ()), names)
    left = _listed(scope.get("without_products", ()), scope.get("without_categories", ()), names)
    only = gettext("Only for %(listed)s.", listed=listed) if listed else ""
    but = gettext("Not for %(listed)s.", listed=left) if left else ""
    return " ".join(part for part in (only, but) if part)


def _listed(products: Iterable[str], categories: Iterable[str], names: Names) -> str:
    told = [names.get(one, one) for one in products]
    return ", ".join([*told, *(gettext("the category %(code)s", code=one) for one in categories)])


def validity(valid_until: datetime | None) -> str:
    day = last_day(valid_until)
    return gettext("No end date.") if day is None else until_words(day)


def until_words(last: date) -> str:
    return gettext("Valid until %(day)s inclusive.", day=date_long(last))


def conditions_to_come(terms: Terms) -> list[str]:
    """Of a code or voucher that is not issued yet: how long it will be valid."""
    if terms["kind"] in VOUCHERS:
        return [*voucher_terms(terms), *_period(terms)]
    code = code_of(terms)
    return [*(code_terms(code) if "effect" in code else ()), *_period(terms)]


def _period(terms: Terms) -> list[str]:
    last, days = terms.get("valid_until"), terms.get("valid_days")
    if last:
        return [until_words(date.fromisoformat(last))]
    return [gettext("Valid for %(days)s days once won.", days=days)] if days else []


def last_day(too_late: datetime | None) -> date | None:
    """What is stored is the first instant that is too late; people read the last good day."""
    if too_late is None:
        return None
    return (too_late - timedelta(microseconds=1)).astimezone(zone()).date()


def _minimum(terms: Terms) -> str:
    cents = terms.get("minimum_basket_cents") or 0
    if cents:
        return gettext("From %(amount)s of purchases.", amount=price(cents))
    return gettext("No minimum purchase.")


def _remainder(terms: Terms) -> str:
    if terms.get("remainder") == "kept":
        return gettext("What you do not use stays available.")
    return gettext("To be used in one order: the rest is lost.")
