"""A personal link opens one door, for one person, until it ends; looking wears nothing out."""

from datetime import UTC, datetime, timedelta

import pytest

from app.accounts.domain import LinkPurpose
from app.accounts.errors import LinkNotUsable
from app.accounts.services import follow_link, issue_link, revoke_links
from app.infra.extensions import db
from app.kernel.actor import Role
from tests.support.clock import StillClock
from tests.support.gathering import set_stage

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock():
    return StillClock(NOW)


@pytest.fixture
def link(uow, brand, clock):
    """The meeting, its host, and a link that works for ten days."""
    stage = set_stage(uow, brand.id, clock=clock)
    host_id = stage.customer("Sophie", "Marchand")
    meeting_id = stage.meeting(host_id=host_id)
    with uow(clock=clock) as work:
        token = issue_link(
            work, LinkPurpose.HOST, meeting_id, host_id, clock() + timedelta(days=10)
        )
    return meeting_id, host_id, token


def test_holder_is_the_host_of_that_meeting_as_often_as_she_looks(uow, clock, link, brand):
    meeting_id, host_id, token = link

    for _ in range(3):
        with uow(clock=clock) as work:
            actor = follow_link(work, LinkPurpose.HOST, token)

        assert (actor.role, actor.customer_id, actor.meeting_id) == (Role.HOST, host_id, meeting_id)
        assert actor.user_id is None


def test_token_itself_is_nowhere_in_the_database(app, link):
    _, _, token = link
    with app.app_context(), db.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT to_jsonb(l)::text FROM personal_links l").all()

    assert token not in str(rows)


def expired(uow, clock, link):
    clock.advance(days=11)
    return LinkPurpose.HOST, link[2]


def revoked(uow, clock, link):
    with uow(clock=clock) as work:
        assert revoke_links(work, link[0]) == 1
    return LinkPurpose.HOST, link[2]


def never_issued(uow, clock, link):
    return LinkPurpose.HOST, "x" * 43


def malformed(uow, clock, link):
    return LinkPurpose.HOST, "é\x00" * 5


def of_another_purpose(uow, clock, link):
    return "unsubscribe", link[2]


@pytest.mark.parametrize("spoil", [expired, revoked, never_issued, malformed, of_another_purpose])
def test_link_that_does_not_work_says_always_the_same(uow, clock, link, spoil):
    purpose, token = spoil(uow, clock, link)

    with pytest.raises(LinkNotUsable) as refusal, uow(clock=clock) as work:
        follow_link(work, purpose, token)

    assert refusal.value.params == {}


def test_link_is_nothing_at_another_brand(uow, clock, link, second_brand):
    with pytest.raises(LinkNotUsable), uow(second_brand.id, clock=clock) as work:
        follow_link(work, LinkPurpose.HOST, link[2])
