"""Why something costs what it costs, or cannot be had, to whoever reads: formatted at the edge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.http.words import say
from app.kernel.money import percent_of
from app.kernel.words import Sentence
from app.promotions.domain.quote import Adjustment, Reason
from app.promotions.domain.words import KINDS, Voice, tell_adjustment, tell_reason

OF_PRODUCTS = {"product_percent", "product_amount", "fixed_price", "buy_x_get_y"}
"""Those of the whole order are told by their name: their share of a line says little."""
GIVEN = {"gift_won", "free_product", "gift_choice"}


def told(sentence: Sentence) -> str:
    return say(sentence.words, sentence.params)


def reason_words(reason: Reason, voice: Voice, names: Mapping[str, str]) -> str:
    """`names` says what ids of promotions, segments and products are called."""
    return told(tell_reason(reason, voice, names))


def reasons_words(reasons: Sequence[Reason], voice: Voice, names: Mapping[str, str]) -> str:
    return " ".join(reason_words(reason, voice, names) for reason in reasons)


def adjustment_words(adjustment: Adjustment, voice: Voice, names: Mapping[str, str]) -> str:
    return told(tell_adjustment(adjustment, voice, names))


def adjustment_label(
    adjustment: Adjustment, names: Mapping[str, str], rates: Mapping[str, int]
) -> str:
    """−10 % Semaine de la cocotte: what stands under the line. `rates` are those in force; what
    a frozen order lost is told by its amount."""
    name = adjustment.name or names.get(adjustment.source, "") or advantage_name(adjustment.code)
    if adjustment.code not in OF_PRODUCTS or not name:
        return name
    rate = rates.get(adjustment.source)
    if rate and adjustment.units is None and _is_exactly(adjustment, rate):
        return say("−%(rate_bp)s %(name)s", {"rate_bp": rate, "name": name})
    return say("−%(cents)s %(name)s", {"cents": adjustment.amount_cents, "name": name})


def advantage_name(kind: str) -> str:
    """What an advantage is called that the brand gave no name, as a line begins."""
    name = say(KINDS[kind]) if kind in KINDS else ""
    return name[:1].upper() + name[1:]


def _is_exactly(adjustment: Adjustment, rate_bp: int) -> bool:
    return percent_of(adjustment.base_cents, rate_bp) == adjustment.amount_cents
