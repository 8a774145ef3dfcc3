"""The seller's order pages: a whole order by thumb, and whatever may be typed wrongly."""

import re
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.catalog import queries as catalog
from app.meetings.queries import meeting_card
from app.meetings.services import ordering
from app.orders import queries
from app.orders.services import gift_order_for
from tests.conftest import PASSWORD
from tests.support.browser import Browser
from tests.support.gathering import Stage, set_stage

NASTY = [
    pytest.param("\x00", id="NUL"),
    pytest.param("\u202e12", id="written backwards"),
    pytest.param("1e9", id="scientific"),
    pytest.param("١٢", id="other digits"),
    pytest.param("9" * 5_000, id="endless"),
    pytest.param("NaN", id="not a number"),
    pytest.param("12,345", id="a third of a cent"),
    pytest.param("<script>alert(1)</script>", id="a script"),
    pytest.param("' OR 1=1 --", id="a query"),
    pytest.param("\ud800".encode("utf-8", "surrogatepass"), id="half a character"),
]


@pytest.fixture
def seller(stage: Stage, client: Browser) -> Browser:
    return enter(client, "seller")


@pytest.fixture
def meeting(stage: Stage) -> UUID:
    return stage.meeting()


@pytest.fixture
def guest(stage: Stage, meeting: UUID) -> tuple[UUID, UUID]:
    return stage.guest(meeting)


@pytest.fixture
def draft(stage: Stage, meeting: UUID, guest: tuple[UUID, UUID]) -> UUID:
    return stage.cart(meeting, guest[1])


def enter(browser: Browser, name: str) -> Browser:
    answer = browser.submit("/sign-in", email=f"{name}@example.org", password=PASSWORD)
    assert answer.status_code == 303
    browser.token = ""
    browser.get("/meetings/new")
    return browser


def order_of(stage: Stage, order_id: UUID) -> queries.OrderPage:
    with stage.uow() as work:
        return queries.order_page(work.session, stage.seller, order_id)


def text_of(answer: TestResponse) -> str:
    plain = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))
    return re.sub(r"[\s\u00a0\u202f]+", " ", plain)


def test_an_order_from_the_guest_to_the_till(seller, stage, meeting, guest) -> None:
    page = seller.get(f"/meetings/{meeting}/orders/new?participant={guest[0]}")
    assert page.status_code == 200
    begun = seller.submit(f"/meetings/{meeting}/orders/new", participant_id=str(guest[0]))
    here = begun.location
    order_id = UUID(here.rsplit("/", 1)[1])
    assert "Wok" in text_of(seller.get(f"{here}?q=wok"))

    added = seller.submit(f"{here}/lines", product_id=str(stage.product_id), quantity="2")
    assert "100,00 €" in text_of(seller.follow(added))
    line_id = order_of(stage, order_id).order.lines[0].id
    seller.submit(f"{here}/lines/{line_id}/quantity", quantity="3")
    placed = seller.submit(
        f"{here}/checkout", action="pay", method="cash", amount="150,00", reference=""
    )

    assert placed.location.startswith(f"/meetings/{meeting}")
    seen = order_of(stage, order_id)
    assert (seen.order.number, seen.order.payment_status) == (1, "paid")
    assert "150,00 €" in text_of(seller.get(here))


def test_a_draft_is_opened_at_todays_prices_with_what_changed(seller, stage, draft) -> None:
    here = f"/orders/{draft}"
    quiet = text_of(seller.get(here))
    with stage.uow() as work:
        work.session.execute(text("UPDATE products SET price_cents = 6000"))

    told = text_of(seller.get(here))
    again = text_of(seller.get(here))

    assert "Ce qui a changé" not in quiet
    assert "Ce qui a changé Depuis le dernier affichage" in told
    assert "Wok 50,00 € 60,00 € Total 50,00 € 60,00 €" in told
    assert order_of(stage, draft).order.total_cents == 6_000
    assert "Ce qui a changé" not in again


def test_an_order_is_paid_later_in_two_parts(seller, stage, draft) -> None:
    here = f"/orders/{draft}"
    seller.submit(f"{here}/checkout", action="later", method="cash", amount="whatever")
    assert order_of(stage, draft).order.awaits_payment

    seller.submit(f"{here}/payments", method="cheque", amount="20", reference="n° 7")
    answer = seller.submit(f"{here}/payments", method="card", amount="30.00")

    assert "n° 7" in text_of(seller.follow(answer))
    assert order_of(stage, draft).order.counts_as_sale


def test_the_same_form_sent_twice_pays_once(seller, stage, draft) -> None:
    here = f"/orders/{draft}"
    seller.submit(f"{here}/checkout", action="later")
    key = re.search(r'name="request_key" value="([^"]+)"', seller.get(here).text)

    for _ in range(2):
        answer = seller.submit(
            f"{here}/payments", method="cash", amount="10", request_key=key.group(1)
        )
        assert answer.status_code == 303
    assert order_of(stage, draft).order.paid_cents == 1_000


def test_a_total_that_was_not_shown_is_shown_before_it_is_placed(seller, stage, draft) -> None:
    """Another tab has added to the order meanwhile."""
    seen = order_of(stage, draft).order.total_cents
    stage.do(ordering.add_line, draft, stage.product_id, 2)
    form = {"action": "pay", "method": "cash", "amount": "50,00", "seen_cents": str(seen)}

    answer = seller.submit(f"/orders/{draft}/checkout", **form)

    assert answer.status_code in {409, 422}
    assert "150,00 €" in text_of(answer)
    assert order_of(stage, draft).order.status == "cart"


def test_the_same_order_sent_twice_is_placed_once(seller, stage, draft) -> None:
    form = {"action": "pay", "method": "cash", "amount": "50"}
    seller.submit(f"/orders/{draft}/checkout", **form)
    again = seller.submit(f"/orders/{draft}/checkout", **form)

    assert again.status_code == 409
    assert len(order_of(stage, draft).payments) == 1


def test_an_unpaid_order_is_cancelled(seller, stage, draft) -> None:
    seller.submit(f"/orders/{draft}/checkout", action="later")
    page = seller.get(f"/orders/{draft}/cancel").text
    (checked,) = re.findall(r'name="checked" value="(\w+)"', page)
    answer = seller.submit(f"/orders/{draft}/cancel", checked=checked)

    assert answer.status_code == 303
    assert seller.get(f"/orders/{draft}").status_code == 200
    assert order_of(stage, draft).order.is_cancelled


def test_a_draft_is_deleted(seller, meeting, draft) -> None:
    answer = seller.submit(f"/orders/{draft}/deletion")

    assert answer.location.startswith(f"/meetings/{meeting}")
    assert seller.get(f"/orders/{draft}").status_code == 404


def test_the_host_is_on_the_list_too(seller, stage, meeting) -> None:
    with stage.uow() as work:
        host_id = meeting_card(work.session, stage.seller, meeting).host_id

    answer = seller.submit(f"/meetings/{meeting}/orders/new", participant_id=str(host_id))
    assert answer.location.startswith("/orders/")


def test_a_gift_order_is_finalised_once(seller, stage, meeting, guest) -> None:
    order_id = gift(stage, meeting, guest[1])
    assert seller.get(f"/orders/{order_id}").status_code == 200

    first = seller.submit(f"/orders/{order_id}/finalisation")
    second = seller.submit(f"/orders/{order_id}/finalisation")

    assert (first.status_code, second.status_code) == (303, 409)
    seen = order_of(stage, order_id).order
    assert (seen.number, seen.total_cents, seen.lines[0].list_cents) == (1, 0, 5_000)


def gift(stage: Stage, meeting: UUID, customer_id: UUID) -> UUID:
    """As choosing a gift leaves it: one line at 0 €."""
    from app.orders.services import add_gift_line

    with stage.uow() as work:
        order = gift_order_for(
            work,
            stage.seller,
            customer_id=customer_id,
            meeting_id=meeting,
            seller_id=stage.seller.seller_id,
            clock=work.clock,
        )
        product = catalog.product_view(work.session, stage.product_id)
        add_gift_line(work, order, product, uuid4())
        return order.id


# ------------------------------------------------------------------------ what is typed wrongly
@pytest.mark.parametrize(
    ("form", "kept"),
    [
        pytest.param({"amount": "60", "method": "cash"}, "60", id="more than is due"),
        pytest.param({"amount": "0", "method": "cash"}, "0", id="nothing"),
        pytest.param({"amount": "-5", "method": "cash"}, "-5", id="less than nothing"),
        pytest.param({"amount": "douze", "method": "cash"}, "douze", id="a word"),
        pytest.param({"amount": "", "method": "cash"}, "", id="left empty"),
        pytest.param({"amount": "50", "method": "gold"}, "50", id="an unknown method"),
        pytest.param({"amount": "50"}, "50", id="no method"),
        pytest.param(
            {"amount": "50", "method": "cash", "reference": "x" * 61}, "50", id="a long reference"
        ),
        pytest.param(
            {"amount": "50", "method": "cash", "total_cents": "1"}, "50", id="a price of her own"
        ),
    ],
)
@pytest.mark.parametrize("action", ["checkout", "payments"])
def test_a_wrong_payment_keeps_what_was_typed(seller, stage, draft, action, form, kept) -> None:
    if action == "payments":
        seller.submit(f"/orders/{draft}/checkout", action="later")
        before = order_of(stage, draft)
        answer = seller.submit(f"/orders/{draft}/payments", **form)
    else:
        before = order_of(stage, draft)
        answer = seller.submit(f"/orders/{draft}/checkout", action="pay", **form)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert f'value="{kept}"' in answer.text
    assert order_of(stage, draft) == before


@pytest.mark.parametrize("typed", NASTY)
@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("lines", "quantity"),
        ("lines", "product_id"),
        ("payments", "amount"),
        ("payments", "method"),
        ("checkout", "action"),
        ("quantity", "quantity"),
    ],
)
def test_nothing_typed_breaks_an_order(seller, stage, draft, path, field, typed) -> None:
    before = order_of(stage, draft)
    line_id = before.order.lines[0].id
    forms: dict[str, tuple[str, dict[str, object]]] = {
        "lines": ("lines", {"product_id": str(stage.product_id), "quantity": "1"}),
        "payments": ("payments", {"method": "cash", "amount": "1"}),
        "checkout": ("checkout", {"action": "pay", "method": "cash", "amount": "1"}),
        "quantity": (f"lines/{line_id}/quantity", {"quantity": "1"}),
    }
    where, form = forms[path]

    answer = seller.submit(f"/orders/{draft}/{where}", **{**form, field: typed})

    assert answer.status_code == 422
    assert order_of(stage, draft) == before


@pytest.mark.parametrize("typed", NASTY)
def test_nothing_typed_breaks_the_search(seller, draft, typed) -> None:
    query = typed if isinstance(typed, bytes) else typed.encode("utf-8", "replace")

    answer = seller.get(f"/orders/{draft}", query_string={"q": query})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("quantity", ["0", "10000", "-1", "1.5", ""])
def test_only_some_units_are_added(seller, stage, draft, quantity) -> None:
    answer = seller.submit(
        f"/orders/{draft}/lines", product_id=str(stage.product_id), quantity=quantity
    )

    assert answer.status_code == (303 if not quantity else 422)
    assert order_of(stage, draft).order.item_count == (2 if not quantity else 1)


def test_a_product_that_does_not_exist_is_not_added(seller, draft) -> None:
    answer = seller.submit(f"/orders/{draft}/lines", product_id=str(uuid4()))

    assert answer.status_code == 404


@pytest.mark.parametrize("who", ["", "nobody", pytest.param(str(uuid4()), id="a stranger")])
def test_an_order_needs_somebody_of_the_list(seller, meeting, who) -> None:
    answer = seller.submit(f"/meetings/{meeting}/orders/new", participant_id=who)

    assert answer.status_code in {404, 422}


# -------------------------------------------------------------------------------- who may enter
def visits(order_id: UUID, meeting: UUID) -> list[Callable[[Browser], TestResponse]]:
    return [
        lambda b: b.get(f"/orders/{order_id}"),
        lambda b: b.get(f"/meetings/{meeting}/orders/new"),
        lambda b: b.submit(f"/meetings/{meeting}/orders/new", participant_id=str(uuid4())),
        lambda b: b.submit(f"/orders/{order_id}/lines", product_id=str(uuid4())),
        lambda b: b.submit(f"/orders/{order_id}/lines/{uuid4()}/quantity", quantity="1"),
        lambda b: b.submit(f"/orders/{order_id}/checkout", action="later"),
        lambda b: b.submit(f"/orders/{order_id}/payments", method="cash", amount="1"),
        lambda b: b.submit(f"/orders/{order_id}/cancel"),
        lambda b: b.submit(f"/orders/{order_id}/deletion"),
        lambda b: b.submit(f"/orders/{order_id}/finalisation"),
    ]


@pytest.mark.parametrize("number", range(10))
def test_another_seller_finds_nothing(
    stage, meeting, draft, uow, brand, new_client, number: int
) -> None:
    set_stage(uow, brand.id, email="rival")
    rival = enter(new_client(brand), "rival")
    before = order_of(stage, draft)

    assert visits(draft, meeting)[number](rival).status_code == 404
    assert order_of(stage, draft) == before


def test_a_seller_of_another_brand_finds_nothing(
    stage, meeting, draft, uow, second_brand, new_client
) -> None:
    set_stage(uow, second_brand.id, email="voisine")
    stranger = enter(new_client(second_brand), "voisine")

    assert {visit(stranger).status_code for visit in visits(draft, meeting)} == {404}


def test_nobody_enters_without_signing_in(meeting, draft, client) -> None:
    for visit in visits(draft, meeting)[:2]:
        assert visit(client).location.startswith("/sign-in")


@pytest.mark.parametrize("size", [1, 5, 20])
def test_an_order_page_costs_the_same_whatever_its_size(
    seller, stage, meeting, guest, count_queries, size
) -> None:
    order_id = stage.do(ordering.start_order, meeting, guest[1]).id
    staff_products(stage, order_id, size)
    seller.get(f"/orders/{order_id}")

    with count_queries() as counted:
        assert seller.get(f"/orders/{order_id}").status_code == 200
    assert counted.count <= 41, "\n".join(counted.statements)


def staff_products(stage: Stage, order_id: UUID, size: int) -> None:
    from app.catalog.services import NewProduct, create_category, create_product
    from app.kernel.actor import system

    staff = system(stage.seller.brand_id)
    with stage.uow() as work:
        category = create_category(work, staff, "Many")
        ids = [
            create_product(
                work,
                staff,
                NewProduct(f"P-{n}", f"Pot {n}", category, price_cents=100),
                clock=work.clock,
            )
            for n in range(size)
        ]
    for product_id in ids:
        stage.do(ordering.add_line, order_id, product_id, 1)
