"""One card per address, and who may see it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import pytest

from app.customers import queries, services
from app.customers.errors import CustomerAlreadyExists, CustomerNotFound
from app.customers.services import NewCustomer
from app.kernel.actor import Actor, Role, system
from app.kernel.errors import NotAllowed, NotFound
from app.sellers.queries import seller, sellers
from app.sellers.services import create_seller
from tests.support.gathering import Stage, set_stage

CHLOE = NewCustomer("Chloé", "Bréant", "Chloe.Breant@Example.org", city="Lyon")


@pytest.fixture
def rival(uow, brand) -> Stage:
    return set_stage(uow, brand.id, email="rival")


def card(stage: Stage, customer_id: UUID, actor: Actor | None = None):
    with stage.uow() as work:
        return queries.customer(work.session, actor or stage.seller, customer_id)


def names(stage: Stage, text: str, **options) -> list[str]:
    with stage.uow() as work:
        return [one.name for one in queries.search(work.session, stage.seller, text, **options)]


def test_a_new_customer_stands_in_the_book_of_who_typed_her(stage: Stage) -> None:
    customer_id = stage.do(services.create_customer, CHLOE)

    seen = card(stage, customer_id)
    assert (seen.name, seen.email, seen.city) == (
        "Chloé Bréant",
        "Chloe.Breant@Example.org",
        "Lyon",
    )


def test_another_seller_does_not_find_her(stage: Stage, rival: Stage) -> None:
    customer_id = stage.do(services.create_customer, CHLOE)

    with pytest.raises(CustomerNotFound):
        card(rival, customer_id)
    assert names(rival, "chloe") == []


def test_an_address_is_refused_with_the_card_that_has_it(stage: Stage) -> None:
    customer_id = stage.do(services.create_customer, CHLOE)

    with pytest.raises(CustomerAlreadyExists) as refused:
        stage.do(services.create_customer, NewCustomer("C", "B", " chloe.breant@example.ORG "))
    assert refused.value.customer_id == customer_id


def test_the_card_of_another_book_is_not_given_away(stage: Stage, rival: Stage) -> None:
    stage.do(services.create_customer, CHLOE)

    with pytest.raises(CustomerAlreadyExists) as refused:
        rival.do(services.create_customer, CHLOE)
    assert refused.value.customer_id is None


def test_customers_without_an_address_are_many(stage: Stage) -> None:
    first, second = (stage.do(services.create_customer, NewCustomer("A", "B")) for _ in range(2))

    assert first != second


def test_two_brands_may_know_the_same_address(stage: Stage, uow, second_brand) -> None:
    stage.do(services.create_customer, CHLOE)

    with uow(second_brand.id) as work:
        staff = system(second_brand.id)
        other = services.create_customer(work, staff, CHLOE, clock=work.clock)
    with pytest.raises(CustomerNotFound):
        card(stage, other, system(stage.seller.brand_id))


def test_one_card_is_made_when_two_type_it_at_once(stage: Stage) -> None:
    start = Barrier(8)

    def type_in(_: int) -> bool:
        start.wait()
        try:
            stage.do(services.create_customer, CHLOE)
        except CustomerAlreadyExists:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(type_in, range(8))) == 1


@pytest.mark.parametrize("typed", ["chloe", "BREANT chlo", "breant@example", "  bré  "])
def test_she_is_found_by_name_or_address(stage: Stage, typed: str) -> None:
    stage.do(services.create_customer, CHLOE)

    assert names(stage, typed) == ["Chloé Bréant"]


@pytest.mark.parametrize("typed", ["\x00", "%%", "chloe zoe", "🦄", "\ud800"])
def test_odd_searches_find_what_they_should(stage: Stage, typed: str) -> None:
    stage.do(services.create_customer, CHLOE)

    everybody = ["Chloé Bréant", "Nadia Roux"]
    assert names(stage, typed) == ([] if typed.strip("\x00\ud800") else everybody)


def test_search_goes_on_page_by_page(stage: Stage) -> None:
    for letter in "ABC":
        stage.customer(letter)

    assert names(stage, "petit", limit=2) == ["A Petit", "B Petit"]
    assert names(stage, "petit", limit=2, offset=2) == ["C Petit"]
    with stage.uow() as work:
        assert queries.count(work.session, stage.seller, "petit") == 3


def test_the_holder_of_a_link_sees_herself_only(stage: Stage) -> None:
    hers, another = stage.customer(), stage.customer()
    host = Actor(stage.seller.brand_id, Role.HOST, customer_id=hers, meeting_id=uuid4())

    assert card(stage, hers, host).id == hers
    with pytest.raises(CustomerNotFound):
        card(stage, another, host)


def test_nobody_without_a_book_makes_cards(stage: Stage) -> None:
    host = Actor(stage.seller.brand_id, Role.HOST, customer_id=uuid4(), meeting_id=uuid4())

    with stage.uow() as work, pytest.raises(NotAllowed):
        services.create_customer(work, host, CHLOE, clock=work.clock)


def test_a_customer_joins_a_second_book_and_keeps_her_principal_seller(stage, rival) -> None:
    customer_id = stage.customer()

    for _ in range(2):
        with stage.uow() as work:
            services.add_to_book(work, rival.seller.seller_id, customer_id, principal=True)

    assert card(rival, customer_id).id == customer_id
    assert card(stage, customer_id).id == customer_id


def test_she_becomes_a_host_once(stage: Stage) -> None:
    customer_id = stage.customer()

    for _ in range(2):
        with stage.uow() as work:
            services.mark_host(work, [customer_id])
    assert card(stage, customer_id).roles == ("HOST",)


def test_a_seller_has_a_card_of_her_own_in_her_book(stage: Stage) -> None:
    with stage.uow() as work:
        seen = seller(work.session, stage.seller.seller_id)
    own = card(stage, seen.customer_id)

    assert (seen.display_name, seen.user_email) == ("Nadia Roux", "seller@example.org")
    assert own.roles == ("SELLER",)


def test_an_unknown_seller_is_not_found(stage: Stage) -> None:
    with stage.uow() as work:
        assert sellers(work.session, []) == {}
        with pytest.raises(NotFound):
            seller(work.session, uuid4())


def test_a_seller_does_not_hire(stage: Stage) -> None:
    with stage.uow() as work, pytest.raises(NotAllowed):
        create_seller(work, stage.seller, None, clock=work.clock)
