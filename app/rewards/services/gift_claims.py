"""Coming to a claim: whoever may act on it, through what is locked before it."""

from datetime import datetime
from uuid import UUID

from app.customers.queries import held as held_card
from app.customers.queries import principals
from app.infra.locks import Rank, lock
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role, system
from app.kernel.errors import NotFound
from app.meetings.repository import locked_meeting
from app.orders.queries import order_page
from app.rewards.errors import GiftAlreadyChosen, GiftNeedsSeller, GiftNoLongerOffered
from app.rewards.models import ClaimStatus, GiftClaim
from app.rewards.queries import ClaimView, claim, claim_for, grant, must_be_hers
from app.rewards.queries.shelf import Shelf, shelves

CHOOSABLE = (ClaimStatus.OPEN, ClaimStatus.WAITING)


def acting(actor: Actor) -> Actor:
    """A customer's link may open another meeting than the one her gift comes from: once it is
    shown to be hers, it is acted on in the platform's name."""
    return system(actor.brand_id) if actor.role is Role.CUSTOMER else actor


def enter(uow: UnitOfWork, actor: Actor, claim_id: UUID) -> tuple[ClaimView, UUID]:
    """Through the meeting or the order the gift was won in, which also says whose order it
    becomes; of one given to her, or by a pot of hers, through her card. Answers the seller.

    Raises NotFound.
    """
    seen = claim(uow.session, claim_id)
    must_be_hers(actor, seen.customer_id)
    inside = acting(actor)
    if seen.meeting_id:
        return seen, locked_meeting(uow.session, inside, seen.meeting_id).seller_id
    won = grant(uow.session, seen.grant_id) if seen.grant_id else None
    if won is None or won.scope_type == "pot":
        return seen, _seller_of(uow, inside, seen.customer_id)
    return seen, order_page(uow.session, inside, won.scope_id).order.seller_id


def _seller_of(uow: UnitOfWork, actor: Actor, customer_id: UUID) -> UUID:
    """Whoever chooses for her, else her principal seller. Raises CustomerNotFound,
    GiftNeedsSeller."""
    held_card(uow.session, actor, customer_id)
    seller_id = actor.seller_id or principals(uow.session, [customer_id]).get(customer_id)
    if seller_id is None:
        raise GiftNeedsSeller
    return seller_id


def hers_locked(uow: UnitOfWork, actor: Actor, claim_id: UUID) -> GiftClaim:
    """Where nothing else has to be locked first. Raises NotFound."""
    must_be_hers(actor, claim(uow.session, claim_id).customer_id)
    claim_for(uow.session, acting(actor), claim_id)
    return locked(uow, claim_id)


def locked(uow: UnitOfWork, claim_id: UUID) -> GiftClaim:
    """A claim stands or falls with its order, hence at the orders' rank and before them."""
    found = lock(uow.session, Rank.ORDER, GiftClaim, [claim_id])
    if not found:
        raise NotFound
    return found[0]


def shelf_of(uow: UnitOfWork, claim_id: UUID) -> Shelf:
    """As it is now that the claim is locked."""
    return shelves(uow.session, [claim(uow.session, claim_id)])[claim_id]


def must_be_open(held: GiftClaim, now: datetime) -> None:
    """Whoever waits for stock has chosen in time."""
    if held.status == ClaimStatus.CHOSEN:
        raise GiftAlreadyChosen
    if held.status not in CHOOSABLE:
        raise GiftNoLongerOffered
    must_be_in_time(held, now)


def must_be_in_time(held: GiftClaim, now: datetime) -> None:
    over = held.choose_before is not None and now >= held.choose_before
    if over and held.status != ClaimStatus.WAITING:
        raise GiftNoLongerOffered
