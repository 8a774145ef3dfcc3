"""Two cards of one person become one: what each package keeps of her is moved by that package.

The kept card has all of it afterwards. The other one is empty, is found in no list, and says
which card stands for it. Nobody can undo it, hence the preview.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from app.accounts.links import move_links
from app.audit.services import masked, record
from app.customers.errors import CardsAreOne, OwnCardCannotGo
from app.customers.queries import CustomerView, customer
from app.customers.services import follow_sale, write_note
from app.customers.services import merging as cards
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.errors import ConviveError
from app.loyalty import services as loyalty
from app.loyalty.queries import balances
from app.meetings.services import merging as meetings
from app.notifications.services import merging as letters
from app.orders.queries import last_seller
from app.orders.services import merging as orders
from app.promotions.queries import codes_of, vouchers_of
from app.promotions.services import merging as promotions
from app.rewards.services import merging as rewards
from app.sellers.queries import seller_of_customer


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much there is of a person."""

    orders: int
    hosted: int
    visited: int
    points: int
    codes: int
    vouchers: int
    gifts: int
    notes: int
    consents: int


@dataclass(frozen=True, slots=True)
class Preview:
    kept: CustomerView
    emptied: CustomerView
    kept_holds: Holdings
    moved: Holdings
    obstacles: tuple[ConviveError, ...]
    """None: it can be done."""


def preview(uow: UnitOfWork, actor: Actor, kept_id: UUID, emptied_id: UUID) -> Preview:
    """Raises CustomerNotFound, CardsAreOne."""
    kept = customer(uow.session, actor, kept_id)
    emptied = customer(uow.session, actor, emptied_id)
    if kept.id == emptied.id:
        raise CardsAreOne
    return Preview(
        kept=kept,
        emptied=emptied,
        kept_holds=_holdings(uow, kept.id),
        moved=_holdings(uow, emptied.id),
        obstacles=tuple(_obstacles(uow, kept, emptied)),
    )


def merge_cards(
    uow: UnitOfWork, actor: Actor, kept_id: UUID, emptied_id: UUID, *, note: str = "", clock: Clock
) -> bool:
    """All that is known of `emptied_id` is `kept_id`'s from now on. False: it was done before.

    `note` is written on the kept card: what it had no room for. Raises what `preview` would have
    shown as obstacles, and what `cards.hold_pair` raises.
    """
    meetings.hold_meetings(uow, emptied_id, kept_id)
    rewards.hold_pots(uow, emptied_id, kept_id)
    if not cards.hold_pair(uow, actor, kept_id, emptied_id):
        return False
    seen = preview(uow, actor, kept_id, emptied_id)
    for obstacle in seen.obstacles:
        raise obstacle
    _move(uow, actor, kept_id, emptied_id, clock=clock)
    if note:
        write_note(uow, actor, kept_id, note, clock=clock)
    _write_down(uow, actor, seen)
    return True


def _move(uow: UnitOfWork, actor: Actor, kept_id: UUID, emptied_id: UUID, *, clock: Clock) -> None:
    """In the order of locks; the card itself last, when nothing refers to it any more."""
    rewards.hold_claims(uow, emptied_id)
    met = meetings.move_customer(uow, emptied_id, kept_id)
    orders.move_customer(uow, emptied_id, kept_id)
    rewards.move_pots(uow, emptied_id, kept_id)
    rewards.move_customer(uow, emptied_id, kept_id)
    promotions.move_customer(uow, emptied_id, kept_id)
    loyalty.transfer_all(uow, actor, emptied_id, kept_id, clock=clock)
    move_links(uow, emptied_id, kept_id)
    letters.move_customer(uow, emptied_id, kept_id)
    cards.move_customer(uow, emptied_id, kept_id, clock=clock)
    seller_id = last_seller(uow.session, kept_id)
    if seller_id is not None:
        follow_sale(uow, actor, kept_id, seller_id)
    rewards.join_caps(uow, emptied_id, kept_id)
    rewards.settle_later(uow, met.shared)


def _obstacles(
    uow: UnitOfWork, kept: CustomerView, emptied: CustomerView
) -> Iterator[ConviveError]:
    if seller_of_customer(uow.session, emptied.id) is not None:
        yield OwnCardCannotGo(name=emptied.name)
    yield from meetings.obstacles(uow, emptied.id, kept.id)


def _holdings(uow: UnitOfWork, customer_id: UUID) -> Holdings:
    """The same statements whoever it is."""
    met, said = meetings.counts(uow, customer_id), cards.counts(uow, customer_id)
    return Holdings(
        orders=orders.count(uow, customer_id),
        hosted=met.hosted,
        visited=met.visited,
        points=balances(uow.session, [customer_id])[customer_id].available,
        codes=len(codes_of(uow.session, [customer_id])),
        vouchers=len(vouchers_of(uow.session, [customer_id])),
        gifts=rewards.count(uow, customer_id),
        notes=said.notes,
        consents=said.consents,
    )


def _write_down(uow: UnitOfWork, actor: Actor, seen: Preview) -> None:
    """On both cards."""
    kept, emptied, moved = seen.kept, seen.emptied, seen.moved
    told = {
        "name": emptied.name,
        "email": masked(emptied.email or "") if emptied.email else None,
        "orders": moved.orders,
        "meetings": moved.hosted + moved.visited,
        "available_points": moved.points,
    }
    record(uow, actor, "customer.merge", "customer", kept.id, after=told)
    into = {"name": kept.name}
    record(uow, actor, "customer.merged", "customer", emptied.id, after=into)
