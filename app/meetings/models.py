"""The Meeting: aggregate root. Guests, presence, bookings and orders change through it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.infra.orm import Base, belongs, brand_pk, one_of, uuid_pk
from app.kernel.actor import BY_LINK, Actor, Role
from app.kernel.errors import NotFound
from app.kernel.money import BASIS
from app.meetings.domain import Invitation, MeetingSettings, MeetingStatus, Place, closing_instant
from app.meetings.errors import (
    ClosedBefore,
    CoHostIsNoGuest,
    MeetingIsClosed,
    MeetingNotClosed,
    MeetingWasCancelled,
    SharesLeaveNothing,
)


class Meeting(Base):
    __tablename__ = "meetings"
    __table_args__ = (
        belongs("seller_id", "sellers"),
        belongs("host_id", "customers"),
        belongs("booked_from_meeting_id", "meetings", name="fk_meetings_booked_from_meeting"),
        belongs(
            "booked_from_participant_id",
            "participants",
            name="fk_meetings_booked_from_participant",
            circular=True,
        ),
        one_of("status", MeetingStatus),
        one_of("place", Place),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_has_instant"),
        CheckConstraint(
            "(booked_from_meeting_id IS NULL) = (booked_from_participant_id IS NULL)",
            name="booking_is_whole",
        ),
        CheckConstraint("booked_from_meeting_id <> id", name="not_booked_from_itself"),
        Index("ix_meetings_seller", "brand_id", "seller_id", "starts_at"),
        Index("ix_meetings_host", "brand_id", "host_id"),
        Index(
            "uq_meetings_host_instant",
            "brand_id",
            "host_id",
            "starts_at",
            unique=True,
            postgresql_where=text("status <> 'cancelled'"),
        ),
        Index("ix_meetings_booked_from", "brand_id", "booked_from_meeting_id"),
        Index(
            "ix_meetings_to_close",
            "closes_at",
            postgresql_where=text("status IN ('planned', 'open')"),
        ),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    seller_id: Mapped[UUID]
    host_id: Mapped[UUID]
    """The customer at whose meeting this is."""
    starts_at: Mapped[datetime]
    first_starts_at: Mapped[datetime]
    """The first date ever planned: windows of bookings keep counting from it."""
    place: Mapped[str]
    address: Mapped[str] = mapped_column(server_default="")
    theme: Mapped[str] = mapped_column(server_default="")
    status: Mapped[str]
    closes_at: Mapped[datetime]
    """When it closes by itself: the brand's delay after its date, in wall-clock hours, and never
    sooner than 48 h after it was typed in."""
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    reopened_at: Mapped[datetime | None]
    """Last, after it had been closed: what it gave then stands until it closes again."""
    booked_from_meeting_id: Mapped[UUID | None]
    booked_from_participant_id: Mapped[UUID | None]
    revision: Mapped[int] = mapped_column(server_default="0")
    """Rises with every change that others are told of, calendars among them."""
    created_at: Mapped[datetime]

    participants: Mapped[list["Participant"]] = relationship(
        order_by="Participant.id",
        cascade="all, delete-orphan",
        lazy="raise",
        foreign_keys="[Participant.brand_id, Participant.meeting_id]",
        back_populates="meeting",
    )

    def must_be_seen_by(self, actor: Actor) -> None:
        """Somebody else's meeting does not exist."""
        if not is_visible(actor, self.seller_id, self.id):
            raise NotFound

    def must_be_run_by(self, actor: Actor) -> None:
        """Its host may look; only its seller, staff and the system act on it."""
        self.must_be_seen_by(actor)
        if actor.role in BY_LINK:
            raise NotFound

    def must_be_alive(self) -> None:
        if self.status == MeetingStatus.CLOSED:
            raise MeetingIsClosed(closed_at=self.closed_at)
        if self.status == MeetingStatus.CANCELLED:
            raise MeetingWasCancelled

    def open(self, at: datetime) -> None:
        """By its seller, at its first order or at its date; opening twice opens once."""
        self.must_be_alive()
        if self.status == MeetingStatus.PLANNED:
            self.status, self.opened_at = MeetingStatus.OPEN, at

    def close(self, at: datetime) -> None:
        self.open(at)
        self.status, self.closed_at = MeetingStatus.CLOSED, at
        self.revision += 1

    def reopen(self, at: datetime, *, until: datetime) -> None:
        """With a deadline of its own, whatever its date."""
        if self.status != MeetingStatus.CLOSED:
            raise MeetingNotClosed
        self.status, self.closed_at = MeetingStatus.OPEN, None
        self.reopened_at, self.closes_at = at, until
        self.revision += 1

    def cancel(self, at: datetime) -> None:
        self.status, self.cancelled_at, self.closed_at = MeetingStatus.CANCELLED, at, None
        self.revision += 1

    @property
    def shares(self) -> dict[UUID, int]:
        """Of co-hosts, by customer, in basis points. `participants` are loaded."""
        return {
            guest.customer_id: guest.share_bp
            for guest in self.participants
            if guest.share_bp is not None
        }

    def share_among(self, shares: Mapping[UUID, int]) -> None:
        """Which guests host with the host, by customer. `participants` are loaded."""
        here = {guest.customer_id: guest for guest in self.participants}
        if not shares.keys() <= here.keys():
            raise CoHostIsNoGuest
        if sum(shares.values()) >= BASIS:
            raise SharesLeaveNothing
        changed = False
        for customer_id, guest in here.items():
            changed |= guest.share_bp != shares.get(customer_id)
            guest.share_bp = shares.get(customer_id)
        self.revision += changed

    def move_to(self, starts_at: datetime, *, at: datetime, settings: MeetingSettings) -> None:
        """Another date. The first one ever planned stays: windows of bookings count from it.

        Of a closed meeting, a date before it was closed. Raises ClosedBefore.
        """
        if self.closed_at is not None and starts_at > self.closed_at:
            raise ClosedBefore(closed_at=self.closed_at)
        self.starts_at = starts_at
        if self.closed_at is not None:
            return
        if self.reopened_at is None:
            self.closes_at = closing_instant(starts_at, saved_at=at, settings=settings)
        if starts_at <= at:
            self.open(at)


def is_visible(actor: Actor, seller_id: UUID, meeting_id: UUID) -> bool:
    """A seller sees her own meetings, who holds a link its meeting, staff those of the brand."""
    if actor.role is Role.SELLER:
        return actor.seller_id == seller_id
    if actor.role in BY_LINK:
        return actor.meeting_id == meeting_id
    return actor.role in {Role.SYSTEM, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE}


class CalendarLink(Base):
    """A secret address under which a seller's own calendar program reads her meetings."""

    __tablename__ = "calendar_links"
    __table_args__ = (
        belongs("seller_id", "sellers"),
        UniqueConstraint("token_hash"),
        Index(
            "uq_calendar_links_standing",
            "brand_id",
            "seller_id",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    seller_id: Mapped[UUID]
    token_hash: Mapped[bytes]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Participant(Base):
    """A guest of one meeting. The host is no participant of her own meeting's guest list."""

    __tablename__ = "participants"
    __table_args__ = (
        belongs("meeting_id", "meetings"),
        belongs("customer_id", "customers"),
        UniqueConstraint("brand_id", "meeting_id", "customer_id"),
        one_of("invitation", Invitation),
        CheckConstraint("share_bp BETWEEN 1 AND 9999", name="share_bp_range"),
        Index("ix_participants_customer", "brand_id", "customer_id"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    meeting_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    invitation: Mapped[str]
    attended: Mapped[bool] = mapped_column(server_default="false")
    share_bp: Mapped[int | None]
    """Of a co-host: her part of what the hosts win. The host keeps the rest of 100 %."""
    added_at: Mapped[datetime]

    meeting: Mapped[Meeting] = relationship(
        back_populates="participants",
        lazy="raise",
        foreign_keys="[Participant.brand_id, Participant.meeting_id]",
    )
