"""Papers as accountants take them over: a plain list, and entries with the eighteen columns of the
French FEC (art. A47 A-1 of the Livre des procédures fiscales)."""

from collections.abc import Iterable, Iterator
from datetime import date

from flask_babel import gettext

from app.documents.domain import Paper, PaperKind
from app.documents.presenters import title_of
from app.documents.queries import DocumentView
from app.http.words import percent
from app.imports.writing import amount

FEC = [
    *("JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib"),
    *("CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit"),
    *("EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise"),
]
JOURNAL = ("VE", "Ventes")
CUSTOMERS = ("411000", "Clients")
SALES = ("707000", "Ventes de marchandises")
VAT = ("445710", "TVA collectée")
"""Accounts of the French plan comptable général."""


def list_head() -> list[str]:
    return [
        gettext("Document"),
        gettext("Number"),
        gettext("Date"),
        gettext("Order"),
        gettext("Customer"),
        gettext("Corrects"),
        gettext("Excl. tax"),
        gettext("VAT"),
        gettext("Incl. tax"),
    ]


def list_row(document: DocumentView) -> list[object]:
    row, paper = document.row, document.paper
    sign = _sign(document)
    return [
        title_of(row).rsplit(" ", 1)[0],
        row.label,
        date.fromisoformat(paper.issued_on),
        paper.order_number,
        paper.buyer.name,
        paper.corrects,
        amount(sign * (paper.total_cents - paper.vat_cents)),
        amount(sign * paper.vat_cents),
        amount(sign * paper.total_cents),
    ]


def fec_rows(documents: Iterable[DocumentView]) -> Iterator[list[str]]:
    """Balanced, paper by paper: what the customer owes, sales and tax by rate."""
    for document in documents:
        for account, label, cents in _entries(document.paper, _sign(document)):
            yield _fec_row(document, account, label, cents)


def _entries(paper: Paper, sign: int) -> Iterator[tuple[tuple[str, str], str, int]]:
    """Account, words, cents: more than 0 on the debit side."""
    yield CUSTOMERS, paper.buyer.name, sign * paper.total_cents
    for row in paper.vat:
        rate = percent(row.rate_bp)
        yield SALES, f"{SALES[1]} {rate}", -sign * (row.gross_cents - row.vat_cents)
        if row.vat_cents:
            yield VAT, f"{VAT[1]} {rate}", -sign * row.vat_cents


def _fec_row(document: DocumentView, account: tuple[str, str], words: str, cents: int) -> list[str]:
    row, paper = document.row, document.paper
    day = paper.issued_on.replace("-", "")
    customer = ("", "") if account != CUSTOMERS else (str(paper.order_number), paper.buyer.name)
    debit, credit = _amount(max(cents, 0)), _amount(max(-cents, 0))
    return [
        *JOURNAL,
        row.label,
        day,
        *account,
        *customer,
        row.label,
        day,
        words,
        debit,
        credit,
        "",
        "",
        day,
        "",
        "",
    ]


def _sign(document: DocumentView) -> int:
    return -1 if document.row.kind == PaperKind.CREDIT_NOTE else 1


def _amount(cents: int) -> str:
    """1234,50, as the FEC writes it in any language; it has no amounts below 0."""
    return f"{cents // 100},{cents % 100:02}"
