"""What the role of the application cannot do, whatever statement somebody smuggles in."""

import psycopg
import pytest
from psycopg import errors

from tests.support.databases import plain

SHARED = {"outbox", "sessions"}
"""The relay serves every brand in turn; a session is found by its secret before its brand is
known. Both are reached by code that names the brand itself."""
APPEND_ONLY = ["ledger_entries", "postings", "grant_revisions", "grant_explanations"]


@pytest.fixture
def as_app(database_url, brand):
    """A transaction as the application opens them, for `brand`; nothing of it stays."""
    with psycopg.connect(plain(database_url)) as connection:
        connection.execute(
            "SELECT set_config('role', 'convive_app', true), set_config('app.brand_id', %s, true)",
            [str(brand.id)],
        )
        yield connection
        connection.rollback()


def refusal(connection, statement: str, **values) -> type[Exception] | None:
    """How the database says no; None when it does as it is told."""
    try:
        with connection.transaction():
            connection.execute(statement, values or None)
    except psycopg.Error as error:
        return type(error)
    return None


def test_history_cannot_be_rewritten(mine, as_app):
    verbs = ["UPDATE {} SET brand_id = brand_id", "DELETE FROM {}", "TRUNCATE {}"]
    said = {
        (verb, table): refusal(as_app, verb.format(table))
        for verb in verbs
        for table in APPEND_ONLY
    }

    assert set(said.values()) == {errors.InsufficientPrivilege}, said


def test_not_even_by_the_owner_of_the_tables(mine, database_url):
    with psycopg.connect(plain(database_url)) as owner:
        said = {table: refusal(owner, f"DELETE FROM {table}") for table in APPEND_ONLY}

    assert set(said.values()) == {errors.RestrictViolation}, said


def test_no_table_shows_another_brand(mine, stranger, brand, as_app):
    listed = as_app.execute(
        "SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
        " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attname = 'brand_id'"
        " AND has_table_privilege('convive_app', pg_class.oid, 'SELECT')"
    ).fetchall()
    other = "SELECT count(*) FROM {} WHERE brand_id <> %s"
    seen = {
        table: as_app.execute(other.format(table), [brand.id]).fetchone()[0]
        for (table,) in listed
        if table not in SHARED
    }

    assert len(seen) > 15
    assert {table for table, rows in seen.items() if rows} == set()


def test_nothing_is_written_for_another_brand(mine, second_brand, as_app):
    moved = "UPDATE customers SET brand_id = %(brand)s"

    assert refusal(as_app, moved, brand=second_brand.id) is errors.InsufficientPrivilege


def test_sums_that_cannot_be_are_refused(mine, as_app):
    statements = [
        "UPDATE orders SET paid_cents = total_cents + 1",
        "UPDATE orders SET paid_cents = -1",
        "UPDATE products SET stock_tracked = true, stock_on_hand = 0, stock_reserved = 1",
        "UPDATE products SET stock_on_hand = -1",
        "UPDATE lots SET remaining = remaining + 1",
        "UPDATE order_lines SET quantity = 0",
    ]
    said = {statement: refusal(as_app, statement) for statement in statements}

    assert set(said.values()) <= {errors.CheckViolation, errors.InsufficientPrivilege}, said
