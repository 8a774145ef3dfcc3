"""Two cards of one person become one: all that hung on the one hangs on the other, once."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.accounts.domain import LinkPurpose
from app.accounts.services import follow_link, issue_link
from app.customers import queries as customers
from app.customers.domain import Channel
from app.customers.errors import (
    CardsAreOne,
    CardWasMerged,
    CustomerAlreadyExists,
    CustomerNotFound,
    OwnCardCannotGo,
)
from app.customers.services import NewCustomer, create_customer, record_consents, write_note
from app.infra.jobs.drain import drain
from app.infra.orm import Base
from app.kernel.actor import Role
from app.kernel.errors import NotAllowed
from app.kernel.ids import new_id
from app.loyalty import queries as loyalty
from app.loyalty import services as ledger
from app.loyalty.domain import Credit, GiveBack, Release, Reserve, Spend, TakeBack
from app.meetings import queries as meetings
from app.meetings.errors import BookedWithHerself, TwoMeetingsAtOnce
from app.meetings.services import guests, ordering
from app.meetings.services.lifecycle import cancel_meeting
from app.merging import merge_cards, preview
from app.orders import queries as orders
from app.promotions import queries as promotions
from app.rewards.queries import claims_of_customer, grants_of_customer, grants_of_meeting
from app.rewards.services.gift_choice import choose_gift
from tests.support.gathering import set_stage
from tests.support.rewards import points, programme, rule
from tests.support.season import CODE, Season, every_reward

MOVED_BY_ITS_PACKAGE = {
    "book_entries",
    "consent_entries",
    "customer_notes",
    "customers",
    "emails",
    "gift_claims",
    "given_rewards",
    "grants",
    "ledger_entries",
    "lots",
    "meetings",
    "orders",
    "participants",
    "personal_links",
    "points_accounts",
    "pots",
    "promo_codes",
    "promotion_uses",
    "sellers",
    "users",
    "vouchers",
}
"""Tables that refer to customers. A new one says in `app/merging.py` how its rows move."""


@pytest.fixture
def season(uow, brand) -> Season:
    season = Season(set_stage(uow, brand.id))
    season.publish(every_reward("WOK-seller"))
    return season


@pytest.fixture
def stage(season):
    return season.stage


@pytest.fixture
def staff(make_user):
    return make_user("service@example.org", Role.CUSTOMER_SERVICE)


@pytest.fixture
def merge(uow, staff):
    def put_together(kept, emptied, **more):
        with uow() as work:
            return merge_cards(work, staff, kept, emptied, clock=work.clock, **more)

    return put_together


def sold_to(stage, meeting_id, customer_id):
    stage.do(guests.add_participant, meeting_id, customer_id)
    return stage.order(meeting_id, customer_id)


def balance(uow, customer_id):
    with uow() as work:
        return loyalty.balances(work.session, [customer_id])[customer_id].available


def credit(uow, staff, customer_id, points, key, *, expires_at=None):
    with uow() as work:
        movement = Credit(key, customer_id, points, "adjustment", "test", customer_id)
        given = movement if expires_at is None else replace_expiry(movement, expires_at)
        ledger.post(work, staff, [given], clock=work.clock)


def replace_expiry(movement, expires_at):
    return Credit(*(getattr(movement, name) for name in list(movement.__slots__)[:-1]), expires_at)


def test_every_table_that_refers_to_customers_is_moved():
    referring = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "customers"
    }

    assert referring == MOVED_BY_ITS_PACKAGE


def test_all_she_has_is_on_the_kept_card(season, stage, uow, staff, merge):
    """She hosted once under one card and bought once under the other."""
    hosting = stage.customer("Sylvie", "Renaud", email="sophie@example.org")
    buying = stage.customer("Sylvie", "Renault", phone="0612345678", city="Lyon")
    own = stage.meeting(days=-1, host_id=hosting)
    sold_to(stage, own, stage.customer())
    season.close(own)
    visited = season.sold(1)
    sold_to(stage, visited, buying)
    season.close(visited)
    with uow() as work:
        write_note(work, staff, hosting, "Prefers mornings", clock=work.clock)
        record_consents(work, staff, hosting, {Channel.EMAIL: True}, locale="fr", clock=work.clock)
        until = work.clock() + timedelta(days=9)
        token = issue_link(work, LinkPurpose.HOST, own, hosting, until)
        claim = claims_of_customer(work.session, hosting)[0]
    stage.do(choose_gift, claim.id, stage.product_id)
    had = balance(uow, hosting) + balance(uow, buying)

    assert merge(buying, hosting, note="Renaud, too") is True

    with uow() as work:
        session = work.session
        card = customers.customer(session, staff, buying)
        assert (card.name, card.email, card.phone) == (
            "Sylvie Renault",
            "sophie@example.org",
            "0612345678",
        )
        assert "HOST" in card.roles
        assert loyalty.balances(session, [buying])[buying].available == had > 0
        assert {one.kind for one in orders.orders_of_customer(session, staff, buying)} == {
            "sale",
            "gift",
        }
        met = meetings.meetings_of_customer(session, staff, buying)
        assert {(one.id, one.role) for one in met} == {(own, "host"), (visited, "guest")}
        assert len(promotions.vouchers_of(session, [buying])) == 1
        assert len(promotions.codes_of(session, [buying])) == 1
        assert [one.status for one in claims_of_customer(session, buying)] == ["chosen"]
        assert {one.meeting_id for one in grants_of_customer(session, buying)} == {own, visited}
        assert [one.text for one in customers.notes(session, buying)] == [
            "Renaud, too",
            "Prefers mornings",
        ]
        assert customers.consents(session, buying)[Channel.EMAIL].given
        assert follow_link(work, LinkPurpose.HOST, token).customer_id == buying
        with pytest.raises(CustomerNotFound):
            customers.customer(session, staff, hosting)
        assert customers.standing(session, hosting) == buying
        assert customers.count(session, staff, "renau") == 1
    assert season.findings() == []


def test_her_address_may_be_used_again_by_nobody_else(stage, uow, staff, merge):
    kept, emptied = stage.customer("Anne"), stage.customer("Anne", email="anne@example.org")
    merge(kept, emptied)

    with uow() as work, pytest.raises(CustomerAlreadyExists):
        create_customer(work, staff, NewCustomer("Anne", "X", "anne@example.org"), clock=work.clock)


def test_points_keep_their_day_and_their_source(stage, uow, staff, merge, season):
    kept, emptied = stage.customer("Anne"), stage.customer("Anne")
    soon = stage.now() + timedelta(days=3)
    credit(uow, staff, kept, 10, "k", expires_at=soon)
    credit(uow, staff, emptied, 7, "e", expires_at=soon + timedelta(days=9))

    merge(kept, emptied)
    with uow() as work:
        back = TakeBack("back", kept, 5, "adjustment_reversed", "test", emptied)
        ledger.post(work, staff, [back], clock=work.clock)

    with uow() as work:
        left = work.session.execute(
            text("SELECT customer_id, remaining FROM lots WHERE remaining > 0 ORDER BY expires_at")
        ).all()
        kinds = [line.kind for line in loyalty.history(work.session, emptied)]
    assert [tuple(row) for row in left] == [(kept, 10), (kept, 2)], "those of its own source first"
    assert kinds == ["transfer_out", "adjustment"]
    assert season.findings() == []


def test_two_guests_of_a_closed_meeting_are_one_buyer(season, stage, uow, merge, app):
    """Each had won by the same rule: it is won once, and what was won twice is taken back."""
    season.publish(
        programme(
            rule(
                id="buyer", beneficiary="guest", trigger="during_meeting", rewards=[points(3), CODE]
            )
        )
    )
    meeting_id = season.sold(1)
    kept, emptied = stage.customer("Anne"), stage.customer("Anne")
    sold_to(stage, meeting_id, kept)
    sold_to(stage, meeting_id, emptied)
    season.close(meeting_id)
    before = balance(uow, kept), balance(uow, emptied)

    merge(kept, emptied)
    with app.app_context():
        drain()

    assert before == (3, 3)
    assert balance(uow, kept) == 3
    assert balance(uow, emptied) == 0
    with uow() as work:
        page = meetings.meeting_page(work.session, stage.seller, meeting_id)
        codes = promotions.codes_of(work.session, [kept])
        grants = grants_of_meeting(work.session, meeting_id)
    assert [one.customer_id for one in page.participants].count(kept) == 1
    assert sorted(code.status for code in codes) == ["available", "reversed"]
    assert {one.status for one in grants if one.beneficiary_id == emptied} == {"reversed"}
    assert season.findings() == []


def test_guests_of_an_open_meeting_are_folded(season, stage, uow, merge, app):
    meeting_id = stage.meeting(days=-1)
    kept, emptied = stage.customer("Anne"), stage.customer("Anne")
    stage.do(guests.add_participant, meeting_id, kept)
    other = stage.do(guests.add_participant, meeting_id, emptied)
    stage.do(guests.set_attended, meeting_id, other, True)
    booked = stage.book(meeting_id, other)

    merge(kept, emptied)
    with app.app_context():
        drain()

    with uow() as work:
        page = meetings.meeting_page(work.session, stage.seller, meeting_id)
        card = meetings.meeting_card(work.session, stage.seller, booked)
    assert [(one.customer_id, one.attended) for one in page.participants] == [(kept, True)]
    assert [one.meeting_id for one in page.bookings] == [booked]
    assert card.host_id == kept
    assert season.findings() == []


def test_a_guest_who_is_the_host_leaves_the_list_of_guests(season, stage, uow, merge, app):
    kept, emptied = stage.customer("Anne"), stage.customer("Anne")
    meeting_id = stage.meeting(days=-1, host_id=kept)
    participant = stage.do(guests.add_participant, meeting_id, emptied)
    stage.order(meeting_id, emptied)
    stage.do(cancel_meeting, stage.book(meeting_id, participant))

    merge(kept, emptied)
    with app.app_context():
        drain()

    with uow() as work:
        page = meetings.meeting_page(work.session, stage.seller, meeting_id)
    assert page.participants == ()
    assert [one.customer_id for one in page.sales] == [kept]
    assert season.findings() == []


def test_what_cannot_be_says_how_it_could(stage, uow, staff, merge, brand):
    anne, other = stage.customer("Anne"), stage.customer("Anne")
    own = stage.seller.customer_id
    first = stage.meeting(days=5, host_id=anne)
    with uow() as work:
        at = work.session.execute(text("SELECT starts_at FROM meetings")).scalar_one()
        seller = work.session.execute(text("SELECT id FROM sellers")).scalar_one()
    second = stage.meeting(days=6, host_id=other)
    with uow() as work:
        work.session.execute(
            text("UPDATE meetings SET starts_at = :at WHERE id = :id"), {"at": at, "id": second}
        )
    third = stage.customer("Anne")
    participant = stage.do(guests.add_participant, first, third)
    stage.book(first, participant)

    assert seller == stage.seller.seller_id
    for kept, emptied, refusal in (
        (anne, own, OwnCardCannotGo),
        (anne, anne, CardsAreOne),
        (anne, other, TwoMeetingsAtOnce),
        (anne, third, BookedWithHerself),
    ):
        with pytest.raises(refusal):
            merge(kept, emptied)
    with uow() as work:
        seen = preview(work, staff, anne, third)
    assert [type(one) for one in seen.obstacles] == [BookedWithHerself]


def test_only_staff_merge_and_a_third_card_is_another_question(stage, uow, merge):
    one, two, three = stage.customer("A"), stage.customer("B"), stage.customer("C")
    with pytest.raises(NotAllowed):
        stage.do(merge_cards, one, two)
    assert merge(one, two)
    assert not merge(one, two), "done before"
    with pytest.raises(CardWasMerged):
        merge(three, two)
    assert merge(three, one)
    with uow() as work:
        assert customers.standing(work.session, two) == three


def test_nobody_refers_to_a_card_while_it_is_emptied(stage, uow, staff, merge):
    kept, emptied = stage.customer("Anne"), stage.customer("Anne")
    merge(kept, emptied)

    with pytest.raises(CustomerNotFound):
        stage.do(ordering.start_direct_order, stage.seller.seller_id, emptied)
    with pytest.raises(CustomerNotFound):
        stage.meeting(host_id=emptied)


def test_points_on_their_way_through_orders_come_back_to_the_kept_card(
    season, stage, uow, staff, merge
):
    kept, emptied = stage.customer("Anne"), stage.customer("Anne")
    held, paid = new_id(), new_id()
    credit(uow, staff, emptied, 10, "e")

    def post(kind, key, customer_id, points, order_id):
        with uow() as work:
            movement = kind(key, customer_id, points, str(key), "order", order_id)
            ledger.post(work, staff, [movement], clock=work.clock)

    post(Reserve, "held", emptied, 3, held)
    post(Reserve, "paid", emptied, 4, paid)
    post(Spend, "spent", emptied, 4, paid)

    merge(kept, emptied)
    assert balance(uow, kept) == 3
    post(Release, "released", kept, 3, held)
    post(GiveBack, "given back", kept, 4, paid)

    assert balance(uow, kept) == 10
    assert season.findings() == []


def test_shares_of_caps_are_joined_and_what_was_won_is_kept(season, stage, uow, merge, app):
    once = [{"per": "person", "of": "times", "most": 1}]
    guest = {"beneficiary": "guest", "trigger": "during_meeting", "caps": once}
    season.publish(programme(rule(id="once", **guest, rewards=[points(5)])))
    anne, anna = stage.customer("Anne"), stage.customer("Anna")

    def bought(customer_id, days):
        meeting_id = stage.meeting(days=days)
        sold_to(stage, meeting_id, customer_id)
        season.close(meeting_id)
        return meeting_id

    won = [bought(anne, -3), bought(anna, -2)]
    merge(anne, anna)
    with app.app_context():
        drain()
    for meeting_id in won:
        season.settle(meeting_id)
    later = bought(anne, -1)

    standing = [
        [one.status for one in season.grants(meeting_id) if one.status != "reversed"]
        for meeting_id in (*won, later)
    ]
    assert standing == [["granted"], ["granted"], []]
    with uow() as work:
        shares = work.session.execute(
            text("SELECT taken, most FROM cap_shares WHERE subject = :who"), {"who": str(anne)}
        ).all()
    assert [tuple(row) for row in shares] == [(2, 2)]
