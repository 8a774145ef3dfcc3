"""Promotions read back as sentences, with products, segments and methods by their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from app.http.words import say
from app.kernel.words import N_, Sentence
from app.promotions.domain.condition_words import tell_condition, tell_period
from app.promotions.domain.promotion_words import promotion_sentence, tell_effect, tell_stacking
from app.promotions.domain.quote import Reason
from app.promotions.domain.terms import Promotion
from app.promotions.domain.words import Voice, tell_reason

Names = Mapping[str, str]
"""Names of products by reference, of methods by code, of segments and promotions by id."""


def promotion_sentences(promotion: Promotion, names: Names) -> list[str]:
    """What it takes off, first; then how it comes, for whom, when, how often, with what else."""
    return spoken(promotion_sentence(promotion, names))


def short_sentences(promotion: Promotion, names: Names) -> list[str]:
    """For a list whose columns say the rest: what it takes off, and on which condition."""
    told = [Sentence(N_("%(effect)s."), {"effect": tell_effect(promotion.effect, names)})]
    if promotion.conditions is not None:
        condition = tell_condition(promotion.conditions, names)
        told.append(Sentence(N_("Condition: %(condition)s."), {"condition": condition}))
    return spoken(told)


def held_sentences(promotion: Promotion, names: Names) -> list[str]:
    """For whoever holds a code, beside its last day: also from when, on which days and with what
    it does not combine."""
    opening = replace(promotion.period, last=None)
    stacking = tell_stacking(promotion.stacking, promotion.effect.kind)
    more = spoken([*tell_period(opening), *stacking])
    return [*short_sentences(promotion, names), *more]


def reason_words(reason: Reason, names: Names) -> str:
    return say(tell_reason(reason, Voice.BRAND, names))


def spoken(sentences: Iterable[Sentence]) -> list[str]:
    return [_capitalised(say(sentence)) for sentence in sentences]


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
