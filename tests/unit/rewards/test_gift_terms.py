"""What a gift says in advance: only what can happen is accepted, in the file and in the forms."""

import pytest

from app.rewards.domain.programme import ProgrammeInvalid, compile_programme
from app.rewards.schemas.offer_form import read_offer
from tests.support.rewards import programme, rule

CASES = {
    "no deadline": ({"unchosen": "voucher"}, "unchosen", "only_with_deadline"),
    "no list to leave": ({"wait_at_most_days": 9}, "wait_at_most_days", "only_with_waiting_list"),
    "no voucher to be worth it": ({"voucher_cents": 900}, "voucher_cents", "nothing_converts"),
    "no voucher to be valid": ({"voucher_days": 9}, "voucher_days", "nothing_converts"),
    "offered anyway": ({"substitutes": ["BOL", " cup "]}, "substitutes[1]", "repeated"),
}


@pytest.mark.parametrize("kind", ["gift_choice", "gift_product"])
@pytest.mark.parametrize(("terms", "at", "code"), CASES.values(), ids=CASES)
def test_what_could_never_happen_is_refused_when_saving(kind, terms, at, code) -> None:
    what = {"products": ["CUP", "POT"]} if kind == "gift_choice" else {"product": "CUP"}
    reward = {"kind": kind, **what, **terms}

    with pytest.raises(ProgrammeInvalid) as refused:
        compile_programme(programme(rule(rewards=[reward])))

    assert [(one.path, one.code) for one in refused.value.problems] == [
        (f"rules[0].rewards[0].{at}", code)
    ]


def test_all_of_it_together_is_kept_as_written() -> None:
    reward = {
        "kind": "gift_choice",
        "products": ["CUP"],
        "choose_within_days": 60,
        "unchosen": "voucher",
        "substitutes": ["BOL"],
        "out_of_stock": "waiting_list",
        "wait_at_most_days": 90,
        "voucher_cents": 2_500,
        "voucher_days": 365,
    }

    (kept,) = compile_programme(programme(rule(rewards=[reward]))).rules[0].all_rewards

    assert reward.items() <= dict(kept.terms).items()


FORM = {
    "no deadline": ({"unchosen": "voucher"}, "unchosen"),
    "no list to leave": ({"wait": "9"}, "wait"),
    "no voucher to be worth it": ({"worth": "9"}, "worth"),
    "offered anyway": ({"substitutes": "CUP"}, "substitutes"),
}


@pytest.mark.parametrize(("typed", "field"), FORM.values(), ids=FORM)
def test_the_form_of_a_published_gift_says_so_beside_the_field(typed, field) -> None:
    offer, out = read_offer({"kind": "gift", "products": "CUP", **typed})

    assert offer is None
    assert set(out.errors) == {field}


def test_a_published_gift_says_what_happens_too() -> None:
    typed = {"valid_days": "60", "unchosen": "voucher", "substitutes": "BOL, POT", "worth": "15"}

    offer, _ = read_offer({"kind": "gift", "products": "CUP", **typed})

    assert offer
    assert offer.products == ["CUP", "BOL", "POT"]
    assert offer.terms == {
        "kind": "gift_product",
        "product": "CUP",
        "unchosen": "voucher",
        "substitutes": ["BOL", "POT"],
        "voucher_cents": 1_500,
    }
