"""The Meeting: aggregate root. Guests, presence, bookings and orders change through it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.infra.orm import Base, belongs, brand_pk, one_of, uuid_pk


class MeetingStatus(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Place(StrEnum):
    HOST_HOME = "host_home"
    SELLER_HOME = "seller_home"
    OTHER = "other"
    VIRTUAL = "virtual"


class Invitation(StrEnum):
    SUGGESTED = "suggested"
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REJECTED = "rejected"


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
    booked_from_meeting_id: Mapped[UUID | None]
    booked_from_participant_id: Mapped[UUID | None]
    revision: Mapped[int] = mapped_column(server_default="0")
    """Rises with every change that others are told of."""
    created_at: Mapped[datetime]

    participants: Mapped[list["Participant"]] = relationship(
        order_by="Participant.id",
        cascade="all, delete-orphan",
        lazy="raise",
        foreign_keys="[Participant.brand_id, Participant.meeting_id]",
        back_populates="meeting",
    )


class Participant(Base):
    """A guest of one meeting. The host is no participant of her own meeting's guest list."""

    __tablename__ = "participants"
    __table_args__ = (
        belongs("meeting_id", "meetings"),
        belongs("customer_id", "customers"),
        UniqueConstraint("brand_id", "meeting_id", "customer_id"),
        one_of("invitation", Invitation),
        Index("ix_participants_customer", "brand_id", "customer_id"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    meeting_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    invitation: Mapped[str]
    attended: Mapped[bool] = mapped_column(server_default="false")
    added_at: Mapped[datetime]

    meeting: Mapped[Meeting] = relationship(
        back_populates="participants",
        lazy="raise",
        foreign_keys="[Participant.brand_id, Participant.meeting_id]",
    )
