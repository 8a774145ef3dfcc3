"""What a request with a key was answered, kept in the transaction that did what it asked for.

A phone that lost the answer asks again with the same key and gets the same bytes; nothing happens
twice. Refusals are not kept: they changed nothing, and the next try is judged by the state of
things then.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import LargeBinary, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.locks import Rank, climb
from app.infra.orm import Base, brand_pk, uuid_pk
from app.infra.sweeping import sweep
from app.infra.uow import UnitOfWork
from app.kernel.errors import Conflict, Refused
from app.kernel.ids import new_id
from app.kernel.words import N_

KEPT = timedelta(days=30)


class StillRunning(Conflict):
    code = "request_still_running"
    words = N_("The same request is still being worked on. Ask again in a moment.")


class KeyUsedOtherwise(Refused):
    code = "idempotency_key_reused"
    words = N_("This key was used for another request. Take a new key for each new request.")


class IdempotencyKey(Base):
    """One request that was carried out, and its answer."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("brand_id", "actor", "route", "key"),)

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    actor: Mapped[str]
    route: Mapped[str]
    key: Mapped[str]
    body_hash: Mapped[bytes] = mapped_column(LargeBinary())
    status: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary())
    answered_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Request:
    """`actor` and `route` keep keys of different people and purposes apart."""

    actor: str
    route: str
    key: str
    body: bytes

    @property
    def body_hash(self) -> bytes:
        return hashlib.sha256(self.body).digest()


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content: bytes


def answer_to(uow: UnitOfWork, request: Request) -> Answer | None:
    """What it was answered before; None: it is new, and nobody else works on it until the unit of
    work ends. Raises StillRunning, KeyUsedOtherwise."""
    climb(uow.session, Rank.IDEMPOTENCY)
    if not uow.session.scalar(select(func.pg_try_advisory_xact_lock(_number(uow, request)))):
        raise StillRunning
    found = uow.session.scalar(
        select(IdempotencyKey).where(
            IdempotencyKey.brand_id == uow.brand_id,
            IdempotencyKey.actor == request.actor,
            IdempotencyKey.route == request.route,
            IdempotencyKey.key == request.key,
        )
    )
    if found is None:
        return None
    if found.body_hash != request.body_hash:
        raise KeyUsedOtherwise
    return Answer(found.status, found.content)


def keep_answer(uow: UnitOfWork, request: Request, answer: Answer) -> None:
    uow.session.add(
        IdempotencyKey(
            brand_id=uow.brand_id,
            id=new_id(),
            actor=request.actor,
            route=request.route,
            key=request.key,
            body_hash=request.body_hash,
            status=answer.status,
            content=answer.content,
            answered_at=uow.clock(),
        )
    )


def forget_old_answers(uow: UnitOfWork, *, most: int | None = None) -> int:
    """Delete the brand's answers that nobody asks for again, `most` of them or all; how many."""
    old = IdempotencyKey.answered_at < uow.clock() - KEPT
    return sweep(uow.session, IdempotencyKey, old, most)


def _number(uow: UnitOfWork, request: Request) -> int:
    """The name of the lock: 63 bits of what makes the request unique."""
    named = f"{uow.brand_id}\n{request.actor}\n{request.route}\n{request.key}".encode()
    return int.from_bytes(hashlib.sha256(named).digest()[:8], signed=True)
