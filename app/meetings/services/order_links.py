"""Links to order with: one to pass on in a meeting, one of a guest's own, one of a customer's.

Whoever holds the link of a meeting says who she is, and gets her own by mail: the page answers
the same whether we know her address or not, and nobody orders in another's name.
"""

from datetime import timedelta
from uuid import UUID

from app.accounts.domain import LinkPurpose
from app.accounts.links import issue_link
from app.brands.queries import this_brand
from app.customers import queries as customers
from app.customers.errors import CustomerAlreadyExists
from app.customers.services import NewCustomer, create_customer
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role, system
from app.kernel.clock import Clock
from app.kernel.errors import NotAllowed
from app.kernel.ids import new_id
from app.meetings.errors import GuestHasNoAddress
from app.meetings.events import OrderLinkWanted
from app.meetings.models import Meeting
from app.meetings.queries import meeting_cards
from app.meetings.repository import locked_meeting, run_meeting


def create_guests_link(uow: UnitOfWork, actor: Actor, meeting_id: UUID, *, clock: Clock) -> str:
    """The token, to be shown now; by its seller or its host. Those made before go on working.

    Raises MeetingIsClosed, MeetingWasCancelled.
    """
    meeting = _of_seller_or_host(uow, actor, meeting_id)
    meeting.must_be_alive()
    until = max(meeting.closes_at, clock()) + timedelta(days=1)
    return issue_link(uow, LinkPurpose.GUESTS, meeting_id, None, until)


def create_order_link(
    uow: UnitOfWork, actor: Actor, customer_id: UUID, *, meeting_id: UUID | None, clock: Clock
) -> str:
    """Of somebody of the seller's book: in one of her meetings, or outside.

    Raises CustomerNotFound, NotFound, MeetingIsClosed, MeetingWasCancelled.
    """
    person = customers.customer(uow.session, actor, customer_id)
    if meeting_id is None and actor.seller_id is None:
        raise NotAllowed
    if meeting_id is not None:
        run_meeting(uow.session, actor, meeting_id).must_be_alive()
    return issue_order_link(
        uow, person.id, meeting_id=meeting_id, seller_id=actor.seller_id, clock=clock
    )


def send_order_link(
    uow: UnitOfWork, actor: Actor, customer_id: UUID, *, meeting_id: UUID | None
) -> str:
    """By mail, to the address it gives back. Raises CustomerNotFound, GuestHasNoAddress."""
    person = customers.customer(uow.session, actor, customer_id)
    if not person.email:
        raise GuestHasNoAddress(name=person.name)
    if meeting_id is not None:
        run_meeting(uow.session, actor, meeting_id).must_be_alive()
    elif actor.seller_id is None:
        raise NotAllowed
    seller_id = None if meeting_id else actor.seller_id
    uow.record(OrderLinkWanted(new_id(), 1, meeting_id, person.id, seller_id))
    return person.email


def issue_order_link(
    uow: UnitOfWork,
    customer_id: UUID,
    *,
    meeting_id: UUID | None,
    seller_id: UUID | None,
    clock: Clock,
) -> str:
    """The token of one more link, which works until the brand's delay for links is over."""
    brand = this_brand(uow.session)
    begins = clock()
    if meeting_id:
        begins = max(begins, meeting_cards(uow.session, [meeting_id])[meeting_id].starts_at)
    return issue_link(
        uow,
        LinkPurpose.ORDER,
        meeting_id,
        customer_id,
        begins + timedelta(days=brand.settings.link_days),
        seller_id=None if meeting_id else seller_id,
    )


def ask_for_order_link(uow: UnitOfWork, actor: Actor, person: NewCustomer) -> None:
    """Whoever holds a meeting's link says who she is; her own link goes to the address she gives.

    An address we know is nobody's to claim here: the card stays as it is, and in nobody's book
    until she orders with the link that is in her mail.
    """
    if actor.role is not Role.CUSTOMER or actor.meeting_id is None:
        raise NotAllowed
    locked_meeting(uow.session, actor, actor.meeting_id).must_be_alive()
    customer_id = _person_of_address(uow, person)
    uow.record(OrderLinkWanted(new_id(), 1, actor.meeting_id, customer_id))


def _person_of_address(uow: UnitOfWork, person: NewCustomer) -> UUID:
    try:
        return create_customer(uow, system(uow.brand_id), person, clock=uow.clock)
    except CustomerAlreadyExists as refusal:
        if refusal.customer_id is None:
            raise
        return refusal.customer_id


def _of_seller_or_host(uow: UnitOfWork, actor: Actor, meeting_id: UUID) -> Meeting:
    meeting = locked_meeting(uow.session, actor, meeting_id)
    is_host = actor.role is Role.HOST and actor.customer_id == meeting.host_id
    if not is_host:
        meeting.must_be_run_by(actor)
    return meeting
