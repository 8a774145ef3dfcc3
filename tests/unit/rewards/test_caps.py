"""Caps: first come, first served, and never more than is left."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rewards.domain.caps import shares_taken
from app.rewards.domain.outcome import to_json
from app.rewards.domain.programme import ProgrammeInvalid, compile_programme
from tests.support.rewards import (
    HOST,
    INES,
    LEA,
    ZOE,
    booking,
    facts,
    judge,
    order,
    percent,
    points,
    programme,
    rule,
    selling,
    won,
)

BOOKED = {"trigger": "guest_booking", "rewards": [points(20)]}
THREE = facts(
    bookings=[
        booking(ZOE, made_on="2026-03-03"),
        booking(INES, made_on="2026-03-01"),
        booking(LEA, made_on="2026-03-02"),
    ]
)
PER_GUEST = {"beneficiary": "guest", "trigger": "during_meeting", "rewards": [points(10)]}
BUYERS = facts(order(ZOE), order(INES), order(LEA))


def cap(per, of, most, **more):
    return {"per": per, "of": of, "most": most, **more}


def occurrences(outcome) -> list[str]:
    return [award.occurrence for award in outcome.awards]


def test_the_first_bookings_take_what_there_is() -> None:
    outcome = judge(THREE, programme(rule(**BOOKED, caps=[cap("meeting", "times", 2)])))

    assert occurrences(outcome) == ["booked by ines", "booked by lea"]
    (miss,) = outcome.misses
    assert (miss.lacks[0].code, miss.lacks[0].expected) == ("cap_per_meeting", 2)


def test_what_was_granted_before_keeps_its_place() -> None:
    granted = [{"rule_id": "r1", "customer_id": HOST, "scope_id": "m1",
                "occurrence": "booked by zoe"}]  # fmt: skip
    capped = programme(rule(**BOOKED, caps=[cap("meeting", "times", 2)]))

    assert occurrences(judge({**THREE, "granted": granted}, capped)) == [
        "booked by ines",
        "booked by zoe",
    ]


@pytest.mark.parametrize(
    ("caps", "left", "expected"),
    [
        pytest.param([cap("meeting", "value", 50)], [], {HOST: 50}, id="the last one in part"),
        pytest.param([cap("person", "value", 35)], [], {HOST: 35}, id="of one person"),
        pytest.param([cap("all", "times", 9)], [("all-ever-times", 1, "")], {HOST: 20},
                     id="others took the rest"),
        pytest.param([cap("all", "times", 9)], [("all-ever-times", 0, "")], {}, id="all is gone"),
        pytest.param([cap("person", "times", 9, period="month")],
                     [("person-month-times", 2, HOST)], {HOST: 40}, id="her month"),
        pytest.param([cap("person", "times", 9, period="month")],
                     [("person-month-times", 0, ZOE)], {HOST: 60}, id="the month of another"),
        pytest.param([cap("all", "money", 2_500)], [], {HOST: 25}, id="money"),
        pytest.param([cap("meeting", "times", 2), cap("all", "value", 30)], [], {HOST: 30},
                     id="two caps"),
    ],
)  # fmt: skip
def test_caps(caps, left, expected) -> None:
    known = [{"rule_id": "r1", "cap": name, "left": n, "subject": who} for name, n, who in left]
    document = programme(rule(**BOOKED, caps=caps), settings={"points": {"cents_per_100": 10_000}})

    assert won(judge({**THREE, "caps": known}, document)) == expected


def test_a_cap_for_each_person_counts_each_guest_by_herself() -> None:
    each = programme(rule(**PER_GUEST, caps=[cap("person", "value", 4)]))
    all_ = programme(rule(**PER_GUEST, caps=[cap("all", "value", 15)]))

    assert won(judge(BUYERS, each)) == {ZOE: 4, INES: 4, LEA: 4}
    assert sum(won(judge(BUYERS, all_)).values()) == 15


def test_hosts_share_what_a_cap_leaves() -> None:
    document = selling(48_750, co_hosts=[{"customer_id": LEA, "share_bp": 5_000}])

    assert won(judge(document, programme(rule(caps=[cap("meeting", "value", 21)])))) == {
        HOST: 11,
        LEA: 10,
    }


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"caps": [cap("meeting", "times", 1, period="month")]},
         "caps[0].period", "cap_without_period"),
        ({"caps": [cap("all", "times", 1), cap("all", "times", 2)]}, "caps[1]", "repeated"),
        ({**PER_GUEST, "trigger": "direct_sale", "caps": [cap("meeting", "times", 1)]},
         "caps[0].per", "cap_needs_meeting"),
        ({"rewards": [points(1), {"kind": "voucher", "amount_cents": 5}],
          "caps": [cap("all", "value", 1)]}, "caps[0].of", "mixed_cap"),
        ({"rewards": [{"kind": "gift_product", "product": "WOK"}],
          "caps": [cap("all", "money", 1)]}, "caps[0].of", "cost_unknown"),
    ],
)  # fmt: skip
def test_caps_that_cannot_work_are_refused(change, path, code) -> None:
    with pytest.raises(ProgrammeInvalid) as refused:
        compile_programme(programme(rule(**change)))

    assert [(one.path, one.code) for one in refused.value.problems] == [(f"rules[0].{path}", code)]


def test_a_cap_smaller_than_one_reward_is_warned_of() -> None:
    compiled = compile_programme(programme(rule(**BOOKED, caps=[cap("all", "value", 19)])))

    assert [warning.code for warning in compiled.warnings] == ["cap_below_reward"]


CAPS = st.lists(
    st.builds(
        cap,
        st.sampled_from(["meeting", "person", "all"]),
        st.sampled_from(["times", "value", "money"]),
        st.integers(3, 60),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda one: (one["per"], one["of"]),
)


@settings(max_examples=60, deadline=None)
@given(CAPS, st.permutations(THREE["meeting"]["bookings"]), st.integers(0, 10_000))
def test_no_cap_is_ever_exceeded_whatever_the_order_of_facts(caps, bookings, share) -> None:
    document = programme(rule(**BOOKED, caps=caps), settings={"points": {"cents_per_100": 250}})
    compiled = compile_programme(document)
    shared = {"co_hosts": [{"customer_id": "mia", "share_bp": share}]}

    usual = judge({**THREE, "meeting": {**THREE["meeting"], **shared}}, document)
    other = judge(
        {**THREE, "meeting": {**THREE["meeting"], **shared, "bookings": bookings}}, document
    )

    assert to_json(usual) == to_json(other)
    most = {one.id: one.most for one in compiled.rules[0].caps}
    taken = shares_taken(usual.awards, compiled.rules)
    assert all(amount <= most[name] for (_rule, name, _who), amount in taken.items())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 400_000), st.integers(0, 400_000), st.integers(1, 300))
def test_under_a_cap_more_turnover_never_earns_less(one, other, most) -> None:
    capped = programme(rule(rewards=[percent(1_000)], caps=[cap("meeting", "value", most)]))
    low, high = sorted([one, other])

    assert sum(won(judge(selling(low), capped)).values()) <= sum(
        won(judge(selling(high), capped)).values()
    )
