"""One meeting: planned, changed, closed, and everything done in it."""

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.accounts.web import from_session
from app.brands.queries import BrandView
from app.customers import queries as customers
from app.customers.errors import CustomerAlreadyExists, CustomerNotFound
from app.customers.services import NewCustomer
from app.http.auth import current_actor, open_to
from app.http.brand import current_brand
from app.http.flashes import flash_refusal
from app.http.forms import errors_of, load, posted, status_of
from app.http.links import guests_url, host_page_url
from app.http.words import date_long
from app.http.work import reading, writing
from app.infra.extensions import limiter
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import local_day
from app.kernel.errors import Conflict, ConviveError, Invalid, NotFound, Refused
from app.meetings import presenters, queries
from app.meetings.domain import MeetingSettings, Part
from app.meetings.errors import (
    AlreadyBooked,
    AlreadyPlanned,
    BookingTooEarly,
    ClosedBefore,
    HostIsGuest,
    MeetingIsClosed,
    MeetingWasCancelled,
    PreviewOutdated,
)
from app.meetings.schemas import (
    NEW,
    AddParticipantSchema,
    AttendanceSchema,
    BookMeetingSchema,
    ChangeMeetingSchema,
    ClosePageSchema,
    HostSchema,
    PlanMeetingSchema,
    WhenSchema,
)
from app.meetings.services import (
    bookings,
    closing,
    guests,
    lifecycle,
    order_links,
    ordering,
    planning,
)
from app.notifications.presenters import invitation
from app.notifications.services import inviting
from app.rewards.presenters import (
    Reader,
    Voice,
    booking_hint,
    booking_promise,
    meeting_if,
    present_outcome,
)
from app.rewards.queries.live import judge_meeting
from app.rewards.schemas.what_if import SellerFormSchema, read_wish, typed_wish
from app.rewards.services.settlement import close_and_settle

bp = Blueprint("meetings", __name__)
open_to(bp, Role.SELLER, via=from_session)

PLANNED = ("host_id", "date", "time", "place", "place_detail", "theme")
"""What the form of a meeting holds."""
LINKS_OF_ONE_SELLER = "30 per hour"
TABS = ("guests", "orders", "host", "infos")
PAGE_SIZE = 20
LONGEST_QUERY = 100
LONGEST_KEY = 100
BESIDE: dict[type[ConviveError], str] = {
    CustomerAlreadyExists: "email",
    BookingTooEarly: "date",
    ClosedBefore: "date",
    AlreadyBooked: "date",
}
ABOUT_HOST: dict[type[ConviveError], str] = {CustomerNotFound: "host_id", HostIsGuest: "host_id"}


def seller_asking() -> str:
    """Counted by seller, not by the network she shares."""
    actor = current_actor()
    return f"{actor.brand_id}:{actor.seller_id}"


# --------------------------------------------------------------------------------- a new one


@bp.get("/meetings/new")
def new() -> str:
    wish, query = request.args.get("host", ""), _query()
    with reading() as uow:
        if wish == NEW:
            return _when_and_where(new_host=True)
        if wish:
            host_id = load(HostSchema, {"host": wish})["host"]
            return _when_and_where(host=customers.customer(uow.session, current_actor(), host_id))
        hosts = customers.search(uow.session, current_actor(), query, PAGE_SIZE)
    return render_template("seller/meeting_new.html", query=query, hosts=hosts)


@bp.post("/meetings/new", endpoint="new_post")
def plan() -> Any:
    def work(uow: UnitOfWork) -> UUID:
        return planning.plan_meeting(
            uow, current_actor(), wish, clock=uow.clock, settings=_settings()
        )

    try:
        wish = load(PlanMeetingSchema, posted(request.form))
        wish = replace(wish, host=_typed_once(wish.host))
        meeting_id = writing(work)
    except AlreadyPlanned as refusal:
        if refusal.meeting_id is None:
            return _plan_again(refusal)
        flash_refusal(refusal)
        return _to_meeting(refusal.meeting_id)
    except (Invalid, Refused, Conflict, CustomerNotFound) as refusal:
        return _plan_again(refusal)
    flash(gettext("The meeting is in your calendar."), "success")
    return _to_meeting(meeting_id)


def _plan_again(refusal: ConviveError) -> tuple[str, int]:
    errors = errors_of(refusal, beside=BESIDE | ABOUT_HOST)
    host = _typed_host()
    if host is None and "host_id" in errors:
        errors = {"_form": errors.pop("host_id")} | errors
    return (
        _when_and_where(host=host, new_host=host is None, values=request.form, errors=errors),
        status_of(refusal),
    )


def _typed_host() -> customers.CustomerView | None:
    """The host that was chosen, if she is in the book."""
    try:
        host_id = load(HostSchema, {"host": request.form.get("host_id", "")})["host"]
        with reading() as uow:
            return customers.customer(uow.session, current_actor(), host_id)
    except (Invalid, NotFound):
        return None


def _when_and_where(**given: Any) -> str:
    given = {"values": {}, "errors": {}, "request_key": secrets.token_urlsafe(16)} | given
    return render_template("seller/meeting_new.html", places=presenters.place_choices(), **given)


# ------------------------------------------------------------------------------- one meeting


@bp.get("/meetings/<uuid:meeting_id>")
def show(meeting_id: UUID) -> Any:
    """With something imagined in its address: what would be won then."""
    tab, actor = request.args.get("tab", ""), current_actor()
    typed, wish, refusal = typed_wish(SellerFormSchema, posted(request.args)), None, None
    try:
        wish = read_wish(SellerFormSchema, typed)
    except Invalid as unclear:
        refusal = unclear
    with reading() as uow:
        page = queries.meeting_page(uow.session, actor, meeting_id)
        today = local_day(uow.clock(), current_brand().timezone)
        rewards, imagined = meeting_if(uow.session, actor, meeting_id, wish, today=today)
    meeting = presenters.present_meeting(
        page, turnover_cents=rewards.turnover_cents, badges=rewards.badges, left_open=_left_open()
    )
    shown = render_template(
        "seller/meeting.html",
        meeting=meeting,
        tab=tab if tab in TABS else TABS[0],
        rewards=rewards.host_lines,
        turnover_why=rewards.turnover_why,
        winners=rewards.winners if meeting.closed_at else [],
        misses=[line for line in rewards.misses if line.role != "host"],
        unreached=rewards.unreached,
        imagined=imagined,
        values=typed,
        errors=errors_of(refusal),
    )
    return shown, status_of(refusal)


@bp.post("/meetings/<uuid:meeting_id>/open")
def open(meeting_id: UUID) -> Any:  # noqa: A001 -- the endpoint's name
    writing(lambda uow: lifecycle.open_meeting(uow, current_actor(), meeting_id, clock=uow.clock))
    flash(gettext("The meeting is open."), "success")
    return _to_meeting(meeting_id)


@bp.post("/meetings/<uuid:meeting_id>/cancel")
def cancel(meeting_id: UUID) -> Any:
    writing(lambda uow: lifecycle.cancel_meeting(uow, current_actor(), meeting_id, clock=uow.clock))
    flash(gettext("The meeting is cancelled."), "success")
    return _to_meeting(meeting_id)


# ---------------------------------------------------------------------------------- changing


@bp.get("/meetings/<uuid:meeting_id>/edit")
def edit(meeting_id: UUID) -> Any:
    """With a date and a time in the address: what the form would say of them."""
    with reading() as uow:
        plan = queries.meeting_plan(uow.session, current_actor(), meeting_id)
    may = plan.card.closed_at and {Part.HOST, Part.DATE} & _left_open()
    if not (plan.is_alive or may):
        flash_refusal(_why_unchangeable(plan.card))
        return _to_meeting(meeting_id, tab="infos")
    tried = {name: request.args[name] for name in ("date", "time") if name in request.args}
    return _edit_form(meeting_id, presenters.typed_plan(plan) | tried)


@bp.post("/meetings/<uuid:meeting_id>/edit", endpoint="edit_post")
def change(meeting_id: UUID) -> Any:
    if request.form.get("step") == "host":
        return _host_choice(meeting_id)
    if request.form.get("step") == "back" or "chosen" in request.form:
        return _edit_form(meeting_id, _typed_plan())

    def work(uow: UnitOfWork) -> tuple[datetime | None, customers.PersonView | None]:
        card = queries.meeting_plan(uow.session, current_actor(), meeting_id).card
        closes_at = planning.change_meeting(
            uow, current_actor(), meeting_id, wish, clock=uow.clock, settings=_settings()
        )
        new_host = None if host_id == card.host_id else _person(uow, host_id)
        return None if card.closed_at else closes_at, new_host

    try:
        wish = load(ChangeMeetingSchema, posted(request.form))
        host_id = wish.host_id
        closes_at, new_host = writing(work)
    except (Invalid, Refused, Conflict, CustomerNotFound) as refusal:
        errors = errors_of(refusal, beside=BESIDE | ABOUT_HOST)
        return _edit_form(meeting_id, _typed_plan(), errors), status_of(refusal)
    _tell_change(closes_at, new_host)
    return _to_meeting(meeting_id, tab="infos")


def _person(uow: UnitOfWork, customer_id: UUID) -> customers.PersonView:
    return customers.people(uow.session, [customer_id])[customer_id]


def _tell_change(closes_at: datetime | None, new_host: customers.PersonView | None) -> None:
    """None: it is closed already."""
    if closes_at is None:
        flash(gettext("It is put right. Rewards follow within the minute."), "success")
    else:
        when = date_long(closes_at)
        words = gettext("The meeting is changed. It closes by itself on %(when)s.", when=when)
        flash(words, "success")
    if new_host is None:
        return
    if new_host.email:
        words = gettext("%(name)s gets a personal link by e-mail.", name=new_host.first_name)
    else:
        words = gettext(
            "There is no e-mail address on %(name)s's card: create the link on the host's tab.",
            name=new_host.first_name,
        )
    flash(" ".join([words, gettext("The link of the host before no longer works.")]), "info")


def _why_unchangeable(card: queries.MeetingCard) -> ConviveError:
    return MeetingIsClosed(closed_at=card.closed_at) if card.closed_at else MeetingWasCancelled()


def _typed_plan() -> dict[str, str]:
    """What stands in the form; a host chosen in the book takes the place of the one before."""
    typed = {name: request.form.get(name, "") for name in PLANNED}
    return typed | {"host_id": request.form.get("chosen") or typed["host_id"]}


def _edit_form(
    meeting_id: UUID, values: dict[str, str], errors: dict[str, list[str]] | None = None
) -> str:
    with reading() as uow:
        plan = queries.meeting_plan(uow.session, current_actor(), meeting_id)
        host = _named_host(uow.session, values["host_id"]) or plan.card.host_name
        closes_at = _would_close_at(plan.card, values, now=uow.clock())
    return render_template(
        "seller/meeting_edit.html",
        meeting={"id": meeting_id, "title": presenters.title_of(plan.card.host_name)},
        plan=plan,
        host_name=host,
        is_new_host=values["host_id"] != str(plan.card.host_id),
        closes_at=closes_at,
        places=presenters.place_choices(),
        values=values,
        errors=errors or {},
    )


def _host_choice(meeting_id: UUID) -> str:
    """The book, with all that was typed carried along."""
    query = _query(request.form)
    with reading() as uow:
        there = queries.meeting_with_guests(uow.session, current_actor(), meeting_id)
        found = customers.search(uow.session, current_actor(), query, PAGE_SIZE)
    return render_template(
        "seller/meeting_host.html",
        meeting={"id": meeting_id, "title": presenters.title_of(there.card.host_name)},
        query=query,
        customers=[presenters.candidate(one, there.customer_ids) for one in found],
        host_id=there.card.host_id,
        values=_typed_plan(),
    )


def _named_host(session: Session, host_id: str) -> str:
    try:
        wanted = load(HostSchema, {"host": host_id})["host"]
        return customers.customer(session, current_actor(), wanted).name
    except (Invalid, NotFound):
        return ""


def _would_close_at(
    card: queries.MeetingCard, values: dict[str, str], *, now: datetime
) -> datetime | None:
    """None while date and time cannot be read."""
    try:
        when = load(WhenSchema, {"date": values["date"], "time": values["time"]})
        return planning.would_close_at(card, when, now=now, settings=_settings())
    except Invalid:
        return None


# ------------------------------------------------------------------------------- host's link


@bp.post("/meetings/<uuid:meeting_id>/host-link")
@limiter.limit(LINKS_OF_ONE_SELLER, key_func=seller_asking)
def send_host_link(meeting_id: UUID) -> Any:
    try:
        address = writing(
            lambda uow: inviting.send_host_link(
                uow, current_actor(), meeting_id, invitation, clock=uow.clock
            )
        )
    except (Conflict, Refused) as refusal:
        flash_refusal(refusal)
        return _to_meeting(meeting_id, tab="host")
    words = gettext(
        "The link is on its way to %(address)s. Those sent before no longer work.", address=address
    )
    flash(words, "success")
    return _to_meeting(meeting_id, tab="host")


@bp.post("/meetings/<uuid:meeting_id>/host-link/copy")
@limiter.limit(LINKS_OF_ONE_SELLER, key_func=seller_asking)
def create_host_link(meeting_id: UUID) -> Any:
    """Shown in this answer and never again: we keep only its hash."""
    try:
        token = writing(
            lambda uow: inviting.create_host_link(uow, current_actor(), meeting_id, clock=uow.clock)
        )
    except (Conflict, Refused) as refusal:
        flash_refusal(refusal)
        return _to_meeting(meeting_id, tab="host")
    with reading() as uow:
        card = queries.meeting_card(uow.session, current_actor(), meeting_id)
    page = render_template(
        "seller/meeting_link.html",
        meeting={"id": meeting_id, "title": presenters.title_of(card.host_name)},
        host_first_name=card.host_first_name,
        link=host_page_url(current_brand(), token),
    )
    return page, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


# ----------------------------------------------------------------------------- handing over


@bp.post("/meetings/<uuid:meeting_id>/handover")
def hand_over(meeting_id: UUID) -> Any:
    """Each order by itself: what was handed over stays so, whatever becomes of the next."""
    actor, done = current_actor(), 0
    with reading() as uow:
        page = queries.meeting_page(uow.session, actor, meeting_id)
    try:
        for order in page.orders:
            if order.can_be_handed_over:
                _hand_over(actor, order.id)
                done += 1
    except (Refused, Conflict) as refusal:
        flash_refusal(refusal)
    if done:
        told = ngettext("%(num)s order is handed over.", "%(num)s orders are handed over.", done)
        flash(told, "success")
    return _to_meeting(meeting_id, tab="orders")


def _hand_over(actor: Actor, order_id: UUID) -> None:
    """It left and arrived at once."""
    writing(lambda uow: ordering.ship_order(uow, actor, order_id, clock=uow.clock))
    writing(lambda uow: ordering.deliver_order(uow, actor, order_id, clock=uow.clock))


# ----------------------------------------------------------------------------- links to order


@bp.post("/meetings/<uuid:meeting_id>/guests-link")
@limiter.limit(LINKS_OF_ONE_SELLER, key_func=seller_asking)
def create_guests_link(meeting_id: UUID) -> Any:
    """To pass on among the guests; shown in this answer and never again."""
    actor = current_actor()
    try:
        token = writing(
            lambda uow: order_links.create_guests_link(uow, actor, meeting_id, clock=uow.clock)
        )
    except (Conflict, Refused) as refusal:
        flash_refusal(refusal)
        return _to_meeting(meeting_id, tab="orders")
    with reading() as uow:
        card = queries.meeting_card(uow.session, actor, meeting_id)
    page = render_template(
        "seller/order_link.html",
        title=gettext("The guests' link"),
        subtitle=presenters.title_of(card.host_name),
        section="meetings",
        back=url_for("meetings.show", meeting_id=meeting_id, tab="orders"),
        words=gettext(
            "Pass it on among the guests: each gives a name and gets a personal link by e-mail."
        ),
        link=guests_url(current_brand(), token),
        until=card.closes_at,
    )
    return page, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


# ------------------------------------------------------------------------------------ guests


@bp.post("/meetings/<uuid:meeting_id>/participants/<uuid:participant_id>/attendance")
def set_attendance(meeting_id: UUID, participant_id: UUID) -> Any:
    attended = load(AttendanceSchema, posted(request.form))["attended"]
    writing(
        lambda uow: guests.set_attended(
            uow, current_actor(), meeting_id, participant_id, attended, clock=uow.clock
        )
    )
    return _to_meeting(meeting_id, tab="guests")


@bp.get("/meetings/<uuid:meeting_id>/participants/new")
def add_participant(meeting_id: UUID) -> str:
    return _guest_form(meeting_id, _query())


@bp.post("/meetings/<uuid:meeting_id>/participants/new", endpoint="add_participant_post")
def invite(meeting_id: UUID) -> Any:
    def work(uow: UnitOfWork) -> str:
        actor = current_actor()
        guests.add_participant(uow, actor, meeting_id, person, clock=uow.clock)
        if isinstance(person, UUID):
            return customers.customer(uow.session, actor, person).name
        return f"{person.first_name} {person.last_name}"

    try:
        person = _typed_once(load(AddParticipantSchema, posted(request.form)))
        name = writing(work)
    except (Invalid, Refused, Conflict, CustomerNotFound) as refusal:
        return _invite_again(meeting_id, refusal)
    flash(gettext("%(name)s is on the list.", name=name), "success")
    return redirect(url_for("meetings.add_participant", meeting_id=meeting_id), code=303)


def _invite_again(meeting_id: UUID, refusal: ConviveError) -> tuple[str, int]:
    """When the card exists, it is shown above with a button to add it."""
    known = isinstance(refusal, CustomerAlreadyExists) and refusal.customer_id is not None
    query = request.form.get("email", "")[:LONGEST_QUERY] if known else ""
    errors = errors_of(refusal, beside=BESIDE)
    return _guest_form(meeting_id, query, values=request.form, errors=errors), status_of(refusal)


def _guest_form(meeting_id: UUID, query: str, **given: Any) -> str:
    actor = current_actor()
    with reading() as uow:
        there = queries.meeting_with_guests(uow.session, actor, meeting_id)
        found = customers.search(uow.session, actor, query, PAGE_SIZE)
    given = {"values": {}, "errors": {}, "request_key": secrets.token_urlsafe(16)} | given
    return render_template(
        "seller/participant_add.html",
        meeting={"id": meeting_id, "title": presenters.title_of(there.card.host_name)},
        query=query,
        customers=[presenters.candidate(one, there.customer_ids) for one in found],
        **given,
    )


# ---------------------------------------------------------------------------------- bookings


@bp.get("/meetings/<uuid:meeting_id>/participants/<uuid:participant_id>/booking")
def book(meeting_id: UUID, participant_id: UUID) -> str:
    return _booking_form(meeting_id, participant_id)


@bp.post(
    "/meetings/<uuid:meeting_id>/participants/<uuid:participant_id>/booking",
    endpoint="book_post",
)
def take_date(meeting_id: UUID, participant_id: UUID) -> Any:
    def work(uow: UnitOfWork) -> str:
        actor = current_actor()
        booked_id = bookings.book_meeting(
            uow,
            actor,
            meeting_id,
            participant_id,
            wish,
            clock=uow.clock,
            settings=_settings(),
        )
        uow.session.flush()
        guest = queries.meeting_with_guests(uow.session, actor, meeting_id).guest(participant_id)
        return booking_promise(uow.session, meeting_id, booked_id, guest.customer_id)

    try:
        wish = load(BookMeetingSchema, posted(request.form))
        promise = writing(work)
    except (Invalid, Refused, Conflict) as refusal:
        errors = errors_of(refusal, beside=BESIDE)
        form = _booking_form(meeting_id, participant_id, values=request.form, errors=errors)
        return form, status_of(refusal)
    flash(" ".join(filter(None, [gettext("The date is booked."), promise])), "success")
    return _to_meeting(meeting_id, tab="guests")


def _booking_form(meeting_id: UUID, participant_id: UUID, **given: Any) -> str:
    with reading() as uow:
        there = queries.meeting_with_guests(uow.session, current_actor(), meeting_id)
        booker = there.guest(participant_id).customer_id
        guest = customers.people(uow.session, [booker])[booker]
        is_alive = there.card.status in queries.ALIVE
        hint = booking_hint(uow.session, meeting_id, booker) if is_alive else ""
    given = {"values": {}, "errors": {}} | given
    return render_template(
        "seller/booking_new.html",
        meeting={
            "id": meeting_id,
            "title": presenters.title_of(there.card.host_name),
            "starts_at": there.card.starts_at,
        },
        participant={"id": participant_id, "name": guest.name, "first_name": guest.first_name},
        places=presenters.place_choices(),
        rewards_hint=hint,
        **given,
    )


# ----------------------------------------------------------------------------------- closing


@bp.get("/meetings/<uuid:meeting_id>/close")
def close(meeting_id: UUID) -> Any:
    """Exactly what closing will grant: the same facts, rules and call as the closing itself."""
    actor = current_actor()
    with reading() as uow:
        page = queries.meeting_page(uow.session, actor, meeting_id)
        if not page.is_alive:
            return _to_meeting(meeting_id)
        judged = judge_meeting(uow.session, meeting_id)
        rewards = present_outcome(uow.session, judged, Reader(Voice.SELLER))
        checks = queries.closing_checks(page, now=uow.clock())
    return render_template(
        "seller/meeting_close.html",
        meeting=presenters.present_meeting(page, turnover_cents=rewards.turnover_cents),
        preview=presenters.Preview(
            checks=presenters.check_lines(checks, page),
            blocked=bool(checks.awaiting),
            winners=rewards.winners,
            misses=rewards.misses,
            unreached=rewards.unreached,
            seen=judged.digest,
        ),
    )


@bp.post("/meetings/<uuid:meeting_id>/close", endpoint="close_post")
def close_for_good(meeting_id: UUID) -> Any:
    """Grants what was shown, or shows again."""
    actor = current_actor()
    seen = load(ClosePageSchema, posted(request.form))["seen"]

    def work(uow: UnitOfWork) -> bool:
        if not closing.hold_for_closing(uow, actor, meeting_id):
            return False
        _must_be_as_seen(uow.session, meeting_id, seen)
        return close_and_settle(uow, actor, meeting_id, clock=uow.clock) is not None

    if writing(work):
        flash(gettext("The meeting is closed. The winners are told by e-mail."), "success")
    else:
        flash(gettext("The meeting was closed already; nothing was granted twice."), "info")
    return _to_meeting(meeting_id)


def _must_be_as_seen(session: Session, meeting_id: UUID, seen: str) -> None:
    if seen != judge_meeting(session, meeting_id).digest:
        raise PreviewOutdated


# ----------------------------------------------------------------------------- common ground


def _to_meeting(meeting_id: UUID, tab: str | None = None) -> Any:
    return redirect(url_for("meetings.show", meeting_id=meeting_id, tab=tab), code=303)


def _left_open() -> set[Part]:
    """What sellers of the brand may still change in a closed meeting."""
    settings = cast(BrandView, current_brand()).settings
    return {part for part in Part if settings.leaves_open(part)}


def _typed_once(person: UUID | NewCustomer) -> UUID | NewCustomer:
    """Somebody new is known again when the same form arrives twice."""
    if isinstance(person, UUID):
        return person
    return replace(person, key=request.form.get("request_key", "")[:LONGEST_KEY])


def _settings() -> MeetingSettings:
    brand = cast(BrandView, current_brand())
    return MeetingSettings(
        zone=brand.timezone,
        closing_delay_hours=brand.settings.closing_delay_hours,
        late_entry_hours=brand.settings.late_entry_hours,
    )


def _query(sent: MultiDict[str, str] | None = None) -> str:
    """What is searched for, without what no name holds."""
    typed = (request.args if sent is None else sent).get("q", "")[:LONGEST_QUERY]
    return "".join(char for char in typed if char.isprintable()).strip()
