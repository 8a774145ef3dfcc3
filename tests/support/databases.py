"""One migrated template, one clone for each worker: tests commit for real and are wiped after."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE_LOCK = 7_302_002


@contextmanager
def clone(server: str, worker: str) -> Iterator[str]:
    """The address of a fresh copy of the migrated schema, dropped at the end."""
    name = f"convive_test_{worker}_{os.getpid()}"
    with psycopg.connect(plain(server), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        template = _template(connection, server)
        _run(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        _run(connection, "CREATE DATABASE {} TEMPLATE {}", name, template)
        connection.execute("SELECT pg_advisory_unlock(%s)", [TEMPLATE_LOCK])
    try:
        yield at(server, name)
    finally:
        with psycopg.connect(plain(server), autocommit=True) as connection:
            _run(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@contextmanager
def empty(server: str, name: str) -> Iterator[str]:
    """A database without anything in it, for tests of the migrations themselves."""
    name = f"convive_{name}_{os.getpid()}"
    with psycopg.connect(plain(server), autocommit=True) as connection:
        _run(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        _run(connection, "CREATE DATABASE {} TEMPLATE template0", name)
        try:
            yield at(server, name)
        finally:
            _run(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def wipe(database: str) -> None:
    """Empty every table that has rows, as their owner: append-only ones too.

    Deleting the few rows of a test costs a fifth of truncating every table, of which autovacuum
    clears the traces.
    """
    with psycopg.connect(plain(database), autocommit=True) as connection:
        connection.execute("SET lock_timeout = '20s'; SET session_replication_role = replica")
        for (table,) in connection.execute(_any_row(connection)).fetchall():
            _run(connection, "DELETE FROM {}", table)


def _any_row(connection: psycopg.Connection) -> sql.Composable:
    """A query that names the tables that are not empty."""
    names = connection.execute(
        "SELECT tablename FROM pg_tables"
        " WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    )
    asked = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
    return sql.SQL(" UNION ALL ").join(
        asked.format(sql.Literal(name), sql.Identifier(name)) for (name,) in names
    )


def migrate(database: str, revision: str = "head", *, down: bool = False) -> None:
    """Run the real migrations, as `flask db upgrade` does."""
    import flask_migrate

    from app import create_app
    from app.config import Settings
    from app.infra.extensions import db

    app = create_app(Settings(database_url=sqlalchemy_url(database)))
    with app.app_context():
        step = flask_migrate.downgrade if down else flask_migrate.upgrade
        step(directory=str(ROOT / "migrations"), revision=revision)
        db.engine.dispose()


def at(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def plain(url: str) -> str:
    """As libpq wants it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def sqlalchemy_url(url: str) -> str:
    return plain(url).replace("postgresql://", "postgresql+psycopg://", 1)


def _template(connection: psycopg.Connection, server: str) -> str:
    """Named after the migrations it holds, so that a changed migration makes a new one."""
    files = sorted((ROOT / "migrations").rglob("*.py"))
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
    name, unfinished = f"convive_template_{digest}", f"convive_unfinished_{digest}"
    known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if known is None:
        _run(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", unfinished)
        _run(connection, "CREATE DATABASE {} TEMPLATE template0", unfinished)
        migrate(at(server, unfinished))
        _run(connection, "ALTER DATABASE {} RENAME TO {}", unfinished, name)
    return name


def _run(connection: psycopg.Connection, statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
