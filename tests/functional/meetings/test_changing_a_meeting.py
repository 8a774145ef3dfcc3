"""Host, date and place until the meeting closes: nothing typed is lost, nothing wrong is kept."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from app.accounts.domain import LinkPurpose
from app.accounts.errors import LinkNotUsable
from app.accounts.services import follow_link, issue_link
from app.brands.services import change_settings
from app.infra.jobs.drain import drain
from app.meetings import queries
from app.meetings.domain import Part
from app.meetings.services import lifecycle
from app.meetings.services.closing import close_meeting
from app.notifications.queries import emails_of
from app.rewards.queries import grants_of_meeting
from app.rewards.services.settlement import close_and_settle
from tests.functional.meetings.test_meeting_pages import text, when
from tests.support.gathering import Stage


@pytest.fixture
def host_id(stage) -> UUID:
    return stage.customer("Sophie", "Marchand", email="sophie@example.org")


@pytest.fixture
def meeting_id(stage, host_id) -> UUID:
    return stage.meeting(host_id=host_id, address="Lyon 7e", theme="Woks")


def page_of(stage: Stage, meeting_id: UUID) -> queries.MeetingPage:
    with stage.uow() as work:
        return queries.meeting_page(work.session, stage.seller, meeting_id)


def plan_of(stage: Stage, meeting_id: UUID) -> queries.Plan:
    with stage.uow() as work:
        return queries.meeting_plan(work.session, stage.seller, meeting_id)


def form(stage: Stage, host_id: UUID, days: float = 10, **changes) -> dict:
    typed = {"place": "other", "place_detail": "12 rue des Lilas", "theme": "Cuisson douce"}
    return {"host_id": str(host_id), **typed, **when(stage, days), **changes}


def test_the_form_holds_what_was_planned_and_says_when_it_closes(
    seller, stage, meeting_id, host_id
) -> None:
    infos = text(seller.get(f"/meetings/{meeting_id}?tab=infos"))
    page = text(seller.get(f"/meetings/{meeting_id}/edit"))

    assert f"/meetings/{meeting_id}/edit" in infos
    for typed in ("Sophie Marchand", 'value="Lyon 7e"', 'value="Woks"', str(host_id)):
        assert typed in page
    assert 'value="{date}"'.format(**when(stage)) in page
    assert "Elle se clôturera d’elle-même" in page
    assert "gardent leur échéance" not in page


def test_a_date_being_typed_already_tells_the_new_closing(seller, stage, meeting_id) -> None:
    path = f"/meetings/{meeting_id}/edit"
    now = closing_words(text(seller.get(path)))

    later = closing_words(text(seller.get(path, query_string=when(stage, 30))))
    unread = text(seller.get(f"{path}?date=soon&time=noon"))

    assert now != later
    assert "Indiquez une date et une heure" in unread
    assert plan_of(stage, meeting_id).card.starts_at == plan_of(stage, meeting_id).first_starts_at


def closing_words(page: str) -> str:
    return re.search(r"Elle se clôturera d’elle-même ([^<]+)\.", page)[1].strip()


def test_all_of_it_can_be_changed_and_the_new_closing_is_told(
    seller, stage, meeting_id, host_id
) -> None:
    before = plan_of(stage, meeting_id)

    answer = seller.submit(f"/meetings/{meeting_id}/edit", **form(stage, host_id))

    after = plan_of(stage, meeting_id)
    assert (after.card.place, after.card.address, after.theme) == (
        "other", "12 rue des Lilas", "Cuisson douce",
    )  # fmt: skip
    assert after.card.starts_at > before.card.starts_at
    assert after.first_starts_at == before.first_starts_at
    assert after.card.closes_at - after.card.starts_at >= timedelta(hours=47)
    told = text(seller.follow(answer))
    assert "La réunion est modifiée. Elle se clôturera d’elle-même" in told
    assert "reçoit son lien" not in told


def test_bookings_keep_their_deadline_and_the_page_says_so(seller, stage, meeting_id) -> None:
    participant_id, _ = stage.guest(meeting_id)
    stage.book(meeting_id, participant_id)

    assert "gardent leur échéance" in text(seller.get(f"/meetings/{meeting_id}/edit"))


def test_what_was_booked_stays_after_the_meeting_it_was_booked_in(seller, stage) -> None:
    origin = stage.meeting(days=7)
    participant_id, guest_id = stage.guest(origin)
    booked = stage.book(origin, participant_id)

    answer = seller.submit(f"/meetings/{booked}/edit", **form(stage, guest_id, days=2))

    assert answer.status_code == 422
    assert "field-date-error" in text(answer)


@pytest.mark.parametrize(
    "wrong",
    [
        {"date": "", "time": ""},
        {"date": "2027-02-29"},
        {"date": "9999-12-31"},
        {"date": "0001-01-01"},
        {"date": "٢٠٢٧-٠١-٠١"},
        {"date": "2027-03-28", "time": "02:30"},
        {"time": "25:00"},
        {"place": "moon"},
        {"theme": "x" * 121},
        {"theme": "zero\x00byte"},
        {"theme": "\u202eevil"},
        {"place_detail": "y" * 5_000},
        {"host_id": "nobody"},
        {"host_id": "00000000-0000-0000-0000-000000000000"},
        {"host_id": ""},
        {"theme": "<script>\x07"},
        {"step": "save"},
        {"unknown": "field"},
        {"host_id": ["a", "b"]},
    ],
    ids=repr,
)
def test_a_wrong_change_keeps_what_was_typed_and_changes_nothing(
    seller, stage, meeting_id, host_id, wrong
) -> None:
    before = plan_of(stage, meeting_id)
    typed = form(stage, host_id)

    answer = seller.submit(f"/meetings/{meeting_id}/edit", **{**typed, **wrong})

    page = text(answer)
    assert answer.status_code == 422
    assert 'role="alert"' in page
    for name in {"place_detail", "theme"} - set(wrong):
        assert typed[name] in page
    assert "<script>" not in answer.get_data(as_text=True)
    assert plan_of(stage, meeting_id) == before


def test_strangers_and_guests_do_not_become_the_host(
    seller, stage, other, meeting_id, host_id
) -> None:
    _, guest_id = stage.guest(meeting_id)
    stranger = other.customer("Étrangère")
    path = f"/meetings/{meeting_id}/edit"

    for wrong in (guest_id, stranger):
        answer = seller.submit(path, **form(stage, wrong))
        page = text(answer)
        assert answer.status_code == 422
        assert "field-host_id-error" in page
        assert "Étrangère" not in page
    assert plan_of(stage, meeting_id).card.host_id == host_id


def test_another_meeting_of_that_host_then_is_said(seller, stage, meeting_id, host_id) -> None:
    stage.meeting(days=10, host_id=host_id)
    typed = form(stage, host_id)

    answer = seller.submit(f"/meetings/{meeting_id}/edit", **typed)

    assert answer.status_code == 409
    assert typed["theme"] in text(answer)


@pytest.mark.parametrize("end", ["closed", "cancelled"])
def test_what_is_over_is_not_changed(seller, stage, host_id, end) -> None:
    meeting_id = stage.meeting(days=-1, host_id=host_id)
    stage.do(close_meeting if end == "closed" else lifecycle.cancel_meeting, meeting_id)
    path = f"/meetings/{meeting_id}/edit"
    before = plan_of(stage, meeting_id)

    told = text(seller.follow(seller.get(path)))
    answer = seller.submit(path, **form(stage, host_id))

    assert "flash-error" in told
    assert f'href="{path}"' not in text(seller.get(f"/meetings/{meeting_id}?tab=infos"))
    assert answer.status_code == 409
    assert "12 rue des Lilas" in text(answer)
    assert plan_of(stage, meeting_id) == before


def test_another_sellers_meeting_is_not_found(seller, stage, other) -> None:
    theirs = other.meeting()
    base = f"/meetings/{theirs}"

    assert seller.get(f"{base}/edit").status_code == 404
    for path, data in (
        (f"{base}/edit", form(stage, stage.customer())),
        (f"{base}/edit", {"step": "host"}),
        (f"{base}/edit", {"step": "back"}),
        (f"{base}/host-link", {}),
        (f"{base}/host-link/copy", {}),
    ):
        assert seller.submit(path, **data).status_code == 404


# ------------------------------------------------------------------------------- another host


def test_the_host_is_chosen_in_the_book_and_nothing_typed_is_lost(
    seller, stage, meeting_id, host_id
) -> None:
    maud = stage.customer("Maud", "Bernard", email="maud@example.org")
    _, guest_id = stage.guest(meeting_id)
    path = f"/meetings/{meeting_id}/edit"
    typed = form(stage, host_id)

    choice = text(seller.submit(path, step="host", q="maud", **typed))
    everybody = text(seller.submit(path, step="host", **typed))
    chosen = seller.submit(path, chosen=str(maud), **typed)
    kept = seller.submit(path, step="back", **typed)

    assert "Maud Bernard" in choice
    assert "Sophie Marchand" not in re.search(r"<ul class=\"rows.*?</ul>", choice, re.DOTALL)[0]
    assert f'name="chosen" value="{guest_id}"' not in everybody
    for page in (choice, text(chosen), text(kept)):
        assert typed["theme"] in page
        assert typed["date"] in page
    assert chosen.status_code == 200
    assert "Maud Bernard" in text(chosen)
    assert plan_of(stage, meeting_id).card.host_id == host_id

    answer = seller.submit(path, **typed | {"host_id": str(maud)})

    told = text(seller.follow(answer))
    assert "Maud reçoit son lien par e-mail." in told
    assert "ne fonctionne plus" in told
    assert plan_of(stage, meeting_id).card.host_id == maud


@pytest.mark.parametrize(
    "chosen", ["<script>", "nobody", "", "00000000-0000-0000-0000-000000000000"]
)
def test_choosing_nobody_keeps_the_host_and_what_was_typed(
    seller, stage, meeting_id, host_id, chosen
) -> None:
    answer = seller.submit(f"/meetings/{meeting_id}/edit", chosen=chosen, **form(stage, host_id))

    assert answer.status_code == 200
    assert "<script>" not in answer.get_data(as_text=True)
    assert "Sophie Marchand" in text(answer)
    assert "12 rue des Lilas" in text(answer)


@pytest.mark.parametrize("q", ["%", "\x00", "'", "\u202e", "a" * 3_000])
def test_searching_for_any_host_answers(seller, meeting_id, q) -> None:
    assert seller.submit(f"/meetings/{meeting_id}/edit", step="host", q=q).status_code == 200


def test_the_host_before_loses_her_page_and_the_new_one_is_invited(
    app, seller, stage, meeting_id, host_id, mailbox
) -> None:
    maud = stage.customer("Maud", "Bernard", email="maud@example.org")
    soon = stage.now() + timedelta(days=90)
    with stage.uow() as work:
        token = issue_link(work, LinkPurpose.HOST, meeting_id, host_id, soon)

    seller.submit(f"/meetings/{meeting_id}/edit", **form(stage, maud))
    with app.app_context():
        drain()

    with stage.uow() as work, pytest.raises(LinkNotUsable):
        follow_link(work, LinkPurpose.HOST, token)
    with stage.uow() as work:
        assert [mail.kind for mail in emails_of(work.session, maud)] == ["invitation"]


def test_a_host_who_ordered_stays_as_a_guest(seller, stage, host_id) -> None:
    meeting_id = stage.meeting(days=-1, host_id=host_id)
    stage.order(meeting_id, host_id)
    maud = stage.customer("Maud", "Bernard")

    answer = seller.submit(f"/meetings/{meeting_id}/edit", **form(stage, maud, days=-1))

    told, page = text(seller.follow(answer)), page_of(stage, meeting_id)
    assert "pas d’adresse e-mail" in told
    assert page.card.host_id == maud
    assert [guest.customer_id for guest in page.participants] == [host_id]
    assert seller.get(f"/meetings/{meeting_id}").status_code == 200


def test_a_booking_stays_its_guests_own_when_somebody_else_hosts(
    app, seller, stage, rewarding
) -> None:
    origin = stage.meeting(days=-1)
    participant_id, guest_id = stage.guest(origin)
    booked = stage.book(origin, participant_id)
    with app.app_context():
        drain()
    maud = stage.customer("Maud", "Bernard")

    seller.submit(f"/meetings/{booked}/edit", **form(stage, maud, days=30))
    with app.app_context():
        drain()

    with stage.uow() as work:
        grants = grants_of_meeting(work.session, origin)
    assert [(one.beneficiary_id, str(one.status)) for one in grants] == [(guest_id, "promised")]


# -------------------------------------------------------------------------------- statements


def test_its_pages_take_the_same_statements_whatever_their_size(
    seller, stage, meeting_id, rewarding, count_queries
) -> None:
    base = f"/meetings/{meeting_id}"
    pages = {
        "edit": lambda: seller.get(f"{base}/edit"),
        "host": lambda: seller.submit(f"{base}/edit", step="host"),
        "booking": lambda: seller.get(f"{base}/participants/{first}/booking"),
    }
    counts: dict[str, list[int]] = {name: [] for name in pages}
    first, _ = stage.guest(meeting_id)
    seller.get(base)

    for more in (1, 4, 15):
        for _ in range(more):
            participant_id, buyer = stage.guest(meeting_id)
            stage.order(meeting_id, buyer)
            stage.book(meeting_id, participant_id)
        for name, look in pages.items():
            with count_queries() as found:
                assert look().status_code == 200
            counts[name].append(found.count)

    assert {name: len(set(found)) for name, found in counts.items()} == dict.fromkeys(pages, 1), (
        counts
    )


def test_a_seller_corrects_what_her_brand_leaves_open(seller, stage, uow) -> None:
    meeting_id = stage.meeting(days=-1)
    participant, guest = stage.guest(meeting_id)
    stage.order(meeting_id, guest)
    stage.do(close_and_settle, meeting_id)
    page, tick = f"/meetings/{meeting_id}", f"/meetings/{meeting_id}/participants/{participant}"
    locked = seller.get(page).get_data(as_text=True)
    for part in Part:
        with uow() as work:
            change_settings(work, "maison", {f"closed_{part}": "open"})

    open_now = seller.get(page).get_data(as_text=True)
    ticked = seller.submit(f"{tick}/attendance", attended="1")
    begun = seller.submit(f"{page}/orders/new", participant_id=str(participant))
    order = begun.headers["Location"]
    added = seller.submit(f"{order}/lines", product_id=str(stage.product_id), quantity="1")
    edited = seller.get(f"{page}/edit").get_data(as_text=True)

    for link in ("participants/new", "orders/new", "booking"):
        assert link not in locked
        assert link in open_now
    assert (ticked.status_code, begun.status_code, added.status_code) == (303, 303, 303)
    assert seller.get(order).status_code == 200
    assert "Elle se clôture" not in edited
