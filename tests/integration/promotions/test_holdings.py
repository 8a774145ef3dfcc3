"""What people hold, as pricing finds it, and what becomes of it with time."""

from datetime import timedelta

from sqlalchemy import text

from app.promotions.models import Voucher
from app.promotions.queries import vouchers_of
from app.promotions.services import NewCode, issue_codes, withdraw_codes
from app.promotions.services.carts import Records
from app.promotions.services.expiry import expire_holdings
from tests.integration.promotions.conftest import Shop

MODEL = {
    "name": "−10 % sur la prochaine commande",
    "effect": {"kind": "percent_off_order", "rate_bp": 1_000},
    "minimum_basket_cents": 5_000,
}


def records(shop: Shop, *codes: str) -> Records:
    with shop.stage.uow(shop.staff.brand_id) as work:
        return shop.records_in(work, codes=codes)


def give_code(shop: Shop, **given) -> str:
    with shop.stage.uow(shop.staff.brand_id) as work:
        grant = given.pop("grant_id", None)
        new = NewCode(shop.customer, grant, MODEL["name"], MODEL, given.get("valid_until"))
        issue_codes(work, [new], clock=work.clock)
    return records(shop).holdings[-1].code if not given else ""


def test_a_code_won_takes_off_what_it_promised_for_one_order(shop: Shop) -> None:
    code = give_code(shop)
    quote = shop.quote(codes=(code.lower(),))
    assert (quote.total_cents, quote.applied[0].code) == (9_000, code.lower())

    order = shop.order()
    shop.reserve(order, quote)
    assert shop.quote(codes=(code,)).refusals[0].reasons[0].code == "code_reserved"
    shop.release(order)
    assert shop.quote(codes=(code,)).total_cents == 9_000


def test_a_code_that_is_over_is_refused_before_anybody_sweeps(shop: Shop) -> None:
    code = give_code(shop)
    with shop.stage.uow(shop.staff.brand_id) as work:
        work.session.execute(text("UPDATE promo_codes SET valid_until = now()"))
    assert shop.quote(codes=(code,)).refusals[0].reasons[0].code == "code_expired"
    with shop.stage.uow(shop.staff.brand_id) as work:
        assert expire_holdings(work, most=10, clock=work.clock) == 1
    with shop.stage.uow(shop.staff.brand_id) as work:
        assert expire_holdings(work, most=10, clock=work.clock) == 0
    assert shop.quote(codes=(code,)).refusals[0].reasons[0].code == "code_expired"


def test_a_code_taken_back_while_an_order_has_it_is_gone_with_the_order(shop: Shop) -> None:
    grant = shop.customer
    give_code(shop, grant_id=grant)
    code = records(shop).holdings[0].code
    order = shop.order()
    shop.reserve(order, shop.quote(codes=(code,)))
    with shop.stage.uow(shop.staff.brand_id) as work:
        withdraw_codes(work, {grant: 0})
    shop.release(order)

    assert records(shop).holdings == ()
    assert records(shop, code).dead_codes[code.lower()] == "disabled"


def test_vouchers_come_with_their_terms_those_that_expire_first_first(shop: Shop) -> None:
    later = shop.voucher(2_000, minimum_basket_cents=3_000, remainder="kept")
    sooner = shop.voucher(1_000)
    with shop.stage.uow(shop.staff.brand_id) as work:
        row = work.session.get(Voucher, (shop.staff.brand_id, sooner))
        row.valid_until = work.clock() + timedelta(days=1)

    found = list(records(shop).vouchers.values())
    assert [one.id for one in found] == [str(sooner), str(later)]
    assert (found[1].minimum_basket_cents, found[1].keeps_remainder) == (3_000, True)
    assert len(shop.see(vouchers_of, [shop.customer])) == 2


def test_gifts_are_there_while_they_can_be_had(shop: Shop) -> None:
    shop.promotion("gift", effect={"kind": "free_product", "products": ["WOK-seller", "NONE"]})

    gifts = records(shop).gifts
    assert set(gifts) == {"WOK-seller"}
    assert gifts["WOK-seller"].stock is None


def test_what_is_read_for_a_cart_takes_the_same_statements_always(
    shop: Shop, count_queries
) -> None:
    counts = []
    for number in (1, 5):
        for one in range(number):
            shop.promotion(
                f"p{number}-{one}", limits={"uses": 3}, entry="code", codes=[f"C{number}{one}"]
            )
            give_code(shop, valid_until=None)
            shop.voucher()
        records(shop)
        with count_queries() as found:
            records(shop, "C10", "nobody")
        counts.append(found.count)
    assert counts[0] == counts[1]
