"""A gift is chosen once, by whom it was won or her seller, and never out of thin air."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest

from app.catalog.queries import product_view
from app.infra.uow import transact
from app.kernel.actor import Actor, Role
from app.kernel.errors import ConviveError, NotFound
from app.kernel.ids import new_id
from app.orders.queries import OrderView, orders_of_meetings
from app.rewards.errors import (
    GiftAlreadyChosen,
    GiftGone,
    GiftNoLongerOffered,
    NotAmongTheChoices,
)
from app.rewards.services.gift_choice import choose_gift
from app.rewards.services.settlement import settle_meeting
from tests.support.clock import StillClock
from tests.support.winning import Winning, gift_rule, set_winning_stage


@pytest.fixture
def stage(uow, brand) -> Winning:
    return set_winning_stage(uow, brand.id)


@pytest.fixture
def gifts(stage) -> dict[str, UUID]:
    stage.publish()
    return {"TARTE": stage.gift("TARTE"), "COUTEAU": stage.gift("COUTEAU", stock=1)}


def gift_orders(stage: Winning, meeting_id: UUID) -> list[OrderView]:
    found = stage.read(lambda work: orders_of_meetings(work.session, [meeting_id]))
    return [order for order in found if order.is_gift]


def available(stage: Winning, product_id: UUID) -> int | None:
    return stage.read(lambda work: product_view(work.session, product_id)).available


def test_choosing_takes_stock_and_makes_a_free_gift_order(stage, gifts) -> None:
    meeting_id = stage.won()
    (claim,) = stage.claims(meeting_id)

    stage.do(choose_gift, claim.id, gifts["TARTE"])

    (order,) = gift_orders(stage, meeting_id)
    (line,) = order.lines
    assert (order.customer_id, order.total_cents, order.status) == (claim.customer_id, 0, "cart")
    assert (line.name, line.net_cents, line.gift_claim_id) == ("Plat à tarte", 0, claim.id)
    assert available(stage, gifts["TARTE"]) == 49
    assert stage.claims(meeting_id)[0].status == "chosen"


def test_several_gifts_of_one_meeting_share_one_gift_order(stage) -> None:
    stage.publish(_programme(gift_rule(units=2)))
    tarte, couteau = stage.gift("TARTE"), stage.gift("COUTEAU")
    meeting_id = stage.won()
    first, second = stage.claims(meeting_id)

    stage.do(choose_gift, first.id, tarte)
    stage.do(choose_gift, second.id, couteau)

    (order,) = gift_orders(stage, meeting_id)
    assert [line.name for line in order.lines] == ["Plat à tarte", "Couteau d’office"]


def test_the_same_choice_again_changes_nothing(stage, gifts) -> None:
    meeting_id = stage.won()
    (claim,) = stage.claims(meeting_id)

    first = stage.do(choose_gift, claim.id, gifts["TARTE"])
    again = stage.do(choose_gift, claim.id, gifts["TARTE"])

    assert first == again
    assert available(stage, gifts["TARTE"]) == 49
    assert len(gift_orders(stage, meeting_id)[0].lines) == 1


def test_another_choice_after_the_first_is_refused(stage, gifts) -> None:
    (claim,) = stage.claims(stage.won())
    stage.do(choose_gift, claim.id, gifts["TARTE"])

    with pytest.raises(GiftAlreadyChosen):
        stage.do(choose_gift, claim.id, gifts["COUTEAU"])

    assert available(stage, gifts["COUTEAU"]) == 1


def test_only_what_the_programme_offers_can_be_chosen(stage, gifts) -> None:
    (claim,) = stage.claims(stage.won())

    for stranger in (stage.product_id, new_id()):
        with pytest.raises(NotAmongTheChoices):
            stage.do(choose_gift, claim.id, stranger)


def test_an_empty_shelf_leaves_the_claim_open(stage) -> None:
    stage.publish()
    stage.gift("TARTE")
    empty = stage.gift("COUTEAU", stock=0)
    meeting_id = stage.won()
    (claim,) = stage.claims(meeting_id)

    with pytest.raises(GiftGone):
        stage.do(choose_gift, claim.id, empty)

    assert stage.claims(meeting_id)[0].status == "open"
    assert gift_orders(stage, meeting_id) == []


def test_a_gift_not_chosen_in_time_is_no_longer_offered(stage, gifts, uow) -> None:
    (claim,) = stage.claims(stage.won())
    last = StillClock(claim.choose_before)

    with pytest.raises(GiftNoLongerOffered), uow(clock=last) as work:
        choose_gift(work, stage.seller, claim.id, gifts["TARTE"], clock=last)

    last.advance(seconds=-1)
    with uow(clock=last) as work:
        choose_gift(work, stage.seller, claim.id, gifts["TARTE"], clock=last)


def test_a_gift_taken_back_can_not_be_chosen(stage, gifts) -> None:
    meeting_id = stage.won()
    (claim,) = stage.claims(meeting_id)
    _take_back(stage, claim.id)

    with pytest.raises(GiftNoLongerOffered):
        stage.do(choose_gift, claim.id, gifts["TARTE"])


def test_the_host_chooses_through_her_link(stage, gifts, uow) -> None:
    meeting_id = stage.won()
    (claim,) = stage.claims(meeting_id)

    with uow() as work:
        host = stage.host(meeting_id, claim.customer_id)
        choose_gift(work, host, claim.id, gifts["TARTE"], clock=work.clock)

    assert gift_orders(stage, meeting_id)[0].customer_id == claim.customer_id


def test_strangers_do_not_find_the_claim(stage, gifts, uow, brand) -> None:
    meeting_id, other_meeting = stage.won(), stage.won()
    (claim,) = stage.claims(meeting_id)
    colleague = set_winning_stage(uow, brand.id, email="other").seller
    strangers: dict[str, Actor] = {
        "another seller": colleague,
        "the host of another meeting": stage.host(other_meeting, claim.customer_id),
        "a guest with a link to this meeting": stage.host(meeting_id, stage.customer()),
        "finance": Actor(brand_id=brand.id, role=Role.FINANCE),
    }

    for who, actor in strangers.items():
        with pytest.raises(NotFound), uow() as work:
            choose_gift(work, actor, claim.id, gifts["TARTE"], clock=work.clock)
        assert stage.claims(meeting_id)[0].status == "open", who


def test_another_brand_does_not_find_the_claim(stage, gifts, uow, second_brand) -> None:
    (claim,) = stage.claims(stage.won())
    there = Actor(brand_id=second_brand.id, role=Role.BRAND_ADMIN)

    with pytest.raises(NotFound), uow(second_brand.id) as work:
        choose_gift(work, there, claim.id, gifts["TARTE"], clock=work.clock)


def test_settling_again_leaves_a_chosen_gift_alone(stage, gifts) -> None:
    meeting_id = stage.won()
    (claim,) = stage.claims(meeting_id)
    stage.do(choose_gift, claim.id, gifts["TARTE"])

    stage.do(settle_meeting, meeting_id)

    assert [one.status for one in stage.claims(meeting_id)] == ["chosen"]


# ---------------------------------------------------------------- at the same time


@pytest.mark.parametrize("choosers", [2, 20], ids=["two hosts", "twenty hosts"])
def test_the_last_unit_goes_to_one(stage, gifts, app, brand, choosers) -> None:
    meetings = [stage.won(buyers=1) for _ in range(choosers)]
    claims = [stage.claims(meeting_id)[0] for meeting_id in meetings]

    answers = _at_once(
        app, brand.id, [(stage.seller, claim.id, gifts["COUTEAU"]) for claim in claims]
    )

    assert answers.count("gift_gone") == choosers - 1
    assert answers.count("chosen") == 1
    assert available(stage, gifts["COUTEAU"]) == 0
    chosen = [one for meeting_id in meetings for one in stage.claims(meeting_id)]
    assert sorted(one.status for one in chosen) == ["chosen"] + ["open"] * (choosers - 1)
    assert sum(len(gift_orders(stage, meeting_id)) for meeting_id in meetings) == 1


@pytest.mark.parametrize("clicks", [2, 20], ids=["a double click", "twenty clicks"])
def test_one_claim_gives_one_gift(stage, gifts, app, brand, clicks) -> None:
    meeting_id = stage.won()
    (claim,) = stage.claims(meeting_id)
    host = stage.host(meeting_id, claim.customer_id)
    who = [(stage.seller, host)[click % 2] for click in range(clicks)]

    answers = _at_once(app, brand.id, [(actor, claim.id, gifts["TARTE"]) for actor in who])

    assert answers == ["chosen"] * clicks
    assert available(stage, gifts["TARTE"]) == 49
    (order,) = gift_orders(stage, meeting_id)
    assert len(order.lines) == 1


def test_two_gifts_wished_for_at_once_are_one_gift(stage, gifts, app, brand) -> None:
    meeting_id = stage.won()
    (claim,) = stage.claims(meeting_id)
    wishes = [(stage.seller, claim.id, gifts[name]) for name in ("TARTE", "COUTEAU")]

    answers = _at_once(app, brand.id, wishes)

    assert sorted(answers) == ["chosen", "gift_already_chosen"]
    (order,) = gift_orders(stage, meeting_id)
    assert len(order.lines) == 1


def _at_once(app: Any, brand_id: UUID, wishes: list[tuple[Actor, UUID, UUID]]) -> list[str]:
    """Every wish in its own thread and transaction, started together."""
    start = Barrier(len(wishes))

    def choose(wish: tuple[Actor, UUID, UUID]) -> str:
        actor, claim_id, product_id = wish
        with app.app_context():
            start.wait(timeout=30)
            try:
                transact(
                    lambda work: choose_gift(work, actor, claim_id, product_id, clock=work.clock),
                    brand_id,
                )
            except ConviveError as refusal:
                return refusal.code
        return "chosen"

    with ThreadPoolExecutor(len(wishes)) as threads:
        return list(threads.map(choose, wishes))


def _take_back(stage: Winning, claim_id: UUID) -> None:
    from app.rewards.models import GiftClaim

    with stage.uow() as work:
        claim = work.session.get(GiftClaim, (work.brand_id, claim_id))
        assert claim is not None
        claim.status = "reversed"


def _programme(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"format": "convive.programme/1", "rules": list(rules)}
