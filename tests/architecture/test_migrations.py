"""Migrations say what the models say, in one line, both ways."""

import re

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from app import create_app
from app.config import Settings
from app.http.health import migration_heads
from app.infra.orm import Base
from app.infra.tenancy import tenant_tables
from tests.support.databases import ROOT, empty, migrate, plain, sqlalchemy_url


def tables(url: str) -> set[str]:
    with psycopg.connect(plain(url)) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {row[0] for row in rows} - {"alembic_version"}


def test_there_is_one_head(app, app_context):
    wanted, found = migration_heads()

    assert len(wanted) == 1
    assert wanted == found


def test_models_and_migrations_agree(database_url):
    create_app(Settings())  # every model is imported
    engine = create_engine(sqlalchemy_url(database_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()

    assert differences == []


def test_up_down_up(server_url):
    with empty(server_url, "migrations") as url:
        migrate(url)
        after = tables(url)
        migrate(url, "base", down=True)
        assert tables(url) == set()
        migrate(url)

        assert tables(url) == after


@pytest.mark.parametrize("table", tenant_tables(Base.metadata))
def test_tenant_table_is_walled(database_url, table):
    with psycopg.connect(plain(database_url)) as connection:
        row = connection.execute(
            "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = %s", [table]
        ).fetchone()

    assert row == (True, True)


@pytest.mark.parametrize("table", tenant_tables(Base.metadata))
def test_without_a_brand_no_row_is_seen_and_none_can_be_written(uow, table):
    from sqlalchemy import text

    with uow(None) as work:
        assert work.session.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0


WRITES = re.compile(r"(?<!DO )\b(?:UPDATE|DELETE FROM) [a-z{]")


def test_what_migrations_write_is_written_for_an_owner_that_walls_hold_too():
    """Where it is no superuser, an owner changes no row of a table whose walls are forced on it,
    and is told of none."""
    files = {file.name: file.read_text() for file in (ROOT / "migrations/versions").glob("*.py")}
    writing = {name: text for name, text in files.items() if WRITES.search(text)}

    assert writing
    assert [name for name, text in writing.items() if "NO FORCE" not in text] == []
