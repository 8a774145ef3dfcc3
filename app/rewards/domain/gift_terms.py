"""What a gift reward says besides what is given: until when it is chosen, and what happens then or
when none is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.kernel.shape import Problem, Problems
from app.kernel.text import identity_key
from app.kernel.words import N_

REMINDERS = (7, 1)
"""Days before the last one on which she is reminded, once each."""
VOUCHER_DAYS = 180


class Unchosen(StrEnum):
    LOST = "lost"
    VOUCHER = "voucher"


class OutOfStock(StrEnum):
    CHOOSE_LATER = "choose_later"
    WAITING_LIST = "waiting_list"
    VOUCHER = "voucher"


@dataclass(frozen=True, slots=True)
class GiftTerms:
    unchosen: Unchosen = Unchosen.LOST
    """At the deadline."""
    substitutes: tuple[str, ...] = ()
    """References offered when none of the gifts can be had."""
    out_of_stock: OutOfStock = OutOfStock.CHOOSE_LATER
    """When no substitute can be had either."""
    wait_at_most_days: int | None = None
    """On the waiting list, then it becomes a voucher; None: as long as it takes."""
    voucher_cents: int | None = None
    """What it is converted to; None: the list price of the gift, of several the dearest."""
    voucher_days: int = VOUCHER_DAYS

    @classmethod
    def read(cls, terms: Mapping[str, Any]) -> GiftTerms:
        """Of a reward as the programme has it, or as `to_json` wrote it."""
        return cls(
            unchosen=Unchosen(terms.get("unchosen", Unchosen.LOST)),
            substitutes=tuple(terms.get("substitutes", ())),
            out_of_stock=OutOfStock(terms.get("out_of_stock", OutOfStock.CHOOSE_LATER)),
            wait_at_most_days=terms.get("wait_at_most_days"),
            voucher_cents=terms.get("voucher_cents"),
            voucher_days=terms.get("voucher_days", VOUCHER_DAYS),
        )

    @staticmethod
    def said_in(terms: Mapping[str, Any]) -> dict[str, Any]:
        """As much of a reward's terms as `read` understands, for whoever keeps it."""
        return {name: terms[name] for name in GiftTerms.__dataclass_fields__ if name in terms}


def refuse_vain_gift_terms(terms: Mapping[str, Any], path: str, problems: Problems) -> None:
    """What could never happen to such a gift."""
    kept = GiftTerms.read(terms)
    if "unchosen" in terms and not terms.get("choose_within_days"):
        words = N_("Say within how many days it is to be chosen, or take this out.")
        problems.append(Problem(f"{path}.unchosen", "only_with_deadline", words))
    if kept.wait_at_most_days and kept.out_of_stock is not OutOfStock.WAITING_LIST:
        words = N_("Only a waiting list has an end: choose it, or take this out.")
        problems.append(Problem(f"{path}.wait_at_most_days", "only_with_waiting_list", words))
    converts = (
        kept.unchosen is Unchosen.VOUCHER
        or kept.out_of_stock is OutOfStock.VOUCHER
        or kept.wait_at_most_days
    )
    for name in ("voucher_cents", "voucher_days"):
        if name in terms and not converts:
            words = N_("Nothing turns this gift into a voucher: take this out.")
            problems.append(Problem(f"{path}.{name}", "nothing_converts", words))
    offered = {identity_key(one) for one in terms.get("products") or [terms.get("product", "")]}
    for position, reference in enumerate(kept.substitutes):
        if identity_key(reference) in offered:
            words = N_("“%(value)s” is offered anyway: it replaces nothing.")
            at = f"{path}.substitutes[{position}]"
            problems.append(Problem(at, "repeated", words, {"value": reference}))
