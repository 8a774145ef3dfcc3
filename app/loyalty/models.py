"""The points ledger. Rows are only ever added; balances and lots are kept in the same transaction.

A posting moves a positive number of points from one account to another, so every entry balances
by construction. All accounts belong to a customer, the one that issues included (what the brand
has issued to her), so that no row is shared by everybody. The brand's issue is the sum of them.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.orm import Base, belongs, bigint, brand_pk, one_of, uuid_pk


class Account(StrEnum):
    """`issued` is the source of all points and `debt` what she owes: the only ones below zero."""

    ISSUED = "issued"
    PENDING = "pending"
    AVAILABLE = "available"
    RESERVED = "reserved"
    SPENT = "spent"
    EXPIRED = "expired"
    REVERSED = "reversed"
    DEBT = "debt"


class PointsAccount(Base):
    __tablename__ = "points_accounts"
    __table_args__ = (
        belongs("customer_id", "customers"),
        UniqueConstraint("brand_id", "customer_id", "kind"),
        one_of("kind", Account),
        CheckConstraint(
            "CASE WHEN kind IN ('issued', 'debt') THEN balance <= 0 ELSE balance >= 0 END",
            name="balance_sign",
        ),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    customer_id: Mapped[UUID]
    kind: Mapped[str]
    balance: Mapped[bigint] = mapped_column(server_default="0")


class LedgerEntry(Base):
    """One thing that happened to points, with its reason. Append-only."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        belongs("customer_id", "customers"),
        belongs("reverses_id", "ledger_entries"),
        UniqueConstraint("brand_id", "key"),
        Index("ix_ledger_entries_customer", "brand_id", "customer_id", "id"),
        Index("ix_ledger_entries_source", "brand_id", "source_id"),
        Index("ix_ledger_entries_occurred", "brand_id", "occurred_at"),
        Index(
            "uq_ledger_entries_reverses",
            "brand_id",
            "reverses_id",
            unique=True,
            postgresql_where=text("reverses_id IS NOT NULL"),
        ),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    key: Mapped[str]
    """What makes posting idempotent, e.g. `grant:<id>:<revision>`."""
    content_hash: Mapped[str]
    """Of the postings: the same key with other content is refused, not swallowed."""
    customer_id: Mapped[UUID]
    kind: Mapped[str]
    source_type: Mapped[str]
    source_id: Mapped[UUID | None]
    reason: Mapped[dict[str, Any]]
    actor: Mapped[str]
    reverses_id: Mapped[UUID | None]
    occurred_at: Mapped[datetime]


class Posting(Base):
    """Append-only: `points` go from the source to the destination account."""

    __tablename__ = "postings"
    __table_args__ = (
        belongs("entry_id", "ledger_entries"),
        belongs("source_id", "points_accounts", name="fk_postings_source"),
        belongs("destination_id", "points_accounts", name="fk_postings_destination"),
        belongs("lot_id", "lots"),
        CheckConstraint("points > 0", name="points_positive"),
        CheckConstraint("source_id <> destination_id", name="moves"),
        Index("ix_postings_entry", "brand_id", "entry_id"),
        Index("ix_postings_source", "brand_id", "source_id"),
        Index("ix_postings_destination", "brand_id", "destination_id"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    entry_id: Mapped[UUID]
    source_id: Mapped[UUID]
    destination_id: Mapped[UUID]
    points: Mapped[bigint]
    lot_id: Mapped[UUID | None]


class Lot(Base):
    """Points credited together, which expire together. What remains of them is spendable."""

    __tablename__ = "lots"
    __table_args__ = (
        belongs("customer_id", "customers"),
        belongs("entry_id", "ledger_entries"),
        CheckConstraint("remaining BETWEEN 0 AND points", name="remaining_range"),
        Index("ix_lots_customer", "brand_id", "customer_id", "id"),
        Index("ix_lots_entry", "brand_id", "entry_id"),
        Index(
            "ix_lots_open",
            "brand_id",
            "customer_id",
            "expires_at",
            postgresql_where=text("remaining > 0"),
        ),
        Index(
            "ix_lots_due",
            "brand_id",
            "due_at",
            postgresql_where=text("remaining > 0 AND available_at IS NULL"),
        ),
        Index(
            "ix_lots_expiring",
            "brand_id",
            "expires_at",
            postgresql_where=text("remaining > 0 AND expires_at IS NOT NULL"),
        ),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    customer_id: Mapped[UUID]
    entry_id: Mapped[UUID]
    """The entry that credited it."""
    points: Mapped[bigint]
    remaining: Mapped[bigint]
    available_at: Mapped[datetime | None]
    """None while the points are pending."""
    expires_at: Mapped[datetime | None]
    awaits: Mapped[str | None]
    """What pending points wait for, or waited for; None: they never were pending."""
    due_at: Mapped[datetime | None]
    """When pending points become available; None: not known yet."""
    expiry: Mapped[dict[str, Any] | None]
    """How long they last from when they are available: settled when they were given."""
    reminded_days: Mapped[int | None]
    """The last reminder sent: so many days before they expire."""


class LoyaltyDocument(Base):
    """How points live in the brand, as its staff set it: one row a brand, none for the defaults."""

    __tablename__ = "loyalty_settings"
    __table_args__ = (
        UniqueConstraint("brand_id"),
        CheckConstraint("revision > 0", name="revision_positive"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    revision: Mapped[int]
    document: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]
    updated_by: Mapped[str]


class GoodwillUnit(StrEnum):
    POINTS = "points"
    CENTS = "cents"


class GoodwillTally(Base):
    """What one member of the staff gave by hand in one month: moved by single statements that look
    at the budget as they move."""

    __tablename__ = "goodwill_tallies"
    __table_args__ = (
        belongs("user_id", "users"),
        UniqueConstraint("brand_id", "user_id", "month", "unit"),
        one_of("unit", GoodwillUnit),
        CheckConstraint("given >= 0", name="given_range"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    user_id: Mapped[UUID]
    month: Mapped[date]
    """Its first day, in the brand's zone."""
    unit: Mapped[str]
    given: Mapped[bigint]
