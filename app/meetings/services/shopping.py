"""A customer orders by her own link: in a meeting, for which it counts, or from her seller.

She fills and places the draft she began herself; what her seller takes is another order. The
other changes of her draft are those of `ordering`, which lock the meeting first.
"""

from uuid import UUID

from app.brands.terms import terms_in_force
from app.customers.services import add_to_book
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock
from app.kernel.errors import NotAllowed
from app.kernel.ids import new_id
from app.meetings.domain import Invitation
from app.meetings.errors import TermsHaveChanged, TermsNotPublished
from app.meetings.events import OrderedByLink
from app.meetings.models import Meeting, Participant
from app.meetings.repository import locked_meeting
from app.meetings.services.ordering import OrderNow
from app.orders import services


def begin_own_order(uow: UnitOfWork, actor: Actor, *, clock: Clock) -> UUID:
    """The draft she has, or a new one. Who orders in a meeting is one of its guests.

    Raises MeetingIsClosed, MeetingWasCancelled.
    """
    customer_id = _herself(actor)
    seller_id = actor.seller_id
    if actor.meeting_id:
        meeting = locked_meeting(uow.session, actor, actor.meeting_id, guests=True)
        meeting.must_be_alive()
        _be_there(meeting, customer_id, clock)
        seller_id = meeting.seller_id
    if seller_id is None:
        raise NotAllowed
    add_to_book(uow, seller_id, customer_id, principal=True)
    order = services.new_cart(
        uow,
        actor,
        seller_id=seller_id,
        customer_id=customer_id,
        meeting_id=actor.meeting_id,
        by_link=True,
        clock=clock,
    )
    return order.id


def put_in_basket(
    uow: UnitOfWork, actor: Actor, product_id: UUID, quantity: int, *, clock: Clock
) -> UUID:
    """On the draft she has, or on a new one. Raises what either does."""
    order_id = begin_own_order(uow, actor, clock=clock)
    services.add_line(uow, actor, order_id, product_id, quantity, clock=clock)
    return order_id


def place_own_order(
    uow: UnitOfWork,
    actor: Actor,
    order_id: UUID,
    *,
    terms_version: int,
    seen: str | None = None,
    seen_cents: int | None = None,
    clock: Clock,
) -> OrderNow:
    """Paid later, to her seller. The version of the terms that she read is kept with the order.

    Raises TermsNotPublished, TermsHaveChanged; CartHasChanged and the rest as for a seller.
    """
    _herself(actor)
    if actor.meeting_id:
        locked_meeting(uow.session, actor, actor.meeting_id).open(clock())
    terms = terms_in_force(uow.session)
    if terms is None:
        raise TermsNotPublished
    if terms.version != terms_version:
        raise TermsHaveChanged
    services.accept_terms(uow, actor, order_id, terms.version, clock=clock)
    order = services.place(uow, actor, order_id, seen=seen, seen_cents=seen_cents, clock=clock)
    uow.record(OrderedByLink(order.id, 1))
    return OrderNow(order.id, order.number, order.total_cents, order.due_cents)


def _herself(actor: Actor) -> UUID:
    if actor.role is not Role.CUSTOMER or actor.customer_id is None:
        raise NotAllowed
    return actor.customer_id


def _be_there(meeting: Meeting, customer_id: UUID, clock: Clock) -> None:
    there = {meeting.host_id, *(guest.customer_id for guest in meeting.participants)}
    if customer_id not in there:
        meeting.participants.append(
            Participant(
                brand_id=meeting.brand_id,
                id=new_id(),
                meeting_id=meeting.id,
                customer_id=customer_id,
                invitation=Invitation.ACCEPTED,
                attended=False,
                added_at=clock(),
            )
        )
