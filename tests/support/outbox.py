"""Rows of the outbox made and looked at from outside."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.infra.jobs import claims, effects
from app.infra.jobs.effects import Claim
from app.infra.uow import UnitOfWork
from app.kernel.ids import new_id

Uow = Callable[..., AbstractContextManager[UnitOfWork]]

INSERT = text(
    "INSERT INTO outbox (id, brand_id, effect, topic, entity_id, revision, payload, status,"
    " next_at, created_at) VALUES (:id, :brand, :effect, 'tests.happened', :entity, 1, '{}',"
    " 'new', now(), now())"
)


def put(uow: Uow, brand_id: UUID, effect: str = "tests.note") -> UUID:
    row_id = new_id()
    with uow(None) as work:
        values = {"id": row_id, "brand": brand_id, "effect": effect, "entity": new_id()}
        work.session.execute(INSERT, values)
    return row_id


def row(uow: Uow, row_id: UUID) -> Any:
    with uow(None) as work:
        return work.session.execute(
            text("SELECT * FROM outbox WHERE id = :id"), {"id": row_id}
        ).one()


def change(uow: Uow, row_id: UUID, assignments: str) -> None:
    with uow(None) as work:
        work.session.execute(
            text(f"UPDATE outbox SET {assignments} WHERE id = :id"), {"id": row_id}
        )


def claim(uow: Uow) -> Claim | None:
    with uow(None) as work:
        return claims.claim(work.session)


def teach(monkeypatch: Any, **known: Any) -> None:
    """Effects of `tests.<name>`, beside those of the application."""
    real = effects.named

    def named(name: str) -> Any:
        package, _, function = name.partition(".")
        return known[function] if package == "tests" and function in known else real(name)

    monkeypatch.setattr(effects, "named", named)
