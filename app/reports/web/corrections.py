"""A closed meeting put right by staff, part by part, each time with a reason."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from app.accounts.web import from_session
from app.brands.queries import this_brand
from app.catalog import queries as catalog
from app.customers import queries as customers
from app.customers.errors import CustomerNotFound
from app.http.auth import current_actor, open_to
from app.http.forms import errors_of, load, posted, status_of
from app.http.work import reading, writing
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.errors import ConviveError, Invalid, NotFound
from app.kernel.text import identity_key
from app.kernel.words import N_
from app.meetings import presenters, queries
from app.meetings.domain import MeetingSettings
from app.meetings.errors import BookingTooEarly, ClosedBefore, HostIsGuest, ReasonNeeded
from app.meetings.schemas import (
    CorrectBookingSchema,
    CorrectGuestSchema,
    CorrectionSchema,
    CorrectMeetingSchema,
    CorrectPresenceSchema,
    LateOrderSchema,
)
from app.meetings.services import bookings, co_hosts, guests, lifecycle, planning
from app.meetings.services.late_orders import take_late_order
from app.meetings.web.hosts import share_fields, typed_shares
from app.orders.presenters import payment_methods

bp = Blueprint("corrections_console", __name__, url_prefix="/console/meetings")
open_to(bp, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, via=from_session)

LATE_LINES = range(1, 7)
BESIDE: dict[type[ConviveError], str] = {
    BookingTooEarly: "date",
    ClosedBefore: "date",
    CustomerNotFound: "who",
    HostIsGuest: "who",
    ReasonNeeded: "reason",
}
Work = Callable[[UnitOfWork, UUID, MultiDict[str, str]], Any]


def _details(uow: UnitOfWork, meeting_id: UUID, form: MultiDict[str, str]) -> None:
    card = queries.meeting_card(uow.session, current_actor(), meeting_id)
    typed = _without(form, "who") | {"host_id": str(_somebody(uow, form) or card.host_id)}
    wish = load(CorrectMeetingSchema, typed)
    settings = _settings(uow)
    planning.change_meeting(
        uow, current_actor(), meeting_id, wish, clock=uow.clock, settings=settings
    )


def _hosts(uow: UnitOfWork, meeting_id: UUID, form: MultiDict[str, str]) -> None:
    reason = load(CorrectionSchema, _only(form, "reason"))["reason"]
    co_hosts.share_among_hosts(
        uow, current_actor(), meeting_id, typed_shares(form), reason=reason, clock=uow.clock
    )


def _guest(uow: UnitOfWork, meeting_id: UUID, form: MultiDict[str, str]) -> None:
    who = _somebody(uow, form)
    typed = _without(form, "who") | ({"customer_id": str(who)} if who else {})
    try:
        wish = load(CorrectGuestSchema, typed)
    except Invalid as invalid:
        renamed = {
            "who" if name == "customer_id" else name: words
            for name, words in invalid.fields.items()
        }
        raise Invalid(renamed) from None
    guests.add_participant(
        uow,
        current_actor(),
        meeting_id,
        wish["customer_id"],
        reason=wish["reason"],
        clock=uow.clock,
    )


def _presence(uow: UnitOfWork, meeting_id: UUID, form: MultiDict[str, str]) -> None:
    wish = load(CorrectPresenceSchema, posted(form))
    guests.correct_presence(
        uow, current_actor(), meeting_id, wish["present"], reason=wish["reason"], clock=uow.clock
    )


def _booking(uow: UnitOfWork, meeting_id: UUID, form: MultiDict[str, str]) -> None:
    participant_id, wish, reason = load(CorrectBookingSchema, posted(form))
    settings = _settings(uow)
    bookings.book_meeting(
        uow,
        current_actor(),
        meeting_id,
        participant_id,
        wish,
        reason=reason,
        clock=uow.clock,
        settings=settings,
    )


def _order(uow: UnitOfWork, meeting_id: UUID, form: MultiDict[str, str]) -> None:
    """Products by their references; lines left empty are none."""
    named = {number: form.get(f"product_{number}", "").strip() for number in LATE_LINES}
    found = catalog.products_by_reference(uow.session, [one for one in named.values() if one])
    lines, wrong = [], {}
    for number, reference in named.items():
        product = found.get(identity_key(reference))
        if product:
            quantity = form.get(f"quantity_{number}", "").strip() or "1"
            lines.append({"product_id": str(product.id), "quantity": quantity})
        elif reference:
            wrong[f"product_{number}"] = [N_("There is no product with this reference.")]
    if wrong or not lines:
        raise Invalid(wrong or {"product_1": [N_("Name at least one product.")]})
    names = ("customer_id", "method", "received_on", "reason")
    late = load(LateOrderSchema, {**_only(form, *names), "lines": lines})
    take_late_order(uow, current_actor(), meeting_id, late, clock=uow.clock)


def _cancel(uow: UnitOfWork, meeting_id: UUID, form: MultiDict[str, str]) -> None:
    reason = load(CorrectionSchema, posted(form))["reason"]
    lifecycle.cancel_meeting(uow, current_actor(), meeting_id, reason=reason, clock=uow.clock)


PARTS = {
    "details": (N_("Host, date, place and theme"), ""),
    "hosts": (
        N_("Co-hosts and shares"),
        N_("Co-hosts are guests of the meeting; together the shares make the whole."),
    ),
    "presence": (N_("Who came"), ""),
    "guest": (N_("Somebody is missing on the list"), ""),
    "booking": (N_("A date was booked and not noted"), ""),
    "order": (
        N_("An order was forgotten"),
        N_("It is placed and paid at once, at the prices of today."),
    ),
    "cancel": (
        N_("The meeting never was"),
        N_("Only when no order stands paid. All it gave is taken back."),
    ),
}
"""What can be put right, in words, and what to know of it."""

CORRECTIONS: dict[str, Work] = {
    "details": _details,
    "hosts": _hosts,
    "guest": _guest,
    "presence": _presence,
    "booking": _booking,
    "order": _order,
    "cancel": _cancel,
}


PART = "/<uuid:meeting_id>/correct/<what>"


@bp.get(PART)
def correct(meeting_id: UUID, what: str) -> Any:
    return _page(meeting_id, what)


@bp.post(PART)
def put_right(meeting_id: UUID, what: str) -> Any:
    if what not in CORRECTIONS:
        raise NotFound
    try:
        writing(lambda uow: CORRECTIONS[what](uow, meeting_id, request.form))
    except CustomerNotFound as refusal:
        return _page(meeting_id, what, refusal), 422
    except NotFound:
        raise
    except ConviveError as refusal:
        return _page(meeting_id, what, refusal), status_of(refusal)
    flash(gettext("It is put right. Rewards follow within the minute."), "success")
    return redirect(url_for("meetings_console.show", meeting_id=meeting_id), code=303)


def _page(meeting_id: UUID, what: str, refusal: ConviveError | None = None) -> Any:
    """With what was typed, when it was refused."""
    if what not in PARTS:
        raise NotFound
    with reading() as uow:
        plan = queries.meeting_plan(uow.session, current_actor(), meeting_id)
        page = queries.meeting_page(uow.session, current_actor(), meeting_id)
    meeting = presenters.present_meeting(page)
    words, hint = PARTS[what]
    people = [(str(one.customer_id), one.name) for one in meeting.participants]
    return render_template(
        "console/meetings/correct.html",
        meeting=meeting,
        what=what,
        words=gettext(words),
        hint=gettext(hint) if hint else "",
        places=presenters.place_choices(),
        bookers=[(str(one.id), one.name) for one in meeting.participants if not one.is_host],
        people=people,
        present=request.form.getlist("present")
        if request.form
        else [str(one.id) for one in meeting.participants if one.attended],
        methods=payment_methods(),
        late_lines=LATE_LINES,
        values=request.form or (presenters.typed_plan(plan) if what == "details" else {}),
        errors=errors_of(refusal, beside=BESIDE),
        **share_fields(page),
    )


def _somebody(uow: UnitOfWork, form: MultiDict[str, str]) -> UUID | None:
    """Whoever is named by her address, or so that nobody else can be meant. Nothing typed: none."""
    text = form.get("who", "").strip()[:100]
    if not text:
        return None
    found = customers.search(uow.session, current_actor(), text, 2)
    if len(found) == 1:
        return found[0].id
    words = N_("Several people are found: give the e-mail address.")
    raise Invalid({"who": [words if found else N_("Nobody is found by this name or address.")]})


def _settings(uow: UnitOfWork) -> MeetingSettings:
    brand = this_brand(uow.session)
    return MeetingSettings(
        zone=brand.timezone,
        closing_delay_hours=brand.settings.closing_delay_hours,
        late_entry_hours=brand.settings.late_entry_hours,
    )


def _without(form: MultiDict[str, str], name: str) -> dict[str, Any]:
    return {key: value for key, value in posted(form).items() if key != name}


def _only(form: MultiDict[str, str], *names: str) -> dict[str, Any]:
    return {key: value for key, value in posted(form).items() if key in names}
