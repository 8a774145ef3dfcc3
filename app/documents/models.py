"""Series of numbers, the papers that carry them, and what these look like."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.documents.domain import PaperKind
from app.infra.orm import Base, amount, belongs, bigint, brand_pk, cents, one_of, uuid_pk


class Counter(Base):
    """The last number given out in a series of a brand; always the last lock of a transaction."""

    __tablename__ = "counters"

    brand_id: Mapped[brand_pk]
    series: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[bigint]


class Document(Base):
    """An invoice or a credit note, numbered without gaps within its kind. Never altered: what is
    wrong in an invoice is taken back by a credit note."""

    __tablename__ = "documents"
    __table_args__ = (
        belongs("order_id", "orders"),
        belongs("reversal_id", "order_reversals"),
        UniqueConstraint("brand_id", "kind", "number"),
        UniqueConstraint("brand_id", "reversal_id"),
        Index(
            "uq_documents_invoice",
            "brand_id",
            "order_id",
            unique=True,
            postgresql_where=text("kind = 'invoice'"),
        ),
        Index("ix_documents_order", "brand_id", "order_id"),
        one_of("kind", PaperKind),
        amount("total_cents"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint(
            "(kind = 'credit_note') = (reversal_id IS NOT NULL)", name="credit_takes_back"
        ),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    kind: Mapped[str]
    number: Mapped[bigint]
    order_id: Mapped[UUID]
    reversal_id: Mapped[UUID | None]
    """What a credit note is for."""
    locale: Mapped[str]
    """The customer's language."""
    total_cents: Mapped[cents]
    content: Mapped[dict[str, Any]]
    """`domain.Paper`"""
    issued_at: Mapped[datetime]
    issued_by: Mapped[str]


class DocumentFile(Base):
    """What a paper looks like, drawn once."""

    __tablename__ = "document_files"
    __table_args__ = (
        belongs("document_id", "documents"),
        UniqueConstraint("brand_id", "document_id"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    document_id: Mapped[UUID]
    content: Mapped[bytes]
    sha256: Mapped[str]
    drawn_at: Mapped[datetime]
