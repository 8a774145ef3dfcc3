"""What was won, what is missing and why, in the words of whoever reads."""

import re
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID, uuid5

import pytest

from app import create_app
from app.config import Settings
from app.rewards.domain.outcome import Check, NextTier
from app.rewards.domain.programme import compile_programme
from app.rewards.presenters.badges import in_state, points_badges
from app.rewards.presenters.distance import missing_text, missing_to_tier, progress_words, ratio
from app.rewards.presenters.holdings import code_terms, conditions_to_come, validity, voucher_terms
from app.rewards.presenters.reasons import Source, Speech, reasons
from app.rewards.presenters.shapes import Reader, Voice
from app.rewards.presenters.titles import reward_title
from app.rewards.presenters.winnings import Winning, of_award, why_of
from tests.support.rewards import (
    at_least,
    facts,
    judge,
    order,
    percent,
    points,
    programme,
    rule,
    tiers,
)

NAMESPACE = UUID("5e1a1d3c-1f3f-4a55-9c38-7d9f3d8a2b10")
HOST, INES, MAUD, SELLER = (str(uuid5(NAMESPACE, n)) for n in ("host", "inès", "maud", "nadia"))
PEOPLE = {HOST: "Sophie Marchand", INES: "Inès Laurent", MAUD: "Maud Bernard"}

CODE = {
    "kind": "promo_code",
    "model": {
        "name": "Merci",
        "effect": {"kind": "percent_off_order", "rate_bp": 1_000},
        "minimum_basket_cents": 5_000,
    },
    "valid_days": 90,
}
VOUCHER = {"kind": "voucher", "name": "", "amount_cents": 1_500, "valid_days": 180}


@pytest.fixture(scope="module")
def quiet_app():
    """No database is asked anything here."""
    return create_app(Settings(secret_key="for words only, nothing is signed with it"))


@pytest.fixture
def french(quiet_app) -> Iterator[None]:
    with quiet_app.test_request_context(headers={"Accept-Language": "fr"}):
        yield


@pytest.fixture
def english(quiet_app) -> Iterator[None]:
    with quiet_app.test_request_context(headers={"Accept-Language": "en"}):
        yield


def plain(text: str | None) -> str | None:
    """Spaces that do not break are spaces too."""
    return re.sub(r"\s", " ", text) if text else text


def seller(**more) -> Speech:
    return Speech(Reader(Voice.SELLER), PEOPLE, **more)


def winner(customer_id: str = HOST) -> Speech:
    return Speech(Reader(Voice.WINNER, UUID(customer_id)), PEOPLE)


# ---------------------------------------------------------------- titles


@pytest.mark.parametrize(
    ("terms", "value", "title"),
    [
        ({"kind": "points_fixed", "points": 30}, 30, "30 points"),
        ({"kind": "points_fixed", "points": 1}, 1, "1 point"),
        ({"kind": "points_fixed", "points": 30}, None, "30 points"),
        ({"kind": "points_percent_turnover", "rate_bp": 1_000}, 26, "26 points"),
        ({"kind": "points_percent_turnover", "rate_bp": 1_000}, None, "10 % des ventes en points"),
        ({"kind": "points_percent_order", "rate_bp": 750}, None, "7,5 % de la commande en points"),
        ({"kind": "gift_product", "product": "TARTE", "units": 1}, 1, "Cadeau : Plat à tarte"),
        ({"kind": "gift_product", "product": "tarte", "units": 2}, 2, "Cadeau : 2 × Plat à tarte"),
        ({"kind": "gift_product", "product": "GONE", "units": 1}, 1, "Cadeau : GONE"),
        ({"kind": "gift_choice", "products": ["TARTE"], "units": 1}, 1, "Cadeau au choix"),
        ({"kind": "gift_choice", "products": ["TARTE"], "units": 2}, 2, "2 cadeaux au choix"),
        (CODE, 1, "Code promo −10 %"),
        (VOUCHER, 1_500, "Bon d’achat 15 €"),
        (VOUCHER, 1_550, "Bon d’achat 15,50 €"),
        ({"kind": "voucher", "rate_bp": 500}, None, "Bon d’achat : 5 % des ventes"),
    ],
)
def test_a_reward_has_a_name(french, terms, value, title) -> None:
    assert plain(reward_title(terms, {"tarte": "Plat à tarte"}, value)) == title


def test_an_amount_off_code_has_a_name_in_english(english) -> None:
    effect = {"kind": "amount_off_order", "amount_cents": 500}

    assert reward_title({"kind": "promo_code", "model": {"effect": effect}}, {}) == "Promo code −€5"


# ---------------------------------------------------------------- distance


def lack(measure: str, missing: int, unit: str = "count", **more) -> Check:
    told = {"value": 0, "expected": missing, "missing": missing, "unit": unit, **more}
    return Check(f"{measure}_at_least", False, measure, ">=", **told)


def compared(op: str, value: int, expected: int, passed: bool = False, **more) -> Check:
    told = {"value": value, "expected": expected, "unit": "count", **more}
    return Check("", passed, "orders", op, **told)


def group(code: str, *children: Check, passed: bool = False) -> Check:
    return Check(code, passed, children=children)


LATE = Check("held_on_less_than", False, "held_on", "<", "2026-10-03", "2026-10-01", unit="date")
LARGE_ORDERS = "Encore 2 commandes d’au moins 50,00 €"


@pytest.mark.parametrize(
    ("lacks", "words"),
    [
        ([lack("turnover", 4_160, "cents")], "Encore 41,60 €"),
        ([lack("turnover", 1, "cents")], "Encore 0,01 €"),
        ([lack("bookings_made", 1)], "Encore 1 prise de date"),
        ([lack("bookings_made", 2)], "Encore 2 prises de date"),
        ([lack("orders", 1)], "Encore 1 commande"),
        ([lack("attended", 3)], "Encore 3 personnes présentes"),
        (
            [lack("turnover", 4_200, "cents"), lack("bookings_made", 1)],
            "Encore 42,00 € et 1 prise de date",
        ),
        ([Check("virtual_equals", False, "virtual", "=", unit="flag")], None),
        ([lack("orders", 1), Check("booking_stands", False)], None),
        ([group("any_of", lack("orders", 2))], "Encore 2 commandes"),
        (
            [group("any_of", LATE, group("all_of", lack("orders", 2), lack("attended", 1)))],
            "Encore 2 commandes et 1 personne présente",
        ),
        ([group("not_so", compared("<", 1, 3, True))], "Encore 2 commandes"),
        ([group("not_so", compared("<=", 1, 3, True))], "Encore 3 commandes"),
        ([group("not_so", compared("=", 1, 1, True))], "Encore 1 commande"),
        ([group("not_so", compared("in", 3, 2, True, upper=5))], "Encore 2 commandes"),
        ([group("not_so", compared(">=", 3, 2, True))], None),
        (
            [
                group(
                    "not_so", group("any_of", compared("<", 1, 3, True), compared(">", 9, 8, False))
                )
            ],
            "Encore 2 commandes",
        ),
        ([compared(">", 3, 3)], "Encore 1 commande"),
        ([compared("!=", 3, 3)], "Encore 1 commande"),
        ([compared("=", 4, 3)], None),
        ([compared("in", 1, 2, upper=5)], "Encore 1 commande"),
        ([lack("orders", 2, narrowed=("of_at_least_cents=5000",))], LARGE_ORDERS),
        ([lack("quantity", 1, narrowed=("product=WOK",))], "Encore 1 article parmi WOK"),
        (
            [lack("turnover", 100, "cents", narrowed=("without_category=BIO",))],
            "Encore 1,00 € sans la catégorie BIO",
        ),
        ([Check("guest_bought", False)], "Encore 1 personne qui commande"),
        ([Check("order_not_not_paid", False), lack("order_net", 9_000, "cents")], None),
        ([], None),
    ],
)
def test_what_is_missing_is_said_when_it_can_be_reached(french, lacks, words) -> None:
    assert plain(missing_text(lacks)) == words


def test_the_next_step_is_as_far_as_the_calculator_says(french) -> None:
    tier = NextTier("turnover", "cents", 30_000, 25_840, 4_160, ())

    assert plain(missing_to_tier(tier)) == "Encore 41,60 €"


def test_progress_is_told_as_amounts_or_as_a_sentence(french) -> None:
    amounts = [plain(text) for text in progress_words("turnover", "cents", 25_840, 30_000)]
    counts = [plain(text) for text in progress_words("bookings_made", "count", 1, 2)]

    assert amounts == ["258,40 €", "300 €", None]
    assert counts == [None, None, "1 sur 2 prises de date"]


@pytest.mark.parametrize(
    ("current", "target", "filled"),
    [(0, 2, 0), (1, 2, 50), (29_999, 30_000, 99), (30_000, 30_000, 100), (5, 0, 100), (-1, 5, 0)],
)
def test_a_bar_is_full_only_at_its_target(current, target, filled) -> None:
    assert ratio(current, target) == filled


# ---------------------------------------------------------------- reasons

RULE = rule(conditions=at_least("turnover", 5_000))


def award(*orders, **fields) -> Winning:
    document = facts(*orders, seller_customer_id=SELLER, **fields)
    document["meeting"] |= {"id": str(NAMESPACE), "host_customer_id": HOST}
    (found,) = judge(document, programme(RULE)).awards
    return of_award(found)


def counted(customer_id: str = INES, net_cents: int = 8_490, **fields):
    return order(customer_id, net_cents, **fields)


def test_a_seller_reads_names_and_amounts(french) -> None:
    winning = award(counted(), counted(MAUD, 4_850, payment="unpaid"))

    told = [plain(text) for text in why_of(winning, seller())]

    assert told[0] == "10 % de 84,90 € font 8,49, arrondis à 8 points."
    assert any("Inès Laurent 84,90 €" in text for text in told)
    assert any("Maud Bernard non comptée" in text for text in told)


def test_the_host_reads_how_many_and_nobodys_amounts(french) -> None:
    winning = award(counted(), counted(MAUD, 4_850, payment="unpaid"))

    told = " ".join(plain(text) or "" for text in why_of(winning, winner()))

    assert "1 commande comptée." in told
    assert "1 commande non comptée" in told
    for private in ("Inès", "Maud", "48,50"):
        assert private not in told


CAPPED = {"caps": [{"per": "all", "of": "value", "most": 5}]}


def reasons_of(rules, speech_of=seller, **meeting) -> str:
    """All that is said of what the first rule gives, or why not."""
    document = facts(counted(), seller_customer_id=SELLER, **meeting)
    document["meeting"] |= {"id": str(NAMESPACE), "host_customer_id": HOST}
    compiled = programme(*rules)
    speech = replace(speech_of(), programmes={0: compile_programme(compiled)})
    outcome = judge(document, compiled)
    told = [why_of(of_award(one), speech) for one in outcome.awards if one.rule_id == "r1"]
    told += [
        reasons(one.explanation, "", None, speech, source=Source(one.rule_id))
        for one in outcome.misses
        if one.rule_id == "r1"
    ]
    return " ".join(plain(text) for text in told[0])


def held() -> dict[str, object]:
    booked = {"id": "b1", "customer_id": MAUD, "status": "held", "made_on": "2026-03-01"}
    booked |= {"held_on": "2026-03-20", "turnover_cents": 33_300}
    return {"first_planned_on": "2026-03-01", "bookings": [booked]}


@pytest.mark.parametrize(
    ("rules", "meeting", "of_seller", "of_host"),
    [
        pytest.param([rule(name="Dix")], {}, "La règle « Dix » : Pour l’hôte",
                     "La règle : Pour l’hôte", id="the rule"),
        pytest.param([rule(**CAPPED)], {}, "font 8,49, arrondis à 8 points. "
                     "Réduit par le plafond global (5) : il restait 5.",
                     "Réduit : il restait peu de ce que la marque offre en tout.", id="a cap"),
        pytest.param([rule(lane="l"), rule(id="r2", name="Mieux", lane="l", rewards=[points(99)])],
                     {}, "« Mieux »", "mieux du même genre", id="a lane"),
        pytest.param([rule(conditions={"measure": "segment", "op": "has", "value": "vip"})],
                     {}, "vip", "Elle n’est pas prévue pour cette réunion.", id="a segment"),
        pytest.param([rule(trigger="guest_booking", rewards=[points(20)],
                           booking={"minimum_turnover_cents": 20_000})], held(),
                     "333,00 €", "a atteint son minimum de 200,00 €", id="what a guest's reached"),
        pytest.param([rule(rewards=[percent(1_000, rounding="floor")])], {},
                     "arrondi vers le bas à 8 points", "arrondi vers le bas", id="rounding"),
        pytest.param([rule(tiers=tiers("marginal", {0: percent(1_000), 5_000: percent(2_000)}))],
                     {}, "En tout 11,98, arrondi à 12 points.", "En tout 11,98", id="slices"),
    ],
)  # fmt: skip
def test_reasons_say_all_to_sellers_and_nothing_private_to_hosts(
    french, rules, meeting, of_seller, of_host
) -> None:
    told = {speech_of: reasons_of(rules, speech_of, **meeting) for speech_of in (seller, winner)}

    assert of_seller in told[seller]
    assert of_host in told[winner]
    for private in ("vip", "333,00", "plafond global", "« Mieux »", "« Dix »", "Inès"):
        assert private not in told[winner]


def test_a_winner_reads_her_own_amounts(french) -> None:
    winning = award(counted(HOST, 8_490))

    told = " ".join(plain(text) or "" for text in why_of(winning, winner()))

    assert "vous 84,90 €" in told


def test_shares_and_slices_are_told(french) -> None:
    winning = award(counted(), co_hosts=[{"customer_id": INES, "share_bp": 0}])

    assert why_of(winning, seller())


def test_reasons_are_told_in_english_too(english) -> None:
    told = why_of(award(counted()), seller())

    assert plain(told[0]) == "10% of €84.90 is 8.49, rounded to 8 points."
    assert "Counted: Inès Laurent €84.90." in told


def test_every_award_and_miss_of_a_rich_programme_can_be_told(french) -> None:
    steps = {"measure": "turnover", "mode": "best"}
    steps["steps"] = [
        {"from": 10_000, "rewards": [points(30)]},
        {"from": 90_000, "rewards": [VOUCHER, CODE]},
    ]
    rules = [
        rule(id="a", tiers=steps, rewards=None) | {},
        rule(id="b", conditions={"any": [at_least("orders", 9), at_least("buyers", 9)]}),
        rule(id="c", conditions={"not": at_least("attended", 1)}),
        rule(id="d", trigger="guest_booking", rewards=[points(20)]),
        rule(id="e", conditions={"measure": "virtual", "op": "=", "value": True}),
        rule(id="f", lane="l", rewards=[points(5)]),
        rule(id="g", lane="l", rewards=[points(50)]),
        rule(id="h", beneficiary="guest", trigger="meeting_sale", rewards=[CODE]),
        rule(id="i", beneficiary="guest", trigger="guest_booking", rewards=[points(20)]),
        rule(id="j", beneficiary="seller", rewards=[percent(100)]),
    ]
    rules[0].pop("rewards")
    document = facts(counted(INES, 20_000), seller_customer_id=SELLER)
    document["meeting"] |= {"id": str(NAMESPACE), "host_customer_id": HOST}

    outcome = judge(document, programme(*rules))

    for speech in (seller(), winner()):
        for one in outcome.awards:
            assert all(why_of(of_award(one), speech)), one.rule_id
        for miss in outcome.misses:
            assert all(reasons(miss.explanation, "", None, speech)), miss.rule_id
            missing_text(miss.lacks)


# ---------------------------------------------------------------- badges and conditions


def test_each_state_of_a_reward_has_its_words(french) -> None:
    states = ("projected", "promised", "granted", "reversed")

    assert [in_state("26 points", state) for state in states] == [
        "26 points en cours",
        "26 points promis",
        "26 points",
        "26 points repris",
    ]


def test_points_of_one_state_make_one_badge(french) -> None:
    first, second = award(counted()), award(counted(INES, 20_000))

    (badge,) = points_badges([first, second], seller())

    assert plain(badge.text) == "28 points en cours"
    assert (plain(badge.hint) or "").startswith("8 points : 10 % de 84,90 €")


def test_conditions_are_sentences(french) -> None:
    assert [plain(text) for text in code_terms(CODE["model"])] == [
        "−10 % sur toute la commande.",
        "Dès 50 € d’achat.",
        "Pour une seule commande.",
    ]
    assert [plain(text) for text in voucher_terms(VOUCHER)] == [
        "Sans minimum d’achat.",
        "À utiliser en une commande : le reste est perdu.",
    ]
    assert plain(voucher_terms(VOUCHER | {"remainder": "kept"})[-1]) == (
        "Ce qui n’est pas utilisé reste disponible."
    )
    assert "Valable 90 jours une fois gagné." in conditions_to_come(CODE)
    assert validity(None) == "Sans date de fin."
