"""Laws that hold for any programme and any meeting."""

import random
from copy import deepcopy

from hypothesis import given, settings
from hypothesis import strategies as st

from app.rewards.domain.outcome import ORDERS, Explanations, explanation_from_json, to_json
from app.rewards.domain.programme import ProgrammeInvalid
from tests.support.chance import SOAK
from tests.support.rewards import (
    HOST,
    INES,
    LEA,
    ZOE,
    at_least,
    booking,
    facts,
    judge,
    only_won,
    order,
    percent,
    points,
    programme,
    rule,
    selling,
    tiers,
    won,
)

amounts = st.integers(0, 500_000)
SOME = settings(max_examples=60 * SOAK, deadline=None)


@st.composite
def rising_tiers(draw):
    """Steps that rise and never give less than the one before."""
    mode = draw(st.sampled_from(["best", "cumulative", "marginal", "every"]))
    starts = sorted(draw(st.sets(st.integers(1, 300_000), min_size=1, max_size=5)))
    values = sorted(draw(st.lists(st.integers(1, 5_000), min_size=5, max_size=5)))
    if mode == "every":
        most = draw(st.one_of(st.just({}), st.builds(dict, at_most=st.integers(1, 50))))
        return tiers(mode, {starts[0]: points(values[0])}, **most, **draw(of_turnover(mode)))
    if mode == "marginal" or draw(st.booleans()):
        reward = [percent(rate) for rate in values]
    else:
        reward = [points(value) for value in values]
    return tiers(mode, dict(zip(starts, reward, strict=False)), **draw(of_turnover(mode)))


def of_turnover(mode: str):
    """Turnover itself, or a score that grows with it."""
    part = st.builds(
        lambda weight, per: {"measure": "turnover", "weight": weight, "per": per},
        st.integers(1, 9),
        st.integers(1, 500),
    )
    score = st.builds(lambda one: {"measure": "score", "parts": [one]}, part)
    return st.just({}) if mode == "marginal" else st.one_of(st.just({}), score)


@SOME
@given(rising_tiers(), amounts, amounts)
def test_more_turnover_never_earns_less(scale, one, other) -> None:
    low, high = sorted((one, other))

    assert only_won(selling(low), rule(tiers=scale)) <= only_won(selling(high), rule(tiers=scale))


@SOME
@given(amounts, st.lists(st.integers(0, 10_000), min_size=1, max_size=4))
def test_shares_of_co_hosts_sum_to_the_whole(turnover, weights) -> None:
    shares = [weight * 10_000 // (sum(weights) or 1) // 2 for weight in weights]
    co_hosts = [{"customer_id": f"c{i}", "share_bp": share} for i, share in enumerate(shares)]

    shared = won(judge(selling(turnover, co_hosts=co_hosts), programme()))

    assert sum(shared.values()) == only_won(selling(turnover), rule())


RULES = [
    rule(id="a", lane="points", conditions=at_least("turnover", 20_000)),
    rule(id="b", lane="points", rewards=[points(30)]),
    rule(id="c", trigger="guest_booking", rewards=[points(20)]),
    rule(id="d", beneficiary="guest", trigger="during_meeting", rewards=[points(5)]),
    rule(id="e", beneficiary="seller", trigger="meeting_sale", rewards=[points(2)]),
    rule(id="f", tiers=tiers("cumulative", {10_000: points(1), 20_000: points(2)})),
]


@SOME
@given(st.randoms(use_true_random=False), amounts, amounts)
def test_the_order_of_things_makes_no_difference(shuffle: random.Random, one, other) -> None:
    document = facts(
        order(ZOE, one),
        order(INES, other),
        order(HOST, 5_000),
        participants=[{"customer_id": ZOE, "attended": True}, {"customer_id": LEA}],
        bookings=[booking(ZOE), booking(INES)],
        co_hosts=[{"customer_id": LEA, "share_bp": 3_000}, {"customer_id": "mia", "share_bp": 1}],
    )
    rules, other_document = list(RULES), deepcopy(document)
    shuffle.shuffle(rules)
    shuffle.shuffle(other_document["orders"])
    for name in ("participants", "bookings", "co_hosts"):
        shuffle.shuffle(other_document["meeting"][name])

    assert to_json(judge(document, programme(*RULES))) == to_json(
        judge(other_document, programme(*rules))
    )


@SOME
@given(amounts, st.integers(1, 9))
def test_splitting_an_order_changes_no_turnover(turnover, pieces) -> None:
    part, rest = divmod(turnover, pieces)
    split = [order(ZOE, part, id=str(n)) for n in range(pieces)]

    assert only_won(facts(*split, order(ZOE, rest, id="rest")), rule()) == only_won(
        selling(turnover), rule()
    )


@SOME
@given(amounts)
def test_a_reward_splits_into_two_rules_of_the_same_total(turnover) -> None:
    both = rule(rewards=[points(3), points(4)])
    apart = [rule(id="x", rewards=[points(3)]), rule(id="y", rewards=[points(4)])]

    assert only_won(selling(turnover), both) == only_won(selling(turnover), *apart)


@SOME
@given(rising_tiers(), amounts)
def test_explanations_survive_being_stored(scale, turnover) -> None:
    outcome = judge(selling(turnover), programme(rule(tiers=scale)))

    whys = Explanations()
    for one in (*outcome.awards, *outcome.misses):
        kept = whys.outlines[whys.position(one.why)]
        orders = {name: whys.lists[kept[name]] for name in ORDERS}
        assert explanation_from_json(kept["outline"] | orders) == one.explanation


numbers = st.builds(
    lambda measure, op, value: {"measure": measure, "op": op, "value": value},
    st.sampled_from(["orders", "buyers", "participants", "meetings_held", "bookings_made"]),
    st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
    st.integers(0, 4),
)
words = st.builds(
    lambda measure, op: {"measure": measure, "op": op, "value": "x"},
    st.sampled_from(["theme", "country"]),
    st.sampled_from(["=", "!="]),
)
trees = st.recursive(
    st.one_of(numbers, words),
    lambda parts: st.one_of(
        st.builds(lambda one: {"not": one}, parts),
        st.builds(lambda some: {"all": some}, st.lists(parts, min_size=1, max_size=3)),
        st.builds(lambda some: {"any": some}, st.lists(parts, min_size=1, max_size=3)),
    ),
    max_leaves=6,
)


@SOME
@given(trees, st.integers(0, 4), st.booleans())
def test_reasons_told_when_asked_agree_with_what_was_decided_without_them(
    tree, sales, of_order
) -> None:
    orders = [order(f"c{i}", 1_000, id=f"o{i}") for i in range(sales)]
    paid = rule(conditions=tree)
    if of_order:
        first = {"measure": "first_order", "op": "=", "value": True}
        other = {"any": [first, {"measure": "quantity", "op": ">", "value": sales // 2}]}
        paid = rule(beneficiary="guest", trigger="meeting_sale", conditions=other)
    try:
        outcome = judge(facts(*orders, theme="x" if sales % 2 else None), programme(paid))
    except ProgrammeInvalid:
        return

    for award in outcome.awards:
        assert all(check.passed for check in award.explanation.checks)
    for miss in outcome.misses:
        assert miss.lacks
        assert not any(lack.passed for lack in miss.lacks)
