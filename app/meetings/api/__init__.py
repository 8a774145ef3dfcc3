"""Meetings from the app: everything the seller's pages do, by the same services and schemas."""

from typing import Any, cast
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from app.accounts.web import from_token
from app.brands.queries import BrandView
from app.customers.services import NewCustomer
from app.http import api_fields as answers
from app.http import fields
from app.http.api import ApiBlueprint, takes_key, writing_once
from app.http.api_pages import PageSchema, cursor_of, id_of
from app.http.auth import current_actor, open_to
from app.http.brand import current_brand
from app.http.links import host_page_url
from app.http.work import reading, writing
from app.infra.extensions import limiter
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.clock import local_day
from app.meetings import presenters, queries
from app.meetings.domain import MeetingSettings, MeetingStatus, Place
from app.meetings.errors import PreviewOutdated
from app.meetings.schemas import (
    AddParticipantSchema,
    AttendanceSchema,
    BookMeetingSchema,
    ChangeMeetingSchema,
    CloseSchema,
    HostsByAppSchema,
    PlanMeetingSchema,
)
from app.meetings.services import bookings, closing, co_hosts, guests, lifecycle, planning
from app.meetings.services.planning import ChangeMeeting, Gathering, PlanMeeting
from app.notifications.services import inviting
from app.orders.api import KINDS
from app.orders.presenters import PAYMENTS, STATUSES
from app.rewards.api import ImaginedAnswer, MissAnswer, RewardAnswer, imagined_told
from app.rewards.domain.imagined import WhatIf
from app.rewards.presenters import (
    Reader,
    Voice,
    booking_promise,
    meeting_if,
    meeting_rewards,
    present_outcome,
)
from app.rewards.queries.live import judge_meeting
from app.rewards.schemas.what_if import SellerAsksSchema
from app.rewards.services.settlement import close_and_settle

bp = ApiBlueprint("api_meetings", "Meetings", about="Planned, held, closed; guests and bookings.")
open_to(bp, Role.SELLER, via=from_token, looking=(Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE))

LINKS_OF_ONE_SELLER = "30 per hour"


class MeetingsSchema(PageSchema):
    status = fields.Choice(MeetingStatus, load_default=None)


class MeetingRowAnswer(answers.Answer):
    id = answers.Id()
    title = answers.Text()
    host_id = answers.Id()
    starts_at = answers.Instant()
    closes_at = answers.Instant()
    place = answers.Word(Place)
    address = answers.Text()
    status = answers.Word(MeetingStatus)
    sales_cents = answers.Number()
    order_count = answers.Number()
    participant_count = answers.Number()


class MeetingsAnswer(answers.Answer):
    items = answers.many(MeetingRowAnswer)
    next_cursor = answers.Text(allow_none=True)


class BadgeAnswer(answers.Answer):
    kind = answers.Text()
    text = answers.Text()
    hint = answers.Text(allow_none=True)


class ParticipantAnswer(answers.Answer):
    """The host stands first, by her own id."""

    id = answers.Id()
    customer_id = answers.Id()
    name = answers.Text()
    is_host = answers.Flag()
    attended = answers.Flag()
    orders_count = answers.Number()
    orders_cents = answers.Number()
    payment = answers.Text(allow_none=True)
    can_book = answers.Flag()
    badges = answers.many(BadgeAnswer)


class HostAnswer(answers.Answer):
    """Who hosts, the host first; `share_bp` of what they win together."""

    customer_id = answers.Id()
    name = answers.Text()
    share_bp = answers.Number()


class OrderRowAnswer(answers.Answer):
    id = answers.Id()
    number = answers.Number(allow_none=True)
    customer_name = answers.Text()
    kind = answers.Word(KINDS)
    status = answers.Word(STATUSES)
    payment = answers.Word(PAYMENTS)
    total_cents = answers.Number()
    item_count = answers.Number()
    placed_at = answers.Instant(allow_none=True)


class BookingAnswer(answers.Answer):
    id = answers.Id()
    title = answers.Text()
    customer_name = answers.Text()
    starts_at = answers.Instant()
    status = answers.Word(["standing", "held", "cancelled"])


class WonAnswer(answers.Answer):
    kind = answers.Text()
    title = answers.Text()
    status = answers.Text(allow_none=True)
    why = answers.texts()


class WinnerAnswer(answers.Answer):
    name = answers.Text()
    role_label = answers.Text(allow_none=True)
    customer_id = answers.Id()
    rewards = answers.many(WonAnswer)


class MeetingAnswer(answers.Answer):
    id = answers.Id()
    title = answers.Text()
    status = answers.Word(MeetingStatus)
    starts_at = answers.Instant()
    closes_at = answers.Instant()
    closed_at = answers.Instant(allow_none=True)
    place = answers.Word(Place)
    address = answers.Text()
    theme = answers.Text()
    host_id = answers.Id()
    host_name = answers.Text()
    hosts = answers.many(HostAnswer)
    turnover_cents = answers.Number()
    turnover_why = answers.texts()
    order_count = answers.Number()
    buyer_count = answers.Number()
    attended_count = answers.Number()
    participant_count = answers.Number()
    participants = answers.many(ParticipantAnswer)
    orders = answers.many(OrderRowAnswer)
    bookings = answers.many(BookingAnswer)
    rewards = answers.many(RewardAnswer)
    winners = answers.many(WinnerAnswer)
    misses = answers.many(MissAnswer)
    unreached = answers.many(MissAnswer)
    can_edit = answers.Flag()
    can_close = answers.Flag()
    can_cancel = answers.Flag()


class AddedAnswer(answers.Answer):
    participant_id = answers.Id()
    customer_id = answers.Id()


class BookedAnswer(answers.Answer):
    meeting_id = answers.Id()
    promise = answers.Text()


class CheckAnswer(answers.Answer):
    ok = answers.Flag()
    text = answers.Text()


class PreviewAnswer(answers.Answer):
    """`seen` goes back with the closing, which grants exactly this, or answers 409."""

    blocked = answers.Flag()
    seen = answers.Text()
    checks = answers.many(CheckAnswer)
    winners = answers.many(WinnerAnswer)
    misses = answers.many(MissAnswer)
    unreached = answers.many(MissAnswer)


class LinkAnswer(answers.Answer):
    url = answers.Text()


# ----------------------------------------------------------------------------- list, plan, show


@bp.route("/meetings")
@bp.arguments(MeetingsSchema, location="query")
@bp.response(200, MeetingsAnswer)
def meetings(asked: dict[str, Any]) -> dict[str, Any]:
    """The seller's meetings, the latest first."""
    limit, last_id = asked["limit"], id_of(asked["cursor"])
    with reading() as uow:
        found = queries.meetings_after(
            uow.session, current_actor(), last_id, status=asked["status"], size=limit + 1
        )
    rows = found[:limit]
    further = cursor_of(rows[-1].id) if len(found) > limit else None
    return {"items": [row_told(row) for row in rows], "next_cursor": further}


@bp.route("/meetings", methods=["POST"])
@takes_key
@bp.arguments(PlanMeetingSchema)
@bp.response(201, MeetingAnswer)
def plan_meeting(wish: PlanMeeting) -> Response:
    """Plan a meeting with a host of the book, or with somebody new (`host` is then `new`)."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        meeting_id = planning.plan_meeting(
            uow, current_actor(), wish, clock=uow.clock, settings=settings()
        )
        return told(uow.session, meeting_id)

    return writing_once(MeetingAnswer, work, status=201)


@bp.route("/meetings/<uuid:meeting_id>")
@bp.response(200, MeetingAnswer)
def show_meeting(meeting_id: UUID) -> dict[str, Any]:
    """One meeting with its guests, orders, bookings and the host's rewards as they stand."""
    with reading() as uow:
        return told(uow.session, meeting_id)


@bp.route("/meetings/<uuid:meeting_id>", methods=["PUT"])
@bp.arguments(ChangeMeetingSchema)
@bp.response(200, MeetingAnswer)
def change_meeting(wish: ChangeMeeting, meeting_id: UUID) -> dict[str, Any]:
    """Another date, place, theme or host, while the meeting lives."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        planning.change_meeting(
            uow, current_actor(), meeting_id, wish, clock=uow.clock, settings=settings()
        )
        return told(uow.session, meeting_id)

    return writing(work)


@bp.route("/meetings/<uuid:meeting_id>/hosts", methods=["PUT"])
@bp.arguments(HostsByAppSchema)
@bp.response(200, MeetingAnswer)
def share_among_hosts(shares: dict[UUID, int], meeting_id: UUID) -> dict[str, Any]:
    """Who hosts with the host, and each one's `share` in percent: co-hosts are guests of the
    meeting, and with the host's own the shares make 100 %."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        co_hosts.share_among_hosts(uow, current_actor(), meeting_id, shares, clock=uow.clock)
        return told(uow.session, meeting_id)

    return writing(work)


@bp.route("/meetings/<uuid:meeting_id>/opening", methods=["POST"])
@takes_key
@bp.response(200, MeetingAnswer)
def open_meeting(meeting_id: UUID) -> Response:
    """Open a planned meeting; opening twice opens once."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        lifecycle.open_meeting(uow, current_actor(), meeting_id, clock=uow.clock)
        return told(uow.session, meeting_id)

    return writing_once(MeetingAnswer, work)


@bp.route("/meetings/<uuid:meeting_id>/cancellation", methods=["POST"])
@takes_key
@bp.response(200, MeetingAnswer)
def cancel_meeting(meeting_id: UUID) -> Response:
    """Cancel a meeting of which no order is paid; its drafts go with it."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        lifecycle.cancel_meeting(uow, current_actor(), meeting_id, clock=uow.clock)
        return told(uow.session, meeting_id)

    return writing_once(MeetingAnswer, work)


# ------------------------------------------------------------------------------ guests, bookings


@bp.route("/meetings/<uuid:meeting_id>/participants", methods=["POST"])
@takes_key
@bp.arguments(AddParticipantSchema)
@bp.response(201, AddedAnswer)
def add_participant(person: UUID | NewCustomer, meeting_id: UUID) -> Response:
    """Put somebody of the book, or somebody new, on the list of guests."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        actor = current_actor()
        added = guests.add_participant(uow, actor, meeting_id, person, clock=uow.clock)
        uow.session.flush()
        guest = queries.meeting_with_guests(uow.session, actor, meeting_id).guest(added)
        return {"participant_id": added, "customer_id": guest.customer_id}

    return writing_once(AddedAnswer, work, status=201)


@bp.route(
    "/meetings/<uuid:meeting_id>/participants/<uuid:participant_id>/attendance", methods=["PUT"]
)
@bp.arguments(AttendanceSchema)
@bp.response(204)
def set_attendance(asked: dict[str, Any], meeting_id: UUID, participant_id: UUID) -> None:
    """Whether she came."""
    attended = asked["attended"]
    writing(
        lambda uow: guests.set_attended(
            uow, current_actor(), meeting_id, participant_id, attended, clock=uow.clock
        )
    )


@bp.route(
    "/meetings/<uuid:meeting_id>/participants/<uuid:participant_id>/bookings", methods=["POST"]
)
@takes_key
@bp.arguments(BookMeetingSchema)
@bp.response(201, BookedAnswer)
def book_meeting(wish: Gathering, meeting_id: UUID, participant_id: UUID) -> Response:
    """A guest takes a date for a meeting of her own; `promise` says what it brings her."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        actor = current_actor()
        booked_id = bookings.book_meeting(
            uow,
            actor,
            meeting_id,
            participant_id,
            wish,
            clock=uow.clock,
            settings=settings(),
        )
        uow.session.flush()
        guest = queries.meeting_with_guests(uow.session, actor, meeting_id).guest(participant_id)
        promise = booking_promise(uow.session, meeting_id, booked_id, guest.customer_id)
        return {"meeting_id": booked_id, "promise": promise or ""}

    return writing_once(BookedAnswer, work, status=201)


def _seller_asking() -> str:
    """Counted by seller, not by the network she shares."""
    actor = current_actor()
    return f"{actor.brand_id}:{actor.seller_id}"


@bp.route("/meetings/<uuid:meeting_id>/host-link", methods=["POST"])
@bp.response(201, LinkAnswer)
@limiter.limit(LINKS_OF_ONE_SELLER, key_func=_seller_asking)
def create_host_link(meeting_id: UUID) -> dict[str, Any]:
    """A new link of the host's, told once: those before it no longer work."""
    token = writing(
        lambda uow: inviting.create_host_link(uow, current_actor(), meeting_id, clock=uow.clock)
    )
    return {"url": host_page_url(current_brand(), token)}


# --------------------------------------------------------------------------------------- closing


@bp.route("/meetings/<uuid:meeting_id>/closing")
@bp.response(200, PreviewAnswer)
def preview_closing(meeting_id: UUID) -> dict[str, Any]:
    """Exactly what closing would grant now, and what stands in its way."""
    with reading() as uow:
        page = queries.meeting_page(uow.session, current_actor(), meeting_id)
        judged = judge_meeting(uow.session, meeting_id)
        rewards = present_outcome(uow.session, judged, Reader(Voice.SELLER))
        checks = queries.closing_checks(page, now=uow.clock())
    return {
        "blocked": bool(checks.awaiting) or not page.is_alive,
        "seen": judged.digest,
        "checks": presenters.check_lines(checks, page),
        "winners": rewards.winners,
        "misses": rewards.misses,
        "unreached": rewards.unreached,
    }


@bp.route("/meetings/<uuid:meeting_id>/what-if")
@bp.arguments(SellerAsksSchema, location="query")
@bp.response(200, ImaginedAnswer)
def imagine_meeting(wish: WhatIf, meeting_id: UUID) -> dict[str, Any]:
    """What would be won with more sales, dates taken or guests present, against what is won now:
    the closing's own judgement, on changed facts. Nothing is written. Until the meeting closes."""
    with reading() as uow:
        queries.meeting_card(uow.session, current_actor(), meeting_id)
        today = local_day(uow.clock(), current_brand().timezone)
        won, imagined = meeting_if(uow.session, current_actor(), meeting_id, wish, today=today)
    return imagined_told(won.turnover_cents, imagined)


@bp.route("/meetings/<uuid:meeting_id>/closing", methods=["POST"])
@takes_key
@bp.arguments(CloseSchema)
@bp.response(200, MeetingAnswer)
def close_meeting(asked: dict[str, Any], meeting_id: UUID) -> Response:
    """Close and grant, in one transaction: what the preview showed, or `preview_outdated`.

    A meeting that is closed already stays as it is; nothing is granted twice.
    """

    def work(uow: UnitOfWork) -> dict[str, Any]:
        actor, seen = current_actor(), asked["seen"]
        if closing.hold_for_closing(uow, actor, meeting_id):
            if seen != judge_meeting(uow.session, meeting_id).digest:
                raise PreviewOutdated
            close_and_settle(uow, actor, meeting_id, clock=uow.clock)
        return told(uow.session, meeting_id)

    return writing_once(MeetingAnswer, work)


# ------------------------------------------------------------------------------------------- how


def row_told(row: queries.MeetingRow) -> dict[str, Any]:
    told = {name: getattr(row, name, None) for name in MeetingRowAnswer().fields}
    return told | {"title": presenters.title_of(row.host_name)}


def told(session: Session, meeting_id: UUID) -> dict[str, Any]:
    """The meeting as it stands in this transaction. Raises NotFound."""
    session.flush()
    actor = current_actor()
    page = queries.meeting_page(session, actor, meeting_id)
    won = meeting_rewards(session, actor, meeting_id, Voice.SELLER)
    shown = presenters.present_meeting(page, turnover_cents=won.turnover_cents, badges=won.badges)
    found = {name: getattr(shown, name, None) for name in MeetingAnswer().fields}
    return found | {
        "place": page.card.place,
        "address": page.card.address,
        "theme": page.theme,
        "turnover_why": won.turnover_why,
        "rewards": won.host_lines,
        "winners": won.winners if shown.closed_at else [],
        "misses": won.misses,
        "unreached": won.unreached,
    }


def settings() -> MeetingSettings:
    brand = cast(BrandView, current_brand())
    return MeetingSettings(
        zone=brand.timezone,
        closing_delay_hours=brand.settings.closing_delay_hours,
        late_entry_hours=brand.settings.late_entry_hours,
    )
