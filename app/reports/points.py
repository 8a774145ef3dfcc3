"""Points in circulation: what the brand owes its customers, until when, and how that came about.

Row-level security keeps each question within the brand of its transaction.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.clock import at_wall_time

MONTHS_LISTED = 24

_OWED = text("""
    SELECT coalesce(sum(balance) FILTER (WHERE kind = 'available'), 0),
           coalesce(sum(balance) FILTER (WHERE kind = 'pending'), 0),
           coalesce(sum(balance) FILTER (WHERE kind = 'reserved'), 0),
           coalesce(-sum(balance) FILTER (WHERE kind = 'debt'), 0),
           count(DISTINCT customer_id) FILTER (WHERE kind = 'available' AND balance > 0)
    FROM points_accounts
""")

_EXPIRING = text("""
    SELECT date_trunc('month', timezone(:zone, expires_at - interval '1 microsecond'))::date,
           sum(remaining)
    FROM lots
    WHERE remaining > 0 AND available_at IS NOT NULL
    GROUP BY 1
    ORDER BY 1 NULLS LAST
    LIMIT :most
""")

_FLOWS = text("""
    WITH months AS (
        SELECT generate_series(CAST(:first AS date), CAST(:last AS date), '1 month')::date AS month
    ), moved AS (
        SELECT date_trunc('month', timezone(:zone, e.occurred_at))::date AS month, e.kind,
               s.kind AS source, d.kind AS destination, p.points
        FROM ledger_entries e
        JOIN postings p ON p.brand_id = e.brand_id AND p.entry_id = e.id
        JOIN points_accounts s ON s.brand_id = p.brand_id AND s.id = p.source_id
        JOIN points_accounts d ON d.brand_id = p.brand_id AND d.id = p.destination_id
        WHERE e.occurred_at >= :since AND e.occurred_at < :until
          AND e.kind NOT IN ('transfer_in', 'transfer_out')
    ), flows AS (
        SELECT month,
               sum(CASE WHEN source = 'issued' THEN points
                        WHEN destination = 'issued' THEN -points END) AS earned,
               sum(CASE WHEN destination = 'spent' THEN points
                        WHEN source = 'spent' THEN -points END) AS spent,
               sum(CASE WHEN destination = 'expired' THEN points
                        WHEN source = 'expired' THEN -points END) AS expired,
               sum(CASE WHEN destination = 'reversed' THEN points
                        WHEN source = 'reversed' THEN -points END) AS reversed
        FROM moved
        GROUP BY 1
    )
    SELECT month, coalesce(earned, 0), coalesce(spent, 0), coalesce(expired, 0),
           coalesce(reversed, 0)
    FROM months LEFT JOIN flows USING (month)
    ORDER BY month
""")


@dataclass(frozen=True, slots=True)
class Expiring:
    month: date | None
    """Its first day; None: these never expire."""
    points: int


@dataclass(frozen=True, slots=True)
class Flow:
    """What one month did."""

    month: date
    earned: int
    spent: int
    expired: int
    reversed: int


@dataclass(frozen=True, slots=True)
class PointsReport:
    available: int
    pending: int
    reserved: int
    """By orders that are not paid yet."""
    debt: int
    holders: int
    """Customers who have some to spend."""
    expiring: tuple[Expiring, ...]
    flows: tuple[Flow, ...]

    @property
    def outstanding(self) -> int:
        return self.available + self.pending + self.reserved - self.debt


def points_report(session: Session, *, zone: str, first: date, last: date) -> PointsReport:
    """Months from that of `first` to that of `last`. Three statements."""
    months = {"first": first.replace(day=1), "last": last.replace(day=1)}
    asked: dict[str, Any] = {"zone": zone, **months}
    asked["since"] = _midnight(months["first"], zone)
    asked["until"] = _midnight(_next_month(months["last"]), zone)
    available, pending, reserved, debt, holders = session.execute(_OWED).one()
    expiring = session.execute(_EXPIRING, {"zone": zone, "most": MONTHS_LISTED})
    flows = session.execute(_FLOWS, asked)
    return PointsReport(
        available=int(available),
        pending=int(pending),
        reserved=int(reserved),
        debt=int(debt),
        holders=holders,
        expiring=tuple(Expiring(month, int(points)) for month, points in expiring),
        flows=tuple(Flow(row[0], *(int(value) for value in row[1:])) for row in flows),
    )


def _midnight(day: date, zone: str) -> datetime:
    return at_wall_time(datetime.combine(day, time()), zone)


def _next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
