"""price() at list prices: exact, whatever the order of lines, with the parts always summing up."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.money import MAX_CENTS
from app.promotions.domain import (
    EMPTY_PLAN,
    Cart,
    CartLine,
    Context,
    Quote,
    Shipping,
    price,
)
from app.promotions.errors import AmountTooLarge

CONTEXT = Context(at=datetime(2026, 10, 10, 12, tzinfo=UTC))


def line(line_id: str = "a", **fields: object) -> CartLine:
    values = {"product": "WOK", "quantity": 1, "unit_price_cents": 1_000, "vat_rate_bp": 2_000}
    return CartLine(**{"id": line_id, **values, **fields})


def quote(*lines: CartLine, shipping: int = 0) -> Quote:
    return price(Cart(lines, Shipping(list_cents=shipping)), EMPTY_PLAN, CONTEXT)


lines = st.builds(
    CartLine,
    id=st.uuids().map(str),
    product=st.just("WOK"),
    quantity=st.integers(1, 9_999),
    unit_price_cents=st.integers(0, 1_000_000),
    vat_rate_bp=st.sampled_from([0, 210, 550, 1_000, 2_000]),
    gift=st.booleans(),
)
carts = st.lists(lines, max_size=6, unique_by=lambda item: item.id)


def test_an_empty_cart_costs_nothing() -> None:
    assert quote().total_cents == 0


def test_a_line_costs_its_price_times_its_quantity() -> None:
    priced = quote(line(quantity=3, unit_price_cents=1_999)).lines[0]

    assert (priced.list_cents, priced.net_cents) == (5_997, 5_997)


@pytest.mark.parametrize(
    ("rate", "vat"),
    [
        pytest.param(2_000, 167, id="twenty percent contained in ten euros"),
        pytest.param(550, 52, id="five and a half percent"),
        pytest.param(0, 0, id="no tax"),
    ],
)
def test_vat_is_taken_out_of_the_price(rate: int, vat: int) -> None:
    assert quote(line(vat_rate_bp=rate)).lines[0].vat_cents == vat


def test_a_won_line_is_free_and_says_so() -> None:
    priced = quote(line(gift=True)).lines[0]

    assert (priced.net_cents, priced.vat_cents) == (0, 0)
    assert [(a.code, a.amount_cents) for a in priced.adjustments] == [("gift_won", 1_000)]


def test_shipping_is_paid_on_top_of_the_products() -> None:
    priced = quote(line(), shipping=490)

    assert (priced.products_cents, priced.shipping_cents, priced.total_cents) == (1_000, 490, 1_490)


def test_an_absurd_amount_is_refused() -> None:
    with pytest.raises(AmountTooLarge):
        quote(line(quantity=9_999, unit_price_cents=MAX_CENTS))


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"line_id": ""}, id="a line without an id"),
        pytest.param({"quantity": 0}, id="no unit"),
        pytest.param({"unit_price_cents": -1}, id="a negative price"),
    ],
)
def test_what_cannot_be_priced_is_not_a_line(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="cannot be priced"):
        line(**wrong)


def test_two_lines_need_two_ids() -> None:
    with pytest.raises(ValueError, match="ids of their own"):
        quote(line("a"), line("a"))


@given(carts)
def test_lines_sum_to_the_total_and_nothing_is_below_zero(cart: list[CartLine]) -> None:
    priced = quote(*cart)

    assert sum(one.net_cents for one in priced.lines) == priced.products_cents
    assert priced.discount_cents == sum(
        adjustment.amount_cents for one in priced.lines for adjustment in one.adjustments
    )
    assert all(0 <= one.vat_cents <= one.net_cents <= one.list_cents for one in priced.lines)


@given(carts)
def test_the_order_of_lines_changes_no_amount(cart: list[CartLine]) -> None:
    there, back = quote(*cart), quote(*reversed(cart))

    assert there.total_cents == back.total_cents
    assert all(there.line(one.id) == back.line(one.id) for one in cart)
