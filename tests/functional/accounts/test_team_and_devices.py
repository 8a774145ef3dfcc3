"""Who may what, told and changed in the console; where somebody is signed in, and ending it."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from app.accounts.errors import LastAdministrator, NotOnOneself
from app.accounts.queries import team
from app.accounts.services import change_role, suspend
from app.audit.queries import Wanted, entries, entries_of
from app.kernel.actor import Role
from app.kernel.errors import NotAllowed
from tests.conftest import PASSWORD
from tests.support.reading import text_of

PHONE = "Mozilla/5.0 (Linux; Android 14) Gecko/121.0 Firefox/121.0"


@pytest.fixture
def admin(sign_in):
    return sign_in(email="admin@example.org", role=Role.BRAND_ADMIN, display_name="Ada Blanc")


@pytest.fixture
def colleague(make_user):
    return make_user("lea@example.org", role=Role.CUSTOMER_SERVICE, display_name="Léa Petit")


def test_she_is_invited_shown_and_in_the_log(client, admin, uow):
    answer = client.submit(
        "/console/team/invite", email="zoe@example.org", display_name="Zoé Roux", role="finance"
    )

    page = text_of(client.follow(answer))
    assert "Zoé Roux" in page
    assert "Invité" in page
    with uow() as work:
        entry = entries(work.session, Wanted(action="user.invite"))[0]
    assert entry.user_id == admin.user_id
    assert entry.after == {"email": "z***@example.org", "role": "finance"}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"email": "lea@example.org"}, "email"),
        ({"email": "lea"}, "email"),
        ({"role": "seller"}, "role"),
        ({"role": ""}, "role"),
        ({"display_name": ""}, "display_name"),
    ],
    ids=["taken", "no address", "a seller", "no role", "no name"],
)
def test_a_refused_invitation_keeps_what_was_typed(client, admin, colleague, typed, field):
    given = {"email": "zoe@example.org", "display_name": "Zoé Roux", "role": "finance", **typed}
    answer = client.submit("/console/team/invite", **given)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="field-{field}-error"' in page
    assert given["email"] in page


def test_a_new_role_counts_at_once_and_ends_her_sessions(
    client, admin, colleague, new_client, brand
):
    hers = new_client(brand)
    hers.submit("/sign-in", email="lea@example.org", password=PASSWORD)
    assert hers.get("/console").status_code == 200

    client.submit(f"/console/team/{colleague.user_id}/role", role="finance")

    assert hers.get("/console").status_code == 303


def test_suspended_she_is_out_and_restored_she_signs_in_again(
    client, admin, colleague, new_client, brand
):
    hers = new_client(brand)
    hers.submit("/sign-in", email="lea@example.org", password=PASSWORD)

    client.submit(f"/console/team/{colleague.user_id}/suspension")
    assert hers.get("/console").status_code == 303
    again = {"email": "lea@example.org", "password": PASSWORD}
    assert new_client(brand).submit("/sign-in", **again).status_code == 422

    client.submit(f"/console/team/{colleague.user_id}/restoration")
    assert new_client(brand).submit("/sign-in", **again).status_code == 303


def test_nobody_changes_her_own_rights(uow, admin):
    with pytest.raises(NotOnOneself), uow() as work:
        suspend(work, admin, admin.user_id, clock=work.clock)


def test_two_administrators_who_suspend_each_other_at_once_leave_one(uow, admin, make_user):
    other = make_user("second@example.org", role=Role.BRAND_ADMIN)

    def attempt(pair):
        by, of = pair
        try:
            with uow() as work:
                suspend(work, by, of.user_id, clock=work.clock)
        except (NotAllowed, LastAdministrator):
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(attempt, [(admin, other), (other, admin)]))

    assert sorted(done) == [False, True]


def test_a_seller_is_not_made_by_a_change_of_role(uow, admin, colleague):
    from app.accounts.errors import RoleOfSellers

    with pytest.raises(RoleOfSellers), uow() as work:
        change_role(work, admin, colleague.user_id, Role.SELLER, clock=work.clock)


def test_devices_are_named_and_ended_one_by_one(client, sign_in, new_client, brand):
    sign_in()
    phone = new_client(brand)
    phone.environ_base["HTTP_USER_AGENT"] = PHONE
    phone.submit("/sign-in", email="sophie@example.org", password=PASSWORD)

    page = client.get("/account").get_data(as_text=True)
    assert "Firefox · Android" in page
    ends = re.findall(r"/account/devices/[0-9a-f-]{36}/end", page)
    assert len(ends) == 2

    for path in ends:
        if phone.get("/account").status_code == 200:
            client.submit(path)

    assert phone.get("/account").status_code == 303


def test_signed_out_everywhere_is_here_too(client, sign_in, new_client, brand):
    sign_in()
    other = new_client(brand)
    other.submit("/sign-in", email="sophie@example.org", password=PASSWORD)

    client.submit("/account/devices/end-all")

    assert client.get("/account").status_code == 303
    assert other.get("/account").status_code == 303


def test_staff_are_asked_again_after_half_an_hour(client, admin, uow):
    with uow(None) as work:
        work.session.execute(
            text("UPDATE sessions SET last_seen_at = now() - interval '31 minutes'")
        )

    assert client.get("/console").status_code == 303


@pytest.mark.parametrize("people", [1, 5, 20])
def test_the_team_takes_the_same_statements_whatever_its_size(
    client, admin, make_user, count_queries, people
):
    for number in range(people):
        make_user(f"person{number}@example.org", role=Role.FINANCE)
    client.get("/console/team")

    with count_queries() as found:
        client.get("/console/team")

    assert found.count == 7, found.statements


def test_a_refused_sign_in_is_in_the_log_without_the_address(client, make_user, uow):
    make_user("sophie@example.org")
    client.submit("/sign-in", email="sophie@example.org", password="not this one")

    with uow() as work:
        entry = entries(work.session, Wanted(action="account.sign_in"))[0]

    assert (entry.outcome, entry.code) == ("refused", "sign_in_refused")
    assert entry.after == {"email": "s***@example.org"}
    assert entry.request_id


def test_the_trail_of_a_person_is_on_her_page(client, admin, colleague, uow):
    client.submit(f"/console/team/{colleague.user_id}/role", role="finance")

    assert "Service client → Finance" in text_of(client.get(f"/console/team/{colleague.user_id}"))
    with uow() as work:
        assert entries_of(work.session, "user", colleague.user_id)[0].after == {"role": "finance"}
        assert len(team(work.session, admin.brand_id)) == 2
