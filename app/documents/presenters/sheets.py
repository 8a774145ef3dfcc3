"""Drawing sheets of paper as PDF, accessible (PDF/UA) and with nothing fetched from anywhere."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import typst
from flask_babel import gettext

from app.documents.domain import Party
from app.http.words import locale

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    number: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    label: str
    value: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Somebody's name and address, in a frame."""

    title: str
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Form:
    """A page of its own, to be filled in by hand."""

    title: str
    paragraphs: Sequence[str]
    blanks: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Every text is ready to be read; nothing in it is taken as markup."""

    title: str
    number: str
    brand: str
    accent: str
    seller: Sequence[str]
    facts: Sequence[tuple[str, str]]
    parties: Sequence[Block]
    columns: Sequence[Column] = ()
    rows: Sequence[Sequence[str]] = ()
    sums: Sequence[Sum] = ()
    vat: Sequence[Sequence[str]] = ()
    """Its head first."""
    notes: Sequence[str] = ()
    forms: Sequence[Form] = ()


def pdf_of(sheet: Sheet) -> bytes:
    """In the language of the reader."""
    data = asdict(sheet) | {
        "lang": locale().language,
        "page": gettext("Page"),
        "footer": " · ".join(sheet.seller),
    }
    drawn: bytes = typst.compile(
        HERE / "sheet.typ",
        root=HERE,
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"data": json.dumps(data)},
    )
    return drawn


def buyer_block(buyer: Party) -> Block:
    country = locale().territories.get(buyer.country, buyer.country)
    lines = [buyer.name, *buyer.address, country]
    return Block(gettext("Customer"), [line for line in lines if line])


def seller_lines(seller: Party) -> list[str]:
    marks = [seller.registration]
    if seller.vat_number:
        marks.append(gettext("VAT No. %(number)s", number=seller.vat_number))
    return [seller.name, *seller.address, *(mark for mark in marks if mark)]
