"""What the whole brand sold, held and granted, across packages: set-based reads for the console.

Row-level security keeps each question within the brand of its transaction.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.brands.theme import DEFAULT_ACCENT
from app.kernel.clock import at_wall_time, local_day

MONTHS = 6
MOST_LISTED = 5

_FIGURES = text("""
    WITH months AS (
        SELECT generate_series(CAST(:first AS date), CAST(:last AS date), '1 month')::date AS month
    ), sold AS (
        SELECT date_trunc('month', timezone(:zone, placed_at))::date AS month,
               sum(products_cents - returned_cents) AS cents
        FROM orders
        WHERE kind = 'sale' AND status NOT IN ('cart', 'cancelled') AND payment_status = 'paid'
          AND placed_at >= :since
        GROUP BY 1
    ), held AS (
        SELECT date_trunc('month', timezone(:zone, m.starts_at))::date AS month,
               count(*) AS meetings, coalesce(sum(o.cents), 0) AS cents
        FROM meetings m
        LEFT JOIN LATERAL (
            SELECT sum(products_cents - returned_cents) AS cents FROM orders
            WHERE brand_id = m.brand_id AND meeting_id = m.id AND kind = 'sale'
              AND status NOT IN ('cart', 'cancelled') AND payment_status = 'paid'
        ) o ON true
        WHERE m.status <> 'cancelled' AND m.starts_at >= :since AND m.starts_at <= :now
        GROUP BY 1
    ), issued AS (
        SELECT date_trunc('month', timezone(:zone, e.occurred_at))::date AS month,
               sum(p.points) AS points
        FROM postings p
        JOIN points_accounts a ON a.brand_id = p.brand_id AND a.id = p.source_id
        JOIN ledger_entries e ON e.brand_id = p.brand_id AND e.id = p.entry_id
        WHERE a.kind = 'issued' AND e.occurred_at >= :since
        GROUP BY 1
    ), lost AS (
        SELECT date_trunc('month', timezone(:zone, created_at))::date AS month,
               count(*) AS mails
        FROM emails WHERE fate IN ('failed', 'bounced') AND created_at >= :since
        GROUP BY 1
    )
    SELECT month, coalesce(sold.cents, 0), coalesce(held.meetings, 0), coalesce(held.cents, 0),
           coalesce(issued.points, 0), coalesce(lost.mails, 0)
    FROM months
    LEFT JOIN sold USING (month) LEFT JOIN held USING (month)
    LEFT JOIN issued USING (month) LEFT JOIN lost USING (month)
    ORDER BY month
""")

_BLOCKED = text("""
    SELECT m.id, c.first_name || ' ' || c.last_name, s.display_name, m.starts_at,
           (SELECT count(*) FROM orders o
            WHERE o.brand_id = m.brand_id AND o.meeting_id = m.id AND o.kind = 'sale'
              AND o.status NOT IN ('cart', 'cancelled')
              AND o.payment_status IN ('unpaid', 'partially_paid')),
           count(*) OVER ()
    FROM meetings m
    JOIN customers c ON c.brand_id = m.brand_id AND c.id = m.host_id
    JOIN sellers s ON s.brand_id = m.brand_id AND s.id = m.seller_id
    WHERE m.status IN ('planned', 'open') AND m.starts_at <= :now AND m.closes_at <= :now
    ORDER BY m.closes_at, m.id
    LIMIT :most
""")

_GIFT_ORDERS = text("""
    SELECT count(*), min(o.created_at), count(*)
    FROM orders o
    WHERE o.kind = 'gift' AND o.status = 'cart'
      AND EXISTS (SELECT FROM order_lines l WHERE l.brand_id = o.brand_id AND l.order_id = o.id)
    HAVING count(*) > 0
""")

_AWAITED = text("""
    SELECT p.id, p.name, count(*) AS units, min(g.waiting_since), count(*) OVER ()
    FROM gift_claims g
    JOIN products p ON p.brand_id = g.brand_id AND p.id = g.waits_for_id
    WHERE g.status = 'waiting'
    GROUP BY p.id, p.name
    ORDER BY units DESC, p.id
    LIMIT :most
""")

_UNTOLD = text("""
    SELECT e.id, e.subject, e.to_address, e.fate, e.created_at, count(*) OVER ()
    FROM emails e
    WHERE e.fate IN ('failed', 'bounced', 'unaddressed') AND e.created_at >= :since
      AND NOT EXISTS (
          SELECT FROM emails a
          WHERE a.brand_id = e.brand_id AND a.id > e.id AND a.fate IN ('queued', 'sent')
            AND split_part(a.key, ':again:', 1) = split_part(e.key, ':again:', 1))
    ORDER BY e.created_at DESC, e.id DESC
    LIMIT :most
""")

_UNDONE = text("""
    SELECT id, effect, last_error, created_at, count(*) OVER ()
    FROM outbox
    WHERE brand_id = :brand_id AND status = 'failed' AND effect <> 'notifications.send_email'
    ORDER BY created_at DESC, id DESC
    LIMIT :most
""")

_STEPS = text("""
    SELECT EXISTS (SELECT FROM products), EXISTS (SELECT FROM sellers),
           EXISTS (SELECT FROM programme_versions),
           EXISTS (SELECT FROM brands
                   WHERE id = :brand_id AND (logo_id IS NOT NULL OR accent <> :usual))
""")

UNTOLD_FOR = timedelta(days=60)
"""A message that did not arrive matters this long."""


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    sales_cents: int
    held_meetings: int
    meeting_cents: int
    """Sold and paid in those meetings."""
    points: int
    """Granted, whatever became of them."""
    lost_mails: int

    @property
    def average_meeting_cents(self) -> int | None:
        return self.meeting_cents // self.held_meetings if self.held_meetings else None


@dataclass(frozen=True, slots=True)
class BlockedMeeting:
    """Past the instant at which it should have closed by itself: `awaited` orders keep it from
    that, or, when there are none, because nothing in it is paid."""

    id: UUID
    host_name: str
    seller_name: str
    starts_at: datetime
    awaited: int


@dataclass(frozen=True, slots=True)
class GiftOrders:
    """Chosen, and to be finalised; all of them together."""

    count: int
    since: datetime


@dataclass(frozen=True, slots=True)
class AwaitedGift:
    """Out of stock, while winners wait for it."""

    product_id: UUID
    name: str
    units: int
    since: datetime


@dataclass(frozen=True, slots=True)
class UntoldMail:
    id: UUID
    subject: str
    to_address: str
    fate: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class UndoneWork:
    """Work that follows from something that happened, given up after the last try."""

    id: UUID
    effect: str
    last_error: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """The first few, and how many there are in all."""

    rows: tuple[Any, ...]
    total: int


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """What a new brand has done of what its first meeting needs."""

    catalogue: bool
    seller: bool
    rule: bool
    look: bool
    """It has its own logo, or its own colour."""

    @property
    def are_done(self) -> bool:
        return self.catalogue and self.seller and self.rule and self.look


@dataclass(frozen=True, slots=True)
class Dashboard:
    """`months`: this one last, without gaps."""

    steps: FirstSteps
    months: tuple[Month, ...]
    blocked: Waiting
    untold: Waiting
    undone: Waiting
    gift_orders: Waiting
    awaited_gifts: Waiting


def dashboard(session: Session, brand_id: UUID, *, zone: str, now: datetime) -> Dashboard:
    """Seven statements, whatever the size of the brand."""
    listed = {"most": MOST_LISTED}
    recent = {"since": now - UNTOLD_FOR}
    begun = session.execute(_STEPS, {"brand_id": brand_id, "usual": DEFAULT_ACCENT}).one()
    return Dashboard(
        steps=FirstSteps(*begun),
        months=_months(session, zone, now),
        blocked=_waiting(session, _BLOCKED, BlockedMeeting, listed | {"now": now}),
        untold=_waiting(session, _UNTOLD, UntoldMail, listed | recent),
        undone=_waiting(session, _UNDONE, UndoneWork, listed | {"brand_id": brand_id}),
        gift_orders=_waiting(session, _GIFT_ORDERS, GiftOrders, {}),
        awaited_gifts=_waiting(session, _AWAITED, AwaitedGift, listed),
    )


def _months(session: Session, zone: str, now: datetime) -> tuple[Month, ...]:
    last = local_day(now, zone).replace(day=1)
    first = _months_before(last, MONTHS - 1)
    found = session.execute(
        _FIGURES,
        {
            "zone": zone,
            "now": now,
            "first": first,
            "last": last,
            "since": at_wall_time(datetime.combine(first, time()), zone),
        },
    )
    return tuple(Month(row[0], *(int(value) for value in row[1:])) for row in found)


def _months_before(month: date, count: int) -> date:
    whole = month.year * 12 + month.month - 1 - count
    return date(whole // 12, whole % 12 + 1, 1)


def _waiting(session: Session, statement: Any, kind: Any, values: dict[str, Any]) -> Waiting:
    found = session.execute(statement, values).all()
    return Waiting(tuple(kind(*row[:-1]) for row in found), found[0][-1] if found else 0)
