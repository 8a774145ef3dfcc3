"""Réunions: those of all sellers, to be looked at; acting on one is its seller's, but opening it
again once it is closed."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from app.accounts.web import from_session
from app.audit.services import record
from app.http.auth import current_actor, open_to
from app.http.brand import current_brand
from app.http.filters import asked_of_list, day_begins, day_ends
from app.http.forms import errors_of, load, posted, status_of
from app.http.navigation import here
from app.http.words import date_long
from app.http.work import reading, writing
from app.imports.writing import amount, csv_bytes
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.errors import ConviveError, NotFound
from app.meetings import presenters
from app.meetings import queries as meetings
from app.meetings.domain import MeetingSettings
from app.meetings.schemas import ReopenSchema
from app.meetings.services.reopening import reopen_meeting
from app.reports.meetings import Row, Wanted, seller_names
from app.reports.meetings import meetings as all_meetings
from app.reports.schemas import MeetingsSchema
from app.reports.web.corrections import PARTS
from app.rewards.presenters import Voice, meeting_rewards
from app.sellers import queries as sellers

bp = Blueprint("meetings_console", __name__, url_prefix="/console/meetings")
open_to(bp, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, via=from_session)

PAGE = 30
LONGEST_EXPORT = 20_000


@bp.get("")
def index() -> str:
    asked = asked_of_list(MeetingsSchema)
    with reading() as uow:
        found = all_meetings(
            uow.session, _wanted(asked), sort=asked["sort"], page=asked["page"], size=PAGE
        )
        names = seller_names(uow.session)
    return render_template(
        "console/meetings/index.html",
        rows=found.rows,
        total=found.total,
        asked=asked,
        title_of=presenters.title_of,
        place_label=presenters.place_label,
        sellers=[("", gettext("Any")), *names],
        next_url=here(page=str(asked["page"] + 1)) if found.has_more else None,
        first_url=here() if asked["page"] > 1 else None,
        export_url=url_for(".export", **_filters(asked)),
    )


@bp.get("/meetings.csv")
def export() -> Response:
    """What the filters show, without paging."""
    asked = asked_of_list(MeetingsSchema)
    with reading() as uow:
        found = all_meetings(
            uow.session, _wanted(asked), sort=asked["sort"], page=1, size=LONGEST_EXPORT
        )
    writing(lambda uow: _note_export(uow, len(found.rows)))
    answer = Response(csv_bytes(_titles(), map(_cells, found.rows)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="meetings.csv"'
    return answer


@bp.get("/<uuid:meeting_id>")
def show(meeting_id: UUID) -> Any:
    return _shown(meeting_id)


@bp.post("/<uuid:meeting_id>/reopen")
def reopen(meeting_id: UUID) -> Any:
    settings = MeetingSettings(zone=current_brand().timezone)
    try:
        wish = load(ReopenSchema, posted(request.form))
        until = writing(
            lambda uow: reopen_meeting(
                uow, current_actor(), meeting_id, wish, clock=uow.clock, settings=settings
            )
        )
    except NotFound:
        raise
    except ConviveError as refusal:
        return _shown(meeting_id, refusal), status_of(refusal)
    said = gettext("The meeting is open again until %(when)s.", when=date_long(until))
    flash(said, "success")
    return redirect(url_for(".show", meeting_id=meeting_id), code=303)


def _shown(meeting_id: UUID, refusal: ConviveError | None = None) -> str:
    """With what was typed to open it again, and why that could not be."""
    actor = current_actor()
    with reading() as uow:
        page = meetings.meeting_page(uow.session, actor, meeting_id)
        rewards = meeting_rewards(uow.session, actor, meeting_id, Voice.SELLER)
        seller = sellers.seller(uow.session, page.card.seller_id)
    meeting = presenters.present_meeting(
        page, turnover_cents=rewards.turnover_cents, badges=rewards.badges
    )
    return render_template(
        "console/meetings/show.html",
        meeting=meeting,
        seller=seller,
        rewards=rewards.host_lines,
        turnover_why=rewards.turnover_why,
        winners=rewards.winners if meeting.closed_at else [],
        corrections=[(what, gettext(words)) for what, (words, _hint) in PARTS.items()],
        misses=[line for line in rewards.misses if line.role != "host"],
        unreached=rewards.unreached,
        values=request.form,
        errors=errors_of(refusal),
    )


def _wanted(asked: dict[str, Any]) -> Wanted:
    return Wanted(
        text=asked["q"],
        status=asked["status"],
        seller_id=asked["seller"],
        since=day_begins(asked["since"]),
        until=day_ends(asked["until"]),
    )


def _filters(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) for name, value in asked.items() if value and name != "page"}


def _note_export(uow: UnitOfWork, rows: int) -> None:
    record(uow, current_actor(), "meeting.export", "", None, after={"number": rows})


def _titles() -> list[str]:
    return [
        gettext("Identifier"),
        gettext("Date"),
        gettext("Host"),
        gettext("Seller"),
        gettext("Place"),
        gettext("State"),
        gettext("Guests"),
        gettext("Buyers"),
        gettext("Orders"),
        gettext("Sales"),
    ]


def _cells(row: Row) -> list[Any]:
    local = row.starts_at.astimezone(ZoneInfo(current_brand().timezone))
    return [
        str(row.id),
        local.isoformat(sep=" ", timespec="minutes")[:16],
        row.host_name,
        row.seller_name,
        presenters.place_label(row.place, row.address),
        row.status,
        row.guest_count,
        row.buyer_count,
        row.order_count,
        amount(row.sales_cents),
    ]
