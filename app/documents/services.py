"""Issuing papers: their number is the last thing their transaction locks."""

from hashlib import sha256
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from app.audit.services import record
from app.documents.domain import Paper, PaperKind, label_of, to_json
from app.documents.events import DocumentIssued
from app.documents.models import Counter, Document, DocumentFile
from app.infra.locks import Rank, climb
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id

ORDERS = "orders"
SERIES = {PaperKind.INVOICE: "invoices", PaperKind.CREDIT_NOTE: "credit notes"}


def next_number(uow: UnitOfWork, series: str) -> int:
    """The last lock of a use case: whoever comes next waits until this one has committed. What is
    rolled back gives its number to the next one, so that a series has no gaps."""
    climb(uow.session, Rank.COUNTER)
    return uow.session.execute(_NEXT, {"brand_id": uow.brand_id, "series": series}).scalar_one()


def issue(
    uow: UnitOfWork,
    actor: Actor,
    kind: PaperKind,
    paper: Paper,
    *,
    order_id: UUID,
    reversal_id: UUID | None = None,
    locale: str,
    clock: Clock,
) -> UUID:
    """One invoice for each order, one credit note for each reversal: the database sees to it."""
    document = Document(
        brand_id=uow.brand_id,
        id=new_id(),
        kind=kind,
        number=next_number(uow, SERIES[kind]),
        order_id=order_id,
        reversal_id=reversal_id,
        locale=locale,
        total_cents=paper.total_cents,
        content=to_json(paper),
        issued_at=clock(),
        issued_by=actor.label,
    )
    uow.session.add(document)
    issued = {"document": label_of(kind, document.number), "total_cents": paper.total_cents}
    record(uow, actor, f"{kind}.issue", "order", order_id, after=issued)
    uow.record(DocumentIssued(document.id, 1))
    return document.id


def keep_file(uow: UnitOfWork, document_id: UUID, content: bytes, *, clock: Clock) -> None:
    """The first one drawn stays."""
    values = {
        "brand_id": uow.brand_id,
        "id": new_id(),
        "document_id": document_id,
        "content": content,
        "sha256": sha256(content).hexdigest(),
        "drawn_at": clock(),
    }
    uow.session.execute(insert(DocumentFile).values(values).on_conflict_do_nothing())


_NEXT = (
    insert(Counter)
    .values(value=1)
    .on_conflict_do_update(index_elements=["brand_id", "series"], set_={"value": Counter.value + 1})
    .returning(Counter.value)
)
