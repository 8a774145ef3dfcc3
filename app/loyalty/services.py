"""Posting to the ledger: any number of movements in a constant number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Uuid,
    case,
    column,
    func,
    insert,
    or_,
    select,
    update,
    values,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.infra.locks import Rank, climb, lock_where
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.loyalty.domain import (
    Credit,
    GiveBack,
    LotLeft,
    Movement,
    OfOrder,
    Release,
    Reserve,
    Spend,
    TakeBack,
    content_hash,
    first_to_expire,
    last_to_expire,
    taken_from,
)
from app.loyalty.errors import LedgerKeyReused, NotEnoughPoints
from app.loyalty.models import Account, LedgerEntry, Lot, PointsAccount, Posting

Accounts = dict[tuple[UUID, str], UUID]

Way = tuple[Account, Account]
WAYS: dict[type[Movement], Way] = {
    Credit: (Account.ISSUED, Account.AVAILABLE),
    TakeBack: (Account.AVAILABLE, Account.REVERSED),
    Reserve: (Account.AVAILABLE, Account.RESERVED),
    Spend: (Account.RESERVED, Account.SPENT),
    Release: (Account.RESERVED, Account.AVAILABLE),
    GiveBack: (Account.SPENT, Account.AVAILABLE),
}
"""From which account to which. The audit tells a movement's kind by them: change both."""


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
    kinds = sorted({kind for movement in movements for kind in WAYS[type(movement)]})
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
        left = self._lots_left([m for m in movements if isinstance(m, TakeBack | Reserve)])
        for movement in movements:
            if isinstance(movement, Credit):
                self._credit(movement)
            elif isinstance(movement, TakeBack):
                self._take_back(movement, left[movement.customer_id])
            elif isinstance(movement, Reserve):
                self._reserve(movement, left[movement.customer_id])
            else:
                self._pass_on(movement)
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
        self._move(entry_id, credit, (lot_id, credit.points))

    def _take_back(self, movement: TakeBack, lots: list[LotLeft]) -> None:
        parts = taken_from(self._standing(lots), movement.source_id, movement.points)
        absorbed = movement.points - sum(points for _lot, points in parts)
        entry_id = self._entry(movement, absorbed=absorbed)
        for lot_id, points in parts:
            self.taken[lot_id] += points
            self._move(entry_id, movement, (lot_id, points))

    def _reserve(self, movement: Reserve, lots: list[LotLeft]) -> None:
        alive = [lot for lot in lots if lot.expires_at is None or lot.expires_at > self.now]
        parts = first_to_expire(self._standing(alive), movement.points)
        self._all_of(movement, parts)
        for lot_id, points in parts:
            self.taken[lot_id] += points

    def _pass_on(self, movement: OfOrder) -> None:
        """What the order holds goes on, or back into the lots it was taken from."""
        source, destination = WAYS[type(movement)]
        parts = last_to_expire(self._held(movement, source), movement.points)
        self._all_of(movement, parts)
        if destination is Account.AVAILABLE:
            for lot_id, points in parts:
                self.taken[lot_id] -= points

    def _all_of(self, movement: Movement, parts: list[tuple[UUID, int]]) -> None:
        found = sum(points for _lot, points in parts)
        if found < movement.points:
            raise NotEnoughPoints(available=found)
        entry_id = self._entry(movement)
        for part in parts:
            self._move(entry_id, movement, part)

    def _standing(self, lots: Iterable[LotLeft]) -> list[LotLeft]:
        """Less what other movements of this batch take."""
        return [replace(lot, remaining=lot.remaining - self.taken[lot.id]) for lot in lots]

    def _held(self, movement: OfOrder, account: Account) -> list[LotLeft]:
        """What an order holds in this account, by the lots it came from."""
        account_id = self.accounts[movement.customer_id, account]
        held = func.sum(
            case((Posting.destination_id == account_id, Posting.points), else_=-Posting.points)
        )
        rows = self.uow.session.execute(
            select(Lot.id, Lot.expires_at, held)
            .join(Posting, Posting.lot_id == Lot.id)
            .join(LedgerEntry, LedgerEntry.id == Posting.entry_id)
            .where(
                LedgerEntry.source_type == movement.source_type,
                LedgerEntry.source_id == movement.source_id,
                LedgerEntry.customer_id == movement.customer_id,
                or_(Posting.destination_id == account_id, Posting.source_id == account_id),
            )
            .group_by(Lot.brand_id, Lot.id, Lot.expires_at)
        )
        return [LotLeft(lot_id, None, expires_at, int(left)) for lot_id, expires_at, left in rows]

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
        part: tuple[UUID, int],
    ) -> None:
        (source, destination), (lot_id, points) = WAYS[type(movement)], part
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

    def _lots_left(self, movements: Sequence[TakeBack | Reserve]) -> dict[UUID, list[LotLeft]]:
        left: dict[UUID, list[LotLeft]] = defaultdict(list)
        if movements:
            rows = self.uow.session.execute(
                select(Lot, LedgerEntry.source_id)
                .join(LedgerEntry, LedgerEntry.id == Lot.entry_id)
                .where(
                    Lot.customer_id.in_({movement.customer_id for movement in movements}),
                    Lot.remaining > 0,
                    Lot.available_at.is_not(None),
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
