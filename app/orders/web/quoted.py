"""What surrounds a quote on every page that shows one, in as many statements for every order."""

from collections.abc import Sequence
from uuid import UUID

from app.catalog import queries as catalog
from app.catalog.domain import Basis
from app.catalog.queries import ShippingMethodView
from app.customers import queries as customers
from app.http.auth import current_actor
from app.http.work import reading, writing
from app.infra.uow import UnitOfWork
from app.kernel.errors import Conflict, Refused
from app.kernel.text import identity_key
from app.loyalty import queries as loyalty
from app.meetings import queries as meetings
from app.meetings.services import ordering
from app.orders.domain.asked import Asked
from app.orders.domain.frozen import Difference
from app.orders.presenters.quotes import Around, Surroundings
from app.orders.queries import OrderPage
from app.orders.services import moved_on
from app.promotions import queries as promotions
from app.promotions.domain.plan import Plan
from app.promotions.domain.quote import Quote
from app.promotions.domain.quote_format import read_quote
from app.promotions.domain.terms import Earning
from app.promotions.domain.words import Voice
from app.promotions.presenters.shelf import references_in
from app.promotions.services.plan import plan_of


def quote_shown(page: OrderPage) -> Quote | None:
    """What the order was priced at last; frozen once it is placed."""
    return read_quote(page.explained) if page.explained else None


def around_order(uow: UnitOfWork, page: OrderPage, voice: Voice) -> Around:
    """`voice`: of whoever reads; a seller may also have it delivered at the host's."""
    session, order, asked = uow.session, page.order, Asked.read(page.asked)
    if not order.is_cart:
        return Around(
            asked=asked,
            methods=_chosen(uow, asked),
            plan=plan_of(session),
            voice=voice,
        )
    quote = quote_shown(page)
    plan = plan_of(session)
    vouchers = [
        one
        for one in promotions.vouchers_of(session, [order.customer_id])
        if one.status == "available" or str(one.id) in asked.vouchers
    ]
    offered = _spoken_of(quote, plan) if quote else []
    offered += references_in([one.terms for one in vouchers])
    methods = catalog.shipping_methods(session, active=True)
    return Around(
        asked=asked,
        vouchers=vouchers,
        balance=loyalty.balances(session, [order.customer_id])[order.customer_id],
        methods=methods,
        plan=plan,
        products={
            identity_key(one.reference): one
            for one in catalog.products_by_reference(session, offered).values()
        },
        weight_grams=_weight(uow, page, methods),
        surroundings=_addresses(uow, page, voice),
        voice=voice,
    )


def brought_up_to_date(order_id: UUID) -> tuple[Difference, ...]:
    """A draft that is opened stands at today's prices; what is no longer as it was last shown."""
    actor = current_actor()
    with reading() as uow:
        changes = moved_on(uow.session, actor, order_id, at=uow.clock())
    if changes is None:
        return ()
    try:
        price_anew(order_id)
    except (Conflict, Refused):
        return ()  # as it stands: its meeting was closed, or it was placed meanwhile
    return changes


def price_anew(order_id: UUID) -> None:
    actor = current_actor()
    writing(lambda uow: ordering.refresh_cart(uow, actor, order_id, clock=uow.clock))


def names_on(page: OrderPage) -> dict[str, str]:
    """Of the products of its lines, by reference."""
    return {line.reference: line.name for line in page.order.lines}


def earning_of(uow: UnitOfWork) -> Earning | None:
    return plan_of(uow.session).earning


def _spoken_of(quote: Quote, plan: Plan) -> list[str]:
    """References of gifts that the page names."""
    told = {one.promotion for one in quote.choices}
    told |= {one.promotion for one in quote.available}
    told |= {one.promotion for one in quote.missing}
    return [
        reference
        for promotion in plan.promotions
        if promotion.id in told
        for reference in promotion.effect.products
    ]


def _chosen(uow: UnitOfWork, asked: Asked) -> tuple[ShippingMethodView, ...]:
    if not asked.delivery.method_id:
        return ()
    return catalog.shipping_methods(uow.session)


def _weight(uow: UnitOfWork, page: OrderPage, methods: Sequence[ShippingMethodView]) -> int:
    """In grams, when a method asks for it."""
    if not any(method.tariff.basis is Basis.WEIGHT for method in methods):
        return 0
    lines = page.order.lines
    sold = catalog.products(uow.session, [line.product_id for line in lines])
    return sum((sold[line.product_id].weight_grams or 0) * line.quantity for line in lines)


def _addresses(uow: UnitOfWork, page: OrderPage, voice: Voice) -> Surroundings:
    order = page.order
    ids, host_id = [order.customer_id], None
    if voice is not Voice.CUSTOMER and order.meeting_id:
        host_id = meetings.meeting_cards(uow.session, [order.meeting_id])[order.meeting_id].host_id
        ids.append(host_id)
    cards = customers.views(uow.session, ids)
    host = cards.get(host_id) if host_id else None
    is_hers = host_id == order.customer_id
    return Surroundings(cards[order.customer_id], None if is_hers else host)
