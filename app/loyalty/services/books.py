"""The accounts of some customers, held by this transaction, and what their lots have left."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, Text, Uuid, and_, any_, bindparam, null, select, text
from sqlalchemy.orm import Session

from app.infra.locks import Rank, climb
from app.infra.uow import UnitOfWork
from app.kernel.ids import new_id
from app.loyalty.domain import LotLeft
from app.loyalty.models import Account, LedgerEntry, Lot, PointsAccount

Holder = tuple[UUID, str]
LotsLeft = dict[UUID, list[LotLeft]]


@dataclass
class Books:
    """Of everybody named, every account: nobody else moves a point of theirs meanwhile."""

    ids: dict[Holder, UUID]
    held: dict[UUID, int]
    """Account id → balance, with what was written since."""
    moved: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    """Not written yet."""

    def balance(self, customer_id: UUID, account: Account) -> int:
        account_id = self.ids[customer_id, account]
        return self.held[account_id] + self.moved[account_id]

    def debt(self, customer_id: UUID) -> int:
        return -self.balance(customer_id, Account.DEBT)

    def written(self) -> None:
        for account_id, points in self.moved.items():
            self.held[account_id] += points
        self.moved.clear()


def open_books(uow: UnitOfWork, people: Iterable[UUID]) -> Books:
    """Locked; made, for those who never had a point."""
    customers = sorted(set(people))
    climb(uow.session, Rank.ACCOUNT)
    found = _locked(uow.session, customers)
    wanted = len(customers) * len(Account)
    if len(found) < wanted:
        found = [*found, *_opened(uow, customers)]
    if len(found) < wanted:  # somebody else has opened some meanwhile
        found = _locked(uow.session, customers)
    return Books(
        ids={(row.customer_id, row.kind): row.id for row in found},
        held={row.id: row.balance for row in found},
    )


def _opened(uow: UnitOfWork, customers: list[UUID]) -> Sequence[Row[UUID, UUID, str, int]]:
    each = [(new_id(), customer, kind) for customer in customers for kind in sorted(Account)]
    ids, owners, kinds = (list(one) for one in zip(*each, strict=True))
    given = {"brand": uow.brand_id, "ids": ids, "owners": owners, "kinds": kinds}
    return uow.session.execute(_OPEN, given).all()


_OPEN = text(
    """
    INSERT INTO points_accounts (brand_id, id, customer_id, kind)
    SELECT :brand, w.id, w.customer_id, w.kind
    FROM unnest(CAST(:ids AS uuid[]), CAST(:owners AS uuid[]), CAST(:kinds AS text[]))
        AS w (id, customer_id, kind)
    ON CONFLICT DO NOTHING
    RETURNING id, customer_id, kind, balance
    """
)


def _locked(session: Session, customers: list[UUID]) -> Sequence[Row[UUID, UUID, str, int]]:
    """Their rows, in the order of locks."""
    columns = (
        PointsAccount.id,
        PointsAccount.customer_id,
        PointsAccount.kind,
        PointsAccount.balance,
    )
    hers = select(*columns).where(PointsAccount.customer_id.in_(customers))
    return session.execute(hers.order_by(PointsAccount.id).with_for_update()).all()


def lots_left(session: Session, customers: Iterable[UUID]) -> LotsLeft:
    """Lots of which something is left, pending or not, expired or not. Read under the locks."""
    people = sorted(set(customers))
    return _by_customer(session.execute(_LEFT, {"people": people}).all()) if people else {}


def posted_and_left(
    session: Session, keys: Iterable[str], customers: Iterable[UUID]
) -> tuple[dict[str, str], LotsLeft]:
    """The seals of those keys that are in the ledger, and the lots: one statement."""
    wanted = {"keys": list(keys), "people": sorted(set(customers))}
    rows = session.execute(_POSTED_AND_LEFT, wanted).all()
    lots = [row[:6] for row in rows if row.key is None]
    return {row.key: row.content_hash for row in rows if row.key is not None}, _by_customer(lots)


def _by_customer(rows: Iterable[Sequence[Any]]) -> LotsLeft:
    left: LotsLeft = defaultdict(list)
    for customer_id, *lot in rows:
        left[customer_id].append(LotLeft(*lot))
    return left


_IN_LEDGER = and_(LedgerEntry.brand_id == Lot.brand_id, LedgerEntry.id == Lot.entry_id)
_LEFT = (
    select(
        Lot.customer_id,
        Lot.id,
        LedgerEntry.source_id,
        Lot.expires_at,
        Lot.remaining,
        Lot.available_at.is_(None),
    )
    .join(LedgerEntry, _IN_LEDGER)
    .where(Lot.customer_id == any_(bindparam("people", type_=ARRAY(Uuid))), Lot.remaining > 0)
)
_POSTED_AND_LEFT = _LEFT.add_columns(null().label("key"), null().label("content_hash")).union_all(
    select(*[null()] * 6, LedgerEntry.key, LedgerEntry.content_hash).where(
        LedgerEntry.key == any_(bindparam("keys", type_=ARRAY(Text)))
    )
)


def usable(lots: Iterable[LotLeft], now: datetime) -> list[LotLeft]:
    """Neither pending nor expired."""
    return [
        lot for lot in lots if not lot.pending and (lot.expires_at is None or lot.expires_at > now)
    ]


def spendable(lots: Iterable[LotLeft], now: datetime) -> int:
    return sum(lot.remaining for lot in usable(lots, now))
