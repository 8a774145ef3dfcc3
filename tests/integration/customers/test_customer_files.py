"""Files of customers: named errors, nothing by half, and what was exported changes nothing."""

import csv
import io
import time

import pytest
from flask_babel import force_locale

from app.customers import queries
from app.customers.exchange import CUSTOMERS
from app.customers.queries import Wanted
from app.http.words import say
from app.imports import services
from app.imports.errors import FileHasErrors
from app.imports.sheets import read_sheet
from app.kernel.actor import Actor, Role, system
from app.kernel.errors import NotAllowed
from tests.support.gathering import Stage

HEAD = "first_name,last_name,email,phone,city,roles,seller"


def sheet(*lines: str, head: str = HEAD):
    return read_sheet("\n".join((head, *lines)).encode())


def look(stage: Stage, *lines: str, **options):
    with stage.uow() as work, force_locale("en"):
        staff = system(stage.seller.brand_id)
        return services.look(work, staff, CUSTOMERS, sheet(*lines, **options))


def take(stage: Stage, *lines: str, skip: bool = False, **options):
    with stage.uow() as work:
        staff = system(stage.seller.brand_id)
        there = sheet(*lines, **options)
        return services.apply(work, staff, CUSTOMERS, there, skip_bad_rows=skip, clock=work.clock)


def counts(report) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.bad_rows


def reasons(report) -> list[tuple[int, str, str]]:
    with force_locale("en"):
        return [(cell.line, cell.column, say(cell.reason)) for cell in report.bad]


def everybody(stage: Stage) -> dict[str, object]:
    with stage.uow() as work:
        staff = system(stage.seller.brand_id)
        return {one.name: one for one in queries.cards(work.session, staff, Wanted())}


def test_new_customers_stand_in_the_book_they_name(stage) -> None:
    report = take(
        stage,
        "Léa,Martin,lea@example.org,06 12 34 56 78,Lyon,VIP,seller@example.org",
        "Inès,Lefèvre,,,Nantes,,",
    )

    assert counts(report) == (2, 0, 0, 0)
    lea = everybody(stage)["Léa Martin"]
    assert (lea.roles, lea.phone, lea.city) == (("VIP",), "0612345678", "Lyon")
    with stage.uow() as work:
        found = queries.search(work.session, stage.seller, "0612345678")
    assert [one.name for one in found] == ["Léa Martin"]


def test_the_same_file_twice_changes_nothing(stage) -> None:
    lines = ("Léa,Martin,lea@example.org,0612345678,Lyon,VIP,seller@example.org", "A,B,,,,,")
    take(stage, *lines)

    assert counts(take(stage, *lines)) == (0, 0, 2, 0)


def test_what_was_exported_is_unchanged(stage) -> None:
    for number in range(3):
        stage.customer(email=f"c{number}@example.org", address="1 rue\nBât. B", phone="0600000000")
    stage.customer("Same", "Name")
    stage.customer("Same", "Name")
    with stage.uow() as work, force_locale("fr"):
        staff = system(stage.seller.brand_id)
        content = services.export(work, staff, CUSTOMERS, "csv")
        report = services.look(work, staff, CUSTOMERS, read_sheet(content))

    assert counts(report) == (0, 0, 6, 0), report.bad


def test_an_address_on_another_name_names_the_card(stage) -> None:
    known = stage.customer("Léa", "Martin", email="lea@example.org")

    report = look(stage, "Zoé,Petit,LEA@example.org,,,,")

    (bad,) = reasons(report)
    assert bad[:2] == (2, "email")
    assert "Léa Martin" in bad[2]
    assert str(known) in bad[2]
    assert counts(look(stage, "Léa,Martin,lea@EXAMPLE.org,,Lyon,,")) == (0, 1, 0, 0)


def test_each_bad_row_is_named(stage) -> None:
    report = look(
        stage,
        "Léa,,lea@example.org,,,,",
        "Léa,Martin,not an address,,,,",
        "Anna,Martin,anna@example.org,,,HOST,",
        "Zoé,Petit,zoe@example.org,,,,nobody@example.org",
        "Zoé,Petit,ZOE@example.org,,,,",
    )

    assert [(line, column) for line, column, _ in reasons(report)] == [
        (2, "last_name"),
        (3, "email"),
        (4, "roles"),
        (5, "seller"),
        (6, "email"),
    ]
    assert report.created == 0


def test_nothing_is_written_from_a_file_with_errors(stage) -> None:
    lines = ("Léa,Martin,lea@example.org,,,,", "Zoé,Petit,nothing,,,,")

    with pytest.raises(FileHasErrors):
        take(stage, *lines)
    assert set(everybody(stage)) == {"Nadia Roux"}

    assert counts(take(stage, *lines, skip=True)) == (1, 0, 0, 1)
    assert set(everybody(stage)) == {"Nadia Roux", "Léa Martin"}


def test_a_row_changes_only_the_columns_of_the_file(stage) -> None:
    stage.customer("Léa", "Martin", email="lea@example.org", phone="0612345678", city="Lyon")

    take(stage, "lea@example.org,Nantes", head="email,city")

    lea = everybody(stage)["Léa Martin"]
    assert (lea.city, lea.phone) == ("Nantes", "0612345678")
    (bad,) = {cell.line for cell in look(stage, "new@example.org,Nantes", head="email,city").bad}
    assert bad == 2


def test_a_seller_imports_nothing(stage) -> None:
    with stage.uow() as work, pytest.raises(NotAllowed):
        services.look(work, stage.seller, CUSTOMERS, sheet("A,B,,,,,"))
    finance = Actor(stage.seller.brand_id, Role.FINANCE)
    with stage.uow() as work, pytest.raises(NotAllowed):
        services.export(work, finance, CUSTOMERS, "csv")


def test_a_formula_is_harmless_when_it_leaves(stage) -> None:
    stage.customer("=cmd()", "+1")

    with stage.uow() as work, force_locale("fr"):
        content = services.export(work, system(stage.seller.brand_id), CUSTOMERS, "csv")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]


def test_many_rows_take_few_statements(stage, count_queries) -> None:
    def taken(first: int, rows: int) -> int:
        lines = [
            f"Léa{n},Martin,lea{n}@example.org,,Lyon,,seller@example.org"
            for n in range(first, first + rows)
        ]
        with count_queries() as found:
            take(stage, *lines)
        return found.count

    taken(0, 1)
    began = time.process_time()

    assert taken(1_000, 5) == taken(2_000, 800)
    assert time.process_time() - began < 10
