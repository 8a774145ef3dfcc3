"""Worked numbers: what is won, what is missed, and by how much."""

import pytest

from app.rewards.domain.programme import compile_programme
from tests.support.rewards import (
    HOST,
    INES,
    LEA,
    SELLER,
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

STEPS = {30_000: points(30), 60_000: points(60), 90_000: points(90)}
RATES = {
    50_000: {"kind": "voucher", "rate_bp": 1_800},
    150_000: {"kind": "voucher", "rate_bp": 2_200},
}


@pytest.mark.parametrize(
    ("turnover", "rounding", "expected"),
    [
        pytest.param(48_750, "half_up", 49, id="10 % of 487.50"),
        pytest.param(48_500, "half_up", 49, id="exactly a half goes up"),
        pytest.param(48_490, "half_up", 48, id="just under a half"),
        pytest.param(48_990, "floor", 48, id="rounded down"),
        pytest.param(48_010, "ceil", 49, id="rounded up"),
    ],
)
def test_percent_of_the_turnover_in_points(turnover, rounding, expected) -> None:
    assert only_won(selling(turnover), points={"rounding": rounding}) == expected


@pytest.mark.parametrize(
    ("turnover", "expected", "missing"),
    [
        pytest.param(45_000, 45, None, id="well over"),
        pytest.param(30_000, 30, None, id="exactly the threshold"),
        pytest.param(29_999, 0, 1, id="one cent short"),
    ],
)
def test_ten_percent_from_a_threshold(turnover, expected, missing) -> None:
    document = programme(rule(conditions=at_least("turnover", 30_000)))

    outcome = judge(selling(turnover), document)

    assert sum(award.value for award in outcome.awards) == expected
    assert [miss.lacks[0].missing for miss in outcome.misses] == ([missing] if missing else [])


@pytest.mark.parametrize(
    ("attended", "turnover", "booked", "expected"),
    [
        pytest.param(2, 2_000, 2, 65, id="all three"),
        pytest.param(1, 2_000, 2, 0, id="one guest short"),
        pytest.param(2, 1_999, 2, 0, id="one cent short"),
        pytest.param(2, 2_000, 1, 0, id="one booking short"),
    ],
)
def test_three_conditions_together(attended, turnover, booked, expected) -> None:
    conditions = {
        "all": [at_least("attended", 2), at_least("turnover", 2_000), at_least("bookings_made", 2)]
    }
    guests = [ZOE, INES, LEA]
    document = selling(
        turnover,
        participants=[{"customer_id": g, "attended": i < attended} for i, g in enumerate(guests)],
        bookings=[booking(guest) for guest in guests[:booked]],
    )

    assert only_won(document, rule(conditions=conditions, rewards=[points(65)])) == expected


def test_percent_of_an_order_after_its_discount() -> None:
    sale = rule(
        beneficiary="guest",
        trigger="direct_sale",
        rewards=[{"kind": "points_percent_order", "rate_bp": 1_000}],
    )

    outcome = judge({"orders": [order(ZOE, 7_000, channel="direct")]}, programme(sale))

    assert won(outcome) == {ZOE: 7}


@pytest.mark.parametrize(
    ("mode", "steps", "turnover", "expected"),
    [
        pytest.param("best", STEPS, 95_000, 90, id="best of three"),
        pytest.param("cumulative", STEPS, 95_000, 180, id="all three"),
        pytest.param("best", STEPS, 59_999, 30, id="one cent short of the second"),
        pytest.param("best", STEPS, 60_000, 60, id="exactly the second"),
        pytest.param("cumulative", STEPS, 29_999, 0, id="none reached"),
        pytest.param("best", RATES, 180_000, 39_600, id="22 % of all"),
        pytest.param("marginal", RATES, 180_000, 24_600, id="each slice at its rate"),
        pytest.param("marginal", RATES, 49_999, 0, id="below the first slice"),
        pytest.param("every", {10_000: points(5)}, 39_999, 15, id="three full slices"),
    ],
)
def test_tier_modes(mode, steps, turnover, expected) -> None:
    assert only_won(selling(turnover), rule(tiers=tiers(mode, steps))) == expected


def test_slices_stop_at_the_cap() -> None:
    capped = tiers("every", {10_000: points(5)}, at_most=2)

    outcome = judge(selling(99_000), programme(rule(tiers=capped)))

    assert won(outcome) == {HOST: 10}
    assert outcome.awards[0].explanation.next_tier is None


def test_the_next_step_is_announced() -> None:
    outcome = judge(selling(55_800), programme(rule(tiers=tiers("best", STEPS))))

    following = outcome.awards[0].explanation.next_tier

    assert following is not None
    assert (following.start, following.missing) == (60_000, 4_200)
    assert following.rewards[0]["points"] == 60


def test_the_first_step_is_a_miss_with_a_bar() -> None:
    outcome = judge(selling(25_840), programme(rule(tiers=tiers("best", STEPS))))

    (miss,) = outcome.misses
    assert miss.progress is not None
    assert (miss.progress.current, miss.progress.target) == (25_840, 30_000)
    assert miss.lacks[0].missing == 4_160
    assert miss.rewards[0]["points"] == 30


SCORE = [{"measure": "turnover", "per": 10_000}, {"measure": "bookings_made", "weight": 5}]


def test_a_score_adds_up_several_measures_and_says_how() -> None:
    scale = tiers("best", {5: points(50), 10: points(100)}, "score", parts=SCORE)
    document = selling(39_999, bookings=[booking(ZOE)])

    (award,) = judge(document, programme(rule(tiers=scale))).awards

    assert (award.value, award.explanation.tier.value) == (50, 3 + 5)
    assert award.explanation.next_tier.missing == 2
    told = [check for check in award.explanation.checks if check.code == "score_part"]
    assert [(one.measure, one.value, one.expected) for one in told] == [
        ("turnover", 39_999, 3),
        ("bookings_made", 1, 5),
    ]


@pytest.mark.parametrize(
    ("more", "expected"),
    [({}, 20), ({"products": ["WOK"]}, 10), ({"categories": ["none"]}, 0)],
    ids=["all items", "some products", "a category"],
)
def test_steps_may_look_at_some_items_only(more, expected) -> None:
    scale = tiers("every", {2: points(10)}, "quantity", **more)
    lines = [{"product": name, "quantity": 2, "net_cents": 100} for name in ("WOK", "PAN")]

    assert only_won(facts(order(lines=lines)), rule(tiers=scale)) == expected


# ---------------------------------------------------------------- who


def test_co_hosts_share_and_the_first_gets_the_odd_point() -> None:
    document = selling(48_750, co_hosts=[{"customer_id": LEA, "share_bp": 5_000}])

    outcome = judge(document, programme())

    assert won(outcome) == {HOST: 25, LEA: 24}
    assert {award.explanation.whole_value for award in outcome.awards} == {49}


def test_each_guest_who_bought_wins_and_the_host_does_not() -> None:
    per_guest = rule(beneficiary="guest", trigger="during_meeting", rewards=[points(5)])
    document = facts(
        order(ZOE), order(INES), order(ZOE, id="again"), order(HOST), order(LEA, payment="unpaid")
    )

    assert won(judge(document, programme(per_guest))) == {ZOE: 5, INES: 5}


@pytest.mark.parametrize("trigger", ["hosting", "during_meeting", "meeting_sale"])
def test_the_seller_wins_on_her_own_card(trigger) -> None:
    document = programme(rule(beneficiary="seller", trigger=trigger, rewards=[points(3)]))

    assert won(judge(selling(10_000), document)) == {SELLER: 3}


def test_a_seller_without_a_card_misses() -> None:
    outcome = judge(
        {"orders": [order(channel="web")]},
        programme(rule(beneficiary="seller", trigger="direct_sale", rewards=[points(3)])),
    )

    assert outcome.misses[0].lacks[0].code == "seller_known"


def test_an_order_by_the_party_link_is_a_sale_of_the_meeting() -> None:
    sale = rule(beneficiary="guest", trigger="meeting_sale", rewards=[points(3)])

    assert won(judge(facts(order(ZOE, channel="web")), programme(sale))) == {ZOE: 3}


def test_a_cancelled_meeting_gives_nothing() -> None:
    outcome = judge(selling(10_000, status="cancelled"), programme())

    assert not outcome.awards
    assert outcome.misses[0].lacks[0].code == "meeting_not_cancelled"


# ---------------------------------------------------------------- bookings

BOOKED = rule(trigger="guest_booking", rewards=[points(20)])
HELD = {"status": "held", "held_on": "2026-05-01", "turnover_cents": 20_000}
ORIGIN = {"first_planned_on": "2026-03-02", "held_on": "2026-03-09"}


@pytest.mark.parametrize(
    ("fields", "fate"),
    [
        pytest.param({}, "promised", id="it stands"),
        pytest.param(HELD, "earned", id="held on the last day of the window"),
        pytest.param({**HELD, "held_on": "2026-05-02"}, "booking_held_by", id="one day late"),
        pytest.param({**HELD, "held_on": None}, "booking_held_by", id="held who knows when"),
        pytest.param(
            {**HELD, "turnover_cents": 14_999}, "booking_turnover_at_least", id="one cent too small"
        ),
        pytest.param({"status": "cancelled"}, "booking_stands", id="cancelled"),
        pytest.param({"customer_id": HOST}, "booked_by_guest", id="by the host herself"),
    ],
)
def test_fate_of_a_booking(fields, fate) -> None:
    settings = {"booking": {"window_days": 60, "minimum_turnover_cents": 15_000}}
    document = facts(bookings=[booking(**fields)], **ORIGIN)

    outcome = judge(document, programme(BOOKED, settings=settings))

    fates = [award.status for award in outcome.awards]
    fates += [miss.lacks[0].code for miss in outcome.misses]
    assert fates == [fate]


def test_each_booking_is_its_own_occurrence() -> None:
    outcome = judge(facts(bookings=[booking(ZOE), booking(INES)], **ORIGIN), programme(BOOKED))

    assert {award.occurrence for award in outcome.awards} == {"booked by zoe", "booked by ines"}
    assert won(outcome) == {HOST: 40}


def test_the_guest_who_booked_wins_as_a_guest() -> None:
    document = programme({**BOOKED, "beneficiary": "guest"})

    assert won(judge(facts(bookings=[booking(INES)], **ORIGIN), document)) == {INES: 20}


def test_without_a_booking_one_is_missing() -> None:
    (miss,) = judge(facts(), programme(BOOKED)).misses

    assert (miss.lacks[0].code, miss.lacks[0].missing) == ("guest_booked", 1)


# ---------------------------------------------------------------- lanes


def test_in_a_lane_only_the_best_pays() -> None:
    document = programme(
        rule(id="small", lane="voucher", rewards=[{"kind": "voucher", "amount_cents": 1_500}]),
        rule(id="large", lane="voucher", rewards=[{"kind": "voucher", "amount_cents": 2_500}]),
    )

    outcome = judge(selling(50_000), document)

    assert [award.rule_id for award in outcome.awards] == ["large"]
    assert [(m.rule_id, m.lacks[0].subject) for m in outcome.misses] == [("small", "large")]


def test_ties_in_a_lane_go_to_the_first_id() -> None:
    document = programme(
        rule(id="b", lane="x", rewards=[points(5)]), rule(id="a", lane="x", rewards=[points(5)])
    )

    assert [award.rule_id for award in judge(selling(1), document).awards] == ["a"]


# ---------------------------------------------------------------- conditions

MEETING = facts(
    order(ZOE, 6_000, lines=[{"net_cents": 6_000, "product": "WOK", "quantity": 2}]),
    order(HOST, 2_000),
    held_on="2026-03-09",
    theme="wok",
    place="virtual",
    participants=[
        {"customer_id": ZOE, "attended": True, "new_customer": True},
        {"customer_id": HOST, "attended": True},
        {"customer_id": LEA, "invitation": "declined"},
    ],
)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (at_least("orders", 2), True),
        (at_least("orders", 2, of_at_least_cents=5_000), False),
        (at_least("orders_not_by_host", 2), False),
        (at_least("buyers", 2), True),
        ({"measure": "attended", "op": "=", "value": 1}, True),
        ({"measure": "participants", "op": "=", "value": 1}, True),
        ({"measure": "new_customers", "op": "!=", "value": 1}, False),
        (at_least("quantity", 2, products=["WOK"]), True),
        (at_least("quantity", 3, products=["WOK"]), False),
        (at_least("turnover", 2_001, without_products=["WOK"]), False),
        ({"measure": "turnover", "op": "in", "from": 8_000, "to": 8_001}, True),
        ({"measure": "turnover", "op": "in", "from": 7_000, "to": 8_000}, False),
        ({"measure": "turnover", "op": "<", "value": 8_000}, False),
        ({"measure": "turnover", "op": "<=", "value": 8_000}, True),
        ({"measure": "turnover", "op": ">", "value": 8_000}, False),
        ({"measure": "held_on", "op": "in", "from": "2026-03-09", "to": "2026-03-10"}, True),
        ({"measure": "held_on", "op": "<", "value": "2026-03-09"}, False),
        ({"measure": "theme", "op": "=", "value": "wok"}, True),
        ({"measure": "virtual", "op": "=", "value": True}, True),
        ({"measure": "catalogue", "op": "!=", "value": "spring"}, False),
        ({"not": {"measure": "catalogue", "op": "=", "value": "spring"}}, True),
        ({"any": [at_least("buyers", 9), at_least("orders", 2)]}, True),
        ({"all": [at_least("buyers", 9), at_least("orders", 2)]}, False),
        ({"not": {"any": [at_least("buyers", 9), at_least("orders", 9)]}}, True),
    ],
    ids=str,
)
def test_conditions(condition, holds) -> None:
    assert bool(only_won(MEETING, rule(conditions=condition, rewards=[points(1)]))) is holds


HISTORY = facts(
    order(ZOE, 6_000),
    held_on="2026-03-09",
    hosted_before=[
        {"held_on": "2025-02-01"},
        {"held_on": "2026-02-27", "with_this_seller": True},
        {"held_on": "2026-03-09", "with_this_seller": True},
        {"held_on": "2026-04-01"},
    ],
)
SEEN = {"customer_id": HOST, "roles": ["HOST", "VIP"], "country": "FR", "department": "2A",
        "segments": ["loyal"]}  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        pytest.param({"measure": "meetings_held", "op": "=", "value": 2}, True, id="earlier ones"),
        (at_least("meetings_held", 2, with_this_seller=True), False),
        (at_least("meetings_held", 1, with_this_seller=True), True),
        (at_least("meetings_held", 2, within_days=365), False),
        (at_least("meetings_held", 1, within_days=10), True),
        (at_least("meetings_held", 1, within_days=9), False),
        (at_least("meetings_held", 1, held_from="2026-02-27"), True),
        (at_least("meetings_held", 1, held_from="2026-02-28"), False),
        (at_least("meetings_held", 1, held_before="2025-02-01"), False),
        ({"measure": "last_meeting_on", "op": "=", "value": "2026-02-27"}, True),
        ({"measure": "days_since_last_meeting", "op": "=", "value": 10}, True),
        ({"measure": "days_since_last_meeting", "op": "<", "value": 10}, False),
        ({"measure": "month", "op": "=", "value": "3"}, True),
        ({"measure": "weekday", "op": "=", "value": "mon"}, True),
        ({"measure": "weekday", "op": "!=", "value": "mon"}, False),
        ({"measure": "role", "op": "has", "value": "VIP"}, True),
        ({"measure": "role", "op": "has", "value": "SELLER"}, False),
        ({"measure": "segment", "op": "has", "value": "loyal"}, True),
        ({"measure": "country", "op": "=", "value": "FR"}, True),
        ({"measure": "department", "op": "!=", "value": "2A"}, False),
    ],
    ids=str,
)
def test_conditions_on_what_was_before_and_who_she_is(condition, holds) -> None:
    known = {**HISTORY, "people": [SEEN]}

    assert bool(only_won(known, rule(conditions=condition, rewards=[points(1)]))) is holds


@pytest.mark.parametrize(
    "measure",
    ["meetings_held", "days_since_last_meeting", "last_meeting_on", "role", "country", "month"],
)
def test_what_nobody_knows_holds_neither_way_but_its_denial_does(measure) -> None:
    value = {"last_meeting_on": "2026-01-01", "month": "1", "meetings_held": 0}.get(measure, "X")
    value = 3 if measure.startswith("days") else value
    op = "has" if measure == "role" else "="
    condition = {"measure": measure, "op": op, "value": value}
    other = {**condition, "op": op if op == "has" else "!="}
    unknown = selling(10_000)

    assert [
        only_won(unknown, rule(conditions=one, rewards=[points(1)]))
        for one in (condition, other, {"not": condition})
    ] == [0, 0, 1]


def test_each_guest_is_asked_about_herself() -> None:
    per_guest = rule(
        beneficiary="guest",
        trigger="during_meeting",
        rewards=[points(5)],
        conditions={"measure": "role", "op": "has", "value": "VIP"},
    )
    people = [{"customer_id": ZOE, "roles": ["VIP"]}, {"customer_id": INES, "roles": []}]
    document = {**facts(order(ZOE), order(INES), order(LEA)), "people": people}

    outcome = judge(document, programme(per_guest))

    assert won(outcome) == {ZOE: 5}
    assert {miss.customer_id for miss in outcome.misses} == {INES, LEA}


@pytest.mark.parametrize(("origin", "expected"), [("m0", {HOST: 30}), (None, {})])
def test_the_host_of_a_meeting_born_in_another_wins(origin, expected) -> None:
    reborn = programme(rule(trigger="rebooked_hosting", rewards=[points(30)]))

    assert won(judge(selling(10_000, booked_from=origin), reborn)) == expected


def test_a_choice_of_conditions_lacks_one_of_them() -> None:
    choice = {"any": [at_least("buyers", 9), at_least("turnover", 9_000)]}

    (miss,) = judge(MEETING, programme(rule(conditions=choice))).misses

    assert miss.lacks[0].code == "any_of"
    assert [part.missing for part in miss.lacks[0].children] == [7, 1_000]


def test_counts_without_the_host_when_set() -> None:
    counts = rule(
        conditions=at_least("orders", 2),
        turnover={"host_orders": "excluded_from_counts"},
        rewards=[points(1)],
    )

    assert only_won(MEETING, counts) == 0


def test_a_percentage_of_too_little_says_so() -> None:
    (miss,) = judge(selling(499), programme(rule(rewards=[percent(10)]))).misses

    assert miss.lacks[0].code == "rounds_to_something"


def test_steps_whose_items_cost_more_than_before_are_warned_of() -> None:
    steps = {
        start: {"kind": "half_price_items", "name": "x", "products": ["WOK"], "off_bp": off}
        for start, off in ((1, 5_000), (2, 3_000))
    }

    compiled = compile_programme(programme(rule(tiers=tiers("best", steps))))

    assert [warning.code for warning in compiled.warnings] == ["tier_gives_less"]
