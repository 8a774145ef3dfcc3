"""What is written down stays, is found again, and leaves as a file."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.audit.queries import Wanted, entries
from app.audit.services import record
from app.kernel.actor import Role
from app.kernel.errors import Refused
from app.kernel.ids import new_id
from tests.support.reading import text_of


@pytest.fixture
def admin(sign_in):
    return sign_in(email="admin@example.org", role=Role.BRAND_ADMIN, display_name="Ada Blanc")


@pytest.mark.parametrize(
    "change", ["UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries"]
)
def test_nobody_alters_an_entry(uow, admin, change):
    with pytest.raises(DBAPIError), uow() as work:
        work.session.execute(text(change))


def test_what_was_rolled_back_was_not_done(uow, admin):
    with pytest.raises(Refused), uow() as work:
        record(work, admin, "order.cancel", "order", new_id())
        raise Refused

    with uow() as work:
        assert entries(work.session, Wanted(action="order")) == ()


def test_a_door_that_is_closed_to_her_is_noted(client, sign_in, uow):
    seller = sign_in()
    client.get("/console/audit")

    with uow() as work:
        entry = entries(work.session, Wanted(outcome="refused"))[0]
    assert (entry.user_id, entry.action, entry.code) == (
        seller.user_id,
        "audit_console.index",
        "not_allowed",
    )


def test_filters_narrow_and_pages_follow(client, admin, uow):
    thing = new_id()
    for number in range(60):
        with uow() as work:
            record(work, admin, "order.pay", "order", thing, after={"amount_cents": 100 + number})
    with uow() as work:
        record(work, admin, "meeting.close", "meeting", new_id())

    first = client.get("/console/audit?action=order")
    page = text_of(first)
    assert page.count("Paiement enregistré") >= 50
    assert "1,59 €" in page
    assert "1,00 €" not in page
    following = client.get(
        first.get_data(as_text=True)
        .split("after=")[1]
        .join(["/console/audit?action=order&after=", ""])
        .split('"')[0]
    )
    assert "1,00 €" in text_of(following)
    nobody = client.get(f"/console/audit?entity_type=order&entity_id={new_id()}")
    assert "Rien ne correspond" in text_of(nobody)


def test_a_filter_that_cannot_be_read_is_named_and_left_out(client, admin):
    answer = client.get("/console/audit?since=yesterday&who=x")

    assert answer.status_code == 200
    assert "2026-10-10" in text_of(answer)


def test_the_file_neutralises_formulas_and_is_itself_noted(client, admin, uow):
    with uow() as work:
        record(work, admin, "order.cancel", "order", new_id(), reason="=HYPERLINK(1)")

    content = client.get("/console/audit/entries.csv").get_data()

    assert content.startswith(b"\xef\xbb\xbf")
    assert b"'=HYPERLINK" in content
    with uow() as work:
        assert entries(work.session, Wanted(action="audit.export"))
