"""Points given or taken by hand, with a reason."""

from datetime import datetime
from uuid import UUID

from app.audit.services import record
from app.customers.queries import held as held_card
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock
from app.kernel.errors import Invalid, NotAllowed
from app.kernel.ids import new_id
from app.kernel.words import N_
from app.loyalty.domain import Credit, PointsKind, TakeBack
from app.loyalty.errors import CeilingReached
from app.loyalty.models import Account, GoodwillUnit
from app.loyalty.queries import is_recorded
from app.loyalty.services.books import Books, lots_left, open_books, spendable
from app.loyalty.services.goodwill import take_goodwill
from app.loyalty.services.posting import write
from app.loyalty.services.settings import settings_of
from app.loyalty.services.wanting import must_be_points, refuse_too_many

STAFF = {Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, Role.SYSTEM}
LONGEST_REASON = 500


def adjust_points(
    uow: UnitOfWork,
    actor: Actor,
    customer_id: UUID,
    points: int,
    *,
    reason: str,
    expires_at: datetime | None = None,
    adjustment_id: UUID | None = None,
    clock: Clock,
) -> UUID:
    """So many more, or fewer when negative; those given never expire unless told to.
    `adjustment_id`, minted by whoever asks, makes it happen once; the id.

    Raises NotAllowed, CustomerNotFound, Invalid (no reason, no points), BalanceTooLow or
    PointsStillPending when fewer are there (unless the brand lets staff leave a debt),
    CeilingReached, GoodwillSpent.
    """
    if actor.role not in STAFF or actor.brand_id != uow.brand_id:
        raise NotAllowed
    must_be_points(abs(points))
    _must_have_reason(reason)
    held_card(uow.session, actor, customer_id)
    adjustment = adjustment_id or new_id()
    books = open_books(uow, [customer_id])
    before = books.balance(customer_id, Account.AVAILABLE)
    if is_recorded(uow.session, f"adjustment:{adjustment}"):
        return adjustment
    if points > 0:
        _must_have_room(uow, books, customer_id, points)
    else:
        _must_be_there(uow, books, customer_id, -points, clock)
    kind = PointsKind.ADJUSTED_UP if points > 0 else PointsKind.ADJUSTED_DOWN
    told = (f"adjustment:{adjustment}", customer_id, abs(points), kind, "adjustment", adjustment)
    note = {"note": reason.strip()}
    movement = Credit(*told, note, expires_at) if points > 0 else TakeBack(*told, note)
    write(uow, actor, books, [movement], clock=clock)
    after = {"points": points, "balance": books.balance(customer_id, Account.AVAILABLE)}
    was = {"balance": before}
    record(uow, actor, "points.adjust", "customer", customer_id, was, after, reason.strip())
    if points > 0:
        take_goodwill(uow, actor, points, GoodwillUnit.POINTS, clock=clock)
    return adjustment


def _must_have_reason(reason: str) -> None:
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        words = N_("Say why, in %(most)s characters at most.")
        raise Invalid({"reason": [(words, {"most": LONGEST_REASON})]})


def _must_have_room(uow: UnitOfWork, books: Books, customer_id: UUID, points: int) -> None:
    ceiling = settings_of(uow).ceiling
    if ceiling is None:
        return
    has = sum(books.balance(customer_id, one) for one in (Account.AVAILABLE, Account.PENDING))
    if has + points > ceiling:
        raise CeilingReached(ceiling=ceiling, room=max(0, ceiling - has))


def _must_be_there(
    uow: UnitOfWork, books: Books, customer_id: UUID, points: int, clock: Clock
) -> None:
    settings = settings_of(uow)
    lots = lots_left(uow.session, [customer_id])[customer_id]
    may_owe = settings.debt_cap - books.debt(customer_id) if settings.goodwill.below_zero else 0
    if points > spendable(lots, clock()) + max(0, may_owe):
        refuse_too_many(uow, customer_id, lots, clock)
