"""Codes of promotions: batches, who has them, what became of one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.text import identity_key
from app.promotions.errors import CodeNotFound
from app.promotions.models import CodeBatch, HoldingStatus, PromoCode, PromotionUse, UseState
from app.promotions.queries.promotions import must_read

AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class BatchView:
    id: UUID
    promotion_id: UUID
    kind: str
    """bulk or assigned"""
    prefix: str
    size: int
    uses_limit: int
    valid_until: datetime | None
    created_at: datetime
    created_by: str
    uses: int
    dead: int
    """Switched off or expired."""


@dataclass(frozen=True, slots=True)
class CodeFate:
    id: UUID
    kind: str
    code: str
    promotion_id: UUID | None
    batch_id: UUID | None
    customer_id: UUID | None
    status: str
    uses: int
    uses_limit: int | None
    issued_at: datetime
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class UseOfCode:
    order_id: UUID
    customer_id: UUID
    state: str
    amount_cents: int
    reserved_at: datetime


FATE = [getattr(PromoCode, name) for name in CodeFate.__dataclass_fields__]


def batches(session: Session, actor: Actor, promotion_id: UUID) -> tuple[BatchView, ...]:
    """Newest first. One statement."""
    must_read(actor)
    dead = PromoCode.status.in_([HoldingStatus.REVERSED, HoldingStatus.EXPIRED])
    columns = [
        getattr(CodeBatch, name)
        for name in BatchView.__dataclass_fields__
        if name not in {"uses", "dead"}
    ]
    rows = session.execute(
        select(
            *columns,
            func.coalesce(func.sum(PromoCode.uses), 0),
            func.count().filter(dead),
        )
        .join(PromoCode, PromoCode.batch_id == CodeBatch.id)
        .where(CodeBatch.promotion_id == promotion_id)
        .group_by(CodeBatch.brand_id, CodeBatch.id)
        .order_by(CodeBatch.id.desc())
    )
    return tuple(BatchView(*row) for row in rows)


def codes_of_batch(
    session: Session, actor: Actor, batch_id: UUID, *, after: UUID | None = None
) -> tuple[CodeFate, ...]:
    """So many at once, those that come `after` an id: for lists and files."""
    must_read(actor)
    statement = select(*FATE).where(PromoCode.batch_id == batch_id)
    if after is not None:
        statement = statement.where(PromoCode.id > after)
    rows = session.execute(statement.order_by(PromoCode.id).limit(AT_ONCE))
    return tuple(CodeFate(*row) for row in rows)


def all_codes_of_batch(session: Session, actor: Actor, batch_id: UUID) -> Iterator[CodeFate]:
    found = codes_of_batch(session, actor, batch_id)
    while found:
        yield from found
        found = codes_of_batch(session, actor, batch_id, after=found[-1].id)


def find_code(session: Session, actor: Actor, typed: str) -> tuple[CodeFate, tuple[UseOfCode, ...]]:
    """What became of it, with the orders that used it. Raises CodeNotFound."""
    must_read(actor)
    key = identity_key(typed)
    row = session.execute(select(*FATE).where(PromoCode.code_key == key)).one_or_none()
    if row is None:
        raise CodeNotFound
    fate = CodeFate(*row)
    return fate, _uses(session, fate)


def _uses(session: Session, fate: CodeFate) -> tuple[UseOfCode, ...]:
    columns = [getattr(PromotionUse, name) for name in UseOfCode.__dataclass_fields__]
    by_code = PromotionUse.code_id == fate.id
    typed = func.lower(PromotionUse.code) == fate.code.lower()
    shared = (PromotionUse.promotion_id == fate.promotion_id) & typed
    rows = session.execute(
        select(*columns)
        .where(by_code | shared, PromotionUse.state != UseState.RELEASED)
        .order_by(PromotionUse.id.desc())
        .limit(100)
    )
    return tuple(UseOfCode(*row) for row in rows)
