"""What orders use: taken once, given back once, and never more of it than there is."""

import pytest
from sqlalchemy import text

from app.promotions.domain.quote import VoucherUsed
from app.promotions.errors import (
    CodeTaken,
    NothingToGiveBack,
    PlanChanged,
    PromotionExhausted,
    VoucherTaken,
)
from app.promotions.queries import vouchers_of
from app.promotions.queries.promotions import figures
from app.promotions.services import StandingVouchers, WantedVouchers, withdraw_vouchers
from app.promotions.services.codes import generate_codes
from app.promotions.services.promotions import update_promotion
from app.promotions.services.uses import give_back_uses
from app.promotions.services.voucher_uses import (
    consume_vouchers,
    give_back_vouchers,
    release_vouchers,
)
from tests.integration.promotions.conftest import TENTH, Shop, using
from tests.integration.promotions.test_codes_and_files import BULK, codes_of


def test_a_use_counts_until_its_order_is_given_up(shop: Shop) -> None:
    shop.promotion(limits={"uses": 1, "per_customer": 1, "per_seller": 1, "budget_cents": 5_000})
    order = shop.order()
    shop.reserve(order, shop.quote())
    shop.reserve(order, shop.quote())  # a second time: nothing more

    usage = shop.usage()
    assert (usage.uses, usage.by_customer, usage.by_seller, usage.spent_cents) == (1, 1, 1, 1_000)
    assert shop.quote().total_cents == 10_000
    shop.release(order)
    shop.release(order)
    assert shop.usage().uses == shop.usage().spent_cents == shop.usage().by_customer == 0
    assert shop.quote().total_cents == 9_000


def test_whoever_comes_too_late_is_told_and_nothing_of_it_stays(shop: Shop) -> None:
    shop.promotion(limits={"uses": 1})
    seen = shop.quote()
    shop.reserve(shop.order(), seen)
    late = shop.order(shop.stage.customer())

    with pytest.raises(PromotionExhausted) as told:
        shop.reserve(late, seen)
    assert told.value.params["name"] == "tenth"
    assert shop.usage().uses == 1


def test_a_budget_is_never_passed_not_even_by_the_first(shop: Shop) -> None:
    here = shop.promotion(limits={"budget_cents": 1_500})
    seen = shop.quote()
    shop.reserve(shop.order(), seen)
    with pytest.raises(PromotionExhausted):
        shop.reserve(shop.order(shop.stage.customer()), seen)
    assert shop.usage().spent_cents == 1_000
    assert shop.see(figures, [here])[here].cost_cents == 1_000


def test_a_price_of_an_older_plan_is_not_taken(shop: Shop) -> None:
    here = shop.promotion()
    seen = shop.quote()
    shop.do(update_promotion, here, {**TENTH, "name": "Dix"})

    with pytest.raises(PlanChanged):
        shop.reserve(shop.order(), seen)


def test_a_limit_set_later_counts_the_uses_from_before(shop: Shop) -> None:
    here = shop.promotion()
    shop.reserve(shop.order(), shop.quote())
    assert shop.usage().uses == 0  # nobody needs to know
    shop.do(update_promotion, here, {**TENTH, "limits": {"uses": 2, "per_customer": 1}})

    assert (shop.usage().uses, shop.usage().by_customer) == (1, 1)
    shop.do(update_promotion, here, {**TENTH, "limits": {"uses": 1}})
    assert shop.quote().total_cents == 10_000


def test_a_use_that_is_not_given_back_stays_when_the_order_is_cancelled(shop: Shop) -> None:
    here = shop.promotion(limits={"uses": 5, "budget_cents": 5_000}, gives_back_use=False)
    order = shop.order()
    shop.reserve(order, shop.quote())
    shop.release(order)

    assert (shop.usage().uses, shop.usage().spent_cents) == (1, 0)
    assert shop.see(figures, [here])[here].uses == 1


def test_what_comes_back_of_an_order_was_not_spent(shop: Shop) -> None:
    shop.promotion(limits={"budget_cents": 5_000})
    order = shop.order()
    shop.reserve(order, shop.quote())
    shop.consume(order)
    with shop.stage.uow(shop.staff.brand_id) as work:
        give_back_uses(work, order, {"tenth": 400})
    assert (shop.usage().uses, shop.usage().spent_cents) == (1, 600)

    with shop.stage.uow(shop.staff.brand_id) as work, pytest.raises(NothingToGiveBack):
        give_back_uses(work, order, {"tenth": 601})
    shop.release(order)
    assert (shop.usage().uses, shop.usage().spent_cents) == (0, 0)


def test_an_order_placed_again_uses_it_again(shop: Shop) -> None:
    shop.promotion(limits={"uses": 1})
    order, seen = shop.order(), shop.quote()
    for _ in range(2):
        shop.reserve(order, seen)
        shop.release(order)
    shop.reserve(order, seen)
    assert shop.usage().uses == 1


def test_a_single_code_serves_one_order(shop: Shop) -> None:
    batch = shop.do(generate_codes, shop.promotion(**BULK), count=1)
    seen = shop.quote(codes=(codes_of(shop, batch)[0],))
    first = shop.order()
    shop.reserve(first, seen)
    with pytest.raises(CodeTaken):
        shop.reserve(shop.order(shop.stage.customer()), seen)

    shop.release(first)
    shop.reserve(shop.order(shop.stage.customer()), seen)


def test_reserving_takes_the_same_statements_for_any_number(shop: Shop, count_queries) -> None:
    counts = []
    for number in (1, 6):
        for one in range(number):
            shop.promotion(f"p{number}-{one}", limits={"uses": 9, "per_customer": 9})
        order, seen = shop.order(shop.stage.customer()), shop.quote()
        assert len(seen.applied) >= number
        with count_queries() as found:
            shop.reserve(order, seen)
        counts.append(found.count)
    assert counts[0] == counts[1]


# ---------------------------------------------------------------- vouchers


def of(voucher, cents: int, *, kept: int = 0, lost: int = 0):
    return using(vouchers=(VoucherUsed(str(voucher), cents, kept, lost),))


def state(shop: Shop) -> tuple[str, int, int]:
    found = shop.see(vouchers_of, [shop.customer])[-1]
    return found.status, found.remaining_cents, found.face_cents


def give(shop: Shop, service, *args):
    with shop.stage.uow(shop.staff.brand_id) as work:
        return service(work, *args, clock=work.clock)


def test_a_voucher_is_spent_in_one_order_and_its_rest_lost(shop: Shop) -> None:
    voucher, order = shop.voucher(3_000), shop.order()
    shop.reserve(order, of(voucher, 2_200, lost=800))
    shop.reserve(order, of(voucher, 2_200, lost=800))
    assert state(shop) == ("reserved", 0, 3_000)
    with pytest.raises(VoucherTaken):
        shop.reserve(shop.order(shop.stage.customer()), of(voucher, 2_200, lost=800))

    give(shop, consume_vouchers, order)
    assert state(shop) == ("used", 0, 3_000)


def test_what_is_kept_of_a_voucher_serves_another_order(shop: Shop) -> None:
    voucher = shop.voucher(3_000, remainder="kept")
    first, second = shop.order(), shop.order(shop.stage.customer())
    shop.reserve(first, of(voucher, 2_000, kept=1_000))
    assert state(shop) == ("available", 1_000, 3_000)
    with pytest.raises(VoucherTaken):  # the price was shown before the first one was placed
        shop.reserve(second, of(voucher, 2_000, kept=1_000))
    shop.reserve(second, of(voucher, 1_000))
    assert give(shop, release_vouchers, first) == {voucher: 2_000}
    assert state(shop) == ("available", 2_000, 3_000)


def test_parts_given_back_add_up_to_what_was_taken(shop: Shop) -> None:
    voucher, order = shop.voucher(3_000), shop.order()
    shop.reserve(order, of(voucher, 2_200, lost=800))
    give(shop, consume_vouchers, order)
    give(shop, give_back_vouchers, order, {voucher: 700})
    assert state(shop) == ("available", 700, 3_000)
    with pytest.raises(NothingToGiveBack):
        give(shop, give_back_vouchers, order, {voucher: 1_501})
    give(shop, give_back_vouchers, order, {voucher: 1_500})
    assert state(shop) == ("available", 3_000, 3_000)
    assert give(shop, release_vouchers, order) == {}
    assert state(shop) == ("available", 3_000, 3_000)


def test_somebody_else_s_voucher_cannot_be_reserved(shop: Shop) -> None:
    voucher, stranger = shop.voucher(), shop.stage.customer()
    with pytest.raises(VoucherTaken):
        shop.reserve(shop.order(stranger), of(voucher, 3_000), stranger)


def test_a_voucher_that_expired_while_it_was_held_comes_back_expired(shop: Shop) -> None:
    voucher, order = shop.voucher(), shop.order()
    shop.reserve(order, of(voucher, 3_000))
    with shop.stage.uow(shop.staff.brand_id) as work:
        work.session.execute(text("UPDATE vouchers SET valid_until = now()"))
    give(shop, release_vouchers, order)
    assert state(shop) == ("expired", 3_000, 3_000)


def test_a_voucher_no_longer_deserved_does_not_come_back(shop: Shop) -> None:
    voucher, order = shop.voucher(), shop.order()
    shop.reserve(order, of(voucher, 3_000))
    with shop.stage.uow(shop.staff.brand_id) as work:
        work.session.execute(text("UPDATE vouchers SET grant_id = id"))
        standing = withdraw_vouchers(work, {voucher: WantedVouchers(0, 0)})
        assert standing == {voucher: StandingVouchers(3_000, 1)}
    give(shop, release_vouchers, order)
    assert state(shop) == ("reversed", 0, 0)


def units_used(voucher, units: int, cents: int):
    return using(vouchers=(VoucherUsed(str(voucher), cents, 0, 0, units),))


def units_state(shop: Shop) -> tuple[str, int, int]:
    found = shop.see(vouchers_of, [shop.customer])[-1]
    return found.status, found.remaining_units, found.face_units


def test_units_come_back_whole_as_their_price_comes_back(shop: Shop) -> None:
    voucher, order = shop.voucher(0, units=3), shop.order()
    shop.reserve(order, units_used(voucher, 2, 2_500))
    assert units_state(shop) == ("reserved", 0, 3)
    give(shop, consume_vouchers, order)

    give(shop, give_back_vouchers, order, {voucher: 1_200})
    assert units_state(shop) == ("used", 0, 3)
    give(shop, give_back_vouchers, order, {voucher: 50})
    assert units_state(shop) == ("available", 1, 3)
    give(shop, give_back_vouchers, order, {voucher: 1_250})
    assert units_state(shop) == ("available", 3, 3)


def test_units_not_used_are_kept_where_the_voucher_says_so(shop: Shop) -> None:
    voucher = shop.voucher(0, units=3, remainder="kept")
    first, second = shop.order(), shop.order(shop.stage.customer())
    shop.reserve(first, units_used(voucher, 2, 2_500))
    assert units_state(shop) == ("available", 1, 3)
    with pytest.raises(VoucherTaken):
        shop.reserve(second, units_used(voucher, 2, 2_500))
    assert give(shop, release_vouchers, first) == {voucher: 2_500}
    assert units_state(shop) == ("available", 3, 3)
