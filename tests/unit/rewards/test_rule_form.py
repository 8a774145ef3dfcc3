"""The editor's form: nothing typed is lost, a rule comes back as it went in."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import create_app
from app.config import Settings
from app.demo.programme import PROGRAMME
from app.http.form_tree import flat
from app.rewards.domain.programme import compile_programme
from app.rewards.schemas.rule_form import check, tree_of, written
from app.rewards.schemas.rule_tree import RULE_TREE
from tests.support.chance import SOAK
from tests.support.rewards import at_least, points, programme, rule
from tests.support.rules import rules

NEUTRAL = programme()
SOME = settings(
    max_examples=40 * SOAK,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)


@pytest.fixture(scope="module")
def quiet_app():
    return create_app(Settings(secret_key="for words only, nothing is signed with it"))


@pytest.fixture(autouse=True)
def english(quiet_app):
    with quiet_app.test_request_context(headers={"Accept-Language": "en"}):
        yield


def sent(tree):
    """What a browser sends of the form that shows the tree."""
    return RULE_TREE.read(flat(tree).items())


@SOME
@given(document=rules(with_pots=True))
def test_a_rule_the_form_can_show_comes_back_as_it_was(document) -> None:
    tree = tree_of(document)
    if tree is None:
        return

    out = written(sent(tree), NEUTRAL, replacing="r1")

    again, before = check(out, NEUTRAL), compile_programme(programme(document)).rules[0]
    assert again is not None, out.errors
    assert (again.rewards, again.tiers, again.pot) == (before.rewards, before.tiers, before.pot)
    assert (again.turnover, again.booking) == (before.turnover, before.booking)
    assert again.caps == before.caps


@pytest.mark.parametrize("document", PROGRAMME["rules"], ids=lambda one: one["id"])
def test_the_form_shows_every_rule_of_a_real_programme(document) -> None:
    assert tree_of(document) is not None


@pytest.mark.parametrize(
    "conditions",
    [
        {"all": [{"any": [{"all": [at_least("buyers", 3)]}, at_least("orders", 1)]}]},
        {"not": {"not": at_least("buyers", 3)}},
        {"measure": "quantity", "op": ">=", "value": 1, "products": ["A,B"]},
    ],
    ids=["two levels of groups", "not of not", "a reference with a comma"],
)
def test_what_the_form_would_lose_is_left_to_json(conditions) -> None:
    assert tree_of(rule(conditions=conditions)) is None


def form(**fields) -> dict[str, str]:
    usual = {"beneficiary": "host", "trigger": "hosting", "gain": "rewards",
             "r.0.kind": "points_fixed", "r.0.points": "30"}  # fmt: skip
    return {**usual, **{name.replace("__", "."): value for name, value in fields.items()}}


def wrong(**fields) -> list[str]:
    """The fields that need a mend."""
    out = written(RULE_TREE.read(form(**fields).items()), NEUTRAL)
    check(out, NEUTRAL)
    return sorted(out.errors)


MENDS = {
    "no beneficiary": ({"beneficiary": ""}, ["beneficiary"]),
    "a trigger that does not go with it": ({"trigger": "direct_sale"}, ["trigger"]),
    "a made-up trigger": ({"trigger": "full moon"}, ["trigger"]),
    "points in words": ({"r__0__points": "many"}, ["r.0.points"]),
    "no points": ({"r__0__points": ""}, ["r.0.points"]),
    "negative points": ({"r__0__points": "-3"}, ["r.0.points"]),
    "free units of nothing": ({"r__0__kind": "unit_voucher"}, ["r.0.products"]),
    "a first day without a last": (
        {"r__0__kind": "unit_voucher", "r__0__products": "A", "r__0__since": "2027-01-01"},
        ["r.0.until"],
    ),
    "a made-up reward": ({"r__0__kind": "car"}, ["r.0.kind"]),
    "a percentage of an order in a meeting": (
        {"r__0__kind": "points_percent_order", "r__0__rate": "10"},
        ["r.0.kind"],
    ),
    "a condition without a measure": ({"c__0__measure": "", "c__0__op": ">="}, ["c.0.measure"]),
    "a condition that looks at an order": (
        {"c__0__measure": "order_net", "c__0__op": ">=", "c__0__value": "10"},
        ["c.0.measure"],
    ),
    "an amount in words": (
        {"c__0__measure": "turnover", "c__0__op": ">=", "c__0__value": "lots"},
        ["c.0.value"],
    ),
    "an empty interval": (
        {"c__0__measure": "turnover", "c__0__op": "in", "c__0__value": "300", "c__0__upper": "20"},
        ["c.0.upper"],
    ),
    "an empty group": ({"c__0__join": "any"}, ["c.0.join"]),
    "a wrong day": (
        {"c__0__measure": "held_on", "c__0__op": ">", "c__0__value": "2026-02-31"},
        ["c.0.value"],
    ),
    "a pot without a measure": ({"trigger": "spend", "beneficiary": "guest"}, ["pot_measure"]),
    "a pot of no amount": (
        {"trigger": "spend", "beneficiary": "guest", "pot_measure": "spend", "pot_threshold": ""},
        ["pot_threshold"],
    ),
    "a pot of stamps with cents": (
        {
            "trigger": "spend",
            "beneficiary": "guest",
            "pot_measure": "units",
            "pot_threshold": "2,50",
        },
        ["pot_threshold"],
    ),
    "a pot that ends before it begins": (
        {
            "trigger": "spend",
            "beneficiary": "guest",
            "pot_measure": "baskets",
            "pot_threshold": "10",
            "pot_starts_on": "2026-05-01",
            "pot_ends_on": "2026-04-01",
        },
        ["pot_ends_on"],
    ),
    "a pot of a guest's meetings": (
        {
            "trigger": "spend",
            "beneficiary": "guest",
            "pot_measure": "meetings",
            "pot_threshold": "3",
        },
        ["pot_measure"],
    ),
    "a pot whose condition looks at a meeting": (
        {
            "trigger": "spend",
            "beneficiary": "guest",
            "pot_measure": "spend",
            "pot_threshold": "100",
            "c__0__measure": "buyers",
            "c__0__op": ">=",
            "c__0__value": "3",
        },
        ["c.0.measure"],
    ),
    "tiers without a step": ({"gain": "tiers", "measure": "turnover", "mode": "best"}, ["mode"]),
}


@pytest.mark.parametrize(("fields", "expected"), MENDS.values(), ids=MENDS)
def test_the_message_stands_beside_its_field(fields, expected) -> None:
    assert wrong(**fields) == expected


def test_conditions_that_exclude_each_other_are_refused_with_the_reason() -> None:
    fields = form(
        c__0__measure="buyers", c__0__op=">=", c__0__value="5",
        c__1__measure="buyers", c__1__op="<", c__1__value="3",
    )  # fmt: skip
    out = written(RULE_TREE.read(fields.items()), NEUTRAL)
    check(out, NEUTRAL)

    assert out.errors == {
        "c.1.measure": ["These conditions on “People who ordered” can never be true together."]
    }


def test_steps_that_fall_are_refused_at_the_step() -> None:
    fields = form(
        gain="tiers", measure="turnover", mode="best",
        t__0__from="400", t__0__r__0__kind="points_fixed", t__0__r__0__points="5",
        t__1__from="200", t__1__r__0__kind="points_fixed", t__1__r__0__points="9",
    )  # fmt: skip
    out = written(RULE_TREE.read(fields.items()), NEUTRAL)
    check(out, NEUTRAL)

    assert list(out.errors) == ["t.1.from"]


def test_a_new_rule_gets_an_id_like_its_name_that_no_other_has() -> None:
    programme_ = programme(rule(id="merci"))

    out = written(RULE_TREE.read(form(name="Merci !").items()), programme_)

    assert out.document["id"] == "merci-2"


@pytest.mark.parametrize(
    ("button", "expected"),
    [
        ("add c", ["", "buyers"]),
        ("add-group c", ["buyers", None]),
        ("remove c.0", []),
        ("remove c.9", ["buyers"]),
        ("remove rules", ["buyers"]),
        ("explode c", ["buyers"]),
        ("add c.0.rows.0.rows", ["buyers"]),
    ],
)
def test_buttons_change_the_rows_and_keep_what_was_typed(button, expected) -> None:
    tree = RULE_TREE.read(form(c__0__measure="buyers", c__0__value="lots").items())

    after = RULE_TREE.changed_by(tree, button)

    assert sorted(row.get("measure") or "" for row in after.get("c", [])) == sorted(
        one or "" for one in expected
    )
    assert not after["c"] or after["c"][0].get("value") == "lots"


@SOME
@given(
    st.dictionaries(
        st.one_of(
            st.from_regex(r"[crt]\.[0-9]{1,3}\.(rows\.[0-9]{1,2}\.)?[a-z_]{1,9}", fullmatch=True),
            st.sampled_from(
                ["c", "r", "t", "c.0", "c.0.rows", "t.0.r", "c.0.rows.0.measure", "c.0.join",
                 "gain", "mode", "measure", "trigger", "beneficiary", "join", "window",
                 "c.0.measure", "c.0.op", "c.0.value", "r.0.kind", "t.0.from", "c.x.op"]
            ),
            st.text(max_size=20),
        ),
        st.one_of(
            st.text(max_size=30),
            st.sampled_from(["turnover", "tiers", "every", "voucher", "in", "held_on", "\x00"]),
        ),
        max_size=14,
    )
)  # fmt: skip
def test_nothing_that_is_sent_breaks_the_form(fields) -> None:
    tree = RULE_TREE.read(fields.items())

    out = written(tree, NEUTRAL)
    rule_ = check(out, NEUTRAL)

    assert rule_ is not None or out.errors
    assert flat(sent(tree)) == flat(tree)


def test_points_are_kept_when_the_rule_is_written_again() -> None:
    document = rule(rewards=[points(30, id="thanks")], enabled=False)

    assert written(sent(tree_of(document)), NEUTRAL, replacing="r1").document == document
