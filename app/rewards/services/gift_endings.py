"""What becomes of a gift that is not chosen: waited for, converted to a voucher, or lost.

What was said when it was won decides, not what the programme says by now. Locks: meeting (only
where a gift goes on an order), claim, order, voucher, stock.
"""

from datetime import datetime, timedelta
from uuid import UUID

from app.audit.services import record
from app.brands.queries import this_brand
from app.catalog import queries as catalog
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock, end_of_day, local_day
from app.kernel.ids import new_id
from app.promotions import services as issuing
from app.promotions.services import NewVoucher
from app.rewards.domain.gift_terms import OutOfStock, Unchosen
from app.rewards.errors import (
    GiftStillThere,
    NotAmongTheChoices,
    NotConvertible,
    NoWaitingList,
)
from app.rewards.events import GiftMoved
from app.rewards.models import ClaimStatus, GiftClaim
from app.rewards.queries.shelf import Shelf, queues
from app.rewards.services.gift_choice import Way, put_on_order
from app.rewards.services.gift_claims import (
    enter,
    hers_locked,
    locked,
    must_be_open,
    shelf_of,
)


def wait_for_gift(
    uow: UnitOfWork, actor: Actor, claim_id: UUID, product_id: UUID, *, clock: Clock
) -> None:
    """Stand in line for a gift while nothing offered can be had; a second time nothing happens.

    Raises NotFound, NoWaitingList, GiftStillThere, NotAmongTheChoices, GiftAlreadyChosen,
    GiftNoLongerOffered.
    """
    held = hers_locked(uow, actor, claim_id)
    must_be_open(held, clock())
    if held.waits_for_id == product_id:
        return
    if held.kept.out_of_stock is not OutOfStock.WAITING_LIST:
        raise NoWaitingList
    shelf = shelf_of(uow, claim_id)
    if not shelf.is_empty:
        raise GiftStillThere
    if product_id not in {one.id for one in shelf.offered if one.active}:
        raise NotAmongTheChoices
    _wait(uow, actor, held, product_id, clock)


def convert_gift(uow: UnitOfWork, actor: Actor, claim_id: UUID, *, clock: Clock) -> None:
    """A voucher in its place while nothing offered can be had; a second time nothing happens.

    Raises NotFound, NotConvertible, GiftStillThere, GiftAlreadyChosen, GiftNoLongerOffered.
    """
    held = hers_locked(uow, actor, claim_id)
    if held.status == ClaimStatus.CONVERTED:
        return
    must_be_open(held, clock())
    if held.kept.out_of_stock is not OutOfStock.VOUCHER:
        raise NotConvertible
    shelf = shelf_of(uow, claim_id)
    if not shelf.is_empty:
        raise GiftStillThere
    _convert(uow, actor, held, shelf, clock)


def end_due_gift(uow: UnitOfWork, actor: Actor, claim_id: UUID, *, clock: Clock) -> bool:
    """Its deadline is over, or it was waited for long enough. False: not so any more."""
    held = locked(uow, claim_id)
    shelf = shelf_of(uow, claim_id)
    if held.status == ClaimStatus.WAITING and _is_over(held.waits_until, clock()):
        _convert(uow, actor, held, shelf, clock)
    elif held.status == ClaimStatus.OPEN and _is_over(held.choose_before, clock()):
        _end_unchosen(uow, actor, held, shelf, clock)
    else:
        return False
    return True


def give_waited_for(uow: UnitOfWork, actor: Actor, claim_id: UUID, *, clock: Clock) -> bool:
    """What she waited for came in: it is put on her gift order, and she is told. False: it went
    elsewhere meanwhile, or she waits no more."""
    _, seller_id = enter(uow, actor, claim_id)
    held = locked(uow, claim_id)
    if held.status != ClaimStatus.WAITING:
        return False
    shelf = shelf_of(uow, claim_id)
    product = next(
        (one for one in [*shelf.choices, *shelf.substitutes] if one.id == held.waits_for_id), None
    )
    if product is None or not shelf.can_be_had(product):
        return False
    put_on_order(uow, actor, held, shelf, product, Way(seller_id), clock=clock)
    _announce(uow, held, "came_in")
    return True


def waited_for_and_there(uow: UnitOfWork, *, most: int) -> list[UUID]:
    """Claims whose turn it is: of each product as many as there are units, the first come first."""
    waiting = queues(uow.session)
    products = catalog.products(uow.session, waiting)
    served: list[UUID] = []
    for product in products.values():
        if product.can_be_had:
            served += list(waiting[product.id])[: product.available]
    return served[:most]


# ---------------------------------------------------------------- how


def _is_over(limit: datetime | None, now: datetime) -> bool:
    return limit is not None and limit <= now


def _end_unchosen(
    uow: UnitOfWork, actor: Actor, held: GiftClaim, shelf: Shelf, clock: Clock
) -> None:
    """Whoever had nothing to choose from is treated as one who found the shelf empty."""
    kept = held.kept
    first = next((one for one in shelf.choices if one.active), None)
    if shelf.is_empty and kept.out_of_stock is OutOfStock.WAITING_LIST and first:
        _wait(uow, actor, held, first.id, clock)
    elif kept.unchosen is Unchosen.VOUCHER or (
        shelf.is_empty and kept.out_of_stock is OutOfStock.VOUCHER
    ):
        _convert(uow, actor, held, shelf, clock)
    else:
        held.lapse(clock())
        record(uow, actor, "gift.lapse", "claim", held.id)
        _announce(uow, held, "lapsed")


def _wait(uow: UnitOfWork, actor: Actor, held: GiftClaim, product_id: UUID, clock: Clock) -> None:
    until = _after(uow, held.kept.wait_at_most_days, clock)
    held.wait(product_id, clock(), until)
    record(uow, actor, "gift.wait", "claim", held.id, after={"product_id": product_id})


def _convert(uow: UnitOfWork, actor: Actor, held: GiftClaim, shelf: Shelf, clock: Clock) -> None:
    """A gift that is worth nothing by today's prices, of which nothing was said, lapses."""
    kept = held.kept
    cents = kept.voucher_cents or shelf.dearest_cents
    if not cents:
        held.lapse(clock())
        _announce(uow, held, "lapsed")
        return
    instead_of = shelf.choices[0].name if len(shelf.choices) == 1 else ""
    terms = {"kind": "voucher", "amount_cents": cents, "remainder": "kept"}
    voucher_id = new_id()
    until = _after(uow, kept.voucher_days, clock)
    hers = (held.customer_id, None, "", {**terms, "instead_of": instead_of})
    issuing.issue_vouchers(uow, [NewVoucher(*hers, cents, until, id=voucher_id)], clock=clock)
    held.convert(voucher_id, clock())
    told = {"voucher_id": voucher_id, "value_cents": cents}
    record(uow, actor, "gift.convert", "claim", held.id, after=told)
    _announce(uow, held, "converted")


def _after(uow: UnitOfWork, days: int | None, clock: Clock) -> datetime | None:
    """Valid through the whole of the last day."""
    zone = this_brand(uow.session).timezone
    return end_of_day(local_day(clock(), zone) + timedelta(days=days), zone) if days else None


def _announce(uow: UnitOfWork, held: GiftClaim, how: str) -> None:
    uow.session.flush()
    uow.record(GiftMoved(new_id(), 1, held.id, held.customer_id, how))
