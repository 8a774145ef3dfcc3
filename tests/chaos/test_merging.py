"""Fifty people merge the same two cards, half of them the other way round."""

from itertools import count

from app.infra.uow import transact
from app.kernel.actor import Role
from app.kernel.errors import ConviveError
from app.loyalty import queries as loyalty
from app.loyalty import services as ledger
from app.loyalty.domain import Credit
from app.merging import merge_cards
from app.orders import queries as orders
from tests.chaos.conftest import CLIENTS
from tests.support.gathering import set_stage
from tests.support.season import Season


def test_two_cards_are_merged_once(uow, brand, actor, crowd) -> None:
    season = Season(set_stage(uow, brand.id))
    stage, staff = season.stage, actor(Role.CUSTOMER_SERVICE)
    meeting_id = stage.meeting(days=-1)
    one, other = (stage.guest(meeting_id)[1] for _ in range(2))
    for customer_id in (one, other):
        stage.order(meeting_id, customer_id)
        with uow() as work:
            given = Credit(f"gift:{customer_id}", customer_id, 10, "adjustment", "test", one)
            ledger.post(work, staff, [given], clock=work.clock)
    numbers = count()

    def merge() -> str:
        pair = (one, other) if next(numbers) % 2 else (other, one)
        try:
            done = transact(
                lambda work: merge_cards(work, staff, *pair, clock=work.clock), brand.id
            )
        except ConviveError as refusal:
            return refusal.code
        return "merged" if done else "found it merged"

    answers = crowd(merge)

    assert answers.count("merged") == 1
    assert answers.count("found it merged") == CLIENTS / 2 - 1
    assert answers.count("card_was_merged") == CLIENTS / 2
    with uow() as work:
        points = loyalty.balances(work.session, [one, other])
        bought = [len(orders.orders_of_customer(work.session, staff, each)) for each in points]
    assert sorted(held.available for held in points.values()) == [0, 20]
    assert sorted(bought) == [0, 2]
    assert season.findings() == []
