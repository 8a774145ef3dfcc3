"""Posting to the ledger: any number of movements in a constant number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Uuid, column, insert, select, update, values
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.infra.locks import Rank, climb, lock_where
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.loyalty.domain import Credit, LotLeft, Movement, TakeBack, content_hash, taken_from
from app.loyalty.errors import LedgerKeyReused
from app.loyalty.models import Account, LedgerEntry, Lot, PointsAccount, Posting

Accounts = dict[tuple[UUID, str], UUID]

ISSUING = (Account.ISSUED, Account.AVAILABLE)
REVERSING = (Account.AVAILABLE, Account.REVERSED)


def post(uow: UnitOfWork, actor: Actor, movements: Sequence[Movement], *, clock: Clock) -> None:
    """Record the movements that are not recorded yet, under the locks of their accounts.

    A movement whose key is already in the ledger is skipped when it says the same, and refused
    (LedgerKeyReused) when it does not.
    """
    if not movements:
        return
    accounts = _lock_accounts(uow, movements)
    fresh = _not_yet_posted(uow.session, movements)
    if fresh:
        _Batch(uow, actor, accounts, clock).write(fresh)


def _lock_accounts(uow: UnitOfWork, movements: Iterable[Movement]) -> Accounts:
    customers = sorted({movement.customer_id for movement in movements})
    kinds = sorted({kind for movement in movements for kind in _kinds(movement)})
    rows = [
        {"brand_id": uow.brand_id, "id": new_id(), "customer_id": customer, "kind": kind}
        for customer in customers
        for kind in kinds
    ]
    climb(uow.session, Rank.ACCOUNT)
    opened = upsert(PointsAccount).on_conflict_do_nothing().returning(PointsAccount.id)
    uow.session.execute(opened, rows)
    locked = lock_where(
        uow.session,
        Rank.ACCOUNT,
        PointsAccount,
        PointsAccount.customer_id.in_(customers),
        PointsAccount.kind.in_(kinds),
    )
    return {(account.customer_id, account.kind): account.id for account in locked}


def _kinds(movement: Movement) -> tuple[Account, Account]:
    return ISSUING if isinstance(movement, Credit) else REVERSING


def _not_yet_posted(session: Session, movements: Iterable[Movement]) -> list[Movement]:
    by_key = {movement.key: movement for movement in movements}
    known = session.execute(
        select(LedgerEntry.key, LedgerEntry.content_hash).where(LedgerEntry.key.in_(by_key))
    )
    for key, digest in known:
        if content_hash(by_key.pop(key)) != digest:
            raise LedgerKeyReused(key=key)
    return list(by_key.values())


class _Batch:
    """The rows that some movements amount to, written set by set."""

    def __init__(self, uow: UnitOfWork, actor: Actor, accounts: Accounts, clock: Clock) -> None:
        self.uow, self.actor, self.accounts, self.now = uow, actor, accounts, clock()
        self.entries: list[dict[str, Any]] = []
        self.lots: list[dict[str, Any]] = []
        self.postings: list[dict[str, Any]] = []
        self.balances: dict[UUID, int] = defaultdict(int)
        self.taken: dict[UUID, int] = defaultdict(int)

    def write(self, movements: Sequence[Movement]) -> None:
        left = self._lots_left([m for m in movements if isinstance(m, TakeBack)])
        for movement in movements:
            if isinstance(movement, Credit):
                self._credit(movement)
            else:
                self._take_back(movement, left[movement.customer_id])
        for model, rows in (
            (LedgerEntry, self.entries),
            (Lot, self.lots),
            (Posting, self.postings),
        ):
            if rows:
                self.uow.session.execute(insert(model), rows)
        self._shift(PointsAccount, PointsAccount.balance, self.balances)
        self._shift(Lot, Lot.remaining, {lot: -points for lot, points in self.taken.items()})

    def _credit(self, credit: Credit) -> None:
        entry_id, lot_id = self._entry(credit), new_id()
        self.lots.append(
            {
                "brand_id": self.uow.brand_id,
                "id": lot_id,
                "customer_id": credit.customer_id,
                "entry_id": entry_id,
                "points": credit.points,
                "remaining": credit.points,
                "available_at": self.now,
                "expires_at": credit.expires_at,
            }
        )
        self._move(entry_id, credit, ISSUING, (lot_id, credit.points))

    def _take_back(self, movement: TakeBack, lots: list[LotLeft]) -> None:
        standing = [
            LotLeft(lot.id, lot.source_id, lot.expires_at, lot.remaining - self.taken[lot.id])
            for lot in lots
        ]
        parts = taken_from(standing, movement.source_id, movement.points)
        absorbed = movement.points - sum(points for _lot, points in parts)
        entry_id = self._entry(movement, absorbed=absorbed)
        for lot_id, points in parts:
            self.taken[lot_id] += points
            self._move(entry_id, movement, REVERSING, (lot_id, points))

    def _entry(self, movement: Movement, *, absorbed: int = 0) -> UUID:
        entry_id = new_id()
        self.entries.append(
            {
                "brand_id": self.uow.brand_id,
                "id": entry_id,
                "key": movement.key,
                "content_hash": content_hash(movement),
                "customer_id": movement.customer_id,
                "kind": movement.kind,
                "source_type": movement.source_type,
                "source_id": movement.source_id,
                "reason": movement.reason | ({"absorbed": absorbed} if absorbed else {}),
                "actor": self.actor.label,
                "occurred_at": self.now,
            }
        )
        return entry_id

    def _move(
        self,
        entry_id: UUID,
        movement: Movement,
        way: tuple[Account, Account],
        part: tuple[UUID, int],
    ) -> None:
        (source, destination), (lot_id, points) = way, part
        source_id = self.accounts[movement.customer_id, source]
        destination_id = self.accounts[movement.customer_id, destination]
        self.postings.append(
            {
                "brand_id": self.uow.brand_id,
                "id": new_id(),
                "entry_id": entry_id,
                "source_id": source_id,
                "destination_id": destination_id,
                "points": points,
                "lot_id": lot_id,
            }
        )
        self.balances[source_id] -= points
        self.balances[destination_id] += points

    def _lots_left(self, movements: Sequence[TakeBack]) -> dict[UUID, list[LotLeft]]:
        left: dict[UUID, list[LotLeft]] = defaultdict(list)
        if movements:
            rows = self.uow.session.execute(
                select(Lot, LedgerEntry.source_id)
                .join(LedgerEntry, LedgerEntry.id == Lot.entry_id)
                .where(
                    Lot.customer_id.in_({movement.customer_id for movement in movements}),
                    Lot.remaining > 0,
                )
            )
            for lot, source_id in rows:
                left[lot.customer_id].append(
                    LotLeft(lot.id, source_id, lot.expires_at, lot.remaining)
                )
        return left

    def _shift(self, model: Any, amount: Any, changes: dict[UUID, int]) -> None:
        """One statement for all rows: `amount` goes up or down by each row's change."""
        if not changes:
            return
        delta = values(column("id", Uuid), column("change", BigInteger), name="delta").data(
            sorted(changes.items())
        )
        self.uow.session.execute(
            update(model)
            .where(model.id == delta.c.id)
            .values({amount: amount + delta.c.change})
            .execution_options(synchronize_session=False)
        )
