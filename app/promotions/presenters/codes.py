"""Codes in the console: batches, what became of one, and their file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.customers import queries as customers
from app.http.words import date_short, say
from app.imports.writing import csv_bytes
from app.kernel.actor import Actor
from app.kernel.words import N_
from app.promotions.queries.codes import BatchView, CodeFate, UseOfCode
from app.promotions.queries.promotions import promotions
from app.promotions.schemas.pages import STATES

KINDS = {
    "personal": N_("Won by a customer"),
    "assigned": N_("Given to a customer"),
    "shared": N_("For everybody"),
    "bulk": N_("Single codes"),
}
USES = {
    "reserved": N_("Placed, not paid yet"),
    "consumed": N_("Paid"),
    "released": N_("Given back"),
}
STATUSES = {
    "available": N_("Available"),
    "reserved": N_("Reserved"),
    "used": N_("Used"),
    "expired": N_("Expired"),
    "reversed": N_("Switched off"),
}
LOOKS = {
    "available": ("ok", "check-circle"),
    "reserved": ("quiet", "bookmark"),
    "used": ("quiet", "bag-check"),
    "expired": ("quiet", "calendar-x"),
    "reversed": ("bad", "x-circle"),
}
STOPPABLE = {"available"}


@dataclass(frozen=True, slots=True)
class BatchRow:
    id: UUID
    kind: str
    prefix: str
    size: int
    uses: int
    most: int
    dead: int
    until: str
    made_at: datetime
    made_by: str


@dataclass(frozen=True, slots=True)
class FateTold:
    id: UUID
    code: str
    look: tuple[str, str, str]
    """Colour, symbol and words of its state."""
    kind: str
    promotion: str
    customer: str
    customer_id: UUID | None
    uses: int
    most: int | None
    made_at: datetime
    until: str
    can_stop: bool


@dataclass(frozen=True, slots=True)
class UseTold:
    order_id: UUID
    at: datetime
    customer: str
    state: str
    amount_cents: int


def batch_rows(found: Iterable[BatchView], people: Mapping[str, str]) -> list[BatchRow]:
    return [
        BatchRow(
            id=batch.id,
            kind=say(KINDS[batch.kind]),
            prefix=batch.prefix,
            size=batch.size,
            uses=batch.uses,
            most=batch.size * batch.uses_limit,
            dead=batch.dead,
            until=last_day(batch.valid_until),
            made_at=batch.created_at,
            made_by=people.get(batch.created_by, ""),
        )
        for batch in found
    ]


def last_day(valid_until: datetime | None) -> str:
    """The day included, of the first instant at which it is too late."""
    return "" if valid_until is None else date_short(valid_until - timedelta(seconds=1))


def fate_told(
    session: Session, actor: Actor, fate: CodeFate, uses: Iterable[UseOfCode]
) -> tuple[FateTold, list[UseTold]]:
    """In two statements."""
    known = {one.id: one.name for one in promotions(session, actor, states=STATES)}
    listed = list(uses)
    ids = {use.customer_id for use in listed} | ({fate.customer_id} if fate.customer_id else set())
    names = {key: person.name for key, person in customers.people(session, ids).items()}
    told = FateTold(
        id=fate.id,
        code=fate.code,
        look=(*LOOKS[fate.status], say(STATUSES[fate.status])),
        kind=say(KINDS[fate.kind]),
        promotion=known.get(fate.promotion_id, "") if fate.promotion_id else say(N_("A reward")),
        customer=names.get(fate.customer_id, "") if fate.customer_id else "",
        customer_id=fate.customer_id,
        uses=len(listed) if fate.kind == "shared" else fate.uses,
        most=None if fate.kind == "shared" else fate.uses_limit,
        made_at=fate.issued_at,
        until=last_day(fate.valid_until),
        can_stop=fate.kind in {"bulk", "assigned"} and fate.status in STOPPABLE,
    )
    return told, [_use(use, names) for use in listed]


def _use(use: UseOfCode, names: Mapping[UUID, str]) -> UseTold:
    return UseTold(
        use.order_id,
        use.reserved_at,
        names.get(use.customer_id, ""),
        say(USES[use.state]),
        use.amount_cents,
    )


def codes_file(codes: Iterable[CodeFate], emails: Mapping[UUID, str]) -> bytes:
    """Code, state, uses, its customer, last day; as spreadsheets expect it."""
    titles = [say(words) for words in (N_("Code"), N_("State"), N_("Uses"), N_("E-mail address"))]
    rows = (
        [
            code.code,
            say(STATUSES[code.status]),
            code.uses,
            emails.get(code.customer_id, "") if code.customer_id else "",
            last_day(code.valid_until),
        ]
        for code in codes
    )
    return csv_bytes([*titles, say(N_("Until"))], rows)
