"""One order as every page of ours tells it, whoever reads it."""

from dataclasses import replace
from typing import cast

from app.brands.queries import BrandView
from app.catalog import queries as catalog
from app.customers import queries as customers
from app.http.auth import current_actor
from app.http.brand import current_brand
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import local_day
from app.meetings import queries as meetings
from app.meetings.presenters import title_of
from app.orders.presenters import ShownOrder, present_order
from app.orders.queries import OrderPage, OrderView
from app.rewards.presenters import GiftLine, gifts_beside, order_rewards
from app.rewards.presenters.pots import AheadLine, cart_pots


def pots_ahead(uow: UnitOfWork, page: OrderPage) -> list[AheadLine]:
    """What a draft would put into pots."""
    today = local_day(uow.clock(), current_brand().timezone)
    return cart_pots(uow.session, current_actor(), page.order, today=today)


def shown_order(uow: UnitOfWork, actor: Actor, page: OrderPage) -> ShownOrder:
    """The same statements, however many lines it has."""
    session, order = uow.session, page.order
    person = customers.people(session, [order.customer_id])[order.customer_id]
    products = catalog.products(session, [line.product_id for line in order.lines])
    today = local_day(uow.clock(), current_brand().timezone)
    brings = order_rewards(session, actor, order, today=today)
    meeting = meetings.meeting_card(session, actor, order.meeting_id) if order.meeting_id else None
    shown = present_order(
        page,
        person,
        products,
        meeting_title=title_of(meeting.host_name) if meeting else None,
        earned=brings.sentence,
        why=brings.why,
        ahead=brings.ahead,
    )
    is_closed = meeting is not None and meeting.status == "closed"
    if actor.role is Role.SELLER and is_closed and not _left_open():
        return replace(shown, can_cut=False, can_return=False)
    return shown


def _left_open() -> bool:
    """Whether sellers of the brand may still change orders of closed meetings."""
    return cast(BrandView, current_brand()).settings.leaves_open("orders")


def gifts_of(uow: UnitOfWork, actor: Actor, order: OrderView) -> list[GiftLine]:
    """What its customer may choose while it is still a draft."""
    return gifts_beside(uow.session, actor, order, at=uow.clock())
