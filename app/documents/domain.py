"""What a paper says, as it was the day it was issued."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class PaperKind(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


PREFIXES: Mapping[str, str] = {PaperKind.INVOICE: "FA", PaperKind.CREDIT_NOTE: "AV"}
"""As accountants in France know them: facture, avoir."""


def label_of(kind: str, number: int) -> str:
    """FA-000012: the same in every language."""
    return f"{PREFIXES[kind]}-{number:06}"


@dataclass(frozen=True, slots=True)
class Party:
    name: str
    address: tuple[str, ...]
    """Line by line."""
    country: str = ""
    """Two letters: FR."""
    registration: str = ""
    vat_number: str = ""


@dataclass(frozen=True, slots=True)
class PaperLine:
    reference: str
    name: str
    quantity: int
    list_cents: int
    """Before discounts, for all of its units."""
    net_cents: int
    """Tax included."""
    vat_rate_bp: int
    vat_cents: int
    """Contained in `net_cents`."""


@dataclass(frozen=True, slots=True)
class VatRow:
    rate_bp: int
    gross_cents: int
    vat_cents: int


@dataclass(frozen=True, slots=True)
class PaperPayment:
    method: str
    amount_cents: int
    on: str
    """YYYY-MM-DD"""


@dataclass(frozen=True, slots=True)
class Paper:
    """The lines and the shipping sum to the total; so do the rows of VAT."""

    seller: Party
    buyer: Party
    order_number: int
    ordered_on: str
    """YYYY-MM-DD, where the brand is."""
    issued_on: str
    lines: tuple[PaperLine, ...]
    shipping_cents: int
    vat: tuple[VatRow, ...]
    total_cents: int
    payments: tuple[PaperPayment, ...] = ()
    corrects: str = ""
    """Of a credit note: the label of its invoice."""
    reason: str = ""
    note: str = ""
    """What the brand writes below each of its papers."""

    @property
    def vat_cents(self) -> int:
        return sum(row.vat_cents for row in self.vat)

    @property
    def discount_cents(self) -> int:
        return sum(line.list_cents - line.net_cents for line in self.lines)


def vat_rows(parts: Iterable[tuple[int, int, int]]) -> tuple[VatRow, ...]:
    """Of (rate, amount with tax, tax in it): one row for each rate that has an amount."""
    gross: dict[int, int] = defaultdict(int)
    vat: dict[int, int] = defaultdict(int)
    for rate_bp, gross_cents, vat_cents in parts:
        gross[rate_bp] += gross_cents
        vat[rate_bp] += vat_cents
    return tuple(VatRow(rate, gross[rate], vat[rate]) for rate in sorted(gross) if gross[rate])


def to_json(paper: Paper) -> dict[str, Any]:
    return asdict(paper)


def read_paper(stored: Mapping[str, Any]) -> Paper:
    return Paper(
        **{
            **stored,
            "seller": _party(stored["seller"]),
            "buyer": _party(stored["buyer"]),
            "lines": tuple(PaperLine(**line) for line in stored["lines"]),
            "vat": tuple(VatRow(**row) for row in stored["vat"]),
            "payments": tuple(PaperPayment(**one) for one in stored["payments"]),
        }
    )


def _party(stored: Mapping[str, Any]) -> Party:
    return Party(**{**stored, "address": tuple(stored["address"])})
