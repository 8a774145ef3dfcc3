"""The audit log for the brand's administrators, and how the doors add refused attempts to it."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext

from app.accounts.queries import people_of_team
from app.accounts.web import from_session
from app.audit import presenters, queries, services
from app.audit.presenters import EntryLine
from app.audit.queries import PAGE, Wanted
from app.audit.schemas import AuditFilterSchema
from app.http.attempts import Attempt
from app.http.auth import current_actor, open_to
from app.http.brand import current_brand
from app.http.flashes import flash_refusal
from app.http.forms import load, posted
from app.http.navigation import here
from app.http.work import reading, writing
from app.imports.writing import csv_bytes
from app.infra.uow import UnitOfWork, unit_of_work
from app.kernel.actor import Role
from app.kernel.errors import Invalid

bp = Blueprint("audit_console", __name__, url_prefix="/console/audit")
open_to(bp, Role.BRAND_ADMIN, via=from_session)

LONGEST_EXPORT = 10_000


@bp.get("")
def index() -> Any:
    asked = _asked()
    with reading() as uow:
        found = queries.entries(uow.session, _wanted(asked), PAGE + 1)
        lines = presenters.lines(uow.session, found[:PAGE])
        team = people_of_team(uow.session)
        actions = queries.actions(uow.session)
    return render_template(
        "console/audit/index.html",
        lines=lines,
        asked=asked,
        people=[("", gettext("Everybody")), *((person.id, person.display_name) for person in team)],
        actions=presenters.family_options(actions),
        outcomes=[("", gettext("All")), ("done", gettext("Done")), ("refused", gettext("Refused"))],
        next_url=here(after=str(found[PAGE - 1].id)) if len(found) > PAGE else None,
        first_url=here() if asked.get("after") else None,
        export_url=url_for(".export", **_filters(asked)),
    )


@bp.get("/entries.csv")
def export() -> Any:
    """What the filters show, without paging; the export itself is an entry."""
    asked = _asked()
    with reading() as uow:
        found = queries.entries(uow.session, _wanted(asked), LONGEST_EXPORT)
        lines = presenters.lines(uow.session, found)
    writing(lambda uow: _note_export(uow, len(found)))
    content = csv_bytes(_titles(), map(_cells, lines))
    answer = Response(content, mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return answer


def note_attempt(attempt: Attempt) -> None:
    """A transaction of its own: the attempt's was rolled back."""
    with unit_of_work(current_brand().id) as uow:
        services.refused(
            uow,
            attempt.actor,
            attempt.action,
            attempt.code,
            entity_type=attempt.entity_type,
            entity_id=attempt.entity_id,
        )


def _note_export(uow: UnitOfWork, rows: int) -> None:
    services.record(uow, current_actor(), "audit.export", "", None, after={"number": rows})


def _asked() -> dict[str, Any]:
    """What the address asks for; what cannot be read is named and left out."""
    given = posted(request.args)
    given.pop("lang", None)
    try:
        found: dict[str, Any] = load(AuditFilterSchema, given)
    except Invalid as refusal:
        flash_refusal(refusal)
        kept = {name: value for name, value in given.items() if name not in refusal.fields}
        found = load(AuditFilterSchema, kept)
    return found


def _wanted(asked: dict[str, Any]) -> Wanted:
    until = asked.get("until")
    return Wanted(
        user_id=asked.get("who"),
        action=asked.get("action", ""),
        outcome=asked.get("outcome", ""),
        entity_type=asked.get("entity_type", ""),
        entity_id=asked.get("entity_id"),
        since=_midnight(asked.get("since")),
        until=_midnight(until + timedelta(days=1)) if until else None,
        before_id=asked.get("after"),
    )


def _midnight(day: date | None) -> datetime | None:
    zone = ZoneInfo(current_brand().timezone)
    return datetime(day.year, day.month, day.day, tzinfo=zone) if day else None


def _filters(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) for name, value in asked.items() if value and name != "after"}


def _titles() -> list[str]:
    return [
        gettext("When"),
        gettext("Who"),
        gettext("Role"),
        gettext("Action"),
        gettext("Outcome"),
        gettext("What"),
        gettext("Identifier"),
        gettext("Changes"),
        gettext("Reason"),
        gettext("Network address"),
        gettext("Request"),
    ]


def _cells(line: EntryLine) -> list[str]:
    changes = "; ".join(f"{one.name}: {one.before} → {one.after}" for one in line.changes)
    zone = ZoneInfo(current_brand().timezone)
    return [
        line.at.astimezone(zone).isoformat(timespec="seconds"),
        line.who,
        line.role,
        line.action,
        gettext("Refused") if line.is_refused else gettext("Done"),
        line.kind,
        str(line.entity_id or ""),
        changes,
        line.reason or line.code,
        line.address,
        line.request_id,
    ]
