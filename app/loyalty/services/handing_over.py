"""Points that become somebody else's: of two cards of one person, or as a present."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from app.audit.services import record
from app.customers.queries import card_named
from app.customers.queries import held as held_card
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role, system
from app.kernel.clock import Clock
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.loyalty.domain import Forgive, LotLeft, Owe, PointsKind, first_to_expire
from app.loyalty.errors import (
    CeilingReached,
    NobodySoNamed,
    TransfersNotAllowed,
    TransferToHerself,
)
from app.loyalty.models import Account, LedgerEntry, Lot, PointsAccount, Posting
from app.loyalty.services.books import Books, open_books, usable
from app.loyalty.services.posting import Holding, hand_over, write
from app.loyalty.services.settings import settings_of
from app.loyalty.services.wanting import must_be_points, refuse_too_many

STAFF = {Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, Role.SYSTEM}


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody else, as a customer knows her."""

    email: str
    last_name: str


def transfer_all(uow: UnitOfWork, actor: Actor, from_id: UUID, to_id: UUID, *, clock: Clock) -> int:
    """All that one customer has or may be given back becomes another's, lot by lot: with its
    source and the day it expires, as two linked entries each; so does what she owes. How many
    points she could spend."""
    books = open_books(uow, [from_id, to_id])
    holdings = [*_left_in_lots(uow.session, from_id), *_in_orders(uow.session, from_id)]
    _take_over_debt(uow, actor, books, (from_id, to_id), clock=clock)
    hand_over(uow, actor, books, holdings, to_id, {}, clock=clock)
    return sum(one.points for one in holdings if one.account is Account.AVAILABLE)


def transfer_points(
    uow: UnitOfWork,
    actor: Actor,
    from_id: UUID,
    to_id: UUID,
    points: int,
    *,
    reason: str = "",
    transfer_id: UUID | None = None,
    clock: Clock,
) -> None:
    """Available points of one customer become another's, those first that expire first, with the
    day they expire. By herself or by the brand's staff. `transfer_id`, minted by whoever asks,
    makes it happen once.

    Raises TransfersNotAllowed, TransferToHerself, Invalid, BalanceTooLow, PointsStillPending,
    CeilingReached, CustomerNotFound.
    """
    must_be_points(points)
    settings = settings_of(uow)
    if not settings.transfers:
        raise TransfersNotAllowed
    if from_id == to_id:
        raise TransferToHerself
    _must_give(uow, actor, from_id, to_id)
    transfer = transfer_id or new_id()
    books = open_books(uow, [from_id, to_id])
    if _is_done(uow.session, from_id, transfer):
        return
    holdings = _first_to_expire(uow, from_id, points, clock)
    room = _room(books, to_id, settings.ceiling)
    if room is not None and points > room:
        raise CeilingReached(ceiling=settings.ceiling, room=room)
    why = {"transfer": str(transfer), **({"note": reason} if reason else {})}
    hand_over(uow, actor, books, holdings, to_id, why, clock=clock)
    told = {"points": points, "to": to_id}
    record(uow, actor, "points.transfer", "customer", from_id, after=told, reason=reason)


def transfer_to_address(
    uow: UnitOfWork,
    actor: Actor,
    from_id: UUID,
    named: Named,
    points: int,
    *,
    reason: str = "",
    transfer_id: UUID | None = None,
    clock: Clock,
) -> str:
    """The same, to whoever she names; the first name of whoever got them.

    Raises NobodySoNamed besides, for a wrong address as for a wrong name: addresses cannot be
    tried out.
    """
    if not settings_of(uow).transfers:
        raise TransfersNotAllowed
    found = card_named(uow.session, named.email, named.last_name)
    if found is None:
        raise NobodySoNamed
    transfer_points(
        uow,
        actor,
        from_id,
        found.id,
        points,
        reason=reason,
        transfer_id=transfer_id,
        clock=clock,
    )
    return found.first_name


def _must_give(uow: UnitOfWork, actor: Actor, from_id: UUID, to_id: UUID) -> None:
    if actor.role not in STAFF and actor.customer_id != from_id:
        raise NotFound
    for customer_id in sorted((from_id, to_id)):
        held_card(uow.session, system(uow.brand_id), customer_id)


def _is_done(session: Session, from_id: UUID, transfer: UUID) -> bool:
    named = LedgerEntry.reason["transfer"].astext == str(transfer)
    hers = LedgerEntry.customer_id == from_id, LedgerEntry.kind == PointsKind.TRANSFER_OUT
    return session.scalar(select(LedgerEntry.id).where(*hers, named).limit(1)) is not None


def _room(books: Books, customer_id: UUID, ceiling: int | None) -> int | None:
    if ceiling is None:
        return None
    has = sum(books.balance(customer_id, one) for one in (Account.AVAILABLE, Account.PENDING))
    return max(0, ceiling - has)


def _first_to_expire(
    uow: UnitOfWork, customer_id: UUID, points: int, clock: Clock
) -> list[Holding]:
    holdings = {one.lot.id: one for one in _left_in_lots(uow.session, customer_id)}
    left = [_left(one) for one in holdings.values()]
    parts = first_to_expire(usable(left, clock()), points)
    if sum(part for _lot, part in parts) < points:
        refuse_too_many(uow, customer_id, left, clock)
    return [_part(holdings[lot_id], part) for lot_id, part in parts]


def _left(one: Holding) -> LotLeft:
    pending = one.account is Account.PENDING
    return LotLeft(one.lot.id, one.source_id, one.lot.expires_at, one.points, pending)


def _part(one: Holding, points: int) -> Holding:
    return Holding(one.lot, one.account, points, one.source_type, one.source_id, one.reason)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Both sides of a debt that changes cards."""

    key: str
    points: int
    source_id: UUID

    def of(self, movement: Any, customer_id: UUID) -> Any:
        name = f"{self.key}:{movement.__name__.lower()}"
        kind = PointsKind.DEBT_TAKEN_OVER
        return movement(name, customer_id, self.points, kind, "customer", self.source_id)


def _take_over_debt(
    uow: UnitOfWork, actor: Actor, books: Books, cards: tuple[UUID, UUID], *, clock: Clock
) -> None:
    from_id, to_id = cards
    owed = books.debt(from_id)
    if owed:
        pair = _Pair(f"debt:{new_id()}", owed, from_id)
        sides = [pair.of(Forgive, from_id), pair.of(Owe, to_id)]
        write(uow, actor, books, sides, clock=clock)


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
