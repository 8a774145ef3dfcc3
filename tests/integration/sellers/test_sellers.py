"""Sellers come in with a card of their own, by form, from the book or by file, and may go."""

import pytest
from flask_babel import force_locale

from app.accounts.errors import SignInRefused
from app.accounts.queries import accounts_of_sellers
from app.accounts.services import sign_in
from app.customers import queries as customers
from app.http.words import say
from app.imports import services as imports
from app.imports.sheets import read_sheet
from app.kernel.actor import Actor, Role, system
from app.kernel.errors import NotAllowed
from app.sellers import queries, services
from app.sellers.errors import AddressNeeded, AlreadySeller, SellerNotFound
from app.sellers.exchange import SELLERS
from app.sellers.services import NewSeller
from tests.support.gathering import PASSWORD, Stage


@pytest.fixture
def admin(brand) -> Actor:
    return system(brand.id)


def account(stage: Stage, seller_id):
    with stage.uow() as work:
        found = accounts_of_sellers(work.session, stage.seller.brand_id, [seller_id])
    return found[seller_id]


def test_a_seller_without_password_is_invited(stage, admin) -> None:
    with stage.uow() as work:
        new = NewSeller("Inès", "Faure", "ines@example.org")
        seller_id = services.create_seller(work, admin, new, clock=work.clock)

    there = account(stage, seller_id)
    assert (there.has_joined, there.role, there.active) == (False, Role.SELLER, True)


def test_a_customer_becomes_a_seller_with_her_card(stage, admin) -> None:
    customer_id = stage.customer("Léa", "Martin", email="lea@example.org")
    with stage.uow() as work:
        seller_id = services.hire_customer(work, admin, customer_id, clock=work.clock)

    with stage.uow() as work:
        seller = queries.seller(work.session, seller_id)
        card = customers.customer(work.session, admin, customer_id)
    assert (seller.customer_id, card.roles) == (customer_id, ("SELLER",))
    with stage.uow() as work, pytest.raises(AlreadySeller):
        services.hire_customer(work, admin, customer_id, clock=work.clock)


def test_she_needs_an_address_to_sign_in(stage, admin) -> None:
    with stage.uow() as work, pytest.raises(AddressNeeded):
        services.hire_customer(work, admin, stage.customer(), clock=work.clock)


def test_a_suspended_seller_is_out_until_she_is_restored(stage, admin) -> None:
    seller_id = stage.seller.seller_id

    def enter() -> None:
        with stage.uow() as work:
            sign_in(work, "seller@example.org", PASSWORD)

    enter()
    for _ in range(2):
        with stage.uow() as work:
            services.suspend_seller(work, admin, seller_id, clock=work.clock)
    with pytest.raises(SignInRefused):
        enter()
    with stage.uow() as work:
        services.restore_seller(work, admin, seller_id)
    enter()


@pytest.mark.parametrize("role", [Role.CUSTOMER_SERVICE, Role.FINANCE, Role.SELLER])
def test_only_administrators_hire_and_suspend(stage, role) -> None:
    somebody = Actor(stage.seller.brand_id, role)
    with stage.uow() as work:
        with pytest.raises(NotAllowed):
            services.suspend_seller(work, somebody, stage.seller.seller_id, clock=work.clock)
        with pytest.raises(NotAllowed):
            services.hire_customer(work, somebody, stage.customer(), clock=work.clock)


def test_another_brands_seller_does_not_exist(stage, uow, second_brand) -> None:
    with uow(second_brand.id) as work, pytest.raises(SellerNotFound):
        services.suspend_seller(
            work, system(second_brand.id), stage.seller.seller_id, clock=work.clock
        )


def test_sellers_are_found_without_accents(stage, admin) -> None:
    with stage.uow() as work:
        new = NewSeller("Inès", "Faure", "ines@example.org", PASSWORD)
        services.create_seller(work, admin, new, clock=work.clock)
    with stage.uow() as work:
        found = queries.all_sellers(work.session, "INES")
    assert [one.display_name for one in found] == ["Inès Faure"]


# ---------------------------------------------------------------- files


def look(stage: Stage, admin: Actor, *lines: str):
    content = "\n".join(("email,first_name,last_name,city,active", *lines)).encode()
    with stage.uow() as work:
        return imports.look(work, admin, SELLERS, read_sheet(content))


def take(stage: Stage, admin: Actor, *lines: str):
    content = "\n".join(("email,first_name,last_name,city,active", *lines)).encode()
    with stage.uow() as work:
        return imports.apply(work, admin, SELLERS, read_sheet(content), clock=work.clock)


def test_sellers_come_and_change_by_file(stage, admin) -> None:
    lines = ("ines@example.org,Inès,Faure,Lyon,oui", "seller@example.org,Nadia,Roux,Nantes,non")

    report = take(stage, admin, *lines)
    again = take(stage, admin, *lines)

    assert (report.created, report.updated) == (1, 1)
    assert again.unchanged == 2
    assert account(stage, stage.seller.seller_id).active is False
    with stage.uow() as work, force_locale("fr"):
        content = imports.export(work, admin, SELLERS, "csv")
        assert imports.look(work, admin, SELLERS, read_sheet(content)).unchanged == 2


def test_a_customers_address_is_named(stage, admin) -> None:
    stage.customer("Léa", "Martin", email="lea@example.org")

    report = look(stage, admin, "LEA@example.org,Zoé,Petit,,")

    (cell,) = report.bad
    with stage.uow(), force_locale("en"):
        assert "Léa Martin" in say(cell.reason)
    assert (cell.line, cell.column) == (2, "email")
