"""What becomes of a gift that is out of stock, or that nobody chooses in time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest

from app.catalog.domain import CorrectionReason
from app.catalog.queries import product_view
from app.catalog.services import Correction, correct_stock
from app.infra.uow import transact
from app.kernel.errors import ConviveError
from app.meetings.services import guests
from app.orders import services as orders
from app.orders.domain.parcels import HOST_PARCEL, Parcel
from app.orders.queries import orders_by_id, orders_of_meetings
from app.promotions.queries import VoucherView, vouchers_of
from app.rewards import jobs
from app.rewards.errors import (
    GiftAlreadyChosen,
    GiftGone,
    GiftStillThere,
    NotAmongTheChoices,
    NotConvertible,
    NoWaitingList,
    ParcelNotOffered,
)
from app.rewards.queries import ClaimView
from app.rewards.services.gift_choice import GiftWish, choose_gift
from app.rewards.services.gift_endings import (
    convert_gift,
    end_due_gift,
    give_waited_for,
    wait_for_gift,
)
from app.rewards.services.gift_reminders import take_gift_reminders
from app.rewards.services.settlement import settle_meeting
from tests.support.winning import Winning, gift_rule, set_winning_stage


@pytest.fixture
def stage(uow, brand) -> Winning:
    return set_winning_stage(uow, brand.id)


class Shelf:
    """Gifts TARTE and COUTEAU of the rule `terms`, and the units there are of each."""

    def __init__(self, stage: Winning, stock: dict[str, int], **terms: Any) -> None:
        self.stage = stage
        self.ids = {name: stage.gift(name, stock=units) for name, units in stock.items()}
        sold = {"measure": "orders", "op": ">=", "value": 1}
        rule = gift_rule(**terms) | {"conditions": sold}
        stage.publish({"format": "convive.programme/1", "rules": [rule]})

    def claim(self) -> ClaimView:
        (claim,) = self.stage.claims(self.stage.won(buyers=1))
        return claim

    def again(self, claim: ClaimView) -> ClaimView:
        assert claim.meeting_id
        return next(one for one in self.stage.claims(claim.meeting_id) if one.id == claim.id)

    def came_in(self, name: str, units: int = 1) -> None:
        wish = Correction(CorrectionReason.RECEIVED, units)
        self.stage.staff(correct_stock, self.ids[name], wish)

    def available(self, name: str) -> int | None:
        return self.stage.read(lambda work: product_view(work.session, self.ids[name]).available)

    def vouchers(self, claim: ClaimView) -> tuple[VoucherView, ...]:
        return self.stage.read(lambda work: vouchers_of(work.session, [claim.customer_id]))


NONE = {"TARTE": 0, "COUTEAU": 0}


# ---------------------------------------------------------------- out of stock


def test_substitutes_are_offered_only_once_the_gifts_are_gone(stage) -> None:
    shelf = Shelf(stage, {"TARTE": 1, "COUTEAU": 0, "BOL": 5}, substitutes=["BOL"])
    first, second = shelf.claim(), shelf.claim()

    with pytest.raises(NotAmongTheChoices):
        stage.do(choose_gift, first.id, shelf.ids["BOL"])
    stage.do(choose_gift, first.id, shelf.ids["TARTE"])
    stage.do(choose_gift, second.id, shelf.ids["BOL"])

    assert shelf.again(second).product_id == shelf.ids["BOL"]
    assert shelf.available("BOL") == 4


@pytest.mark.parametrize(
    ("terms", "act", "refusal"),
    [
        ({}, "wait", NoWaitingList),
        ({}, "convert", NotConvertible),
        ({"out_of_stock": "waiting_list"}, "convert", NotConvertible),
        ({"out_of_stock": "voucher"}, "wait", NoWaitingList),
    ],
)
def test_only_what_was_announced_can_be_had_instead(stage, terms, act, refusal) -> None:
    shelf = Shelf(stage, NONE, **terms)
    claim = shelf.claim()

    with pytest.raises(refusal):
        if act == "wait":
            stage.do(wait_for_gift, claim.id, shelf.ids["TARTE"])
        else:
            stage.do(convert_gift, claim.id)


@pytest.mark.parametrize("out_of_stock", ["waiting_list", "voucher"])
def test_while_something_is_left_it_is_chosen(stage, out_of_stock) -> None:
    shelf = Shelf(stage, {"TARTE": 0, "COUTEAU": 1}, out_of_stock=out_of_stock)
    claim = shelf.claim()

    with pytest.raises(GiftStillThere):
        if out_of_stock == "voucher":
            stage.do(convert_gift, claim.id)
        else:
            stage.do(wait_for_gift, claim.id, shelf.ids["TARTE"])


def test_what_comes_in_goes_to_who_waited_longest_and_to_nobody_before(
    app_context, stage, brand
) -> None:
    shelf = Shelf(stage, NONE, out_of_stock="waiting_list")
    first, second, third = shelf.claim(), shelf.claim(), shelf.claim()
    for claim in (first, second):
        stage.do(wait_for_gift, claim.id, shelf.ids["TARTE"])
        stage.do(wait_for_gift, claim.id, shelf.ids["TARTE"])

    shelf.came_in("TARTE")
    with pytest.raises(GiftGone):
        stage.do(choose_gift, third.id, shelf.ids["TARTE"])
    served = [jobs.give_waited_for(brand.id), jobs.give_waited_for(brand.id)]

    assert served == [1, 0]
    assert [shelf.again(one).status for one in (first, second, third)] == [
        "chosen",
        "waiting",
        "open",
    ]
    assert shelf.available("TARTE") == 0


def test_somebody_who_waits_may_still_choose_what_is_there(stage) -> None:
    shelf = Shelf(stage, NONE, out_of_stock="waiting_list")
    claim = shelf.claim()
    stage.do(wait_for_gift, claim.id, shelf.ids["TARTE"])
    shelf.came_in("COUTEAU")

    stage.do(choose_gift, claim.id, shelf.ids["COUTEAU"])

    assert shelf.again(claim).waits_for_id is None


def test_a_unit_that_comes_in_is_given_once_however_many_workers(app, stage, brand) -> None:
    shelf = Shelf(stage, NONE, out_of_stock="waiting_list")
    claims = [shelf.claim() for _ in range(3)]
    for claim in claims:
        stage.do(wait_for_gift, claim.id, shelf.ids["TARTE"])
    shelf.came_in("TARTE")
    start = Barrier(3)

    def serve(claim: ClaimView) -> str:
        with app.app_context():
            start.wait(timeout=30)
            try:
                given = transact(
                    lambda work: give_waited_for(work, stage.seller, claim.id, clock=work.clock),
                    brand.id,
                )
            except ConviveError as refusal:
                return refusal.code
            return "given" if given else "waits"

    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(serve, claims))

    assert answers.count("given") == 1
    assert shelf.available("TARTE") == 0


def test_a_gift_becomes_a_voucher_of_its_list_price_once(stage) -> None:
    shelf = Shelf(stage, NONE, out_of_stock="voucher")
    claim = shelf.claim()

    stage.do(convert_gift, claim.id)
    stage.do(convert_gift, claim.id)

    (voucher,) = shelf.vouchers(claim)
    now = shelf.again(claim)
    assert (voucher.face_cents, voucher.status) == (2_000, "available")
    assert (now.status, now.voucher_id) == ("converted", voucher.id)


# ---------------------------------------------------------------- not chosen


CASES = {
    "lost": ({"TARTE": 1, "COUTEAU": 1}, {}, "expired", 0),
    "a voucher of the price set": (
        {"TARTE": 1, "COUTEAU": 1},
        {"unchosen": "voucher", "voucher_cents": 1_500},
        "converted",
        1_500,
    ),
    "nothing was left: a voucher": (NONE, {"out_of_stock": "voucher"}, "converted", 2_000),
    "nothing was left: in line": (NONE, {"out_of_stock": "waiting_list"}, "waiting", 0),
    "nothing was left, and nothing said": (NONE, {}, "expired", 0),
}


@pytest.mark.parametrize(("stock", "terms", "status", "cents"), CASES.values(), ids=CASES)
def test_at_the_deadline_it_becomes_what_was_announced(
    stage, brand, stock, terms, status, cents
) -> None:
    shelf = Shelf(stage, stock, **terms)
    claim = shelf.claim()
    assert claim.choose_before

    assert _ended(stage, claim, claim.choose_before - timedelta(seconds=1)) is False
    assert _ended(stage, claim, claim.choose_before) is True
    assert _ended(stage, claim, claim.choose_before) is False

    assert shelf.again(claim).status == status
    assert [one.face_cents for one in shelf.vouchers(claim)] == ([cents] if cents else [])


def test_waiting_ends_in_a_voucher_when_it_took_too_long(stage) -> None:
    terms = {"out_of_stock": "waiting_list", "wait_at_most_days": 30}
    shelf = Shelf(stage, NONE, **terms)
    claim = shelf.claim()
    stage.do(wait_for_gift, claim.id, shelf.ids["TARTE"])
    until = shelf.again(claim).waits_until
    assert until

    assert _ended(stage, claim, until - timedelta(seconds=1)) is False
    assert _ended(stage, claim, until) is True

    assert shelf.again(claim).status == "converted"


def test_reminders_are_taken_once_each(stage) -> None:
    shelf = Shelf(stage, {"TARTE": 1, "COUTEAU": 1})
    claim = shelf.claim()
    assert claim.choose_before
    days = {20: [], 7: [7], 6: [], 1: [1], 0.5: []}

    taken = {left: _reminded(stage, claim, left) for left in days}

    assert taken == days


def _ended(stage: Winning, claim: ClaimView, at: Any) -> bool:
    with stage.uow(stage.seller.brand_id) as work:
        return end_due_gift(work, stage.seller, claim.id, clock=lambda: at)


def _reminded(stage: Winning, claim: ClaimView, days_left: float) -> list[int]:
    assert claim.choose_before
    at = claim.choose_before - timedelta(days=days_left)
    with stage.uow(stage.seller.brand_id) as work:
        return [one.days for one in take_gift_reminders(work, most=10, clock=lambda: at)]


# ---------------------------------------------------------------- taken back


def test_a_waiting_gift_that_is_no_longer_deserved_leaves_the_list(stage) -> None:
    shelf = Shelf(stage, NONE, out_of_stock="waiting_list")
    claim = shelf.claim()
    stage.do(wait_for_gift, claim.id, shelf.ids["TARTE"])

    _lose(stage, claim)

    assert shelf.again(claim).status == "reversed"


def test_the_voucher_of_a_gift_no_longer_deserved_is_withdrawn(stage) -> None:
    shelf = Shelf(stage, NONE, out_of_stock="voucher")
    claim = shelf.claim()
    stage.do(convert_gift, claim.id)

    _lose(stage, claim)

    assert shelf.again(claim).status == "reversed"
    assert [one.status for one in shelf.vouchers(claim)] == ["reversed"]


def test_what_was_used_of_it_is_hers(stage) -> None:
    from app.promotions.models import HoldingStatus, Voucher

    shelf = Shelf(stage, NONE, out_of_stock="voucher")
    claim = shelf.claim()
    stage.do(convert_gift, claim.id)
    with stage.uow(stage.seller.brand_id) as work:
        voucher = work.session.query(Voucher).filter_by(customer_id=claim.customer_id).one()
        voucher.status, voucher.remaining_cents = HoldingStatus.USED, 0

    _lose(stage, claim)

    assert shelf.again(claim).status == "converted"
    assert [one.status for one in shelf.vouchers(claim)] == ["used"]


def _lose(stage: Winning, claim: ClaimView) -> None:
    """The only order of the meeting comes to nothing."""
    assert claim.meeting_id
    found = stage.read(lambda work: orders_of_meetings(work.session, [claim.meeting_id]))
    for order in found:
        if not order.is_gift:
            stage.staff(orders.cancel, order.id, reason="Changed her mind")
    stage.do(settle_meeting, claim.meeting_id)


# ---------------------------------------------------------------- another mind, another parcel


def test_changing_ones_mind_gives_the_first_one_back(stage) -> None:
    shelf = Shelf(stage, {"TARTE": 1, "COUTEAU": 1})
    claim = shelf.claim()
    stage.do(choose_gift, claim.id, shelf.ids["TARTE"])

    wish = GiftWish(shelf.ids["COUTEAU"], instead_of=shelf.ids["TARTE"])
    chosen = stage.do(choose_gift, claim.id, wish)

    assert (shelf.available("TARTE"), shelf.available("COUTEAU")) == (1, 0)
    order = stage.read(lambda work: orders_by_id(work.session, [chosen.order_id]))
    assert [line.name for line in order[chosen.order_id].lines] == ["Couteau d’office"]


def test_nobody_changes_her_mind_once_the_gift_is_on_its_way(stage) -> None:
    shelf = Shelf(stage, {"TARTE": 1, "COUTEAU": 1})
    claim = shelf.claim()
    chosen = stage.do(choose_gift, claim.id, shelf.ids["TARTE"])
    stage.staff(orders.finalise_gift_order, chosen.order_id)

    with pytest.raises(GiftAlreadyChosen):
        wish = GiftWish(shelf.ids["COUTEAU"], instead_of=shelf.ids["TARTE"])
        stage.do(choose_gift, claim.id, wish)


def test_a_gift_leaves_with_the_order_it_was_put_with(stage) -> None:
    shelf = Shelf(stage, {"TARTE": 1, "COUTEAU": 1})
    claim = shelf.claim()
    sale_id = _her_other_order(stage, claim)

    wish = GiftWish(shelf.ids["TARTE"], parcel=Parcel(sale_id))
    chosen = stage.do(choose_gift, claim.id, wish)
    stage.staff(orders.ship, sale_id)

    gift = stage.read(lambda work: orders_by_id(work.session, [chosen.order_id]))[chosen.order_id]
    assert (gift.goes_with_id, gift.status, gift.shipping_status) == (sale_id, "placed", "shipped")
    assert gift.number
    on_hand = stage.read(lambda work: product_view(work.session, shelf.ids["TARTE"]).on_hand)
    assert on_hand == 0


def test_a_gift_whose_parcel_will_not_be_leaves_by_itself(stage) -> None:
    shelf = Shelf(stage, {"TARTE": 1, "COUTEAU": 1})
    claim = shelf.claim()
    sale_id = _her_other_order(stage, claim)
    wish = GiftWish(shelf.ids["TARTE"], parcel=Parcel(sale_id))
    chosen = stage.do(choose_gift, claim.id, wish)

    stage.staff(orders.cancel, sale_id, reason="Changed her mind")

    gift = stage.read(lambda work: orders_by_id(work.session, [chosen.order_id]))[chosen.order_id]
    assert (gift.goes_with_id, gift.status) == (None, "cart")


def test_only_parcels_that_are_offered_are_taken(stage, brand, uow) -> None:
    from app.brands.models import Brand

    shelf = Shelf(stage, {"TARTE": 1, "COUTEAU": 1})
    claim = shelf.claim()
    hers, anothers = _her_other_order(stage, claim), _her_other_order(stage, shelf.claim())
    with uow() as work:
        work.session.get(Brand, brand.id).change_settings({"gifts_with_host": "no"})

    for parcel in (Parcel(anothers), HOST_PARCEL):
        with pytest.raises(ParcelNotOffered):
            stage.do(choose_gift, claim.id, GiftWish(shelf.ids["TARTE"], parcel=parcel))
    stage.do(choose_gift, claim.id, GiftWish(shelf.ids["TARTE"], parcel=Parcel(hers)))


def _her_other_order(stage: Winning, claim: ClaimView) -> UUID:
    """A paid order of the same person in another meeting."""
    meeting_id = stage.meeting(days=3)
    stage.do(guests.add_participant, meeting_id, claim.customer_id)
    return stage.order(meeting_id, claim.customer_id)
