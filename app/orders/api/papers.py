"""Invoices and credit notes of an order, for programs."""

from typing import Any
from uuid import UUID

from flask import Response

from app.accounts.web import from_token
from app.documents import queries as documents
from app.documents.domain import PaperKind
from app.documents.web import paper_file
from app.http import api_fields as answers
from app.http.api import ApiBlueprint
from app.http.auth import current_actor, open_to
from app.http.work import reading
from app.kernel.actor import Role
from app.orders import queries

bp = ApiBlueprint("api_papers", "Invoices", about="Invoices and credit notes, as PDF.")
open_to(bp, Role.SELLER, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, via=from_token)


class DocumentAnswer(answers.Answer):
    id = answers.Id()
    kind = answers.Word(list(PaperKind))
    number = answers.Text()
    total_cents = answers.Number()
    issued_at = answers.Instant()


class DocumentsAnswer(answers.Answer):
    items = answers.many(DocumentAnswer)


@bp.route("/orders/<uuid:order_id>/documents")
@bp.response(200, DocumentsAnswer)
def list_documents(order_id: UUID) -> dict[str, Any]:
    """The invoice of an order that was paid in full, and a credit note for whatever was cancelled
    or returned after that, the oldest first."""
    with reading() as uow:
        queries.order_page(uow.session, current_actor(), order_id)
        found = documents.documents_of(uow.session, order_id)
    return {
        "items": [
            {
                "id": row.id,
                "kind": row.kind,
                "number": row.label,
                "total_cents": row.total_cents,
                "issued_at": row.issued_at,
            }
            for row in found
        ]
    }


@bp.route("/orders/<uuid:order_id>/documents/<uuid:document_id>")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
def show_document(order_id: UUID, document_id: UUID) -> Response:
    """One of them, as PDF."""
    with reading() as uow:
        queries.order_page(uow.session, current_actor(), order_id)
        found = documents.document_of(uow.session, order_id, document_id)
    return paper_file(found)
