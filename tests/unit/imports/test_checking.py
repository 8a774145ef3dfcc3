"""Rows are read by the schema, each problem with its line, column and what is accepted."""

from datetime import date

import pytest

from app import create_app
from app.config import Settings
from app.http.fields import Cents, Count, StrictSchema, Text
from app.http.words import say
from app.imports import writing
from app.imports.checking import check, missing_for_new
from app.imports.fields import Day, Percentage, YesNo
from app.imports.layout import Column, Layout
from app.imports.sheets import read_sheet


class SupplierRow(StrictSchema):
    code = Text(maximum=10, required=True)
    name = Text(maximum=20, required=True)
    price = Cents(attribute="price_cents", required=True)
    rate = Percentage(attribute="rate_bp", load_default=2_000)
    units = Count(load_default=None)
    since = Day(load_default=None)
    trusted = YesNo(load_default=False)


SUPPLIERS = Layout(
    schema=SupplierRow,
    key=("code",),
    columns=(
        Column("code", "Reference", ("A1", "A2")),
        Column("name", "Name", ("=cmd()", "Zoé")),
        Column("price", "Price incl. tax", ("12,50", "7")),
        Column("rate", "VAT rate (%)", ("5,5", "")),
        Column("units", "Units on hand", ("3", "")),
        Column("since", "Sold from", ("31/12/2026", "")),
        Column("trusted", "Active", ("oui", "non")),
    ),
)


@pytest.fixture(autouse=True)
def in_the_application():
    app = create_app(Settings(secret_key="only to speak, never to serve a page"))
    with app.app_context():
        yield


def checked(text: str):
    return check(read_sheet(text.encode()), SUPPLIERS)


def problems(text: str) -> list[tuple[int, str]]:
    return [(cell.line, cell.column) for cell in checked(text).bad]


def test_row_is_what_the_schema_makes_of_it():
    found = checked("code;name;price;rate;since;trusted\nA1;Zoé;1 234,50 €;5,5 %;1/9/2026;Oui\n")

    assert found.bad == ()
    assert found.rows[0].values == {
        "code": "A1", "name": "Zoé", "price_cents": 123_450, "rate_bp": 550,
        "since": date(2026, 9, 1), "trusted": True,
    }  # fmt: skip


def test_blank_cell_is_empty_and_absent_column_is_left_alone():
    values = checked("code;name;price;rate\nA1;Zoé;1;\n").rows[0].values

    assert values["rate_bp"] == 2_000
    assert "units" not in values


@pytest.mark.parametrize(
    "heading",
    [
        "code;name;price",
        "CODE;Name;PRICE",
        "Référence;Nom;Prix TTC",
        "reference;NOM;Price incl. tax",
    ],
)
def test_headings_are_known_in_each_language(heading):
    assert len(checked(f"{heading}\nA1;Zoé;1\n").rows) == 1


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        pytest.param("code;name;price\nA1;;abc\n", [(2, "name"), (2, "price")], id="two cells"),
        pytest.param("code;name;price\nA1;a;1\nx;b;2\na1;c;3\n", [(4, "code")], id="told twice"),
        pytest.param("code;name;price\nA1;a;1;extra\n", [(2, "")], id="no heading"),
        pytest.param("code;rate\nA1;101\n", [(2, "rate")], id="a rate too high"),
        pytest.param("code;since\nA1;31/02/2026\n", [(2, "since")], id="no such day"),
        pytest.param("code;trusted\nA1;perhaps\n", [(2, "trusted")], id="neither yes nor no"),
        pytest.param("code;units\nA1;1.5\n", [(2, "units")], id="half a unit"),
        pytest.param("code;name\nA1;a\u202eb\n", [(2, "name")], id="turned around"),
    ],
)
def test_bad_row_is_named_with_line_and_column(text, wrong):
    assert problems(text) == wrong


def test_every_bad_row_is_listed_and_good_ones_are_kept():
    rows = "".join(f"A{number};a;{'x' if number % 2 else 1}\n" for number in range(1_000))
    found = checked(f"code;name;price\n{rows}")

    assert (len(found.rows), len(found.bad), found.total) == (500, 500, 1_000)


def test_reason_and_what_is_accepted_are_words():
    cell = checked("code;price\nA1;abc\n").bad[0]

    assert cell.value == "abc"
    assert "12,50" in say(cell.reason)
    assert "12,50" in say(cell.accepts)


@pytest.mark.parametrize(
    ("header", "column"),
    [
        pytest.param("code;colour", "", id="unknown"),
        pytest.param("code;name;Nom", "name", id="twice"),
        pytest.param("name;price", "code", id="missing"),
    ],
)
def test_wrong_first_line_makes_the_whole_file_unusable(header, column):
    found = checked(f"{header}\n1;2;3\n")

    assert found.header_wrong
    assert [cell.column for cell in found.bad] == [column]


def test_new_row_needs_columns_that_the_file_lacks():
    row = checked("code;units\nA1;3\n").rows[0]

    assert [cell.column for cell in missing_for_new(SUPPLIERS, row)] == ["name", "price"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_was_exported_is_read_back_the_same(form):
    told = {"code": "A1", "name": "+33 =x", "price": 123_450, "rate": 550, "units": None,
            "since": date(2026, 9, 1), "trusted": False}  # fmt: skip

    found = check(read_sheet(writing.export(SUPPLIERS, [told], form)), SUPPLIERS)

    assert found.bad == ()
    assert list(found.rows[0].values.values()) == list(told.values())


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_template_is_a_file_that_can_be_imported(form):
    found = check(read_sheet(writing.template(SUPPLIERS, form)), SUPPLIERS)

    assert (len(found.rows), found.bad) == (2, ())


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_text_acts_as_a_formula(text):
    assert writing.harmless(text).startswith("'") or text.strip() == writing.harmless(text)
    assert not writing.harmless(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_csv_is_what_french_spreadsheets_expect():
    content = writing.as_csv(SUPPLIERS, [{"code": "A1", "price": 1_250}])

    assert content.startswith(b"\xef\xbb\xbf")
    assert b"A1;;12,50" in content
