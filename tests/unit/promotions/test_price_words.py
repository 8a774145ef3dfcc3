"""Every code of a quote and everything a promotion can be is told, in each voice and language."""
# ruff: noqa: E501  a case is read as a row of its table

import json
import re
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from app.http.words import say
from app.promotions.domain import words
from app.promotions.domain.condition_format import operators_of
from app.promotions.domain.plan_format import read_plan
from app.promotions.domain.quote import (
    Adjustment,
    AdvantageApplied,
    Available,
    Missing,
    Reason,
    Refusal,
)
from app.promotions.domain.terms import (
    MEASURES,
    AdvantageTier,
    Comparison,
    EffectKind,
    Scope,
)
from app.promotions.domain.words import Voice

FOLDER = Path(words.__file__).parent
EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
LANGUAGES = ("fr", "en")

PARAMS = {
    "missing_cents": 1_250,
    "threshold_cents": 5_000,
    "missing": 2,
    "threshold": 3,
    "from": "2026-03-01",
    "until": "2026-03-31T00:00:00+02:00",
    "weekdays": [5, 6],
    "limit": 100,
    "budget_cents": 50_000,
    "segment": "pro",
    "promotion": "autumn",
    "product": "BAG",
    "kind": "loyalty",
    "methods": ["post"],
    "available": 30,
    "usable": 20,
    "n": 2,
    "mode": "none",
}
NAMES = {"pro": "Professionnels", "autumn": "Automne", "BAG": "Sac", "post": "Poste"}


@pytest.fixture(scope="module")
def telling():
    app = Flask("app", root_path=str(Path(__file__).parents[3] / "app"))
    Babel(app)
    with app.app_context():
        yield


def told(sentence, language: str) -> str:
    with force_locale(language):
        text = say(sentence)
    assert text
    assert "%(" not in text
    return text


@pytest.mark.parametrize("voice", Voice)
@pytest.mark.parametrize("code", sorted(words.REASONS))
def test_every_reason_is_told(telling, code, voice) -> None:
    reason = Reason(code, PARAMS)

    fr, en = (told(words.tell_reason(reason, voice, NAMES), language) for language in LANGUAGES)

    assert fr != en
    assert en.endswith(".")


@pytest.mark.parametrize("code", sorted(words.REASONS))
def test_a_reason_frozen_without_its_values_still_says_something(telling, code) -> None:
    """Quotes kept on orders outlive what they were made by."""
    assert told(words.tell_reason(Reason(code)), "fr")


def test_codes_of_the_engine_have_their_words() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py"))
    used = set(re.findall(r"Reason\(\s*\"([a-z_]+)\"", source))

    assert used <= set(words.REASONS)
    assert len(used) > 20


def test_an_unknown_reason_is_told_as_such(telling) -> None:
    assert told(words.tell_reason(Reason("of_tomorrow")), "en") == "Not possible for this order."


@pytest.mark.parametrize(
    ("code", "params", "voice", "text"),
    [
        ("amount_missing", {"missing_cents": 1_250, "threshold_cents": 5_000}, "customer", "Encore 12,50 €."),
        ("amount_missing", {"missing_cents": 1_250, "threshold_cents": 5_000}, "brand", "Il manque 12,50 € pour atteindre 50,00 € de produits."),
        ("amount_missing", {"missing_cents": 1_250, "threshold_cents": 5_000, "products": ["BAG"]}, "customer", "Encore 12,50 € de Sac."),
        ("quantity_missing", {"missing": 1, "threshold": 3, "categories": ["bougies"]}, "customer", "À ajouter encore parmi bougies : 1."),
        ("exhausted_for_customer", {"limit": 1}, "customer", "Vous en avez déjà profité."),
        ("exhausted_for_customer", {"limit": 1}, "seller", "Le client en a déjà profité."),
        ("not_in_segment", {"segment": "pro"}, "customer", "Réservée à certains clients."),
        ("not_in_segment", {"segment": "pro"}, "seller", "Réservée aux clients du segment « Professionnels »."),
        ("not_with_promotion", {"promotion": "x", "name": "Noël"}, "customer", "Non cumulable avec « Noël »."),
        ("not_this_day", {"weekdays": [6, 5]}, "customer", "Seulement ces jours-là : vendredi, samedi."),
        ("wrong_method", {"methods": ["post"]}, "customer", "Seulement avec ces modes de livraison : Poste."),
        ("condition_not_met", {"measure": "first_order", "op": "=", "value": True, "negated": True}, "customer", "Seulement à cette condition : sauf première commande."),
        ("not_enough_points", {"available": 1}, "customer", "Vous avez 1 point."),
    ],
)  # fmt: skip
def test_reasons_speak_to_their_reader(telling, code, params, voice, text) -> None:
    sentence = words.tell_reason(Reason(code, params), Voice(voice), NAMES)

    assert told(sentence, "fr").replace("\u00a0", " ") == text


@pytest.mark.parametrize("voice", Voice)
@pytest.mark.parametrize("code", [*EffectKind, *sorted(set(words.ADJUSTMENTS) - set(EffectKind))])
def test_every_adjustment_is_told(telling, code, voice) -> None:
    for units, language in product((None, 2), LANGUAGES):
        one = Adjustment(code, "autumn", 1_000, 5_000, name="Automne", units=units)

        assert told(words.tell_adjustment(one, voice), language)


@pytest.mark.parametrize("voice", Voice)
@pytest.mark.parametrize("kind", ["segment", "first_order", "loyalty"])
def test_every_advantage_is_told(telling, kind, voice) -> None:
    for language in LANGUAGES:
        assert told(words.tell_advantage(AdvantageApplied(kind, "x", "X", 500, 0), voice), language)


def test_what_could_be_had_is_told(telling) -> None:
    offers = [
        (Available("a", "Code A", "code", 500), "Code A: €5.00 less"),
        (Available("a", "A", "code", 500, ("autumn",)), "A: €5.00 less, instead of Automne"),
        (Available("a", "A", "code", -500), "A: available, but €5.00 dearer"),
    ]
    for one, text in offers:
        assert told(words.tell_available(one, NAMES), "en") == text


@pytest.mark.parametrize("kind", ["code", "pick", "voucher", "points", "choice"])
def test_every_refusal_is_told(telling, kind) -> None:
    refusal = Refusal(kind, "autumn", (Reason("ended", {"until": "2026-03-01"}),))

    assert all(told(one, "fr") for one in words.tell_refusal(refusal, names=NAMES))
    near = Missing("autumn", "Automne", refusal.reasons)
    assert [told(one, "en") for one in words.tell_missing(near)] == [
        "Automne: It ended on Sunday 1 March."
    ]


# ---------------------------------------------------------------- promotions in plain language

VALUES = {"cents": 5_000, "count": 3, "text": "virtual", "texts": "pro", "flag": True}


@pytest.mark.parametrize("measure", MEASURES)
def test_every_comparison_is_told(telling, measure) -> None:
    unit = MEASURES[measure].unit
    value = VALUES.get(unit, "2026-03-01")
    for op, language in product(operators_of(measure), LANGUAGES):
        scope = Scope(products=frozenset({"BAG"})) if MEASURES[measure].narrowed else Scope()
        one = Comparison(measure, op, value, value if op == "in" else None, scope)

        assert told(words.tell_condition(one, NAMES), language)


def test_every_promotion_of_the_example_is_read_back(telling) -> None:
    plan = read_plan(json.loads((EXAMPLES / "plan.json").read_text(encoding="utf-8")))
    kinds = {promotion.effect.kind for promotion in plan.promotions}

    for promotion, language in product(plan.promotions, LANGUAGES):
        assert all(told(one, language) for one in words.promotion_sentence(promotion, NAMES))

    assert kinds == set(EffectKind)


def test_a_promotion_is_read_back_in_a_few_sentences(telling) -> None:
    plan = read_plan(json.loads((EXAMPLES / "plan.json").read_text(encoding="utf-8")))
    (welcome,) = [one for one in plan.promotions if one.id == "welcome"]

    assert [told(one, "en") for one in words.promotion_sentence(welcome)] == [
        "€5.00 off the order.",
        "With the code BIENVENUE.",
        "Condition: a first order and basket at list prices: at least €30.00.",
        "Uses per customer: at most 1.",
        "Budget: €2,000.00; the last use may get what is left of it.",
        "Does not combine with: points.",
    ]


@pytest.mark.parametrize(
    ("tier", "of_points", "text"),
    [
        (AdvantageTier(5_000, rate_bp=500), False, "From €50.00: 5% off the order."),
        (AdvantageTier(5_000, free_shipping=frozenset()), False, "From €50.00: free shipping."),
        (
            AdvantageTier(5_000, amount_cents=300, free_shipping=frozenset({"post"})),
            False,
            "From €50.00: €3.00 off the order and free shipping by Poste.",
        ),
        (
            AdvantageTier(10, amount_cents=100, every_points=10),
            True,
            "From 10 points: €1.00 for every 10 points.",
        ),
    ],
)
def test_steps_of_advantages_are_told(telling, tier, of_points, text) -> None:
    sentence = words.tell_tier(tier, NAMES, of_points=of_points)

    assert told(sentence, "en").replace("\u00a0", " ") == text
    assert told(sentence, "fr")
