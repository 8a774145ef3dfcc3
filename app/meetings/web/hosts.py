"""Who hosts a meeting, and how they share what hosts win."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from app.http.auth import current_actor
from app.http.forms import errors_of, load, status_of
from app.http.work import reading, writing
from app.http.written import rate_text
from app.kernel.errors import Conflict, ConviveError, Invalid, Refused
from app.meetings import presenters, queries
from app.meetings.schemas import HostsSchema
from app.meetings.services.co_hosts import share_among_hosts
from app.meetings.web.meeting import bp

SHARE = "share-"
"""Before the id of somebody who hosts already."""
NEW, NEW_SHARE = "co_host", "co_host_share"


@bp.get("/meetings/<uuid:meeting_id>/hosts")
def hosts(meeting_id: UUID) -> Any:
    return _hosts_page(meeting_id)


@bp.post("/meetings/<uuid:meeting_id>/hosts", endpoint="hosts_post")
def share(meeting_id: UUID) -> Any:
    try:
        shares = typed_shares(request.form)
        writing(
            lambda uow: share_among_hosts(uow, current_actor(), meeting_id, shares, clock=uow.clock)
        )
    except (Invalid, Refused, Conflict) as refusal:
        return _hosts_page(meeting_id, refusal), status_of(refusal)
    flash(gettext("The shares are saved; rewards are worked out by them."), "success")
    return redirect(url_for("meetings.show", meeting_id=meeting_id, tab="host"), code=303)


def typed_shares(form: MultiDict[str, str]) -> dict[UUID, int]:
    """By customer. Nothing typed: no share. Raises Invalid, by the form's own names."""
    fields = [name for name in form if name.startswith(SHARE) and form[name].strip()]
    rows = [
        {"customer_id": name.removeprefix(SHARE), "share": form[name].strip()} for name in fields
    ]
    if form.get(NEW):
        fields.append(NEW_SHARE)
        rows.append({"customer_id": form[NEW], "share": form.get(NEW_SHARE, "").strip()})
    try:
        shares: dict[UUID, int] = load(HostsSchema, {"hosts": rows})
    except Invalid as invalid:
        raise Invalid(
            {_field(path, fields): messages for path, messages in invalid.fields.items()}
        ) from None
    return shares


def _field(path: str, fields: list[str]) -> str:
    steps = path.split(".")
    return fields[int(steps[1])] if len(steps) > 1 and steps[1].isdigit() else "_form"


def share_fields(page: queries.MeetingPage) -> dict[str, Any]:
    """What the fields of `seller/_shares.html` read."""
    found = presenters.present_hosts(page)
    there = {one.customer_id for one in found}
    guests = [
        (str(one.customer_id), page.people[one.customer_id].name)
        for one in page.participants
        if one.customer_id not in there
    ]
    return {
        "hosts": found,
        "guests": guests,
        "shares": {one.customer_id: rate_text(one.share_bp) for one in found},
    }


def _hosts_page(meeting_id: UUID, refusal: ConviveError | None = None) -> str:
    with reading() as uow:
        page = queries.meeting_page(uow.session, current_actor(), meeting_id)
    return render_template(
        "seller/meeting_hosts.html",
        meeting={"id": meeting_id, "title": presenters.title_of(page.card.host_name)},
        **share_fields(page),
        values=request.form,
        errors=errors_of(refusal),
    )
