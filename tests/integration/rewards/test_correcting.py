"""Closed meetings put right: whatever part it is, rewards follow once, and once it is told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from app.audit.queries import entries_of
from app.brands.services import change_settings
from app.infra.jobs.drain import drain
from app.kernel.actor import Role
from app.kernel.errors import ConviveError
from app.kernel.money import BASIS
from app.meetings import queries as meetings
from app.meetings.domain import Part
from app.meetings.services import bookings, co_hosts, guests, lifecycle, ordering, planning
from app.meetings.services.late_orders import LateOrder, take_late_order
from app.meetings.services.planning import ChangeMeeting, Gathering
from app.notifications.models import Email
from app.orders.queries import orders_of_meetings
from app.reports.audit import audit
from app.rewards.queries import grants_of_meeting
from tests.support.gathering import SETTINGS, wall
from tests.support.rewards import at_least, percent, points, programme, rule
from tests.support.winning import Winning, set_winning_stage

pytestmark = pytest.mark.usefixtures("app_context")

WHY = "Oubli"
RULES = programme(
    rule(id="sales", rewards=[percent(1000)]),
    rule(id="crowd", conditions=at_least("attended", 2), rewards=[points(7)]),
    rule(id="list", conditions=at_least("participants", 3), rewards=[points(5)]),
    rule(id="date", beneficiary="guest", trigger="guest_booking", rewards=[points(20)]),
    rule(
        id="then",
        conditions={"measure": "theme", "op": "=", "value": "Bougies"},
        rewards=[points(2)],
    ),
)


class Closed:
    """A meeting with two guests of whom one came and bought; closed and settled."""

    def __init__(self, stage: Winning) -> None:
        self.stage = stage
        stage.publish(RULES)
        self.meeting_id: UUID = stage.meeting(days=-1)
        self.came, self.buyer = stage.guest(self.meeting_id, attended=True)
        self.missed, self.absent = stage.guest(self.meeting_id)
        stage.order(self.meeting_id, self.buyer)
        stage.close(self.meeting_id)
        drain()
        self.host = self.card().host_id

    def card(self) -> meetings.MeetingCard:
        return self.stage.read(
            lambda work: meetings.meeting_cards(work.session, [self.meeting_id])[self.meeting_id]
        )

    def worth(self) -> dict[tuple[str, UUID], int]:
        """By rule and person; promises too."""
        found = self.stage.read(lambda work: grants_of_meeting(work.session, self.meeting_id))
        return {
            (one.rule_id, one.beneficiary_id): one.value
            for one in found
            if one.status != "reversed"
        }

    def letters(self) -> int:
        return self.stage.read(lambda work: work.session.scalar(select(func.count(Email.id)))) or 0

    def plan(self, host_id: UUID | None = None, **changed: Any) -> ChangeMeeting:
        card = self.card()
        gathering = {"when": wall(card.starts_at), **changed}
        return ChangeMeeting(host_id or card.host_id, Gathering(**gathering), WHY)


@pytest.fixture
def closed(uow, brand) -> Closed:
    return Closed(set_winning_stage(uow, brand.id))


def correct_presence(one: Closed) -> dict[tuple[str, UUID], int]:
    one.stage.staff(guests.correct_presence, one.meeting_id, [one.came, one.missed], reason=WHY)
    return {("crowd", one.host): 7}


def add_guest(one: Closed) -> dict[tuple[str, UUID], int]:
    late = one.stage.customer("Zoé")
    one.stage.staff(guests.add_participant, one.meeting_id, late, reason=WHY)
    return {("list", one.host): 5}


def take_order(one: Closed) -> dict[tuple[str, UUID], int]:
    late = LateOrder(one.absent, [(one.stage.product_id, 1)], "cash", WHY)
    one.stage.staff(take_late_order, one.meeting_id, late)
    return {("sales", one.host): 10}


def share(one: Closed) -> dict[tuple[str, UUID], int]:
    shares = {one.host: BASIS // 2, one.absent: BASIS // 2}
    one.stage.staff(co_hosts.share_among_hosts, one.meeting_id, shares, reason=WHY)
    return {("sales", one.host): 3, ("sales", one.absent): 2}


def hand_over(one: Closed) -> dict[tuple[str, UUID], int]:
    other = one.stage.customer("Ana")
    one.stage.staff(planning.change_meeting, one.meeting_id, one.plan(other), settings=SETTINGS)
    return {("sales", other): 5, ("sales", one.host): 0}


def retheme(one: Closed) -> dict[tuple[str, UUID], int]:
    wish = one.plan(theme="Bougies")
    one.stage.staff(planning.change_meeting, one.meeting_id, wish, settings=SETTINGS)
    return {("then", one.host): 2}


def book(one: Closed) -> dict[tuple[str, UUID], int]:
    wish = Gathering(when=wall(one.stage.now() + timedelta(days=20)))
    one.stage.staff(
        bookings.book_meeting, one.meeting_id, one.came, wish, reason=WHY, settings=SETTINGS
    )
    return {("date", one.buyer): 20}


CORRECTIONS = [correct_presence, add_guest, take_order, share, hand_over, retheme, book]


@pytest.mark.parametrize("put_right", CORRECTIONS, ids=lambda one: one.__name__)
def test_a_correction_is_settled_told_and_kept_once(
    closed: Closed, put_right: Callable[[Closed], dict[tuple[str, UUID], int]]
) -> None:
    assert closed.worth() == {("sales", closed.host): 5}

    expected = {("sales", closed.host): 5, **put_right(closed)}
    drain()
    letters = closed.letters()
    drain()

    assert closed.worth() == {key: value for key, value in expected.items() if value}
    assert closed.letters() == letters
    noted = closed.stage.read(
        lambda work: [
            one
            for one in entries_of(work.session, "meeting", closed.meeting_id)
            if one.action == "meeting.correct"
        ]
    )
    assert [one.reason for one in noted] == [WHY]
    assert closed.stage.read(lambda work: list(audit(work.session))) == []


def test_what_never_was_gives_nothing(closed: Closed) -> None:
    with pytest.raises(ConviveError) as paid:
        closed.stage.staff(lifecycle.cancel_meeting, closed.meeting_id, reason=WHY)
    (order,) = closed.stage.read(lambda work: orders_of_meetings(work.session, [closed.meeting_id]))
    closed.stage.staff(ordering.cancel_units, order.id, reason=WHY)
    closed.stage.staff(lifecycle.cancel_meeting, closed.meeting_id, reason=WHY)
    drain()

    assert paid.value.code == "cancelling_blocked"
    assert closed.worth() == {}


def test_a_booking_moved_beyond_its_window_breaks_its_promise(uow, brand) -> None:
    closed = Closed(set_winning_stage(uow, brand.id))
    stage = closed.stage
    book(closed)
    drain()
    origin = closed.meeting_id
    with stage.uow(stage.seller.brand_id) as work:
        work.session.execute(
            text("UPDATE meetings SET starts_at = starts_at - interval '100 days',"
                 " first_starts_at = first_starts_at - interval '100 days'"
                 " WHERE id = :id"), {"id": origin},
        )  # fmt: skip
        booked = meetings.meeting_for_rewards(work.session, origin).bookings[0]
    closed.meeting_id = booked.meeting_id
    when = wall(stage.now() - timedelta(days=2))
    wish = ChangeMeeting(closed.card().host_id, Gathering(when=when), WHY)
    stage.staff(planning.change_meeting, booked.meeting_id, wish, settings=SETTINGS)
    stage.order(booked.meeting_id, stage.guest(booked.meeting_id)[1])
    stage.close(booked.meeting_id)
    drain()
    closed.meeting_id = origin
    assert ("date", closed.buyer) not in closed.worth()

    closed.meeting_id = booked.meeting_id
    wish = ChangeMeeting(
        closed.card().host_id, Gathering(when=wall(stage.now() - timedelta(days=60))), WHY
    )
    stage.staff(planning.change_meeting, booked.meeting_id, wish, settings=SETTINGS)
    drain()
    closed.meeting_id = origin

    assert closed.worth()["date", closed.buyer] == 20


@pytest.mark.parametrize("part", ["presence", "participants", "orders", "host", "date"])
def test_sellers_change_what_their_brand_leaves_open(closed: Closed, part: str) -> None:
    stage = closed.stage
    tries: dict[str, Callable[[], Any]] = {
        "presence": lambda: stage.do(guests.set_attended, closed.meeting_id, closed.missed, True),
        "participants": lambda: stage.do(
            guests.add_participant, closed.meeting_id, stage.customer("Zoé")
        ),
        "orders": lambda: stage.order(closed.meeting_id, closed.absent),
        "host": lambda: stage.do(
            co_hosts.share_among_hosts, closed.meeting_id, {closed.host: BASIS}
        ),
        "date": lambda: stage.do(
            planning.change_meeting, closed.meeting_id, closed.plan(theme="x"), settings=SETTINGS
        ),
    }
    with pytest.raises(ConviveError) as locked:
        tries[part]()
    with stage.uow(stage.seller.brand_id) as work:
        change_settings(work, "maison", {f"closed_{part}": "open"})

    tries[part]()

    assert locked.value.code == "meeting_is_closed"
    assert {f"closed_{one}" for one in Part} >= {f"closed_{part}"}


def test_staff_say_why(closed: Closed, actor) -> None:
    service = actor(Role.CUSTOMER_SERVICE)
    with pytest.raises(ConviveError) as unexplained, closed.stage.uow(service.brand_id) as work:
        guests.set_attended(work, service, closed.meeting_id, closed.missed, True, clock=work.clock)
    assert unexplained.value.code == "reason_needed"


def test_two_hosts_share_what_a_meeting_gives(uow, brand) -> None:
    """A33."""
    stage = set_winning_stage(uow, brand.id)
    stage.publish(programme(rule(id="host", rewards=[points(49)])))
    meeting_id = stage.meeting(days=-1)
    _, other = stage.guest(meeting_id)
    _, buyer = stage.guest(meeting_id)
    stage.order(meeting_id, buyer)
    host = stage.read(
        lambda work: meetings.meeting_cards(work.session, [meeting_id])[meeting_id].host_id
    )
    for shares, code in (
        ({host: 5_000, other: 4_000}, "shares_do_not_add_up"),
        ({other: 10_000}, "shares_leave_nothing"),
        ({host: 5_000, stage.customer("Zoé"): 5_000}, "co_host_is_no_guest"),
    ):
        with pytest.raises(ConviveError) as refused:
            stage.do(co_hosts.share_among_hosts, meeting_id, shares)
        assert refused.value.code == code
    stage.do(co_hosts.share_among_hosts, meeting_id, {host: 5_000, other: 5_000})

    stage.close(meeting_id)

    found = stage.read(lambda work: grants_of_meeting(work.session, meeting_id))
    assert {one.beneficiary_id: one.value for one in found} == {host: 25, other: 24}
    roles = stage.read(
        lambda work: work.session.execute(
            text("SELECT roles FROM customers WHERE id = :id"), {"id": other}
        ).scalar_one()
    )
    assert "HOST" in roles
