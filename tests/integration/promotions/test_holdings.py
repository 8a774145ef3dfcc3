"""What people hold, as pricing finds it, and what becomes of it with time."""

from datetime import timedelta

from sqlalchemy import text

from app.notifications.jobs import remind_of_holdings
from app.notifications.queries import emails_of
from app.promotions.models import Voucher
from app.promotions.queries import vouchers_of
from app.promotions.services import NewCode, issue_codes, withdraw_codes
from app.promotions.services.carts import Records
from app.promotions.services.expiry import expire_holdings, take_endings
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


def test_what_ends_is_announced_once_for_each_day_that_the_brand_set(shop: Shop) -> None:
    voucher = shop.voucher(1_500, remainder="kept")
    give_code(shop)
    with shop.stage.uow(shop.staff.brand_id) as work:
        at = work.clock()

    def reminded(issued: int, ends: int) -> list[tuple[int, int]]:
        """With so many days since they were issued, and left."""
        with shop.stage.uow(shop.staff.brand_id) as work:
            for table in ("promo_codes", "vouchers"):
                work.session.execute(
                    text(f"UPDATE {table} SET issued_at = :issued, valid_until = :ends"),
                    {"issued": at - timedelta(days=issued), "ends": at + timedelta(days=ends)},
                )
            return [
                (one.days, len(one.ids)) for one in take_endings(work, most=9, clock=lambda: at)
            ]

    assert reminded(1, 20) == [], "she has just got them"
    assert reminded(60, 31) == []
    assert (reminded(61, 30), reminded(61, 30)) == ([(30, 2)], [])
    with shop.stage.uow(shop.staff.brand_id) as work:
        work.session.get(Voucher, (shop.staff.brand_id, voucher)).status = "used"
    assert (reminded(90, 1), reminded(90, 1)) == ([(1, 1)], [])


def test_the_letter_tells_what_ends_and_how_it_is_used(shop: Shop, app_context: None) -> None:
    scope = {"products": ["BOUGIE"]}
    shop.voucher(0, units=2, scope=scope, remainder="kept", with_points=False)
    with shop.stage.uow(shop.staff.brand_id) as work:
        ends = {
            "issued": work.clock() - timedelta(days=60),
            "ends": work.clock() + timedelta(days=6),
        }
        work.session.execute(
            text("UPDATE vouchers SET issued_at = :issued, valid_until = :ends"), ends
        )

    sent = [remind_of_holdings(shop.staff.brand_id), remind_of_holdings(shop.staff.brand_id)]
    assert sent == [1, 0]
    with shop.stage.uow(shop.staff.brand_id) as work:
        (email,) = emails_of(work.session, shop.customer)
    assert email.subject.startswith("Bon : 2 × BOUGIE offerts, à utiliser jusqu’au")
    assert "Non cumulable avec des points." in email.text
