"""The seller's pages: what they show, and that nothing typed is lost."""

import re
from datetime import timedelta
from html import unescape

import pytest

from app.meetings import queries
from app.meetings.services import lifecycle
from app.meetings.services.closing import close_meeting
from app.rewards.queries import grants_of_meeting
from tests.support.gathering import Stage, wall

NO_BREAK = re.compile(r"[\u00a0\u202f]")


def text(answer) -> str:
    return NO_BREAK.sub(" ", unescape(answer.get_data(as_text=True)))


def when(stage: Stage, days: float = 7) -> dict[str, str]:
    moment = wall(stage.now() + timedelta(days=days))
    return {"date": moment.day.isoformat(), "time": moment.at.strftime("%H:%M")}


def listed(stage: Stage) -> tuple[queries.MeetingRow, ...]:
    with stage.uow() as work:
        return queries.meeting_list(work.session, stage.seller).rows


def guests_of(stage: Stage, meeting_id) -> tuple:
    with stage.uow() as work:
        return queries.meeting_page(work.session, stage.seller, meeting_id).participants


# ---------------------------------------------------------------------------------- entering


@pytest.mark.parametrize("path", ["/", "/meetings", "/meetings/new"])
def test_pages_ask_strangers_to_sign_in(client, brand, path) -> None:
    answer = client.get(path)

    assert answer.status_code == 303
    assert "/sign-in" in answer.location


def test_another_sellers_meeting_is_not_found(seller, stage, other) -> None:
    meeting_id = other.meeting(days=-1)
    participant_id, _ = other.guest(meeting_id)
    base = f"/meetings/{meeting_id}"

    for path in (base, f"{base}/close", f"{base}/participants/new",
                 f"{base}/participants/{participant_id}/booking"):  # fmt: skip
        assert seller.get(path).status_code == 404
    for path, data in (
        (f"{base}/open", {}),
        (f"{base}/cancel", {}),
        (f"{base}/close", {}),
        (f"{base}/participants/{participant_id}/attendance", {"attended": "1"}),
        (f"{base}/participants/new", {"first_name": "A", "last_name": "B"}),
        (f"{base}/participants/{participant_id}/booking", when(other)),
    ):
        assert seller.submit(path, **data).status_code == 404
    with other.uow() as work:
        page = queries.meeting_page(work.session, other.seller, meeting_id)
    assert (page.card.status, len(page.participants)) == ("open", 1)


# ---------------------------------------------------------------------------------- home, list


def test_home_shows_what_is_next_what_waits_and_the_month(seller, stage) -> None:
    over, ahead = stage.meeting(days=-1), stage.meeting(days=3, host_id=stage.customer("Maud"))
    _, buyer = stage.guest(over)
    stage.order(over, buyer)
    stage.order(over, buyer, paid=False)

    page = text(seller.get("/"))

    assert f"/meetings/{ahead}" in page
    assert "Maud Petit" in page
    assert f"/meetings/{over}/close" in page
    assert "50,00 €" in page


@pytest.mark.parametrize(
    "query",
    ["", "?status=open", "?status=nonsense", "?page=0", "?page=9", "?page=abc", "?evil=1",
     "?status=open&status=closed"],
)  # fmt: skip
def test_the_list_never_stumbles(seller, stage, query) -> None:
    stage.meeting(days=-1)

    assert seller.get(f"/meetings{query}").status_code == 200


# ------------------------------------------------------------------------------------ planning


def test_planning_with_somebody_of_the_book(seller, stage) -> None:
    host_id = stage.customer("Sophie", "Marchand")
    assert "Sophie Marchand" in text(seller.get("/meetings/new?q=march"))
    assert "Sophie Marchand" in text(seller.get(f"/meetings/new?host={host_id}"))

    answer = seller.submit(
        "/meetings/new",
        host_id=str(host_id),
        place="host_home",
        place_detail="Lyon 7e",
        theme="",
        **when(stage),
    )

    page = text(seller.follow(answer))
    assert "Chez Sophie Marchand" in page or "At Sophie Marchand's" in page
    assert "Lyon 7e" in page
    assert len(listed(stage)) == 1


def test_planning_with_somebody_new(seller, stage) -> None:
    page = text(seller.get("/meetings/new?host=new"))
    assert '<input type="hidden" name="host" value="new">' in page, "what the schema looks for"

    answer = seller.submit(
        "/meetings/new", host="new", first_name="Maud", last_name="Bernard",
        email="", phone="06 12 34 56 78", place="virtual", place_detail="", theme="", **when(stage),
    )  # fmt: skip

    assert answer.status_code == 303
    (row,) = listed(stage)
    assert (row.host_name, row.place) == ("Maud Bernard", "virtual")


def test_two_clicks_plan_one_meeting(seller, stage) -> None:
    form = {"host_id": str(stage.customer()), "place": "other", **when(stage)}

    first, second = (seller.submit("/meetings/new", **form) for _ in range(2))

    assert first.location == second.location
    assert len(listed(stage)) == 1


TYPED = {"place_detail": "12 rue des Lilas", "theme": "Cuisson douce", "place": "other"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"date": "", "time": ""},
        {"date": "2027-02-29"},
        {"date": "29/02/2028"},
        {"date": "9999-12-31"},
        {"date": "0001-01-01"},
        {"date": "2100-01-01"},
        {"date": "٢٠٢٧-٠١-٠١"},
        {"date": "2027-03-28", "time": "02:30"},
        {"time": "25:00"},
        {"time": "-1:00"},
        {"place": "moon"},
        {"theme": "x" * 121},
        {"theme": "zero\x00byte"},
        {"theme": "\u202eevil"},
        {"place_detail": "y" * 5_000},
        {"host_id": "nobody"},
        {"host_id": "00000000-0000-0000-0000-000000000000"},
        {"host_id": ""},
        {"unknown": "field"},
        {"host_id": ["a", "b"]},
    ],
    ids=repr,
)
def test_a_wrong_plan_keeps_what_was_typed_and_plans_nothing(seller, stage, wrong) -> None:
    host_id = str(stage.customer("Sophie", "Marchand"))
    form = {"host_id": host_id, **TYPED, **when(stage), **wrong}

    answer = seller.submit("/meetings/new", **form)

    page = text(answer)
    assert answer.status_code == 422
    assert 'role="alert"' in page
    for name in set(TYPED) - set(wrong) - {"place"}:
        assert TYPED[name] in page
    assert listed(stage) == ()


def test_a_new_host_without_a_name_or_with_a_known_address_is_told_so(seller, stage) -> None:
    stage.customer("Maud", "Bernard", email="maud@example.org")
    form = {"host": "new", **TYPED, **when(stage)}

    nameless = seller.submit("/meetings/new", **form)
    known = seller.submit(
        "/meetings/new", first_name="Maude", last_name="B", email="MAUD@example.org", **form
    )

    assert (nameless.status_code, known.status_code) == (422, 409)
    assert "field-first_name-error" in text(nameless)
    assert "field-email-error" in text(known)
    assert 'value="Maude"' in text(known)
    assert listed(stage) == ()


def test_somebody_elses_customer_is_no_host(seller, stage, other) -> None:
    stranger = other.customer("Étrangère")

    assert seller.get(f"/meetings/new?host={stranger}").status_code == 404
    answer = seller.submit("/meetings/new", host_id=str(stranger), place="other", **when(stage))

    assert answer.status_code == 422
    assert "Étrangère" not in text(answer)
    assert listed(stage) == ()


@pytest.mark.parametrize("q", ["%00", "%25", "_", "'", "%E2%80%AE", "a" * 3_000, "\\", "%ED%A0%80"])
def test_searching_for_anything_answers(seller, stage, q) -> None:
    meeting_id = stage.meeting()

    assert seller.get(f"/meetings/new?q={q}").status_code == 200
    assert seller.get(f"/meetings/{meeting_id}/participants/new?q={q}").status_code == 200


# --------------------------------------------------------------------------------- one meeting


@pytest.mark.parametrize("tab", ["", "guests", "orders", "host", "infos", "nonsense"])
@pytest.mark.parametrize("state", ["planned", "open", "closed", "cancelled"])
def test_every_tab_in_every_state(seller, stage, state, tab) -> None:
    meeting_id = stage.meeting(days=-1 if state in {"open", "closed"} else 3)
    participant_id, buyer = stage.guest(meeting_id)
    if state in {"open", "closed"}:
        stage.order(meeting_id, buyer)
        stage.book(meeting_id, participant_id)
    if state == "closed":
        stage.do(close_meeting, meeting_id)
    if state == "cancelled":
        stage.do(lifecycle.cancel_meeting, meeting_id)

    answer = seller.get(f"/meetings/{meeting_id}?tab={tab}")

    assert answer.status_code == 200
    assert "Sophie Marchand" in text(answer)


def test_opening_ticking_and_cancelling(seller, stage) -> None:
    meeting_id = stage.meeting()
    participant_id, _ = stage.guest(meeting_id)
    base = f"/meetings/{meeting_id}"

    assert seller.submit(f"{base}/open").status_code == 303
    assert (
        seller.submit(f"{base}/participants/{participant_id}/attendance", attended="1").status_code
        == 303
    )
    assert [one.attended for one in guests_of(stage, meeting_id)] == [True]
    assert seller.submit(f"{base}/cancel").status_code == 303

    assert [row.status for row in listed(stage)] == ["cancelled"]


@pytest.mark.parametrize("attended", ["", "maybe", "2", ["0", "1"]])
def test_a_presence_that_cannot_be_read_changes_nothing(seller, stage, attended) -> None:
    meeting_id = stage.meeting()
    participant_id, _ = stage.guest(meeting_id)
    path = f"/meetings/{meeting_id}/participants/{participant_id}/attendance"

    answer = seller.submit(path, attended=attended)

    assert answer.status_code in {303, 422}
    assert [one.attended for one in guests_of(stage, meeting_id)] == [False]


# -------------------------------------------------------------------------------------- guests


def test_adding_guests_known_and_new(seller, stage) -> None:
    meeting_id = stage.meeting()
    known = stage.customer("Inès", "Laurent")
    path = f"/meetings/{meeting_id}/participants/new"

    assert "Inès Laurent" in text(seller.get(f"{path}?q=ines"))
    assert seller.submit(path, customer_id=str(known)).status_code == 303
    answer = seller.submit(path, first_name="Zoé", last_name="Lefèvre", email="z@example.org")

    assert "Zoé Lefèvre" in text(seller.follow(answer))
    assert len(guests_of(stage, meeting_id)) == 2


def test_a_wrong_guest_keeps_what_was_typed_and_adds_nobody(seller, stage, other) -> None:
    meeting_id = stage.meeting()
    _, already = stage.guest(meeting_id)
    stage.customer("Maud", "Bernard", email="maud@example.org")
    path = f"/meetings/{meeting_id}/participants/new"

    for form, status in (
        ({"customer_id": str(already)}, 409),
        ({"customer_id": str(other.customer())}, 422),
        ({"customer_id": "x"}, 422),
        ({}, 422),
        ({"first_name": "Zoé"}, 422),
        ({"first_name": "Zoé", "last_name": "L", "email": "not an address"}, 422),
        ({"first_name": "Zoé", "last_name": "L", "phone": "call me"}, 422),
        ({"first_name": "Zoé", "last_name": "L", "email": "MAUD@example.org"}, 409),
        ({"first_name": "Zoé", "last_name": "L" * 81}, 422),
    ):
        answer = seller.submit(path, **form)
        assert answer.status_code == status, form
        assert form.get("first_name", "") in text(answer)
        assert 'role="alert"' in text(answer)

    assert len(guests_of(stage, meeting_id)) == 1


def test_a_known_address_shows_the_card_to_add(seller, stage) -> None:
    meeting_id = stage.meeting()
    known = stage.customer("Maud", "Bernard", email="maud@example.org")

    answer = seller.submit(
        f"/meetings/{meeting_id}/participants/new",
        first_name="Maude", last_name="Bernart", email="Maud@example.org",
    )  # fmt: skip

    assert f'name="customer_id" value="{known}"' in text(answer)


def test_the_host_is_already_there(seller, stage) -> None:
    host_id = stage.customer("Sophie", "Marchand")
    meeting_id = stage.meeting(host_id=host_id)

    answer = seller.submit(f"/meetings/{meeting_id}/participants/new", customer_id=str(host_id))

    assert answer.status_code == 422
    assert guests_of(stage, meeting_id) == ()


# ------------------------------------------------------------------------------------ bookings


def test_a_guest_takes_a_date(seller, stage) -> None:
    meeting_id = stage.meeting(days=-1)
    participant_id, _ = stage.guest(meeting_id)
    path = f"/meetings/{meeting_id}/participants/{participant_id}/booking"

    assert seller.get(path).status_code == 200
    answer = seller.submit(path, place="host_home", place_detail="", theme="", **when(stage, 20))

    assert answer.status_code == 303
    assert [row.is_booked for row in listed(stage)] == [True, False]
    again = seller.submit(path, place="host_home", theme="Wok", **when(stage, 20))
    assert again.status_code == 409
    assert 'value="Wok"' in text(again)


@pytest.mark.parametrize(
    "wrong", [{"date": ""}, {"date": "2020-01-01"}, {"time": "noon"}, {"date": "2027-02-29"}]
)
def test_a_wrong_booking_keeps_what_was_typed(seller, stage, wrong) -> None:
    meeting_id = stage.meeting(days=-1)
    participant_id, _ = stage.guest(meeting_id)
    path = f"/meetings/{meeting_id}/participants/{participant_id}/booking"

    answer = seller.submit(path, **{**TYPED, **when(stage, 20), **wrong})

    assert answer.status_code == 422
    assert TYPED["theme"] in text(answer)
    assert len(listed(stage)) == 1


def test_a_closed_meeting_takes_no_booking_but_loses_nothing_typed(seller, stage) -> None:
    meeting_id = stage.meeting(days=-1)
    participant_id, _ = stage.guest(meeting_id)
    stage.do(close_meeting, meeting_id)
    path = f"/meetings/{meeting_id}/participants/{participant_id}/booking"

    answer = seller.submit(path, **{**TYPED, **when(stage, 20)})

    assert answer.status_code == 409
    assert TYPED["theme"] in text(answer)
    assert len(listed(stage)) == 1


# ------------------------------------------------------------------------------------- closing


def seen_on(page: str) -> str:
    return re.search(r'name="seen" value="([0-9a-f]+)"', page)[1]


def test_closing_shows_then_closes(seller, stage) -> None:
    meeting_id = stage.meeting(days=-1)
    _, buyer = stage.guest(meeting_id, attended=True)
    stage.order(meeting_id, buyer)
    path = f"/meetings/{meeting_id}/close"
    preview = text(seller.get(path))

    answer = seller.submit(path, seen=seen_on(preview))

    assert "50,00 €" in preview
    assert seller.follow(answer).status_code == 200
    assert [row.status for row in listed(stage)] == ["closed"]
    assert seller.get(path).status_code == 303
    assert seller.submit(path, seen=seen_on(preview)).status_code == 303


def test_an_unpaid_order_blocks_closing_and_says_where_to_settle_it(seller, stage) -> None:
    meeting_id = stage.meeting(days=-1)
    _, buyer = stage.guest(meeting_id)
    order_id = stage.order(meeting_id, buyer, paid=False)
    path = f"/meetings/{meeting_id}/close"

    preview = text(seller.get(path))
    answer = seller.submit(path)

    assert f"/orders/{order_id}" in preview
    assert 'name="seen"' not in preview or "card-warn" in preview
    assert f"/orders/{order_id}" in text(seller.follow(answer))
    assert [row.status for row in listed(stage)] == ["open"]


@pytest.mark.parametrize("sent", [{"seen": "0" * 32}, {"seen": ""}, {}])
def test_what_was_not_seen_is_not_granted(seller, stage, sent) -> None:
    meeting_id = stage.meeting(days=-1)
    path = f"/meetings/{meeting_id}/close"

    answer = seller.submit(path, **sent)

    assert answer.location.endswith(path)
    assert [row.status for row in listed(stage)] == ["open"]


def test_what_the_preview_shows_is_what_closing_grants(seller, stage, rewarding) -> None:
    meeting_id = stage.meeting(days=-1)
    participant_id, buyer = stage.guest(meeting_id, attended=True)
    stage.order(meeting_id, buyer)
    stage.book(meeting_id, participant_id)
    live = text(seller.get(f"/meetings/{meeting_id}"))
    preview = text(seller.get(f"/meetings/{meeting_id}/close"))

    closed = text(
        seller.follow(seller.submit(f"/meetings/{meeting_id}/close", seen=seen_on(preview)))
    )

    for page in (live, preview, closed):
        assert "5 points" in page
        assert "20 points" in page
    assert "A pris date" in live
    with stage.uow() as work:
        grants = grants_of_meeting(work.session, meeting_id)
    assert sorted((one.value, one.status) for one in grants) == [(5, "granted"), (20, "promised")]


def test_an_order_taken_after_the_preview_is_shown_before_it_counts(
    seller, stage, rewarding
) -> None:
    meeting_id = stage.meeting(days=-1)
    _, buyer = stage.guest(meeting_id)
    stage.order(meeting_id, buyer)
    path = f"/meetings/{meeting_id}/close"
    seen = seen_on(text(seller.get(path)))
    stage.order(meeting_id, buyer)

    refused = seller.submit(path, seen=seen)

    again = text(seller.follow(refused))
    assert "10 points" in again
    assert [row.status for row in listed(stage)] == ["open"]
    assert seller.submit(path, seen=seen_on(again)).status_code == 303
    assert [row.status for row in listed(stage)] == ["closed"]


def test_pages_take_the_same_statements_whatever_their_size(
    seller, stage, rewarding, count_queries
) -> None:
    meeting_id = stage.meeting(days=-1)
    base = f"/meetings/{meeting_id}"
    paths = ("/", "/meetings", base, f"{base}/close", f"{base}/participants/new")
    counts: dict[str, list[int]] = {path: [] for path in paths}
    seller.get(base)  # the first page of a process also reads the programme

    for more in (1, 4, 15):
        for _ in range(more):
            participant_id, buyer = stage.guest(meeting_id)
            stage.order(meeting_id, buyer)
            stage.cart(meeting_id, buyer)
            stage.book(meeting_id, participant_id)
        for path in paths:
            with count_queries() as found:
                assert seller.get(path).status_code == 200
            counts[path].append(found.count)

    assert all(max(found) == found[0] <= 40 for found in counts.values()), counts
