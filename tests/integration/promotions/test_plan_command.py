"""`flask plan`: what a brand has in force goes out as the file that comes in."""

import json

import pytest

PLAN = {
    "format": "convive.plan/1",
    "promotions": [
        {"id": "dix", "name": "Dix", "effect": {"kind": "order_percent", "rate_bp": 1_000}},
        {
            "id": "bienvenue",
            "entry": "code",
            "codes": ["BIENVENUE"],
            "effect": {"kind": "order_amount", "amount_cents": 500},
        },
    ],
    "segments": [
        {"id": "pro", "conditions": {"measure": "professional", "op": "=", "value": True}}
    ],
}


@pytest.fixture
def flask(app, tmp_path):
    runner = app.test_cli_runner()

    def run(*words: str, document: object = PLAN):
        file = tmp_path / "plan.json"
        file.write_text(json.dumps(document), "utf-8")
        return runner.invoke(args=["plan", *(str(file) if one == "FILE" else one for one in words)])

    return run


def test_a_plan_comes_in_once_and_goes_out_as_it_came(flask, brand) -> None:
    dry = flask("import", brand.slug, "FILE", "--dry-run")
    first = flask("import", brand.slug, "FILE")
    again = flask("import", brand.slug, "FILE", "--lang", "en")
    out = json.loads(flask("export", brand.slug).stdout)

    assert dry.stdout == first.stdout
    assert "added\tdix\n" in first.stdout
    assert "segments_added\tpro\n" in first.stdout
    assert "says the same already" in again.stdout
    assert {one["id"] for one in out["promotions"]} == {"dix", "bienvenue"}
    assert flask("import", brand.slug, "FILE", "--lang", "en", document=out).stdout == again.stdout


def test_what_the_file_does_not_name_is_archived(flask, brand) -> None:
    flask("import", brand.slug, "FILE")

    less = flask("import", brand.slug, "FILE", document={**PLAN, "promotions": []})

    assert "archived\tdix\n" in less.stdout
    assert json.loads(flask("export", brand.slug).stdout)["promotions"] == []


@pytest.mark.parametrize("command", ["check", "import"])
def test_a_bad_plan_is_refused_with_its_paths(flask, brand, command) -> None:
    words = [command, "FILE"] if command == "check" else [command, brand.slug, "FILE"]
    wrong = {"format": "convive.plan/1", "promotions": [{"id": "a", "effect": {"kind": "magic"}}]}

    answer = flask(*words, document=wrong)

    assert answer.exit_code == 2
    assert "promotions[0].effect.kind" in answer.stdout + answer.stderr


def test_an_oddity_is_a_warning(flask) -> None:
    lonely = {**PLAN["promotions"][0], "group": "seul"}

    answer = flask("check", "FILE", "--lang", "en", document={**PLAN, "promotions": [lonely]})

    assert answer.exit_code == 0
    assert "promotions[0]" in answer.stderr
    assert "can be imported" in answer.stdout


def test_an_unknown_brand_is_said_to_be_unknown(flask) -> None:
    answer = flask("export", "nobody")

    assert answer.exit_code == 1
    assert "nobody" in answer.output
