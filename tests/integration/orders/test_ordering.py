"""Taking orders in a meeting: begun, placed, paid, cancelled -- each once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import select, text

from app.catalog import queries as catalog
from app.catalog.errors import OutOfStock, ProductNotFound
from app.catalog.services import NewProduct, create_category, create_product
from app.kernel.actor import Actor, Role, system
from app.kernel.errors import NotFound
from app.meetings.errors import MeetingIsClosed, MeetingWasCancelled, NotInThisMeeting
from app.meetings.queries import meeting_card
from app.meetings.services import ordering
from app.orders import queries
from app.orders.errors import (
    CartHasChanged,
    LineNotFound,
    OrderAlreadyPaid,
    OrderAlreadyPlaced,
    OrderHasPayments,
    OrderIsCancelled,
    OrderIsEmpty,
    OrderNotFound,
    ProductNotForSale,
    QuantityOutOfRange,
    TooManyLines,
)
from app.orders.models import Order
from app.orders.queries import OrderPage
from app.orders.services import RecordPayment, cancel_unpaid, gift_order_for
from app.promotions.errors import AmountTooLarge
from tests.support.databases import plain
from tests.support.gathering import Stage, set_stage

CLIENTS = 12
FEW = 6
"""Where all of them hold a connection at once: fewer than the pool has."""


@pytest.fixture
def meeting(stage: Stage) -> UUID:
    return stage.meeting()


@pytest.fixture
def guest(stage: Stage, meeting: UUID) -> UUID:
    return stage.guest(meeting)[1]


@pytest.fixture
def change_products(database_url: str) -> Callable[[str], None]:
    """What the console will do one day: `change_products("price_cents = 1")`."""

    def change(assignment: str) -> None:
        with psycopg.connect(plain(database_url), autocommit=True) as connection:
            connection.execute(f"UPDATE products SET {assignment}")

    return change


def product(stage: Stage, reference: str, **fields) -> UUID:
    staff = system(stage.seller.brand_id)
    with stage.uow() as work:
        category = create_category(work, staff, f"Of {reference}")
        values = {"price_cents": 1_000, **fields}
        new = NewProduct(reference, f"Product {reference}", category, **values)
        return create_product(work, staff, new, clock=work.clock)


def page(stage: Stage, order_id: UUID, actor: Actor | None = None) -> OrderPage:
    with stage.uow() as work:
        return queries.order_page(work.session, actor or stage.seller, order_id)


def available(stage: Stage, product_id: UUID) -> int | None:
    with stage.uow() as work:
        return catalog.product_view(work.session, product_id).available


def pay(stage: Stage, order_id: UUID, cents: int, **fields):
    return stage.do(ordering.pay_order, order_id, RecordPayment("cash", cents, **fields))


def discard(uow, actor: Actor, order_id: UUID, *, clock) -> UUID | None:
    return ordering.discard_cart(uow, actor, order_id)


def outbox_topics(stage: Stage) -> list[str]:
    """What was told, each thing once, however many effects it has."""
    told = "SELECT topic FROM outbox GROUP BY topic, entity_id, revision ORDER BY min(id::text)"
    with stage.uow() as work:
        return list(work.session.scalars(text(told)))


# ---------------------------------------------------------------------------------- drafts
def test_the_first_order_opens_the_meeting(stage: Stage, meeting: UUID, guest: UUID) -> None:
    order = stage.do(ordering.start_order, meeting, guest)

    with stage.uow() as work:
        assert meeting_card(work.session, stage.seller, meeting).status == "open"
    seen = page(stage, order.id).order
    assert (seen.status, seen.channel, seen.kind, seen.customer_id) == (
        "cart", "meeting", "sale", guest,
    )  # fmt: skip


def test_a_second_tap_comes_back_to_the_draft(stage: Stage, meeting, guest) -> None:
    first, second = (stage.do(ordering.start_order, meeting, guest) for _ in range(2))

    assert first.id == second.id


def test_two_taps_at_once_begin_one_draft(stage: Stage, meeting, guest) -> None:
    start = Barrier(CLIENTS)

    def tap(_: int) -> UUID:
        start.wait()
        return stage.do(ordering.start_order, meeting, guest).id

    with ThreadPoolExecutor(CLIENTS) as pool:
        assert len(set(pool.map(tap, range(CLIENTS)))) == 1


def test_the_host_orders_too(stage: Stage, meeting: UUID) -> None:
    with stage.uow() as work:
        host_id = meeting_card(work.session, stage.seller, meeting).host_id

    assert stage.do(ordering.start_order, meeting, host_id).id


def test_who_is_not_there_does_not_order(stage: Stage, meeting: UUID) -> None:
    with pytest.raises(NotInThisMeeting):
        stage.do(ordering.start_order, meeting, stage.customer())


def test_lines_add_up_and_keep_their_place(stage: Stage, meeting, guest) -> None:
    order_id = stage.cart(meeting, guest, quantity=2)
    other = product(stage, "POT", vat_rate_bp=550)
    stage.do(ordering.add_line, order_id, other, 3)
    stage.do(ordering.add_line, order_id, stage.product_id, 1)

    order = page(stage, order_id).order
    assert [(line.reference, line.quantity, line.net_cents) for line in order.lines] == [
        ("WOK-seller", 3, 15_000),
        ("POT", 3, 3_000),
    ]
    assert (order.products_cents, order.total_cents, order.item_count) == (18_000, 18_000, 6)
    assert [(line.category, line.vat_cents) for line in order.lines] == [
        ("Cuisine seller", 2_500),
        ("Of POT", 156),
    ]


def test_a_quantity_changes_and_none_left_takes_the_line_away(stage, meeting, guest) -> None:
    order_id = stage.cart(meeting, guest)
    line_id = page(stage, order_id).order.lines[0].id

    stage.do(ordering.set_quantity, order_id, line_id, 4)
    assert page(stage, order_id).order.total_cents == 20_000
    stage.do(ordering.set_quantity, order_id, line_id, 0)
    assert (page(stage, order_id).order.lines, page(stage, order_id).order.total_cents) == ((), 0)
    with pytest.raises(LineNotFound):
        stage.do(ordering.set_quantity, order_id, line_id, 1)


@pytest.mark.parametrize("quantity", [0, -1, 10_000, 2**40])
def test_impossible_quantities_are_refused(stage, meeting, guest, quantity: int) -> None:
    order_id = stage.cart(meeting, guest)

    with pytest.raises(QuantityOutOfRange):
        stage.do(ordering.add_line, order_id, stage.product_id, quantity)
    assert page(stage, order_id).order.item_count == 1


def test_the_units_of_a_line_never_pass_their_limit(stage, meeting, guest) -> None:
    order_id = stage.cart(meeting, guest, quantity=9_999)

    with pytest.raises(QuantityOutOfRange):
        stage.do(ordering.add_line, order_id, stage.product_id, 1)


def test_an_order_worth_a_fortune_is_refused(stage, meeting, guest) -> None:
    order_id = stage.cart(meeting, guest)
    gold = product(stage, "GOLD", price_cents=10**11)

    with pytest.raises(AmountTooLarge):
        stage.do(ordering.add_line, order_id, gold, 1)
    assert page(stage, order_id).order.total_cents == 5_000


def test_an_order_has_a_last_line(stage, meeting, guest, monkeypatch) -> None:
    monkeypatch.setattr("app.orders.services.lines.MOST_LINES", 1)
    order_id = stage.cart(meeting, guest)

    with pytest.raises(TooManyLines):
        stage.do(ordering.add_line, order_id, product(stage, "POT"), 1)


def test_only_what_is_sold_is_ordered(stage, meeting, guest) -> None:
    order_id = stage.cart(meeting, guest)

    with pytest.raises(ProductNotForSale):
        stage.do(ordering.add_line, order_id, product(stage, "OLD", active=False), 1)
    with pytest.raises(ProductNotFound):
        stage.do(ordering.add_line, order_id, uuid4(), 1)


def test_a_draft_leaves_no_trace(stage, meeting, guest) -> None:
    order_id = stage.cart(meeting, guest)

    assert stage.do(discard, order_id) == meeting
    with pytest.raises(OrderNotFound):
        page(stage, order_id)


# --------------------------------------------------------------------------------- placing
def test_placing_takes_stock_freezes_prices_and_numbers(stage, meeting, guest) -> None:
    pot = product(stage, "POT", stock=10)
    order_id = stage.do(ordering.start_order, meeting, guest).id
    stage.do(ordering.add_line, order_id, pot, 4)

    now = stage.do(ordering.place_order, order_id)

    seen = page(stage, order_id)
    assert (now.number, now.due_cents, seen.order.status) == (1, 4_000, "placed")
    assert seen.explained["total_cents"] == 4_000
    assert available(stage, pot) == 6
    assert outbox_topics(stage).count("orders.order_placed") == 0  # nobody listens yet


def test_numbers_rise_by_one(stage, meeting, guest) -> None:
    numbers = []
    for _ in range(3):
        order_id = stage.cart(meeting, guest)
        numbers.append(stage.do(ordering.place_order, order_id).number)

    assert numbers == [1, 2, 3]


def test_a_second_placing_changes_nothing(stage, meeting, guest) -> None:
    order_id = stage.cart(meeting, guest)
    stage.do(ordering.place_order, order_id)

    with pytest.raises(OrderAlreadyPlaced):
        stage.do(ordering.place_order, order_id)
    assert page(stage, order_id).order.number == 1


def test_many_placings_at_once_place_once(stage, meeting, guest) -> None:
    pot = product(stage, "POT", stock=100)
    order_id = stage.do(ordering.start_order, meeting, guest).id
    stage.do(ordering.add_line, order_id, pot, 4)
    start = Barrier(CLIENTS)

    def place(_: int) -> bool:
        start.wait()
        try:
            stage.do(ordering.place_order, order_id)
        except OrderAlreadyPlaced:
            return False
        return True

    with ThreadPoolExecutor(CLIENTS) as pool:
        assert sum(pool.map(place, range(CLIENTS))) == 1
    assert available(stage, pot) == 96


def test_orders_of_two_meetings_placed_at_once_are_numbered_without_a_gap(stage) -> None:
    carts = []
    for day in range(6):
        meeting = stage.meeting(days=day + 1, host_id=stage.customer())
        carts.append(stage.cart(meeting, stage.guest(meeting)[1]))
    start = Barrier(len(carts))

    def place(order_id: UUID) -> int:
        start.wait()
        return stage.do(ordering.place_order, order_id).number

    with ThreadPoolExecutor(len(carts)) as pool:
        assert sorted(pool.map(place, carts)) == [1, 2, 3, 4, 5, 6]


def test_a_refused_placing_leaves_no_hole_in_the_numbers(stage, meeting, guest) -> None:
    order_id = stage.cart(meeting, guest)
    with pytest.raises(Exception, match="payment_too_high"):
        stage.do(ordering.place_order, order_id, payment=RecordPayment("cash", 5_001))

    assert page(stage, order_id).order.status == "cart"
    assert stage.do(ordering.place_order, order_id).number == 1


def test_an_empty_draft_is_not_placed(stage, meeting, guest) -> None:
    order_id = stage.do(ordering.start_order, meeting, guest).id

    with pytest.raises(OrderIsEmpty):
        stage.do(ordering.place_order, order_id)


def test_what_is_gone_is_not_placed(stage, meeting, guest) -> None:
    pot = product(stage, "POT", stock=3)
    order_id = stage.cart(meeting, guest)
    stage.do(ordering.add_line, order_id, pot, 4)

    with pytest.raises(OutOfStock):
        stage.do(ordering.place_order, order_id)
    assert (page(stage, order_id).order.status, available(stage, pot)) == ("cart", 3)


def test_a_price_that_moved_is_shown_before_it_is_agreed(
    stage, meeting, guest, change_products
) -> None:
    order_id = stage.cart(meeting, guest)
    change_products("price_cents = 6000")

    with pytest.raises(CartHasChanged) as refused:
        stage.do(ordering.place_order, order_id)
    assert refused.value.params == {"total_cents": 6_000}
    assert page(stage, order_id).order.total_cents == 5_000

    stage.do(ordering.refresh_cart, order_id)
    assert stage.do(ordering.place_order, order_id).total_cents == 6_000


def test_a_price_that_moves_later_changes_no_placed_order(
    stage, meeting, guest, change_products
) -> None:
    order_id = stage.order(meeting, guest, paid=False)
    change_products("price_cents = 1, name = 'Changed'")

    line = page(stage, order_id).order.lines[0]
    assert (line.name, line.net_cents) == ("Wok", 5_000)


def test_what_is_no_longer_sold_is_not_placed(stage, meeting, guest, change_products) -> None:
    order_id = stage.cart(meeting, guest)
    change_products("active = false")

    with pytest.raises(ProductNotForSale):
        stage.do(ordering.place_order, order_id)


def test_a_placed_order_keeps_its_lines(stage, meeting, guest) -> None:
    order_id = stage.order(meeting, guest, paid=False)
    line_id = page(stage, order_id).order.lines[0].id

    for service, *args in (
        (ordering.add_line, stage.product_id, 1),
        (ordering.set_quantity, line_id, 2),
        (ordering.refresh_cart,),
    ):
        with pytest.raises(OrderAlreadyPlaced):
            stage.do(service, order_id, *args)


def test_an_order_of_nothing_is_paid_at_once(stage, meeting, guest) -> None:
    order_id = stage.do(ordering.start_order, meeting, guest).id
    stage.do(ordering.add_line, order_id, product(stage, "FREE", price_cents=0), 1)
    stage.do(ordering.place_order, order_id)

    assert page(stage, order_id).order.counts_as_sale


# -------------------------------------------------------------------------------- payments
def test_an_order_is_placed_and_paid_in_one_breath(stage, meeting, guest) -> None:
    order_id = stage.cart(meeting, guest)
    payment = RecordPayment("cheque", 5_000, reference="no. 12")

    now = stage.do(ordering.place_order, order_id, payment=payment)

    seen = page(stage, order_id)
    assert (now.due_cents, seen.order.payment_status) == (0, "paid")
    assert [(p.method, p.amount_cents, p.reference) for p in seen.payments] == [
        ("cheque", 5_000, "no. 12")
    ]


def test_a_payment_without_a_date_was_made_today_where_the_brand_is(uow, brand, clock) -> None:
    clock.now = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    stage = set_stage(uow, brand.id, clock)
    meeting = stage.meeting()
    order_id = stage.order(meeting, stage.guest(meeting)[1], paid=False)

    pay(stage, order_id, 5_000)

    assert page(stage, order_id).payments[0].received_on == date(2026, 7, 1)


def test_an_order_paid_again_is_told_again(stage, meeting, guest, database_url) -> None:
    """A cheque that bounced takes the order back to where it was."""
    order_id = stage.order(meeting, guest)
    bounced = (
        "WITH gone AS (DELETE FROM payments RETURNING 1)"
        " UPDATE orders SET paid_cents = 0, payment_status = 'unpaid', paid_at = NULL"
    )
    with psycopg.connect(plain(database_url), autocommit=True) as connection:
        connection.execute(bounced)

    pay(stage, order_id, 5_000)

    assert outbox_topics(stage).count("orders.order_paid") == 2


def test_a_payment_that_arrives_twice_is_recorded_once(stage, meeting, guest) -> None:
    order_id = stage.order(meeting, guest, paid=False)

    for _ in range(2):
        pay(stage, order_id, 2_000, key="one click")
    assert page(stage, order_id).order.paid_cents == 2_000
    pay(stage, order_id, 2_000, key="another click")
    assert page(stage, order_id).order.paid_cents == 4_000


def test_many_payments_at_once_never_pass_what_is_due(stage, meeting, guest) -> None:
    order_id = stage.order(meeting, guest, paid=False)
    start = Barrier(CLIENTS)

    def tap(_: int) -> bool:
        start.wait()
        try:
            pay(stage, order_id, 5_000)
        except OrderAlreadyPaid:
            return False
        return True

    with ThreadPoolExecutor(CLIENTS) as pool:
        assert sum(pool.map(tap, range(CLIENTS))) == 1
    assert page(stage, order_id).order.paid_cents == 5_000


def test_without_the_locks_that_race_is_lost(stage, meeting, guest, monkeypatch) -> None:
    """The same race, read without locks: it must be able to go wrong, or it proves nothing. In
    parts, since what follows from an order that is paid is unique, and would save it."""
    order_id = stage.order(meeting, guest, paid=False)
    have_read = Barrier(FEW, timeout=20)

    def read_only(session, rank, model, ids, *, options=()) -> list:
        rows = list(session.scalars(select(model).where(model.id.in_(ids)).options(*options)))
        if model is Order:
            have_read.wait()
        return rows

    monkeypatch.setattr("app.orders.repository.lock", read_only)
    monkeypatch.setattr("app.meetings.repository.lock", read_only)
    with ThreadPoolExecutor(FEW) as pool:
        list(pool.map(lambda _: pay(stage, order_id, 4_000), range(FEW)))

    assert len(page(stage, order_id).payments) > 1


def test_an_unpaid_order_is_cancelled_and_gives_its_stock_back_once(stage, meeting, guest) -> None:
    pot = product(stage, "POT", stock=5)
    order_id = stage.do(ordering.start_order, meeting, guest).id
    stage.do(ordering.add_line, order_id, pot, 5)
    stage.do(ordering.place_order, order_id)

    stage.do(ordering.cancel_order, order_id)
    with pytest.raises(OrderIsCancelled):
        stage.do(ordering.cancel_order, order_id)

    assert (page(stage, order_id).order.status, available(stage, pot)) == ("cancelled", 5)
    with pytest.raises(OrderIsCancelled):
        pay(stage, order_id, 1)


def test_a_paid_order_is_not_cancelled_as_if_it_were_unpaid(stage, meeting, guest) -> None:
    order_id = stage.order(meeting, guest)

    with pytest.raises(OrderHasPayments):
        stage.do(cancel_unpaid, order_id)


# ------------------------------------------------------------------------- meeting's states
@pytest.mark.parametrize(
    ("state", "refusal"),
    [("closed", MeetingIsClosed), ("cancelled", MeetingWasCancelled)],
)
def test_a_meeting_that_is_over_takes_no_orders(
    stage, meeting, guest, database_url, state, refusal
) -> None:
    draft, placed = stage.cart(meeting, guest), stage.order(meeting, stage.guest(meeting)[1])
    unpaid = stage.order(meeting, stage.guest(meeting)[1], paid=False)
    closed_at = "closed_at = now()," if state == "closed" else ""
    with psycopg.connect(plain(database_url), autocommit=True) as connection:
        connection.execute(f"UPDATE meetings SET {closed_at} status = '{state}'")

    attempts = [
        lambda: stage.do(ordering.start_order, meeting, guest),
        lambda: stage.do(ordering.add_line, draft, stage.product_id, 1),
        lambda: stage.do(ordering.place_order, draft),
        lambda: pay(stage, unpaid, 5_000),
        lambda: stage.do(ordering.cancel_order, unpaid),
    ]
    for attempt in attempts:
        with pytest.raises(refusal):
            attempt()
    assert page(stage, draft).order.item_count == 1
    assert page(stage, placed).order.counts_as_sale


# ------------------------------------------------------------------------------ whose order
def test_another_seller_finds_neither_order_nor_meeting(stage, meeting, guest, uow, brand) -> None:
    rival = set_stage(uow, brand.id, email="rival")
    order_id = stage.cart(meeting, guest)

    for service, *args in (
        (ordering.start_order, meeting, guest),
        (ordering.add_line, order_id, stage.product_id, 1),
        (ordering.place_order, order_id),
        (ordering.pay_order, order_id, RecordPayment("cash", 1)),
        (ordering.cancel_order, order_id),
        (ordering.finalise_gift_order, order_id),
    ):
        with pytest.raises(NotFound):
            rival.do(service, *args)
    with pytest.raises(OrderNotFound):
        page(rival, order_id)
    with rival.uow() as work:
        assert queries.orders_of_customer(work.session, rival.seller, guest) == ()
        assert queries.todo_orders(work.session, rival.seller) == ()


def test_another_brand_finds_nothing(stage, meeting, guest, uow, second_brand) -> None:
    order_id = stage.order(meeting, guest)

    with uow(second_brand.id) as work:
        staff = system(second_brand.id)
        with pytest.raises(OrderNotFound):
            queries.order_page(work.session, staff, order_id)
        assert queries.orders_of_meetings(work.session, [meeting]) == ()


def test_the_holder_of_a_link_may_look_at_her_order_only(stage, meeting, guest) -> None:
    order_id = stage.order(meeting, guest)
    other = stage.order(meeting, stage.guest(meeting)[1])
    holder = Actor(stage.seller.brand_id, Role.HOST, customer_id=guest, meeting_id=meeting)

    assert page(stage, order_id, holder).order.id == order_id
    with pytest.raises(OrderNotFound):
        page(stage, other, holder)
    with stage.uow() as work, pytest.raises(NotFound):
        ordering.start_order(work, holder, meeting, guest, clock=work.clock)


def test_an_order_outside_meetings_needs_no_meeting(stage) -> None:
    customer_id = stage.customer()
    order_id = stage.do(ordering.start_direct_order, stage.seller.seller_id, customer_id).id
    stage.do(ordering.add_line, order_id, stage.product_id, 1)
    stage.do(ordering.place_order, order_id, payment=RecordPayment("card", 5_000))

    seen = page(stage, order_id).order
    assert (seen.channel, seen.meeting_id, seen.payment_status) == ("direct", None, "paid")


def test_a_direct_order_is_for_her_own_customers(stage, uow, brand) -> None:
    rival = set_stage(uow, brand.id, email="rival")

    with pytest.raises(NotFound):
        rival.do(ordering.start_direct_order, rival.seller.seller_id, stage.customer())
    with pytest.raises(NotFound):
        rival.do(ordering.start_direct_order, stage.seller.seller_id, rival.customer())


# ------------------------------------------------------------------------------- gift orders
def gift_order(stage: Stage, meeting: UUID, customer_id: UUID) -> UUID:
    with stage.uow() as work:
        order = gift_order_for(
            work,
            stage.seller,
            customer_id=customer_id,
            meeting_id=meeting,
            seller_id=stage.seller.seller_id,
            clock=work.clock,
        )
        return order.id


def test_gifts_gather_on_one_open_order(stage, meeting, guest) -> None:
    assert gift_order(stage, meeting, guest) == gift_order(stage, meeting, guest)
    assert stage.cart(meeting, guest) != gift_order(stage, meeting, guest)


def test_a_gift_order_changes_by_its_gifts_only(stage, meeting, guest) -> None:
    order_id = gift_order(stage, meeting, guest)

    for attempt in (
        lambda: stage.do(ordering.add_line, order_id, stage.product_id, 1),
        lambda: stage.do(ordering.place_order, order_id),
        lambda: stage.do(discard, order_id),
    ):
        with pytest.raises(Exception, match="gift_order_is_fixed"):
            attempt()
    with pytest.raises(OrderIsEmpty):
        stage.do(ordering.finalise_gift_order, order_id)


def test_a_sale_is_not_finalised_as_a_gift(stage, meeting, guest) -> None:
    with pytest.raises(Exception, match="not_a_gift_order"):
        stage.do(ordering.finalise_gift_order, stage.cart(meeting, guest))


# --------------------------------------------------------------------------------- reading
def test_todo_lists_drafts_and_unpaid_orders(stage, meeting, guest) -> None:
    unpaid = stage.order(meeting, guest, paid=False)
    stage.order(meeting, guest)
    draft = stage.cart(meeting, guest)

    with stage.uow() as work:
        waiting = queries.todo_orders(work.session, stage.seller)
    assert [order.id for order in waiting] == [unpaid, draft]


def test_her_orders_come_newest_first(stage, meeting, guest) -> None:
    orders = [stage.order(meeting, guest) for _ in range(3)]

    with stage.uow() as work:
        seen = queries.orders_of_customer(work.session, stage.seller, guest, limit=2)
        first = queries.first_order_ids(work.session, [guest, uuid4()])
    assert [order.id for order in seen] == orders[:0:-1]
    assert first == {guest: orders[0]}


def test_sales_are_summed_from_what_was_paid(stage, meeting, guest) -> None:
    stage.order(meeting, guest)
    stage.order(meeting, guest, paid=False)
    stage.cart(meeting, guest)

    with stage.uow() as work:
        sold = queries.sales_of_meetings(work.session, [meeting])
        since = work.clock() - timedelta(days=40)
        months = queries.sales_by_month(
            work.session, stage.seller, since=since, zone="Europe/Paris"
        )
    assert (sold[meeting].products_cents, sold[meeting].order_count) == (5_000, 1)
    assert [(month.day, sales.products_cents) for month, sales in months.items()] == [(1, 5_000)]


@pytest.mark.parametrize("size", [1, 5, 20])
def test_any_number_of_lines_is_read_in_as_many_statements(
    stage, meeting, guest, count_queries, size: int
) -> None:
    order_id = stage.cart(meeting, guest)
    for number in range(1, size):
        stage.do(ordering.add_line, order_id, product(stage, f"P-{number}"), 1)

    with stage.uow() as work:
        work.clock()
        with count_queries() as counted:
            orders = queries.orders_of_meetings(work.session, [meeting])
            assert counted.count == 1
            queries.order_page(work.session, stage.seller, order_id)
            assert counted.count == 4
    assert len(orders[0].lines) == size


@pytest.mark.parametrize("size", [1, 5, 20])
def test_any_number_of_lines_is_placed_in_as_many_statements(
    stage, meeting, guest, count_queries, size: int
) -> None:
    order_id = stage.cart(meeting, guest)
    for number in range(1, size):
        stage.do(ordering.add_line, order_id, product(stage, f"P-{number}", stock=9), 1)

    with count_queries() as counted:
        stage.do(ordering.place_order, order_id)
    assert counted.count <= 13, "\n".join(counted.statements)
