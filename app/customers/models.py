"""The customer card, and the books of the sellers who may see it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.customers.domain import Channel
from app.infra.orm import Base, belongs, brand_pk, one_of, uuid_pk


class Customer(Base):
    __tablename__ = "customers"
    __table_args__ = (
        Index(
            "uq_customers_email",
            "brand_id",
            "email_key",
            unique=True,
            postgresql_where=text("email_key IS NOT NULL"),
        ),
        Index("ix_customers_search", "brand_id", "search_key"),
        belongs("merged_into_id", "customers"),
        CheckConstraint(
            "(merged_into_id IS NULL) = (merged_at IS NULL) AND merged_into_id <> id",
            name="merged_whole",
        ),
        Index(
            "ix_customers_merged_into",
            "brand_id",
            "merged_into_id",
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    first_name: Mapped[str]
    last_name: Mapped[str]
    search_key: Mapped[str]
    email: Mapped[str | None]
    email_key: Mapped[str | None]
    phone: Mapped[str | None]
    phone_key: Mapped[str] = mapped_column(server_default="")
    address: Mapped[str] = mapped_column(server_default="")
    postcode: Mapped[str] = mapped_column(server_default="")
    city: Mapped[str] = mapped_column(server_default="")
    country: Mapped[str] = mapped_column(server_default="FR")
    locale: Mapped[str] = mapped_column(server_default="fr")
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default="{}")
    birth_date: Mapped[date | None]
    professional: Mapped[bool | None]
    """None: nobody has said."""
    created_at: Mapped[datetime]
    merged_into_id: Mapped[UUID | None]
    """The card that stands for this one, of the same person; this one is empty then."""
    merged_at: Mapped[datetime | None]

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class BookEntry(Base):
    """This customer stands in this seller's book; at most one seller is the principal one."""

    __tablename__ = "book_entries"
    __table_args__ = (
        belongs("customer_id", "customers"),
        belongs("seller_id", "sellers"),
        UniqueConstraint("brand_id", "seller_id", "customer_id"),
        Index(
            "uq_book_entries_principal",
            "brand_id",
            "customer_id",
            unique=True,
            postgresql_where=text("principal"),
        ),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    seller_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    principal: Mapped[bool]


class CustomerNote(Base):
    """What somebody wrote on a card; whoever sees the card reads it."""

    __tablename__ = "customer_notes"
    __table_args__ = (
        belongs("customer_id", "customers"),
        belongs("user_id", "users"),
        Index("ix_customer_notes_customer", "brand_id", "customer_id", "id"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    customer_id: Mapped[UUID]
    user_id: Mapped[UUID | None]
    text: Mapped[str]
    written_at: Mapped[datetime]


class ConsentEntry(Base):
    """A yes or a no to one channel, and which words were read. Never altered: the last counts."""

    __tablename__ = "consent_entries"
    __table_args__ = (
        belongs("customer_id", "customers"),
        belongs("user_id", "users"),
        one_of("channel", Channel),
        Index("ix_consent_entries_customer", "brand_id", "customer_id", "id"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    customer_id: Mapped[UUID]
    channel: Mapped[str]
    given: Mapped[bool]
    text_version: Mapped[str]
    locale: Mapped[str]
    """In which language the text was read."""
    user_id: Mapped[UUID | None]
    """Who wrote it down."""
    at: Mapped[datetime]
