"""The demo brands are what the tour says, and nobody in them shares an address."""

import pytest

from app.demo.fern import FERN
from app.demo.olive import OLIVE
from app.promotions.domain.plan_format import plan_warnings, read_plan
from app.rewards.domain.programme import compile_programme


def people_of(demo):
    for seller, book in demo.content.books:
        yield seller
        yield from book


def test_main_brand_is_as_large_as_a_real_one():
    content = OLIVE.content

    assert len(content.items) == 60
    assert len(content.categories) == 8
    assert len(content.books) == 6
    assert sum(len(book) for _seller, book in content.books) == 120
    assert {member.role for member in content.staff} == {
        "brand_admin",
        "customer_service",
        "finance",
    }


def test_second_brand_is_small_and_speaks_english():
    assert len(FERN.content.items) == 12
    assert [len(book) for _seller, book in FERN.content.books] == [8]
    assert FERN.options["locale"] == "en"


@pytest.mark.parametrize("demo", [OLIVE, FERN], ids=lambda demo: demo.slug)
def test_everybody_has_an_address_of_her_own(demo):
    addresses = [person.email for person in people_of(demo)]
    addresses += [member.email for member in demo.content.staff]

    assert len(set(addresses)) == len(addresses)
    assert all(address.isascii() and address.endswith(".example") for address in addresses)


@pytest.mark.parametrize("demo", [OLIVE, FERN], ids=lambda demo: demo.slug)
def test_what_is_sold_has_a_category_and_what_is_given_is_sold(demo):
    references = {item.reference for item in demo.content.items}

    assert {item.category for item in demo.content.items} == set(demo.content.categories)
    assert len(references) == len(demo.content.items)
    compile_programme(demo.content.programme)


@pytest.mark.parametrize("demo", [OLIVE, FERN], ids=lambda demo: demo.slug)
def test_what_is_taken_off_is_taken_off_what_is_sold(demo):
    plan = read_plan(demo.content.plan)
    sold = {item.reference for item in demo.content.items}

    assert plan_warnings(plan) == ()
    assert {name for one in plan.promotions for name in one.effect.products} <= sold
    assert {name for one in plan.promotions for name in one.effect.scope.categories} <= {
        *demo.content.categories
    }
    assert set(demo.content.code_batches) <= {one.id for one in plan.promotions}
