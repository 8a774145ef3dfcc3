"""Posting to the ledger: any number of movements in a constant number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
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
    Sealed,
    Spend,
    TakeBack,
    TransferIn,
    TransferOut,
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
    customers = {movement.customer_id for movement in movements}
    kinds = {kind for movement in movements for kind in WAYS[type(movement)]}
    accounts = _lock_accounts(uow, customers, kinds)
    fresh = _not_yet_posted(uow.session, movements)
    if fresh:
        _Batch(uow, actor, accounts, clock).write(fresh)


MOVABLE = (Account.AVAILABLE, Account.PENDING, Account.RESERVED, Account.SPENT)
"""What belongs to whoever has the card, today or once an order gives it back."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Points of one lot in one account, and what they stem from there: what gave them or, once
    they are on their way through an order, the order."""

    lot: Lot
    account: Account
    points: int
    source_type: str
    source_id: UUID | None
    reason: dict[str, Any]


def transfer_all(uow: UnitOfWork, actor: Actor, from_id: UUID, to_id: UUID, *, clock: Clock) -> int:
    """All that one customer has or may be given back becomes another's, lot by lot: with its
    source and the day it expires, as two linked entries each. How many points she could spend."""
    accounts = _lock_accounts(uow, {from_id, to_id}, {Account.ISSUED, *MOVABLE})
    holdings = [*_left_in_lots(uow.session, from_id), *_in_orders(uow.session, from_id)]
    _Batch(uow, actor, accounts, clock).hand_over(holdings, to_id)
    return sum(one.points for one in holdings if one.account is Account.AVAILABLE)


def _left_in_lots(session: Session, customer_id: UUID) -> list[Holding]:
    rows = session.execute(
        select(Lot, LedgerEntry)
        .join(LedgerEntry, LedgerEntry.id == Lot.entry_id)
        .where(Lot.customer_id == customer_id, Lot.remaining > 0)
        .order_by(Lot.id)
        .execution_options(populate_existing=True)
    )
    return [
        Holding(
            lot,
            Account.PENDING if lot.available_at is None else Account.AVAILABLE,
            lot.remaining,
            entry.source_type,
            entry.source_id,
            entry.reason,
        )
        for lot, entry in rows
    ]


def _in_orders(session: Session, customer_id: UUID) -> list[Holding]:
    """Reserved and spent, by what reserved or spent them."""
    into = Posting.destination_id == PointsAccount.id
    held = func.sum(case((into, Posting.points), else_=-Posting.points))
    what = (PointsAccount.kind, LedgerEntry.source_type, LedgerEntry.source_id)
    rows = session.execute(
        select(Lot, *what, held)
        .join(Posting, Posting.lot_id == Lot.id)
        .join(LedgerEntry, LedgerEntry.id == Posting.entry_id)
        .join(PointsAccount, or_(into, Posting.source_id == PointsAccount.id))
        .where(
            PointsAccount.customer_id == customer_id,
            PointsAccount.kind.in_([Account.RESERVED, Account.SPENT]),
        )
        .group_by(Lot.brand_id, Lot.id, *what)
        .having(held > 0)
        .order_by(Lot.id, *what)
    )
    return [
        Holding(lot, Account(kind), int(points), source_type, source_id, {})
        for lot, kind, source_type, source_id, points in rows
    ]


def _lock_accounts(uow: UnitOfWork, people: Iterable[UUID], wanted: Iterable[str]) -> Accounts:
    customers, kinds = sorted(set(people)), sorted(set(wanted))
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
        self._save()

    def hand_over(self, holdings: Sequence[Holding], to_id: UUID) -> None:
        """Of each lot a new one of somebody else, which holds as much in the same accounts."""
        transfer = str(new_id())
        lots: dict[UUID, dict[str, Any]] = {}
        for one in holdings:
            given, taken = _both_sides(one, to_id, transfer)
            self._move(self._entry(given), given, (one.lot.id, one.points), one.account)
            entry_id = self._entry(taken)
            lot = lots.setdefault(
                one.lot.id, self._lot(entry_id, taken, points=0, since=one.lot.available_at)
            )
            lot["points"] += one.points
            if one.account in {Account.AVAILABLE, Account.PENDING}:
                self.taken[one.lot.id] += one.points
                lot["remaining"] += one.points
            self._move(entry_id, taken, (lot["id"], one.points), one.account)
        self.lots += lots.values()
        self._save()

    def _save(self) -> None:
        """All rows of one kind together; balances and lots last."""
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
        entry_id = self._entry(credit)
        lot = self._lot(entry_id, credit, points=credit.points, since=self.now)
        self.lots.append(lot)
        self._move(entry_id, credit, (lot["id"], credit.points))

    def _lot(
        self, entry_id: UUID, credit: Credit | TransferIn, *, points: int, since: datetime | None
    ) -> dict[str, Any]:
        return {
            "brand_id": self.uow.brand_id,
            "id": new_id(),
            "customer_id": credit.customer_id,
            "entry_id": entry_id,
            "points": points,
            "remaining": points,
            "available_at": since,
            "expires_at": credit.expires_at,
        }

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

    def _entry(self, movement: Sealed, *, absorbed: int = 0) -> UUID:
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
        movement: Sealed,
        part: tuple[UUID, int],
        account: Account = Account.AVAILABLE,
    ) -> None:
        """`account`: of a transfer, where the points lie before and after."""
        (source, destination), (lot_id, points) = _way(movement, account), part
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


def _way(movement: Sealed, account: Account) -> Way:
    if isinstance(movement, TransferOut):
        return account, Account.ISSUED
    if isinstance(movement, TransferIn):
        return Account.ISSUED, account
    return WAYS[type(movement)]


def _both_sides(one: Holding, to_id: UUID, transfer: str) -> tuple[TransferOut, TransferIn]:
    lot, stems = one.lot, (one.source_type, one.source_id)
    key = f"transfer:{transfer}:{lot.id}:{one.account}:{one.source_id}"
    reason = one.reason | {"transfer": transfer}
    gone, come = reason | {"to": str(to_id)}, reason | {"from": str(lot.customer_id)}
    given = TransferOut(f"{key}:out", lot.customer_id, one.points, "transfer_out", *stems, gone)
    taken = TransferIn(f"{key}:in", to_id, one.points, "transfer_in", *stems, come, lot.expires_at)
    return given, taken
