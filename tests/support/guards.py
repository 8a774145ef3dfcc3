"""Races without what decides them: proof that a test can see the defect it is there for."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import TextClause, select, text
from sqlalchemy.orm import Session

from tests.support.databases import plain


@contextmanager
def without_guards(
    database_url: str, monkeypatch: pytest.MonkeyPatch, locking: Any, dropped: Mapping[str, str]
) -> Iterator[None]:
    """No row locks where `locking` (a module) takes them, and none of these constraints: table →
    name. The tables are emptied before their constraints come back."""
    with psycopg.connect(plain(database_url), autocommit=True) as owner, monkeypatch.context() as m:
        m.setattr(locking, "lock_where", _read_without_locking)
        kept = {name: _definition(owner, name) for name in dropped.values()}
        for table, name in dropped.items():
            owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        try:
            yield
        finally:
            if dropped:
                owner.execute(f"TRUNCATE {', '.join(dropped)} CASCADE")
            for table, name in dropped.items():
                owner.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {kept[name]}")


def rewritten(statement: TextClause, words: Mapping[str, str]) -> TextClause:
    """The same statement with other words, every one of which was there."""
    said = statement.text
    for before, after in words.items():
        assert before in said
        said = said.replace(before, after)
    return text(said)


def _read_without_locking(
    session: Session, _rank: object, model: type, *criteria: Any, options: Any = ()
) -> list[Any]:
    return list(session.scalars(select(model).where(*criteria).options(*options)))


def _definition(owner: psycopg.Connection, name: str) -> str:
    row = owner.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name]
    ).fetchone()
    assert row is not None
    return str(row[0])
