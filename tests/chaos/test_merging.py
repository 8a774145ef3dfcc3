"""Fifty people merge the same two cards, half of them the other way round."""

from itertools import count

from sqlalchemy import text

from app.infra.uow import transact
from app.kernel.actor import Role
from app.kernel.errors import ConviveError
from app.loyalty import queries as loyalty
from app.loyalty import services as ledger
from app.loyalty.domain import Credit
from app.meetings.services import guests
from app.merging import merge_cards
from app.orders import queries as orders
from app.rewards.services.settlement import close_and_settle
from tests.chaos.conftest import CLIENTS
from tests.support.gathering import set_stage
from tests.support.rewards import points, programme, rule
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
        balances = loyalty.balances(work.session, [one, other])
        bought = [len(orders.orders_of_customer(work.session, staff, each)) for each in balances]
    assert sorted(held.available for held in balances.values()) == [0, 20]
    assert sorted(bought) == [0, 2]
    assert season.findings() == []


def test_shares_of_caps_stay_what_was_granted_while_two_cards_become_one(
    uow, brand, actor, crowd
) -> None:
    season = Season(set_stage(uow, brand.id))
    stage, staff = season.stage, actor(Role.CUSTOMER_SERVICE)
    few = [{"per": "person", "of": "times", "most": 6}]
    guest = {"beneficiary": "guest", "trigger": "during_meeting", "caps": few}
    season.publish(programme(rule(id="few", **guest, rewards=[points(5)])))
    pair = [stage.customer("Anne"), stage.customer("Anna")]
    meetings = []
    for number in range(10):
        meeting_id = stage.meeting(days=-1 - number / 24)
        stage.do(guests.add_participant, meeting_id, pair[number % 2])
        stage.order(meeting_id, pair[number % 2])
        meetings.append(meeting_id)
    numbers = count()

    def act() -> str:
        number = next(numbers)
        try:
            if number % 5 == 0:
                transact(lambda work: merge_cards(work, staff, *pair, clock=work.clock), brand.id)
            else:
                meeting_id = meetings[number % 10]
                transact(
                    lambda work: close_and_settle(work, stage.seller, meeting_id, clock=work.clock),
                    brand.id,
                )
        except ConviveError as refusal:
            return refusal.code
        return "done"

    assert set(crowd(act)) == {"done"}
    for meeting_id in meetings:
        season.close(meeting_id)
        season.settle(meeting_id)

    standing = [one for each in meetings for one in season.grants(each) if one.status == "granted"]
    assert {one.beneficiary_id for one in standing} == {pair[0]}
    assert 6 <= len(standing) <= 10
    with uow() as work:
        found = work.session.execute(
            text(
                "SELECT s.subject, s.taken, coalesce(sum(t.taken), 0)::int FROM cap_shares s"
                " LEFT JOIN cap_takings t ON t.share_id = s.id GROUP BY s.id, s.subject, s.taken"
            )
        ).all()
    held = {row[0]: (row[1], row[2]) for row in found if row[1]}
    assert held == {str(pair[0]): (len(standing), len(standing))}
    assert season.findings() == []
