"""Papers of orders, for whoever has seen to it that the actor may know them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app.documents.domain import Paper, PaperKind, label_of, read_paper
from app.documents.errors import DocumentNotFound
from app.documents.models import Document, DocumentFile


@dataclass(frozen=True, slots=True)
class DocumentRow:
    id: UUID
    kind: str
    number: int
    order_id: UUID
    total_cents: int
    issued_at: datetime

    @property
    def label(self) -> str:
        return label_of(self.kind, self.number)


@dataclass(frozen=True, slots=True)
class DocumentView:
    """Whole, to be drawn."""

    row: DocumentRow
    locale: str
    paper: Paper


COLUMNS = (
    Document.id,
    Document.kind,
    Document.number,
    Document.order_id,
    Document.total_cents,
    Document.issued_at,
)


def documents_of(session: Session, order_id: UUID) -> list[DocumentRow]:
    """The oldest first."""
    found = session.execute(_rows().where(Document.order_id == order_id))
    return [DocumentRow(*row) for row in found]


def invoice_of(session: Session, order_id: UUID) -> DocumentRow | None:
    wanted = _rows().where(Document.order_id == order_id, Document.kind == "invoice")
    row = session.execute(wanted).first()
    return DocumentRow(*row) if row else None


def document(session: Session, document_id: UUID) -> DocumentView:
    """Raises DocumentNotFound."""
    found = session.scalar(select(Document).where(Document.id == document_id))
    if found is None:
        raise DocumentNotFound
    return _view(found)


def document_of(session: Session, order_id: UUID, document_id: UUID) -> DocumentView:
    """One of this order. Raises DocumentNotFound."""
    found = document(session, document_id)
    if found.row.order_id != order_id:
        raise DocumentNotFound
    return found


def file_of(session: Session, document_id: UUID) -> bytes | None:
    """None: it is not drawn yet."""
    wanted = select(DocumentFile.content).where(DocumentFile.document_id == document_id)
    return session.scalar(wanted)


def _rows() -> Select[UUID, str, int, UUID, int, datetime]:
    return select(*COLUMNS).order_by(Document.issued_at, Document.id)


@dataclass(frozen=True, slots=True)
class DocumentsWanted:
    kind: str = ""
    since: datetime | None = None
    before: datetime | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class DocumentList:
    rows: list[DocumentView]
    total: int
    invoiced_cents: int
    credited_cents: int
    has_more: bool


def document_list(
    session: Session, wanted: DocumentsWanted, *, page: int, size: int
) -> DocumentList:
    """Of the brand, the newest first. For its staff only."""
    those = _conditions(wanted)
    total, invoiced, credited = session.execute(
        select(func.count(), _sum(PaperKind.INVOICE), _sum(PaperKind.CREDIT_NOTE)).where(*those)
    ).one()
    newest = (
        select(Document)
        .where(*those)
        .order_by(Document.issued_at.desc(), Document.id.desc())
        .limit(size + 1)
        .offset((page - 1) * size)
    )
    rows = [_view(one) for one in session.scalars(newest)]
    return DocumentList(rows[:size], total, int(invoiced), int(credited), len(rows) > size)


def each_document(session: Session, wanted: DocumentsWanted) -> Iterator[DocumentView]:
    """All of them, the oldest first, a thousand at a time. For the brand's staff only."""
    oldest = select(Document).where(*_conditions(wanted)).order_by(Document.issued_at, Document.id)
    for found in session.scalars(oldest.execution_options(yield_per=1_000)):
        yield _view(found)


def _sum(kind: PaperKind) -> ColumnElement[int]:
    return func.coalesce(func.sum(Document.total_cents).filter(Document.kind == kind), 0)


def _conditions(wanted: DocumentsWanted) -> list[ColumnElement[bool]]:
    those: list[ColumnElement[bool]] = []
    if wanted.kind:
        those.append(Document.kind == wanted.kind)
    if wanted.number is not None:
        those.append(Document.number == wanted.number)
    if wanted.since:
        those.append(Document.issued_at >= wanted.since)
    if wanted.before:
        those.append(Document.issued_at < wanted.before)
    return those


def _view(found: Document) -> DocumentView:
    row = DocumentRow(*(getattr(found, column.key) for column in COLUMNS))
    return DocumentView(row, found.locale, read_paper(found.content))
