"""The meetings of all sellers of a brand, searched, sorted and summed up by the database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.text import containing

STATES = ("planned", "open", "closed", "cancelled")
ORDERS = {
    "-date": "m.starts_at DESC, m.id DESC",
    "date": "m.starts_at, m.id",
    "host": "host, m.id",
    "-host": "host DESC, m.id DESC",
    "seller": "s.display_name, m.starts_at DESC, m.id",
    "-seller": "s.display_name DESC, m.starts_at DESC, m.id",
    "sales": "cents, m.id",
    "-sales": "cents DESC, m.id DESC",
}
"""The latest first unless somebody asks."""

_FROM = """
    FROM meetings m
    JOIN customers c ON c.brand_id = m.brand_id AND c.id = m.host_id
    JOIN sellers s ON s.brand_id = m.brand_id AND s.id = m.seller_id
"""
_ROWS = """
    SELECT m.id, c.first_name || ' ' || c.last_name AS host, s.display_name, m.starts_at, m.place,
           m.address, m.status, m.closed_at, CAST(coalesce(o.cents, 0) AS bigint) AS cents,
           coalesce(o.orders, 0) AS orders, coalesce(o.buyers, 0) AS buyers,
           (SELECT count(*) FROM participants p
            WHERE p.brand_id = m.brand_id AND p.meeting_id = m.id) AS guests
"""
_SALES = """
    LEFT JOIN LATERAL (
        SELECT sum(products_cents - returned_cents) AS cents, count(*) AS orders,
               count(DISTINCT customer_id) AS buyers
        FROM orders
        WHERE brand_id = m.brand_id AND meeting_id = m.id AND kind = 'sale'
          AND status NOT IN ('cart', 'cancelled') AND payment_status = 'paid'
    ) o ON true
"""
_SELLERS = text("SELECT id, display_name FROM sellers ORDER BY display_name, id")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which meetings; empty: all."""

    text: str = ""
    """Part of the host's or the seller's name, of the place or the theme."""
    status: str = ""
    seller_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Row:
    id: UUID
    host_name: str
    seller_name: str
    starts_at: datetime
    place: str
    address: str
    status: str
    closed_at: datetime | None
    sales_cents: int
    """Paid and standing."""
    order_count: int
    buyer_count: int
    guest_count: int


@dataclass(frozen=True, slots=True)
class Found:
    rows: tuple[Row, ...]
    total: int
    has_more: bool


def meetings(session: Session, wanted: Wanted, *, sort: str, page: int, size: int) -> Found:
    """Two statements, however many meetings."""
    where, values = _where(wanted)
    total = session.execute(text(f"SELECT count(*) {_FROM} WHERE {where}"), values).scalar_one()
    asked = values | {"limit": size + 1, "offset": (page - 1) * size}
    statement = f"{_ROWS} {_FROM} {_SALES} WHERE {where} ORDER BY {ORDERS[sort]}"
    found = session.execute(text(f"{statement} LIMIT :limit OFFSET :offset"), asked).all()
    return Found(tuple(Row(*row) for row in found[:size]), total, len(found) > size)


def seller_names(session: Session) -> list[tuple[UUID, str]]:
    """For the filter."""
    return [(row[0], row[1]) for row in session.execute(_SELLERS)]


def _where(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """Conditions of ours, values of theirs."""
    within = containing(wanted.text) if wanted.text else ""
    conditions = {
        "m.status = :status": wanted.status,
        "m.seller_id = :seller_id": wanted.seller_id,
        "m.starts_at >= :since": wanted.since,
        "m.starts_at < :until": wanted.until,
        "concat_ws(' ', c.first_name, c.last_name, s.display_name, m.address, m.theme)"
        " ILIKE :text": within,
    }
    chosen = [condition for condition, value in conditions.items() if value]
    names = {"status": wanted.status, "seller_id": wanted.seller_id, "since": wanted.since}
    values = names | {"until": wanted.until, "text": within}
    return " AND ".join(chosen) or "true", {name: value for name, value in values.items() if value}
