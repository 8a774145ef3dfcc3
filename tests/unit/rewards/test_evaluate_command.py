"""`flask evaluate` and `flask schema evaluate`, as other programs call them."""

import json
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel

from app.rewards.cli import register
from tests.support.rewards import (
    HOST,
    INES,
    LEA,
    ZOE,
    at_least,
    booking,
    facts,
    order,
    percent,
    points,
    programme,
    rule,
    selling,
    tiers,
)

SPENT = {"measure": "spend", "threshold": 10_000}
NET = tiers("best", {300: points(30)}, measure="order_net")
HELD = {"trigger": "spend", "pot": {"measure": "meetings", "threshold": 3}}


@pytest.fixture(scope="module")
def runner():
    """No brand, no database: these commands are the calculator and nothing else."""
    app = Flask("app", root_path=str(Path(__file__).parents[3] / "app"))
    Babel(app)
    register(app.cli)
    return app.test_cli_runner()


@pytest.fixture
def run(runner, tmp_path):
    def run(programme_, facts_, *options, name="facts.json", stdin=None):
        paths = []
        for file, content in (("programme.json", programme_), (name, facts_)):
            path = tmp_path / file
            text = content if isinstance(content, str | bytes) else json.dumps(content)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            paths.append(str(path))
        if stdin is not None:
            paths[1] = "-"
        return runner.invoke(args=["evaluate", *paths, *options], input=stdin)

    return run


def totals(result) -> dict[tuple[str, str], int]:
    assert result.exit_code == 0, result.stderr
    listed = json.loads(result.stdout)["totals"]
    return {(total["customer_id"], total["status"]): total["value"] for total in listed}


STEPS = {30_000: points(30), 60_000: points(60), 90_000: points(90)}
SALE = {"kind": "points_percent_order", "rate_bp": 1_000}
ALL_THREE = {
    "all": [at_least("attended", 2), at_least("turnover", 2_000), at_least("bookings_made", 2)]
}


RATES = {
    50_000: {"kind": "voucher", "rate_bp": 1_800},
    150_000: {"kind": "voucher", "rate_bp": 2_200},
}


def condition_voucher(at_most, needed=None):
    """10 € for each full set in a paid order."""
    parts = [{"products": [name], "quantity": n} for name, n in (needed or {"BOX": 1}).items()]
    every = tiers("every", {1: {"kind": "voucher", "amount_cents": 1_000}}, "sets", sets=parts)
    capped = {**every, "at_most": at_most} if at_most else every
    return rule(beneficiary="guest", trigger="direct_sale", tiers=capped)


def bought(units):
    lines = [{"product": name, "quantity": n, "net_cents": n * 1_500} for name, n in units.items()]
    return {"orders": [order(ZOE, channel="direct", lines=lines)]}


@pytest.mark.parametrize(
    ("given_rule", "given_facts", "expected"),
    [
        pytest.param(rule(), selling(48_750), {(HOST, "earned"): 49}, id="A1"),
        pytest.param(
            rule(conditions=at_least("turnover", 30_000)),
            selling(45_000),
            {(HOST, "earned"): 45},
            id="A2 reached",
        ),
        pytest.param(
            rule(conditions=at_least("turnover", 30_000)),
            selling(29_999),
            {},
            id="A2 one cent short",
        ),
        pytest.param(
            rule(conditions=ALL_THREE, rewards=[points(65)]),
            selling(
                2_000,
                participants=[{"customer_id": c, "attended": True} for c in (ZOE, INES)],
                bookings=[booking(ZOE), booking(INES)],
            ),
            {(HOST, "earned"): 65},
            id="A4",
        ),
        pytest.param(
            rule(beneficiary="guest", trigger="direct_sale", rewards=[SALE]),
            {"orders": [order(ZOE, 7_000, channel="direct")]},
            {(ZOE, "earned"): 7},
            id="A5",
        ),
        pytest.param(
            rule(tiers=tiers("best", STEPS)), selling(95_000), {(HOST, "earned"): 90}, id="A21 best"
        ),
        pytest.param(
            rule(tiers=tiers("cumulative", STEPS)),
            selling(95_000),
            {(HOST, "earned"): 180},
            id="A21 cumulative",
        ),
        *(
            pytest.param(
                condition_voucher(at_most),
                bought({"BOX": 3}),
                {(ZOE, "earned"): wins * 1_000},
                id=case,
            )
            for case, at_most, wins in (
                ("A12 no cap", None, 3),
                ("A12 one at most", 1, 1),
                ("A12 two at most", 2, 2),
            )
        ),
        pytest.param(
            condition_voucher(None, {"CANDLE": 2, "DIFFUSER": 1}),
            bought({"CANDLE": 6, "DIFFUSER": 2}),
            {(ZOE, "earned"): 2_000},
            id="A13",
        ),
        pytest.param(
            rule(tiers=tiers("best", RATES)),
            selling(180_000),
            {(HOST, "earned"): 39_600},
            id="A22",
        ),
        pytest.param(
            rule(tiers=tiers("marginal", RATES)),
            selling(180_000),
            {(HOST, "earned"): 24_600},
            id="A23",
        ),
        pytest.param(
            rule(),
            selling(48_750, co_hosts=[{"customer_id": LEA, "share_bp": 5_000}]),
            {(HOST, "earned"): 25, (LEA, "earned"): 24},
            id="A33",
        ),
        pytest.param(
            rule(trigger="guest_booking", rewards=[points(20)]),
            facts(
                participants=[{"customer_id": c} for c in (ZOE, INES, LEA)], bookings=[booking(ZOE)]
            ),
            {(HOST, "promised"): 20},
            id="A35 at booking",
        ),
        pytest.param(
            rule(trigger="guest_booking", rewards=[points(20)]),
            facts(
                first_planned_on="2026-03-02",
                bookings=[booking(ZOE, status="held", held_on="2026-04-01")],
            ),
            {(HOST, "earned"): 20},
            id="A35 once held",
        ),
    ],
)
def test_worked_numbers(run, given_rule, given_facts, expected) -> None:
    assert totals(run(programme(given_rule), given_facts)) == expected


def test_a_miss_says_what_is_missing(run) -> None:
    result = run(programme(rule(conditions=at_least("turnover", 30_000))), selling(29_999))

    (miss,) = json.loads(result.stdout)["misses"]
    assert miss["lacks"][0]["missing"] == 1


# ---------------------------------------------------------------- bad input

DEEP = "[" * 100_000 + "]" * 100_000
ONE_RULE = programme()
GOOD = selling(10_000)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("nonsense", "not_json", id="nonsense"),
        pytest.param("", "not_json", id="nothing"),
        pytest.param('{"orders": NaN}', "not_a_number", id="NaN"),
        pytest.param('{"orders": -Infinity}', "not_a_number", id="infinity"),
        pytest.param('{"orders": 1e999}', "not_a_number", id="too large a number"),
        pytest.param('{"orders": [], "orders": []}', "repeated_field", id="twice the same name"),
        pytest.param(DEEP, "too_deep", id="a hundred thousand brackets"),
        pytest.param("[" * 25 + "]" * 25, "too_deep", id="twenty-five brackets"),
        pytest.param('{"orders": ' + "9" * 5_000 + "}", "number_too_long", id="5,000 digits"),
        pytest.param(r'{"seller_customer_id": "\ud800"}', "lone_surrogate", id="half a character"),
        pytest.param(b"\xff\xfe\x00", "not_utf8", id="not UTF-8"),
        pytest.param("null", "wrong_type", id="null"),
        pytest.param("[]", "wrong_type", id="a list"),
        pytest.param("{}", "missing", id="an empty object"),
        pytest.param('{"meeting": 3}', "wrong_type", id="a number for a meeting"),
    ],
)
@pytest.mark.parametrize("where", ["programme", "facts"])
def test_bad_documents_are_refused_with_a_reason(run, text, code, where) -> None:
    result = run(text, GOOD) if where == "programme" else run(ONE_RULE, text)

    assert result.exit_code == 2
    assert result.stdout == ""
    problem = json.loads(result.stderr)
    codes = {error["code"] for error in problem["errors"]}
    assert code in codes or "unknown_field" in codes
    assert all(error["message"] for error in problem["errors"])


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"net_cents": 10.5}, "orders[0].net_cents", "wrong_type"),
        ({"net_cents": 100.0}, "orders[0].net_cents", "wrong_type"),
        ({"net_cents": True}, "orders[0].net_cents", "wrong_type"),
        ({"net_cents": "100"}, "orders[0].net_cents", "wrong_type"),
        ({"net_cents": -1}, "orders[0].net_cents", "out_of_range"),
        ({"net_cents": 10**15}, "orders[0].net_cents", "out_of_range"),
        ({"channel": "fax"}, "orders[0].channel", "unknown_value"),
        ({"placed_on": "2026-02-30"}, "orders[0].placed_on", "not_a_date"),
        ({"customer_id": ""}, "orders[0].customer_id", "wrong_length"),
        ({"points_cents": 10_001}, "orders[0].points_cents", "too_many_points"),
        ({"lines": []}, "orders[0].net_cents", "given_twice"),
        ({"totl": 1}, "orders[0].totl", "unknown_field"),
    ],
    ids=str,
)
def test_wrong_fields_are_named(run, change, path, code) -> None:
    result = run(ONE_RULE, facts({**order(), **change}))

    assert result.exit_code == 2
    (error,) = json.loads(result.stderr)["errors"]
    assert (error["path"], error["code"]) == (path, code)


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        (
            {"trigger": "direct_sale", "rewards": [points(1)]},
            "rules[0].trigger",
            "impossible_trigger",
        ),
        ({"trigger": "spend", "rewards": [points(1)]}, "rules[0].pot", "pot_and_trigger"),
        ({"pot": SPENT}, "rules[0].pot", "pot_and_trigger"),
        (
            {"trigger": "spend", "pot": SPENT, "rewards": None, "tiers": NET},
            "rules[0].tiers",
            "pot_without_steps",
        ),
        (
            {"beneficiary": "guest", **HELD, "rewards": [points(1)]},
            "rules[0].pot.measure",
            "pot_of_guest",
        ),
        ({**HELD, "rewards": [SALE]}, "rules[0].rewards[0].kind", "reward_needs_order"),
        (
            {"trigger": "spend", "pot": SPENT, "rewards": [percent(1)]},
            "rules[0].rewards[0].kind",
            "reward_needs_meeting",
        ),
        (
            {
                "trigger": "spend",
                "pot": {**SPENT, "shipping": "included"},
                "turnover": {"tax": "excl"},
                "rewards": [points(1)],
            },
            "rules[0].pot.shipping",
            "shipping_without_tax",
        ),
        (
            {"trigger": "spend", "pot": {**SPENT, "resets": "at_end"}, "rewards": [points(1)]},
            "rules[0].pot.ends_on",
            "end_missing",
        ),
        (
            {
                "trigger": "spend",
                "pot": SPENT,
                "rewards": [points(1)],
                "caps": [{"per": "meeting", "of": "times", "most": 1}],
            },
            "rules[0].caps[0].per",
            "cap_needs_meeting",
        ),
        ({"rewards": [SALE]}, "rules[0].rewards[0].kind", "reward_needs_order"),
        ({"rewards": []}, "rules[0].rewards", "wrong_length"),
        (
            {"conditions": at_least("order_net", 1)},
            "rules[0].conditions",
            "measure_not_available",
        ),
        (
            {
                "conditions": {
                    "all": [at_least("turnover", 5), {"measure": "turnover", "op": "<", "value": 5}]
                }
            },
            "rules[0].conditions.all[1]",
            "never_true",
        ),
        (
            {"conditions": {"measure": "turnover", "op": "in", "from": 5, "to": 5}},
            "rules[0].conditions.to",
            "never_true",
        ),
        ({"tiers": tiers("best", STEPS)}, "rules[0].rewards", "rewards_or_tiers"),
        ({"rewards": [points(1, id="a"), points(2, id="a")]}, "rules[0].rewards[1].id", "repeated"),
        ({"rewards": [{"kind": "voucher"}]}, "rules[0].rewards[0].amount_cents", "amount_or_rate"),
        ({"rewards": [{"kind": "promo_code"}]}, "rules[0].rewards[0].model", "model_or_promotion"),
        (
            {"rewards": [{"kind": "half_price_items", "name": "x"}]},
            "rules[0].rewards[0].products",
            "items_missing",
        ),
    ],
    ids=str,
)
def test_impossible_rules_are_refused_with_a_reason(run, change, path, code) -> None:
    changed = {name: value for name, value in {**rule(), **change}.items() if value is not None}
    result = run(programme(changed), GOOD)

    assert result.exit_code == 2
    (error,) = json.loads(result.stderr)["errors"]
    assert (error["path"], error["code"]) == (path, code)


@pytest.mark.parametrize(
    ("scale", "path", "code"),
    [
        (tiers("best", {20: points(1), 10: points(2)}), "steps[1].from", "steps_not_rising"),
        (tiers("every", {0: points(1)}), "steps", "every_one_step"),
        (
            tiers("every", {9: {"kind": "voucher", "rate_bp": 1}}),
            "steps[0].rewards[0]",
            "every_percent",
        ),
        (tiers("marginal", {0: points(1)}), "steps[0].rewards", "marginal_reward"),
        (tiers("best", STEPS, at_most=3), "at_most", "only_for_every"),
        (tiers("best", STEPS, measure="order_net"), "measure", "measure_not_available"),
    ],
    ids=str,
)
def test_impossible_tiers_are_refused_with_a_reason(run, scale, path, code) -> None:
    result = run(programme(rule(tiers=scale)), GOOD)

    (error,) = json.loads(result.stderr)["errors"]
    assert (error["path"], error["code"]) == (f"rules[0].tiers.{path}", code)


@pytest.mark.parametrize("name", ["missing.json", ".", "a\0b", "x" * 5_000], ids=lambda n: n[:12])
def test_files_that_cannot_be_read_are_named(runner, tmp_path, name) -> None:
    path = tmp_path / "programme.json"
    path.write_text(json.dumps(ONE_RULE))

    result = runner.invoke(args=["evaluate", str(path), name])

    assert result.exit_code == 2
    assert json.loads(result.stderr)["errors"][0]["code"] == "file_unreadable"


def test_standard_input_is_read_once(runner) -> None:
    result = runner.invoke(args=["evaluate", "-", "-"], input="{}")

    assert result.exit_code == 2
    assert json.loads(result.stderr)["errors"][0]["path"] == "-"


# ---------------------------------------------------------------- many in one call


def lines_of(result) -> list[dict]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_one_answer_per_line_and_errors_in_their_place(run) -> None:
    text = "\n".join([json.dumps(selling(10_000)), "{broken", "", json.dumps(selling(20_000))])

    result = run(ONE_RULE, text, name="many.jsonl")

    first, wrong, last = lines_of(result)
    assert result.exit_code == 1
    assert first["totals"][0]["value"] == 10
    assert wrong["error"]["line"] == 2
    assert wrong["error"]["errors"][0]["code"] == "not_json"
    assert last["totals"][0]["value"] == 20
    assert "1" in result.stderr


def test_lines_by_standard_input(run) -> None:
    text = "\n".join(json.dumps(selling(cents)) for cents in (10_000, 20_000, 30_000))

    result = run(ONE_RULE, GOOD, stdin=text)

    assert result.exit_code == 0
    assert [line["totals"][0]["value"] for line in lines_of(result)] == [10, 20, 30]


@pytest.mark.parametrize("indent", [None, 2], ids=["on one line", "indented"])
def test_one_document_by_standard_input(run, indent) -> None:
    result = run(ONE_RULE, GOOD, stdin=json.dumps(GOOD, indent=indent))

    assert totals(result) == {(HOST, "earned"): 10}


def test_a_broken_first_line_of_many_is_answered_in_its_place(run) -> None:
    result = run(ONE_RULE, GOOD, "--lines", stdin=f"{{broken\n{json.dumps(GOOD)}\n")

    assert [next(iter(line)) for line in lines_of(result)] == ["error", "format"]


# ---------------------------------------------------------------- languages and schemas


@pytest.mark.parametrize(
    ("options", "variables", "language"),
    [
        (["--lang", "en"], {"LANG": "fr_FR.UTF-8"}, "en"),
        (["--lang", "fr"], {"LANG": "C"}, "fr"),
        ([], {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "fr_FR.UTF-8"}, "fr"),
        ([], {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "C.UTF-8"}, "en"),
    ],
    ids=str,
)
def test_the_language_is_the_one_asked_for(run, monkeypatch, options, variables, language) -> None:
    spoken = []
    monkeypatch.setattr(
        "app.http.documents.writing.say", lambda *_: spoken.append(_locale()) or "said"
    )
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    run(ONE_RULE, {}, *options)

    assert spoken[0] == language


def _locale() -> str:
    from flask_babel import get_locale

    return get_locale().language


def test_schemas_are_printed_together_or_one_by_one(runner) -> None:
    together = json.loads(runner.invoke(args=["schema", "evaluate"]).stdout)

    assert list(together) == ["programme", "facts", "outcome"]
    for name, schema in together.items():
        assert json.loads(runner.invoke(args=["schema", "evaluate", name]).stdout) == schema
        assert schema["$schema"].endswith("2020-12/schema")
