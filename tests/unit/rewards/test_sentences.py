"""Any rule can be told, in both languages, and what differs shows."""

from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings

from app import create_app
from app.config import Settings
from app.rewards.domain.changes import compare
from app.rewards.domain.programme import compile_programme
from app.rewards.presenters.changes import tell_changes
from app.rewards.presenters.sentences import tell_rule
from tests.support.chance import SOAK
from tests.support.rewards import at_least, percent, points, programme, rule, tiers
from tests.support.rules import rules

LANGUAGES = ["fr", "en"]
SOME = settings(
    max_examples=40 * SOAK,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)


@pytest.fixture(scope="module")
def quiet_app():
    """No database is asked anything here."""
    return create_app(Settings(secret_key="for words only, nothing is signed with it"))


@pytest.fixture
def speak(quiet_app):
    """`speak("fr", work)`: what the work says to somebody who reads French."""

    def do(language: str, work):
        with quiet_app.test_request_context(headers={"Accept-Language": language}):
            return work()

    return do


def told(document) -> str:
    compiled = compile_programme(programme(document))
    names = {"wok": "Wok en fonte"}
    return tell_rule(compiled.rules[0], compiled.settings, names).sentence.replace("\xa0", " ")


@SOME
@given(document=rules(with_pots=True))
def test_any_rule_is_told(speak, document) -> None:
    for language in LANGUAGES:
        sentence = speak(language, lambda: told(document)).replace("%", "")

        assert len(sentence) > 10
        assert not {"{", "}", "None", "Sentence"} & set(sentence.split())


SENTENCES = {
    "points for being a host": (
        rule(rewards=[points(30)]),
        "For the host of the meeting, when a meeting was hosted, give 30 points.",
        "Pour l’hôte, quand une réunion a été accueillie, donner 30 points.",
    ),
    "conditions together": (
        rule(
            trigger="during_meeting",
            conditions={"all": [at_least("buyers", 3), at_least("turnover", 25_000)]},
            rewards=[percent(1_000)],
        ),
        (
            "For the host of the meeting, when the meeting ends, if at least 3 people who order "
            "and at least €250.00 of sales, give 10% of the turnover in points."
        ),
        (
            "Pour l’hôte, quand la réunion se termine, si au moins 3 personnes qui commandent et "
            "au moins 250,00 € de ventes, donner 10 % des ventes en points."
        ),
    ),
    "steps": (
        rule(tiers=tiers("best", {20_000: percent(800), 40_000: percent(1_000)})),
        (
            "For the host of the meeting, when a meeting was hosted, give by steps of sales: "
            "from €200.00: 8% of the turnover in points; from €400.00: 10% of the turnover in "
            "points. Only the highest step reached counts."
        ),
        (
            "Pour l’hôte, quand une réunion a été accueillie, donner par paliers de ventes : "
            "à partir de 200,00 € : 8 % des ventes en points ; à partir de 400,00 € : 10 % des "
            "ventes en points. Seul le palier le plus haut atteint compte."
        ),
    ),
    "a booking": (
        rule(beneficiary="guest", trigger="guest_booking", rewards=[points(20)]),
        (
            "For the guest who takes a date, for each date taken in the meeting, give 20 points. "
            "The booked meeting must be held within 60 days."
        ),
        (
            "Pour la personne qui prend date, à chaque date prise dans la réunion, donner 20 "
            "points. La réunion réservée doit être tenue dans les 60 jours."
        ),
    ),
    "a pot of purchases": (
        rule(
            beneficiary="guest",
            trigger="spend",
            pot={"measure": "spend", "threshold": 10_000, "resets": "yearly"},
            rewards=[points(10)],
            caps=[{"per": "person", "of": "times", "most": 1, "period": "month"}],
        ),
        (
            "For the customer, each time her purchases reach €100.00, give 10 points. Starts again "
            "from nothing each year. At most 1 time a month for each person."
        ),
        (
            "Pour la personne qui achète, chaque fois que ses achats atteignent 100,00 €, donner "
            "10 points. Repart de zéro chaque année. Au plus 1 fois par mois et par personne."
        ),
    ),
    "a card of stamps": (
        rule(
            beneficiary="guest",
            trigger="spend",
            pot={
                "measure": "units",
                "threshold": 9,
                "products": ["WOK"],
                "basket_from_cents": 1_000,
                "ends_on": "2026-12-31",
            },
            rewards=[points(10)],
        ),
        (
            "For the customer, for every 9 items among Wok en fonte in orders of at least €10.00, "
            "give 10 points. Counts until 31 December 2026."
        ),
        (
            "Pour la personne qui achète, tous les 9 articles parmi Wok en fonte dans des "
            "commandes d’au moins 10,00 €, donner 10 points. Compte jusqu’au 31 décembre 2026."
        ),
    ),
    "a gift by its name": (
        rule(
            conditions={"not": {"measure": "virtual", "op": "=", "value": True}},
            rewards=[{"kind": "gift_product", "product": "WOK", "units": 2}],
        ),
        (
            "For the host of the meeting, when a meeting was hosted, if it is not so that “the "
            "meeting is virtual”, give 2 times the gift “Wok en fonte”."
        ),
        (
            "Pour l’hôte, quand une réunion a été accueillie, si l’on n’a pas « la réunion est "
            "virtuelle », donner 2 fois le cadeau « Wok en fonte »."
        ),
    ),
}


@pytest.mark.parametrize(("document", "english", "french"), SENTENCES.values(), ids=SENTENCES)
def test_sentence(speak, document, english, french) -> None:
    assert speak("en", lambda: told(document)) == english
    assert speak("fr", lambda: told(document)) == french


ONE_THING = {
    "points": {"rewards": [points(31)]},
    "a voucher instead": {"rewards": [{"kind": "voucher", "amount_cents": 500}]},
    "a condition": {"conditions": at_least("buyers", 3)},
    "a lane": {"lane": "best"},
    "the host's orders": {"turnover": {"host_orders": "excluded"}},
    "the beneficiary": {"beneficiary": "seller"},
    "the window": {"booking": {"window_days": 30}},
}


@pytest.mark.parametrize("change", ONE_THING.values(), ids=ONE_THING)
def test_what_changes_shows_in_the_words(speak, change) -> None:
    before = rule(rewards=[points(30)])

    assert speak("fr", lambda: told(before)) != speak("fr", lambda: told({**before, **change}))


def lines(before, after) -> list[tuple[str, str, int, int]]:
    changes = tell_changes(compare(before, after), {})
    return [(one.kind, one.title, len(one.before), len(one.after)) for one in changes]


def test_the_difference_of_two_versions(speak) -> None:
    kept, gone = rule(id="a", name="Kept"), rule(id="b", name="Gone")
    resting = rule(id="c", name="Resting")
    before = programme(kept, gone, resting, name="Autumn")
    after = deepcopy(programme(kept, resting, rule(id="d", name="New"), name="Winter"))
    after["rules"][0]["rewards"] = [points(5)]
    after["rules"][1]["enabled"] = False
    after["settings"] = {"points": {"rounding": "floor"}}

    assert speak("en", lambda: lines(before, after)) == [
        ("settings", "", 1, 1),
        ("changed", "Kept", 1, 1),
        ("rested", "Resting", 0, 1),
        ("added", "New", 0, 1),
        ("removed", "Gone", 1, 0),
        ("renamed", "", 1, 1),
    ]


def test_the_same_programme_has_no_difference(speak) -> None:
    document = programme(rule(id="a"), rule(id="b"))

    assert speak("en", lambda: lines(document, {**document, "version": "9"})) == []


def test_another_order_of_rules_is_said_to_pay_the_same(speak) -> None:
    before, after = programme(rule(id="a"), rule(id="b")), programme(rule(id="b"), rule(id="a"))

    assert speak("en", lambda: lines(before, after)) == [("reordered", "", 0, 1)]
