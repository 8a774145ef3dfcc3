"""Laws of pots: nothing in them is lost, nothing pays twice."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rewards.domain.facts import Facts, PotFacts
from app.rewards.domain.facts_format import read_facts
from app.rewards.domain.pots import Filled, fill
from app.rewards.domain.programme import compile_programme
from app.rewards.domain.terms import Trigger
from tests.support.chance import SOAK
from tests.support.rewards import INES, ZOE, order, points, programme, rule

THRESHOLD = 100
SAVING = {
    "beneficiary": "guest",
    "trigger": "spend",
    "pot": {"measure": "spend", "threshold": THRESHOLD},
    "rewards": [points(5)],
}
PROGRAMME = compile_programme(programme(rule(**SAVING)))
MONTHLY = {"per": "person", "of": "times", "most": 1, "period": "month"}
CAPPED = compile_programme(programme(rule(**SAVING, caps=[MONTHLY])))
SOME = settings(max_examples=60 * SOAK, deadline=None)

TELLINGS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from([ZOE, INES]), st.integers(0, 350)),
    min_size=1,
    max_size=12,
)
"""Each says what stands of an order now; whoever is told to have placed it last, has."""


def told(order_id: str, customer_id: str, amount: int) -> Facts:
    return read_facts({"orders": [order(customer_id, amount, id=order_id, channel="direct")]})


def feed(facts: Facts, pots: tuple[PotFacts, ...], by=PROGRAMME) -> Filled:
    return fill(replace(facts, pots=pots), by.by_trigger[Trigger.SPEND], by)


def standing(pots: tuple[PotFacts, ...]) -> dict[str, tuple[int, list[int]]]:
    return {
        one.customer_id: (one.balance, [issue.number for issue in one.issued])
        for one in pots
        if one.balance or one.issued
    }


@SOME
@given(TELLINGS)
def test_whatever_came_first_what_stands_decides(tellings) -> None:
    pots: tuple[PotFacts, ...] = ()
    stands: dict[str, tuple[str, int]] = {}
    for order_id, customer_id, amount in tellings:
        pots = feed(told(order_id, customer_id, amount), pots).after
        stands[order_id] = (customer_id, amount)

    at_once: tuple[PotFacts, ...] = ()
    for order_id, (customer_id, amount) in sorted(stands.items()):
        at_once = feed(told(order_id, customer_id, amount), at_once).after
    assert standing(pots) == standing(at_once)
    for customer_id, (balance, numbers) in standing(pots).items():
        total = sum(amount for who, amount in stands.values() if who == customer_id)
        assert (balance, len(numbers)) == (total % THRESHOLD, total // THRESHOLD)


@SOME
@given(TELLINGS)
def test_told_again_nothing_happens(tellings) -> None:
    pots: tuple[PotFacts, ...] = ()
    for telling in tellings:
        pots = feed(told(*telling), pots).after
        again = feed(told(*telling), pots)

        assert again.after == pots
        assert not again.awards
        assert not any(one.fed for one in again.pots)


@SOME
@given(TELLINGS, st.sets(st.integers(1, 4)))
def test_what_was_fed_is_in_the_pot_or_was_given(tellings, used) -> None:
    """Whatever was used, and whatever a cap held back."""
    pots: tuple[PotFacts, ...] = ()
    fed: dict[str, int] = {}
    for telling in tellings:
        filled = feed(told(*telling), pots, CAPPED)
        for one in filled.pots:
            fed[one.customer_id] = fed.get(one.customer_id, 0) + one.fed
        pots = tuple(
            replace(
                pot,
                issued=tuple(replace(one, used=one.number in used) for one in pot.issued),
            )
            for pot in filled.after
        )

        for pot in pots:
            assert fed[pot.customer_id] == pot.balance + THRESHOLD * len(pot.issued)
            assert pot.balance >= 0 or all(one.used for one in pot.issued)


ONCE = {"per": "person", "of": "times", "most": 1}


@pytest.mark.parametrize("cap", [MONTHLY, ONCE])
def test_what_is_withdrawn_gives_its_share_of_a_cap_back_at_once(cap) -> None:
    """In one feeding as in two, whether the reward was given in this one or before."""
    by = compile_programme(programme(rule(**SAVING, caps=[cap])))
    before = fill(replace(told("a", ZOE, 100), pots=()), by.by_trigger[Trigger.SPEND], by)
    goes, comes = told("a", ZOE, 0), told("b", ZOE, 130)
    both = replace(goes, orders=(*goes.orders, *comes.orders), caps=before.caps)

    at_once = feed(both, before.after, by)
    first = feed(replace(goes, caps=before.caps), before.after, by)
    in_turn = feed(replace(comes, caps=first.caps), first.after, by)

    assert standing(at_once.after) == standing(in_turn.after) == {ZOE: (30, [1])}
    assert at_once.caps == in_turn.caps == before.caps
    again = feed(replace(both, caps=at_once.caps), at_once.after, by)
    assert (again.after, again.caps, again.awards) == (at_once.after, at_once.caps, ())
