"""The customer card, and the books of the sellers who may see it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.orm import Base, belongs, brand_pk, uuid_pk
from app.kernel.text import identity_key, search_key

HOST, SELLER = "HOST", "SELLER"
"""The two roles that Convive gives by itself; brands add their own words."""


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
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    first_name: Mapped[str]
    last_name: Mapped[str]
    search_key: Mapped[str]
    email: Mapped[str | None]
    email_key: Mapped[str | None]
    phone: Mapped[str | None]
    address: Mapped[str] = mapped_column(server_default="")
    postcode: Mapped[str] = mapped_column(server_default="")
    city: Mapped[str] = mapped_column(server_default="")
    country: Mapped[str] = mapped_column(server_default="FR")
    locale: Mapped[str] = mapped_column(server_default="fr")
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default="{}")
    created_at: Mapped[datetime]

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def rename(self, first_name: str, last_name: str) -> None:
        self.first_name, self.last_name = first_name, last_name
        self.search_key = search_key(f"{first_name} {last_name} {self.email or ''}")

    def readdress(self, email: str | None) -> None:
        """The stored address is the one written to; the key is the one compared."""
        self.email = email
        self.email_key = identity_key(email) if email else None
        self.search_key = search_key(f"{self.first_name} {self.last_name} {email or ''}")


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
