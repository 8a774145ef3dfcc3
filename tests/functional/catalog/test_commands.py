"""The same files from the command line."""

import pytest

from app.catalog import queries
from tests.support.gathering import set_stage

HEADER = "reference;name;category;price\n"


@pytest.fixture
def run(app, uow, brand, tmp_path):
    set_stage(uow, brand.id)

    def do(*words: str, content: str = ""):
        file = tmp_path / "file.csv"
        file.write_text(content, "utf-8")
        return app.test_cli_runner().invoke(args=[*words[:3], str(file), *words[3:]])

    return do


def references(uow) -> set[str]:
    with uow() as work:
        return {found.reference for found in queries.search_products(work.session, "")}


GOOD = f"{HEADER}A1;a;Cuisine seller;1\n"
BAD = f"{GOOD}A2;b;Nulle part;2\n"


@pytest.mark.parametrize(
    ("content", "options", "status", "made"),
    [
        pytest.param(GOOD, (), 0, {"A1"}, id="good"),
        pytest.param(GOOD, ("--dry-run",), 0, set(), id="only looked at"),
        pytest.param(BAD, (), 1, set(), id="bad"),
        pytest.param(BAD, ("--skip-bad-rows",), 0, {"A1"}, id="bad rows left out"),
        pytest.param("colour\nred\n", ("--skip-bad-rows",), 1, set(), id="wrong first line"),
        pytest.param("", (), 1, set(), id="empty"),
    ],
)
def test_import_writes_all_or_says_why_not(run, uow, content, options, status, made):
    done = run("import", "products", "maison", *options, content=content)

    assert done.exit_code == status, done.output
    assert references(uow) == {"WOK-seller"} | made
    if content is BAD:
        assert "ligne 3" in done.stderr
        assert "Nulle part" in done.stderr


@pytest.mark.parametrize("words", [("x", "maison"), ("products", "nobody")])
def test_unknown_kind_or_brand_is_a_wrong_command(run, words):
    assert run("import", *words, content=GOOD).exit_code == 2


def test_export_can_be_imported_again(app, uow, run):
    told = app.test_cli_runner().invoke(args=["export", "products", "maison"])
    assert "WOK-seller" in told.stdout

    done = run("import", "products", "maison", content=told.stdout)
    assert (done.exit_code, "1 ligne inchangée" in done.output) == (0, True)


def test_template_is_printed(app, run):
    told = app.test_cli_runner().invoke(args=["export", "products", "maison", "--template"])
    assert "WOK-28" in told.stdout
