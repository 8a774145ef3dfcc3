"""Factures: invoices and credit notes of the brand, found, opened and taken over by accountants."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, url_for
from flask_babel import gettext

from app.accounts.web import from_session
from app.audit.services import record
from app.documents import queries
from app.documents.domain import PaperKind
from app.documents.presenters import TITLES, draw, title_of
from app.documents.presenters.journal import FEC, fec_rows, list_head, list_row
from app.documents.queries import DocumentsWanted, DocumentView
from app.documents.schemas import DocumentsSchema
from app.http.auth import current_actor, open_to
from app.http.filters import asked_of_list, day_begins, day_ends
from app.http.navigation import here
from app.http.work import reading, writing
from app.imports.writing import csv_bytes
from app.kernel.actor import Role

bp = Blueprint("documents_console", __name__, url_prefix="/console/documents")
open_to(bp, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, Role.FINANCE, via=from_session)

PAGE = 40
NUMBER = re.compile(r"(?:[A-Z]{2}-?)?0*([0-9]{1,12})", re.IGNORECASE)


@bp.get("")
def index() -> str:
    asked = asked_of_list(DocumentsSchema)
    with reading() as uow:
        found = queries.document_list(uow.session, _wanted(asked), page=asked["page"], size=PAGE)
    filters: dict[str, Any] = {
        name: str(value) for name, value in asked.items() if value and name != "page"
    }
    return render_template(
        "console/documents/index.html",
        rows=found.rows,
        found=found,
        asked=asked,
        kinds=[("", gettext("Any")), *((str(kind), gettext(TITLES[kind])) for kind in PaperKind)],
        title_of=title_of,
        next_url=here(page=str(asked["page"] + 1)) if found.has_more else None,
        first_url=here() if asked["page"] > 1 else None,
        export_url=url_for(".export", **filters),
        fec_url=url_for(".export_fec", **filters),
    )


@bp.get("/documents.csv")
def export() -> Response:
    return _file(list_head(), lambda found: map(list_row, found), "documents.csv")


@bp.get("/fec.csv")
def export_fec() -> Response:
    """The entries of sales, with the columns of the FEC."""
    return _file(FEC, fec_rows, "fec-ventes.csv")


@bp.get("/<uuid:document_id>.pdf")
def show(document_id: UUID) -> Response:
    with reading() as uow:
        found = queries.document(uow.session, document_id)
    return paper_file(found)


def paper_file(found: DocumentView) -> Response:
    """As it was drawn when it was issued; whoever is quicker than the worker sees it drawn now."""
    with reading() as uow:
        drawn = queries.file_of(uow.session, found.row.id) or draw(uow.session, found)
    return pdf(drawn, found.row.label)


def pdf(content: bytes, name: str) -> Response:
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


def _wanted(asked: dict[str, Any]) -> DocumentsWanted:
    number = NUMBER.fullmatch(asked["q"])
    return DocumentsWanted(
        kind=asked["kind"],
        since=day_begins(asked["since"]),
        before=day_ends(asked["until"]),
        number=int(number[1]) if number else -1 if asked["q"] else None,
    )


def _file(
    head: list[str], rows: Callable[[Iterator[DocumentView]], Iterable[Any]], name: str
) -> Response:
    """Of all that the filters show; who took it along is written down."""
    asked = asked_of_list(DocumentsSchema)
    with reading() as uow:
        content = csv_bytes(head, rows(queries.each_document(uow.session, _wanted(asked))))
    writing(lambda uow: record(uow, current_actor(), "document.export", "", None))
    answer = Response(content, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
