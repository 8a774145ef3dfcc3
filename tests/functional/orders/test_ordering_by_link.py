"""Customers order by a link: hers, or one passed on in a meeting."""

import re
from itertools import takewhile
from uuid import UUID

import pytest
from sqlalchemy import text

from app.accounts.domain import LinkPurpose
from app.accounts.links import follow_link
from app.brands.terms import publish_terms
from app.catalog.services import NewProduct, create_category, create_product
from app.infra.jobs.drain import drain
from app.kernel.actor import Role, system
from app.meetings import queries as meetings
from app.meetings.services import lifecycle, order_links
from app.orders import queries as orders
from tests.support.browser import Browser
from tests.support.gathering import Stage, set_stage
from tests.support.reading import text_of

OWN_LINK = re.compile(r"/o/[\w-]{43}")


@pytest.fixture
def stage(uow, brand) -> Stage:
    stage = set_stage(uow, brand.id)
    stage.do(
        publish_terms, "Vous payez à votre conseillère.\n\nQuatorze jours pour changer d’avis."
    )
    return stage


@pytest.fixture
def meeting(stage) -> UUID:
    return stage.meeting()


@pytest.fixture
def chloe(stage) -> UUID:
    return stage.customer("Chloé", "Petit", email="chloe@example.org")


def shop_of(stage: Stage, customer_id: UUID, meeting_id: UUID | None) -> str:
    token = stage.do(order_links.create_order_link, customer_id, meeting_id=meeting_id)
    return f"/o/{token}"


def fill(client: Browser, shop: str, stage: Stage, quantity: int = 2) -> None:
    answer = client.submit(
        f"{shop}/lines", product_id=str(stage.product_id), quantity=str(quantity)
    )
    assert answer.status_code == 303


def place(client: Browser, shop: str, **changes: str):
    typed = {"terms_version": "1", "accepted": "1", **changes}
    return client.submit(f"{shop}/checkout", **{name: text for name, text in typed.items() if text})


def placed_of(stage: Stage, customer_id: UUID):
    with stage.uow(stage.seller.brand_id) as work:
        found = orders.orders_of_customer(work.session, stage.seller, customer_id)
        return [one for one in found if one.is_sold]


def test_a_guest_orders_by_her_link_and_it_counts_for_the_meeting(
    client, stage, meeting, chloe
) -> None:
    shop = shop_of(stage, chloe, meeting)
    assert "Bonjour Chloé" in text_of(client.get(shop))
    fill(client, shop, stage)
    assert "100,00 €" in text_of(client.get(f"{shop}/basket"))

    confirmed = client.follow(place(client, shop, seen_cents="10000"))

    assert "commande n°" in text_of(confirmed)
    (order,) = placed_of(stage, chloe)
    assert (order.channel, order.meeting_id, order.total_cents) == ("web", meeting, 10_000)
    assert order.terms_version == 1
    with stage.uow(stage.seller.brand_id) as work:
        page = meetings.meeting_page(work.session, stage.seller, meeting)
    assert chloe in {guest.customer_id for guest in page.participants}
    assert page.card.status == "open", "its first order opens it"


def test_outside_meetings_she_orders_from_her_seller(client, stage, chloe) -> None:
    shop = shop_of(stage, chloe, None)
    fill(client, shop, stage)
    place(client, shop)

    (order,) = placed_of(stage, chloe)
    assert (order.channel, order.meeting_id) == ("web", None)
    assert order.seller_id == stage.seller.seller_id


def test_without_accepting_the_terms_nothing_is_ordered(client, stage, meeting, chloe) -> None:
    shop = shop_of(stage, chloe, meeting)
    fill(client, shop, stage)

    answer = place(client, shop, accepted="")

    assert answer.status_code == 422
    assert "Acceptez les conditions" in text_of(answer)
    assert placed_of(stage, chloe) == []


def test_terms_that_changed_meanwhile_are_read_again(client, stage, meeting, chloe) -> None:
    shop = shop_of(stage, chloe, meeting)
    fill(client, shop, stage)
    stage.do(publish_terms, "D’autres conditions.")

    assert place(client, shop).status_code == 409
    assert place(client, shop, terms_version="2").status_code == 303


def test_a_total_she_was_not_shown_is_shown_first(client, stage, meeting, chloe) -> None:
    shop = shop_of(stage, chloe, meeting)
    fill(client, shop, stage)

    answer = place(client, shop, seen_cents="9000")

    assert answer.status_code == 409
    assert "100,00 €" in text_of(answer)
    assert placed_of(stage, chloe) == []


def test_pressing_twice_orders_once(client, stage, meeting, chloe) -> None:
    shop = shop_of(stage, chloe, meeting)
    fill(client, shop, stage)
    first, second = place(client, shop), place(client, shop)

    assert (first.status_code, second.status_code) == (303, 303)
    assert "commande n°" in text_of(client.follow(client.follow(second)))
    assert len(placed_of(stage, chloe)) == 1


def test_what_her_seller_takes_is_another_order(client, stage, meeting, chloe) -> None:
    """She neither sees the draft of her seller nor fills it."""
    _, guest = stage.guest(meeting)
    theirs = stage.cart(meeting, guest)
    shop = shop_of(stage, guest, meeting)
    fill(client, shop, stage, 1)

    assert client.get(f"{shop}/orders/{theirs}").status_code == 404
    place(client, shop)
    with stage.uow(stage.seller.brand_id) as work:
        page = orders.order_page(work.session, stage.seller, theirs)
    assert page.order.is_cart


def test_after_placing_nothing_of_it_is_changed_by_the_link(client, stage, meeting, chloe) -> None:
    shop = shop_of(stage, chloe, meeting)
    fill(client, shop, stage)
    place(client, shop)
    (order,) = placed_of(stage, chloe)

    client.submit(f"{shop}/lines/{order.lines[0].id}/quantity", quantity="9")

    assert placed_of(stage, chloe)[0].total_cents == order.total_cents


def test_a_cancelled_meeting_takes_no_orders(client, stage, meeting, chloe) -> None:
    shop = shop_of(stage, chloe, meeting)
    stage.do(lifecycle.cancel_meeting, meeting)

    answer = client.submit(f"{shop}/lines", product_id=str(stage.product_id), quantity="1")

    assert "annulée" in text_of(client.follow(answer))
    assert placed_of(stage, chloe) == []


def test_a_link_opens_one_thing_for_its_holder(
    client, new_client, second_brand, stage, meeting, chloe
) -> None:
    shop = shop_of(stage, chloe, meeting)
    other = shop_of(stage, stage.customer("Nour"), meeting)
    fill(client, shop, stage)
    place(client, shop)
    (order,) = placed_of(stage, chloe)

    assert client.get(f"{other}/orders/{order.id}").status_code == 404
    assert client.get(shop.replace("/o/", "/h/")).status_code == 404
    assert client.get(shop.replace("/o/", "/g/")).status_code == 404
    assert new_client(second_brand).get(shop).status_code == 404


@pytest.fixture
def deliver(app):
    """All that waits is done."""

    def do() -> None:
        with app.app_context():
            drain()

    return do


def words_of(mail) -> str:
    return mail.get_body(("plain",)).get_content()


# ------------------------------------------------------------- the link passed on in a meeting


def guests_link(stage: Stage, meeting: UUID) -> str:
    return f"/g/{stage.do(order_links.create_guests_link, meeting)}"


def test_a_stranger_and_somebody_known_get_the_same_answer(
    client, stage, meeting, chloe, mailbox, deliver
) -> None:
    link = guests_link(stage, meeting)
    typed = {"first_name": "Ana", "last_name": "Silva"}

    known = client.submit(link, email="chloe@example.org", **typed)
    unknown = client.submit(link, email="ana.silva@example.org", **typed)

    assert (known.status_code, unknown.status_code) == (200, 200)
    shown = [
        text_of(page).replace("chloe@", "").replace("ana.silva@", "") for page in (known, unknown)
    ]
    assert shown[0] == shown[1]
    deliver()
    letters = {one: mailbox.to(one)[0] for one in ("chloe@example.org", "ana.silva@example.org")}
    assert "Bonjour Chloé" in words_of(letters["chloe@example.org"])
    assert "Bonjour Ana" in words_of(letters["ana.silva@example.org"])
    own = OWN_LINK.search(words_of(letters["ana.silva@example.org"]))
    assert own
    assert "Bonjour Ana" in text_of(client.get(own.group()))


def test_typing_somebodys_address_puts_her_in_nobodys_book(client, stage, meeting) -> None:
    """A seller would read the card of whoever's address she knows."""
    stranger = stage.customer("Nour", email="nour@example.org")
    with stage.uow(stage.seller.brand_id) as work:
        work.session.execute(_without_books())
    client.submit(
        guests_link(stage, meeting), email="nour@example.org", first_name="A", last_name="B"
    )

    with stage.uow(stage.seller.brand_id) as work:
        page = meetings.meeting_page(work.session, stage.seller, meeting)
    assert stranger not in {guest.customer_id for guest in page.participants}


def _without_books():
    return text("DELETE FROM book_entries")


@pytest.mark.parametrize("email", ["", "nobody", "a@b\r\nBcc: c@d", "\x00@x.fr"])
def test_what_is_no_address_is_told_beside_it(client, stage, meeting, email) -> None:
    answer = client.submit(
        guests_link(stage, meeting), email=email, first_name="Ana", last_name="Silva"
    )

    assert answer.status_code == 422
    assert 'id="field-email-error"' in answer.text


def test_who_asks_too_often_waits(client, stage, meeting) -> None:
    link, typed = guests_link(stage, meeting), {"first_name": "Ana", "last_name": "Silva"}
    asked = (client.submit(link, email="ana@example.org", **typed).status_code for _ in range(12))

    answers = list(takewhile(lambda status: status == 200, asked))

    assert 5 <= len(answers) < 12, "a store that is slow for a moment is counted without"


def test_only_one_letter_goes_to_an_address_that_others_type(
    client, stage, meeting, mailbox, deliver
) -> None:
    link, typed = guests_link(stage, meeting), {"first_name": "Ana", "last_name": "Silva"}
    for _ in range(3):
        client.submit(link, email="ana@example.org", **typed)
    deliver()

    assert len(mailbox.to("ana@example.org")) == 1


def test_the_link_says_nothing_of_the_guests(client, stage, meeting, chloe) -> None:
    stage.order(meeting, stage.guest(meeting)[1])
    words = text_of(client.get(guests_link(stage, meeting)))

    assert "50,00 €" not in words
    assert "Petit" not in words


def test_only_its_holder_and_purpose_count(stage, uow, meeting, chloe) -> None:
    token = stage.do(order_links.create_order_link, chloe, meeting_id=meeting)
    with stage.uow(stage.seller.brand_id) as work:
        actor = follow_link(work, LinkPurpose.ORDER, token)
    assert (actor.role, actor.customer_id, actor.meeting_id) == (Role.CUSTOMER, chloe, meeting)


def test_the_brand_publishes_terms_and_an_order_keeps_its_version(
    client, stage, meeting, chloe
) -> None:
    shop = shop_of(stage, chloe, meeting)
    fill(client, shop, stage)
    place(client, shop)
    stage.do(publish_terms, "D’autres conditions.")

    (order,) = placed_of(stage, chloe)
    accepted = text_of(client.get(f"{shop}/terms?version={order.terms_version}"))
    assert "Quatorze jours" in accepted
    assert "D’autres conditions." in text_of(client.get(f"{shop}/terms"))


@pytest.mark.parametrize("size", [1, 5])
def test_the_basket_costs_the_same_statements_whatever_its_size(
    client, stage, meeting, chloe, count_queries, size
) -> None:
    shop = shop_of(stage, chloe, meeting)
    for product_id in more_products(stage, size):
        client.submit(f"{shop}/lines", product_id=str(product_id), quantity="1")
    client.get(f"{shop}/basket")

    with count_queries() as counted:
        assert client.get(f"{shop}/basket").status_code == 200
    assert counted.count <= 49, counted.statements


def more_products(stage: Stage, size: int) -> list[UUID]:
    staff = system(stage.seller.brand_id)
    with stage.uow() as work:
        category = create_category(work, staff, "Many")
        return [
            create_product(
                work,
                staff,
                NewProduct(f"P-{n}", f"Pot {n}", category, price_cents=100),
                clock=work.clock,
            )
            for n in range(size)
        ]
