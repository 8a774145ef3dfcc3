"""The month, one meeting as a calendar file, and all of them under a secret address."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask_babel import gettext

from app.http.auth import current_actor, open_to_anyone
from app.http.brand import current_brand
from app.http.filters import asked_of_list, day_begins
from app.http.work import reading, writing
from app.infra.extensions import limiter
from app.infra.uow import UnitOfWork
from app.kernel.clock import local_day
from app.meetings import presenters, queries
from app.meetings.errors import CalendarLinkNotUsable
from app.meetings.queries import MeetingRow
from app.meetings.schemas import MonthSchema
from app.meetings.services import calendar as calendars
from app.meetings.web.ics import calendar_file
from app.meetings.web.meeting import LINKS_OF_ONE_SELLER, bp, seller_asking

KEPT = timedelta(days=200)
"""How long past meetings stay in a calendar program."""
WRONG_LINKS = "30 per minute"
CALENDAR = "text/calendar; charset=utf-8"


feed_bp = Blueprint("calendar_feed", __name__)
open_to_anyone(feed_bp)


@bp.get("/meetings/calendar")
def month() -> str:
    actor = current_actor()
    with reading() as uow:
        today = local_day(uow.clock(), current_brand().timezone)
        first = (asked_of_list(MonthSchema)["month"] or today).replace(day=1)
        since, until = _instant(first), _instant(_next_month(first))
        rows = queries.meetings_between(uow.session, actor, since, until)
        link_since = queries.calendar_link_since(uow.session, actor)
    return render_template(
        "seller/calendar.html",
        month=presenters.present_month(first, rows, today=today),
        earlier=_address(first - timedelta(days=1)),
        later=_address(_next_month(first)),
        link_since=link_since,
    )


@bp.get("/meetings/<uuid:meeting_id>/meeting.ics")
def calendar_entry(meeting_id: UUID) -> Response:
    with reading() as uow:
        row = queries.meeting_row(uow.session, current_actor(), meeting_id)
        now = uow.clock()
    return _file([row], now, "meeting.ics", download=True)


@feed_bp.get("/calendar/<feed_token>/meetings.ics")
def feed(feed_token: str) -> Response:
    """For a calendar program, which signs in nowhere: the address is the key."""
    g.by_link = True
    try:
        with reading() as uow:
            actor, now = calendars.follow_calendar_link(uow, feed_token), uow.clock()
            rows = queries.meetings_between(uow.session, actor, now - KEPT, None)
    except CalendarLinkNotUsable:
        with limiter.limit(WRONG_LINKS, scope="calendars"):
            raise
    return _file(rows, now, "meetings.ics")


@bp.post("/meetings/calendar/link")
@limiter.limit(LINKS_OF_ONE_SELLER, key_func=seller_asking)
def create_calendar_link() -> Any:
    """Shown in this answer and never again: we keep only its hash."""

    def work(uow: UnitOfWork) -> str:
        return calendars.create_calendar_link(uow, current_actor(), clock=uow.clock)

    path = url_for("calendar_feed.feed", feed_token=writing(work))
    page = render_template("seller/calendar_link.html", link=current_brand().origin + path)
    return page, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@bp.post("/meetings/calendar/link/end")
def revoke_calendar_link() -> Any:
    def work(uow: UnitOfWork) -> None:
        calendars.revoke_calendar_link(uow, current_actor(), clock=uow.clock)

    writing(work)
    flash(gettext("The address of your calendar no longer works."), "success")
    return redirect(url_for("meetings.month"), code=303)


def _file(
    rows: Sequence[MeetingRow], now: datetime, name: str, *, download: bool = False
) -> Response:
    content = calendar_file(rows, current_brand(), at=now)
    answer = Response(content, content_type=CALENDAR)
    answer.headers["Cache-Control"] = "no-store"
    how = "attachment" if download else "inline"
    answer.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    return answer


def _instant(day: date) -> datetime:
    found = day_begins(day)
    assert found is not None
    return found


def _next_month(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def _address(day: date) -> str:
    return url_for("meetings.month", month=day.strftime("%Y-%m-01"))
