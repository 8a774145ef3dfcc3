"""Posting to the ledger: any number of movements in a constant number of statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.loyalty.domain import (
    Advance,
    Convert,
    Credit,
    Expire,
    Forfeit,
    Forgive,
    GiveBack,
    LotLeft,
    LoyaltySettings,
    MakeAvailable,
    Movement,
    OfLot,
    OfSource,
    OrderPoints,
    Owe,
    PendingCredit,
    PointsKind,
    Release,
    Repay,
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
from app.loyalty.models import Account, LedgerEntry, Lot, Posting
from app.loyalty.services.books import (
    Books,
    LotsLeft,
    lots_left,
    open_books,
    posted_and_left,
    spendable,
    usable,
)
from app.loyalty.services.gone import NOTHING_GONE, Gone, gone_of
from app.loyalty.services.settings import settings_of
from app.loyalty.services.writing import Writing, save

Way = tuple[Account, Account]
WAYS: dict[type[Any], Way] = {
    Credit: (Account.ISSUED, Account.AVAILABLE),
    PendingCredit: (Account.ISSUED, Account.PENDING),
    MakeAvailable: (Account.PENDING, Account.AVAILABLE),
    Expire: (Account.AVAILABLE, Account.EXPIRED),
    TakeBack: (Account.AVAILABLE, Account.REVERSED),
    Reserve: (Account.AVAILABLE, Account.RESERVED),
    Spend: (Account.RESERVED, Account.SPENT),
    Release: (Account.RESERVED, Account.AVAILABLE),
    GiveBack: (Account.SPENT, Account.AVAILABLE),
    Convert: (Account.AVAILABLE, Account.SPENT),
    Forfeit: (Account.SPENT, Account.EXPIRED),
    Advance: (Account.DEBT, Account.AVAILABLE),
    Repay: (Account.AVAILABLE, Account.DEBT),
    Forgive: (Account.ISSUED, Account.DEBT),
    Owe: (Account.DEBT, Account.ISSUED),
}
"""From which account to which. The audit tells a movement's kind by them: change both.
What is taken back also goes from pending and from debt."""
REFUND = (Credit, MakeAvailable, Release, GiveBack, TransferIn)
"""What brings usable points, of which debt is repaid first."""
NO_POLICY = LoyaltySettings()


def post(
    uow: UnitOfWork,
    actor: Actor,
    movements: Sequence[Movement],
    *,
    settings: LoyaltySettings | None = None,
    clock: Clock,
) -> None:
    """Record the movements that are not recorded yet, under the locks of their accounts.

    A movement whose key is already in the ledger is skipped when it says the same, and refused
    (LedgerKeyReused) when it does not. Credits beyond the brand's ceiling, and debts, are dealt
    with as its settings say, which the caller may have read. Raises NotEnoughPoints.
    """
    if not movements:
        return
    books = open_books(uow, (movement.customer_id for movement in movements))
    fresh, left = _not_yet_posted(uow.session, movements)
    if fresh:
        write(uow, actor, books, fresh, left=left, settings=settings, clock=clock)


def reserve(uow: UnitOfWork, actor: Actor, wanted: Reserve, *, future: int, clock: Clock) -> None:
    """The same for an order that may use `future` points which she does not have yet: what is
    missing is advanced, and owed. Raises NotEnoughPoints."""
    books = open_books(uow, [wanted.customer_id])
    fresh, left = _not_yet_posted(uow.session, [wanted])
    if not fresh:
        return
    missing = wanted.points - spendable(left[wanted.customer_id], clock())
    if 0 < missing <= future:
        given = Advance(
            f"{wanted.key}:advance",
            wanted.customer_id,
            missing,
            OrderPoints.ADVANCED,
            wanted.source_type,
            wanted.source_id,
            wanted.reason,
        )
        write(uow, actor, books, [given], clock=clock)
        left = lots_left(uow.session, [wanted.customer_id])
    write(uow, actor, books, fresh, left=left, clock=clock)


def write(
    uow: UnitOfWork,
    actor: Actor,
    books: Books,
    movements: Sequence[Movement | OfLot],
    *,
    left: LotsLeft | None = None,
    settings: LoyaltySettings | None = None,
    clock: Clock,
) -> None:
    """Movements known to be new, of people whose books are open. `left`: what their lots have, if
    it was read already."""
    _Batch(uow, actor, books, clock, settings).write(movements, left)


def _takers(movements: Iterable[Movement | OfLot]) -> set[UUID]:
    """Whose lots must be known."""
    taking = TakeBack | Reserve | Convert | Repay
    return {one.customer_id for one in movements if isinstance(one, taking)}


def _not_yet_posted(
    session: Session, movements: Sequence[Movement]
) -> tuple[list[Movement], LotsLeft]:
    """With what is left to those who lose points. One statement."""
    by_key = {movement.key: movement for movement in movements}
    posted, left = posted_and_left(session, by_key, _takers(movements))
    for key, digest in posted.items():
        if content_hash(by_key.pop(key)) != digest:
            raise LedgerKeyReused(key=key)
    return list(by_key.values()), left


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


class _Batch:
    """The rows that some movements amount to, written set by set."""

    def __init__(
        self,
        uow: UnitOfWork,
        actor: Actor,
        books: Books,
        clock: Clock,
        settings: LoyaltySettings | None = None,
    ) -> None:
        self.uow, self.actor, self.books, self.now = uow, actor, books, clock()
        self.clock = clock
        self.policy = settings or NO_POLICY
        self.gone: dict[UUID, Gone] = {}
        self.rows = Writing()

    def write(self, movements: Sequence[Movement | OfLot], left: LotsLeft | None) -> None:
        self._read(movements)
        if left is None:
            left = lots_left(self.uow.session, _takers(movements))
        for movement in movements:
            match movement:
                case Credit():
                    self._credit(movement)
                case PendingCredit():
                    self._promise(movement)
                case TakeBack():
                    self._take_back(movement, left[movement.customer_id])
                case MakeAvailable():
                    self._make_available(movement)
                case Expire():
                    self._all_of(movement, [(movement.source_id, movement.points)])
                    self.rows.taken[movement.source_id] += movement.points
                case Reserve() | Convert() | Repay():
                    self._use(movement, left[movement.customer_id])
                case Advance():
                    self._advance(movement)
                case Forgive() | Owe():
                    self._move(self._entry(movement), movement, (None, movement.points))
                case OfSource():
                    self._pass_on(movement)
        self._save()
        self._repay(movements)

    def _read(self, movements: Sequence[Movement | OfLot]) -> None:
        """What these movements need to know, set by set."""
        back = [one for one in movements if isinstance(one, TakeBack)]
        ruled = any(isinstance(one, Credit | PendingCredit | TakeBack) for one in movements)
        if ruled and self.policy is NO_POLICY:
            self.policy = settings_of(self.uow)
        if back:
            self.gone = gone_of(self.uow.session, {one.source_id for one in back})

    # ------------------------------------------------------------ what comes

    def _credit(self, credit: Credit) -> None:
        entry_id = self._entry(credit)
        lot = self._lot(entry_id, credit, points=credit.points, since=self.now)
        lot["expires_at"] = credit.expires_at
        self.rows.lots.append(lot)
        self._move(entry_id, credit, (lot["id"], credit.points))
        self._cap(credit, lot, Account.AVAILABLE)

    def _promise(self, credit: PendingCredit) -> None:
        entry_id = self._entry(credit)
        lot = self._lot(entry_id, credit, points=credit.points, since=None)
        lot |= {"awaits": credit.awaits, "due_at": credit.due_at, "expiry": credit.expiry}
        self.rows.lots.append(lot)
        self._move(entry_id, credit, (lot["id"], credit.points))
        self._cap(credit, lot, Account.PENDING)

    def _cap(self, credit: Credit | PendingCredit, lot: dict[str, Any], where: Account) -> None:
        """What is beyond the brand's ceiling goes at once, as an entry that says so."""
        ceiling = self.policy.ceiling
        if ceiling is None:
            return
        has = sum(
            self.books.balance(credit.customer_id, account)
            for account in (Account.AVAILABLE, Account.PENDING)
        )
        beyond = min(credit.points, max(0, has - ceiling))
        if beyond:
            capped = TakeBack(
                f"{credit.key}:beyond",
                credit.customer_id,
                beyond,
                PointsKind.BEYOND_CEILING,
                credit.source_type,
                credit.source_id,
                {**credit.reason, "ceiling": ceiling},
            )
            lot["remaining"] -= beyond
            way = (where, Account.REVERSED)
            self._move(self._entry(capped), capped, (lot["id"], beyond), way)

    def _advance(self, movement: Advance) -> None:
        entry_id = self._entry(movement)
        lot = self._lot(entry_id, movement, points=movement.points, since=self.now)
        self.rows.lots.append(lot)
        self._move(entry_id, movement, (lot["id"], movement.points))

    def _make_available(self, movement: MakeAvailable) -> None:
        """`reason` says until when; it may be for ever."""
        until = movement.reason.get("expires_at")
        self.rows.begun[movement.source_id] = datetime.fromisoformat(until) if until else None
        self._all_of(movement, [(movement.source_id, movement.points)])

    def _lot(
        self,
        entry_id: str,
        credit: Credit | PendingCredit | TransferIn | Advance,
        *,
        points: int,
        since: datetime | None,
    ) -> dict[str, Any]:
        return {
            "id": str(new_id()),
            "customer_id": credit.customer_id,
            "entry_id": entry_id,
            "points": points,
            "remaining": points,
            "available_at": since,
        }

    # ------------------------------------------------------------ what goes

    def _take_back(self, movement: TakeBack, lots: list[LotLeft]) -> None:
        gone = self.gone.get(movement.source_id, NOTHING_GONE)
        beyond = min(movement.points, gone.beyond)
        standing = self._standing(lots)
        parts = taken_from(standing, movement.source_id, movement.points - beyond)
        short = movement.points - beyond - _sum(parts)
        expired = min(short, gone.expired)
        others = [lot for lot in standing if lot.source_id != movement.source_id]
        parts += first_to_expire(usable(others, self.now), short - expired)
        short = movement.points - beyond - expired - _sum(parts)
        owed = min(short, max(0, self.policy.debt_cap - self.books.debt(movement.customer_id)))
        self.gone[movement.source_id] = gone.less(beyond, expired)
        noted = {"absorbed": short - owed + beyond + expired, "covered": beyond + expired}
        entry_id = self._entry(movement, {name: n for name, n in noted.items() if n})
        pending = {lot.id for lot in lots if lot.pending}
        for part in parts:
            account = Account.PENDING if part[0] in pending else Account.AVAILABLE
            self.rows.taken[part[0]] += part[1]
            self._move(entry_id, movement, part, (account, Account.REVERSED))
        if owed:
            self._move(entry_id, movement, (None, owed), (Account.DEBT, Account.REVERSED))

    def _use(self, movement: Reserve | Convert | Repay, lots: list[LotLeft]) -> None:
        parts = first_to_expire(usable(self._standing(lots), self.now), movement.points)
        self._all_of(movement, parts)
        for lot_id, points in parts:
            self.rows.taken[lot_id] += points

    def _pass_on(self, movement: OfSource) -> None:
        """What the order holds goes on, or back into the lots it was taken from."""
        source, destination = WAYS[type(movement)]
        parts = last_to_expire(self._held(movement, source), movement.points)
        self._all_of(movement, parts)
        if destination is Account.AVAILABLE:
            for lot_id, points in parts:
                self.rows.taken[lot_id] -= points

    def _all_of(self, movement: OfSource | OfLot, parts: Sequence[tuple[UUID, int]]) -> None:
        found = _sum(parts)
        if found < movement.points:
            raise NotEnoughPoints(available=found)
        entry_id = self._entry(movement)
        for part in parts:
            self._move(entry_id, movement, part)

    def _standing(self, lots: Iterable[LotLeft]) -> list[LotLeft]:
        """Less what other movements of this batch take."""
        return [replace(lot, remaining=lot.remaining - self.rows.taken[lot.id]) for lot in lots]

    def _held(self, movement: OfSource, account: Account) -> list[LotLeft]:
        """What an order holds in this account, by the lots it came from."""
        account_id = self.books.ids[movement.customer_id, account]
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

    # ------------------------------------------------------------ to somebody else

    def hand_over(self, holdings: Sequence[Holding], to_id: UUID, reason: dict[str, Any]) -> None:
        """Of each lot a new one of somebody else, which holds as much in the same accounts.
        `reason` may name the transfer."""
        transfer = str(reason.get("transfer") or new_id())
        lots: dict[UUID, dict[str, Any]] = {}
        taken: list[TransferIn] = []
        for one in holdings:
            given, received = _both_sides(one, to_id, transfer, reason)
            part = (one.lot.id, one.points)
            self._move(self._entry(given), given, part, (one.account, Account.ISSUED))
            entry_id = self._entry(received)
            lot = lots.setdefault(one.lot.id, self._same_lot(entry_id, received, one.lot))
            lot["points"] += one.points
            if one.account in {Account.AVAILABLE, Account.PENDING}:
                self.rows.taken[one.lot.id] += one.points
                lot["remaining"] += one.points
            way = (Account.ISSUED, one.account)
            self._move(entry_id, received, (lot["id"], one.points), way)
            taken.append(received)
        self.rows.lots.extend(lots.values())
        self._save()
        self._repay(taken)

    def _same_lot(self, entry_id: str, taken: TransferIn, lot: Lot) -> dict[str, Any]:
        made = self._lot(entry_id, taken, points=0, since=lot.available_at)
        kept = ("expires_at", "awaits", "due_at", "expiry")
        return made | {name: getattr(lot, name) for name in kept}

    # ------------------------------------------------------------ rows

    def _repay(self, movements: Sequence[Sealed]) -> None:
        """Whoever owes points and got some that can be used has fewer of both."""
        refunded = {one.customer_id: one for one in movements if isinstance(one, REFUND)}
        owing = {whose: one for whose, one in refunded.items() if self.books.debt(whose)}
        if not owing:
            return
        left = lots_left(self.uow.session, owing)
        repaid = [
            Repay(
                f"{one.key}:repays",
                customer_id,
                points,
                PointsKind.DEBT_REPAID,
                one.source_type,
                one.source_id or customer_id,
            )
            for customer_id, one in sorted(owing.items())
            if (points := min(self.books.debt(customer_id), spendable(left[customer_id], self.now)))
        ]
        if repaid:
            write(self.uow, self.actor, self.books, repaid, clock=self.clock)

    def _save(self) -> None:
        if self.rows.entries:
            save(self.uow, self.actor, self.rows, self.books.moved, self.now)
        self.books.written()

    def _entry(self, movement: Sealed, noted: dict[str, Any] | None = None) -> str:
        entry_id = str(new_id())
        self.rows.entries.append(
            {
                "id": entry_id,
                "key": movement.key,
                "content_hash": content_hash(movement),
                "customer_id": movement.customer_id,
                "kind": movement.kind,
                "source_type": movement.source_type,
                "source_id": movement.source_id,
                "reason": movement.reason | noted if noted else movement.reason,
            }
        )
        return entry_id

    def _move(
        self,
        entry_id: str,
        movement: Sealed,
        part: tuple[UUID | str | None, int],
        way: Way | None = None,
    ) -> None:
        """`way`: where the points lie before and after, when the kind of movement does not say."""
        (source, destination), (lot_id, points) = way or WAYS[type(movement)], part
        source_id = self.books.ids[movement.customer_id, source]
        destination_id = self.books.ids[movement.customer_id, destination]
        self.rows.postings.append(
            {
                "id": new_id(),
                "entry_id": entry_id,
                "source_id": source_id,
                "destination_id": destination_id,
                "points": points,
                "lot_id": lot_id,
            }
        )
        self.books.moved[source_id] -= points
        self.books.moved[destination_id] += points


def _sum(parts: Iterable[tuple[UUID, int]]) -> int:
    return sum(points for _lot, points in parts)


def _both_sides(
    one: Holding, to_id: UUID, transfer: str, why: dict[str, Any]
) -> tuple[TransferOut, TransferIn]:
    lot, stems = one.lot, (one.source_type, one.source_id)
    key = f"transfer:{transfer}:{lot.id}:{one.account}:{one.source_id}"
    reason = one.reason | why | {"transfer": transfer}
    gone, come = reason | {"to": str(to_id)}, reason | {"from": str(lot.customer_id)}
    out, into = PointsKind.TRANSFER_OUT, PointsKind.TRANSFER_IN
    given = TransferOut(f"{key}:out", lot.customer_id, one.points, out, *stems, gone)
    taken = TransferIn(f"{key}:in", to_id, one.points, into, *stems, come, lot.expires_at)
    return given, taken


def hand_over(
    uow: UnitOfWork,
    actor: Actor,
    books: Books,
    holdings: Sequence[Holding],
    to_id: UUID,
    reason: dict[str, Any],
    *,
    clock: Clock,
) -> None:
    _Batch(uow, actor, books, clock).hand_over(holdings, to_id, reason)
