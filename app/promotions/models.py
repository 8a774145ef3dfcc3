"""What a customer holds that lowers a price: personal codes and vouchers."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.orm import Base, amount, belongs, brand_pk, cents, one_of, uuid_pk


class HoldingStatus(StrEnum):
    AVAILABLE = "available"
    RESERVED = "reserved"
    USED = "used"
    EXPIRED = "expired"
    REVERSED = "reversed"


class PromoCode(Base):
    """A personal code: unguessable, of one customer, with the terms it was issued under."""

    __tablename__ = "promo_codes"
    __table_args__ = (
        belongs("customer_id", "customers"),
        UniqueConstraint("brand_id", "code_key"),
        UniqueConstraint("brand_id", "grant_id", "copy"),
        one_of("status", HoldingStatus),
        Index("ix_promo_codes_customer", "brand_id", "customer_id"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    customer_id: Mapped[UUID]
    grant_id: Mapped[UUID | None]
    copy: Mapped[int] = mapped_column(server_default="1")
    code: Mapped[str]
    code_key: Mapped[str]
    name: Mapped[str]
    terms: Mapped[dict[str, Any]]
    """The promotion model as it was when the code was issued."""
    status: Mapped[str]
    issued_at: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    """The first instant at which it is too late; None: for ever."""


class Voucher(Base):
    """A price reduction in the name of one customer; not a means of payment."""

    __tablename__ = "vouchers"
    __table_args__ = (
        belongs("customer_id", "customers"),
        UniqueConstraint("brand_id", "code_key"),
        UniqueConstraint("brand_id", "grant_id", "copy"),
        one_of("status", HoldingStatus),
        amount("face_cents"),
        CheckConstraint("remaining_cents BETWEEN 0 AND face_cents", name="remaining_range"),
        Index("ix_vouchers_customer", "brand_id", "customer_id"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    customer_id: Mapped[UUID]
    grant_id: Mapped[UUID | None]
    copy: Mapped[int] = mapped_column(server_default="1")
    code: Mapped[str]
    code_key: Mapped[str]
    name: Mapped[str]
    face_cents: Mapped[cents]
    remaining_cents: Mapped[cents]
    terms: Mapped[dict[str, Any]]
    status: Mapped[str]
    issued_at: Mapped[datetime]
    valid_until: Mapped[datetime | None]

    def take_back(self) -> None:
        """What was spent of it stays: it becomes a voucher of that amount, used."""
        if self.status != HoldingStatus.AVAILABLE:
            return
        spent = self.face_cents - self.remaining_cents
        if spent:
            self.face_cents, self.remaining_cents = spent, 0
            self.status = HoldingStatus.USED
        else:
            self.status = HoldingStatus.REVERSED
