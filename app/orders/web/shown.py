"""One order as every page of ours tells it, whoever reads it."""

from uuid import UUID

from app.catalog import queries as catalog
from app.customers import queries as customers
from app.http.brand import current_brand
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import local_day
from app.meetings import queries as meetings
from app.meetings.presenters import title_of
from app.orders.presenters import ShownOrder, present_order
from app.orders.queries import OrderPage
from app.rewards.presenters import order_rewards


def shown_order(uow: UnitOfWork, actor: Actor, page: OrderPage) -> ShownOrder:
    """The same statements, however many lines it has."""
    session, order = uow.session, page.order
    person = customers.people(session, [order.customer_id])[order.customer_id]
    products = catalog.products(session, [line.product_id for line in order.lines])
    today = local_day(uow.clock(), current_brand().timezone)
    brings = order_rewards(session, actor, order, today=today)
    return present_order(
        page,
        person,
        products,
        meeting_title=_title(uow, actor, order.meeting_id),
        earned=brings.sentence,
        why=brings.why,
    )


def _title(uow: UnitOfWork, actor: Actor, meeting_id: UUID | None) -> str | None:
    if meeting_id is None:
        return None
    return title_of(meetings.meeting_card(uow.session, actor, meeting_id).host_name)
