"""Invoices and credit notes as they are printed, in the customer's language."""

from datetime import date

from flask_babel import gettext
from sqlalchemy.orm import Session

from app.brands.queries import BrandView, this_brand
from app.documents.domain import Paper, PaperKind, VatRow
from app.documents.presenters.sheets import (
    Column,
    Sheet,
    Sum,
    buyer_block,
    pdf_of,
    seller_lines,
)
from app.documents.queries import DocumentRow, DocumentView
from app.http.letters import speaking
from app.http.words import day_text, money, number, percent
from app.kernel.words import N_

TITLES = {PaperKind.INVOICE: N_("Invoice"), PaperKind.CREDIT_NOTE: N_("Credit note")}
PATTERN = "d MMMM y"


def draw(session: Session, document: DocumentView) -> bytes:
    brand = this_brand(session)
    with speaking(brand, document.locale):
        return pdf_of(_sheet(document, brand))


def title_of(row: DocumentRow) -> str:
    """Invoice FA-000012"""
    return f"{gettext(TITLES[PaperKind(row.kind)])} {row.label}"


def day_of(iso: str) -> str:
    return day_text(date.fromisoformat(iso), PATTERN)


def _sheet(document: DocumentView, brand: BrandView) -> Sheet:
    row, paper = document.row, document.paper
    return Sheet(
        title=gettext(TITLES[PaperKind(row.kind)]),
        number=row.label,
        brand=brand.name,
        accent=brand.theme.ink,
        seller=seller_lines(paper.seller),
        facts=_facts(paper),
        parties=[buyer_block(paper.buyer)],
        columns=[
            Column(gettext("Reference")),
            Column(gettext("Product"), wide=True),
            Column(gettext("Quantity"), number=True),
            Column(gettext("Discount"), number=True),
            Column(gettext("VAT"), number=True),
            Column(gettext("Amount incl. tax"), number=True),
        ],
        rows=[
            [
                line.reference,
                line.name,
                number(line.quantity),
                money(line.net_cents - line.list_cents) if line.list_cents > line.net_cents else "",
                percent(line.vat_rate_bp),
                money(line.net_cents),
            ]
            for line in paper.lines
        ],
        sums=_sums(row, paper),
        vat=[_vat_head(), *(_vat_row(one) for one in paper.vat)],
        notes=_notes(paper),
    )


def _facts(paper: Paper) -> list[tuple[str, str]]:
    facts = [(gettext("Date"), day_of(paper.issued_on))]
    if paper.corrects:
        facts.append((gettext("Corrects"), paper.corrects))
    facts.append((gettext("Order"), gettext("No. %(number)s", number=paper.order_number)))
    facts.append((gettext("Placed"), day_of(paper.ordered_on)))
    return facts


def _sums(row: DocumentRow, paper: Paper) -> list[Sum]:
    products = paper.total_cents - paper.shipping_cents
    last = N_("To your credit") if row.kind == PaperKind.CREDIT_NOTE else N_("Total incl. tax")
    sums = [Sum(gettext("Products"), money(products))]
    if paper.shipping_cents:
        sums.append(Sum(gettext("Shipping"), money(paper.shipping_cents)))
    net = paper.total_cents - paper.vat_cents
    return [
        *sums,
        Sum(gettext("Total excl. tax"), money(net)),
        Sum(gettext("VAT"), money(paper.vat_cents)),
        Sum(gettext(last), money(paper.total_cents), strong=True),
    ]


def _vat_head() -> list[str]:
    return [gettext("VAT rate"), gettext("Excl. tax"), gettext("VAT"), gettext("Incl. tax")]


def _vat_row(row: VatRow) -> list[str]:
    net = row.gross_cents - row.vat_cents
    return [percent(row.rate_bp), money(net), money(row.vat_cents), money(row.gross_cents)]


def _notes(paper: Paper) -> list[str]:
    paid = [
        gettext(
            "Paid on %(day)s: %(amount)s (%(method)s).",
            day=day_of(one.on),
            amount=money(one.amount_cents),
            method=gettext(METHODS.get(one.method, one.method)),
        )
        for one in paper.payments
    ]
    reason = [gettext("Reason: %(reason)s", reason=paper.reason)] if paper.reason else []
    return [*paid, *reason, *([paper.note] if paper.note else [])]


METHODS = {
    "card": N_("card by link"),
    "terminal": N_("card terminal"),
    "cheque": N_("cheque"),
    "cash": N_("cash"),
    "transfer": N_("transfer"),
    "other": N_("other means"),
}
