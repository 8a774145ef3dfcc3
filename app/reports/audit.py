"""Every invariant of the books as a question to the database, whose right answer is no row.

Read-only and set-based. Each query names the object that is wrong and by how much.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    row: dict[str, Any]


CHECKS: dict[str, str] = {
    "balance differs from its postings": """
        SELECT a.id AS account, a.customer_id, a.kind, a.balance,
               coalesce(p.sum, 0) AS postings
        FROM points_accounts a
        LEFT JOIN (
            SELECT account, sum(points) AS sum
            FROM (SELECT destination_id AS account, points FROM postings
                  UNION ALL SELECT source_id, -points FROM postings) moves
            GROUP BY account
        ) p ON p.account = a.id
        WHERE a.balance <> coalesce(p.sum, 0)
    """,
    "accounts of a customer do not sum to zero": """
        SELECT customer_id, sum(balance) AS sum
        FROM points_accounts GROUP BY customer_id HAVING sum(balance) <> 0
    """,
    "posting touches another customer's account": """
        SELECT p.id AS posting, e.customer_id
        FROM postings p
        JOIN ledger_entries e ON e.id = p.entry_id
        JOIN points_accounts s ON s.id = p.source_id
        JOIN points_accounts d ON d.id = p.destination_id
        WHERE e.customer_id <> s.customer_id OR e.customer_id <> d.customer_id
    """,
    "entry moves nothing and explains nothing": """
        SELECT e.id AS entry, e.key FROM ledger_entries e
        WHERE NOT (e.reason ? 'absorbed')
          AND NOT EXISTS (SELECT FROM postings p WHERE p.entry_id = e.id)
    """,
    "lot differs from its postings": """
        SELECT l.id AS lot, l.remaining, coalesce(sum(
            CASE WHEN d.kind = 'available' THEN p.points
                 WHEN s.kind = 'available' THEN -p.points ELSE 0 END), 0) AS postings
        FROM lots l
        LEFT JOIN postings p ON p.lot_id = l.id
        LEFT JOIN points_accounts s ON s.id = p.source_id
        LEFT JOIN points_accounts d ON d.id = p.destination_id
        GROUP BY l.brand_id, l.id, l.remaining
        HAVING l.remaining <> coalesce(sum(
            CASE WHEN d.kind = 'available' THEN p.points
                 WHEN s.kind = 'available' THEN -p.points ELSE 0 END), 0)
    """,
    "spendable points differ from the lots": """
        SELECT a.customer_id, a.sum AS accounts, coalesce(l.sum, 0) AS lots
        FROM (SELECT customer_id, sum(balance) AS sum FROM points_accounts
              WHERE kind IN ('available', 'pending') GROUP BY customer_id) a
        LEFT JOIN (SELECT customer_id, sum(remaining) AS sum FROM lots GROUP BY customer_id) l
          ON l.customer_id = a.customer_id
        WHERE a.sum <> coalesce(l.sum, 0)
    """,
    "grant differs from its last revision": """
        SELECT g.id AS grant, g.status, g.value, g.revision
        FROM grants g
        LEFT JOIN grant_revisions r ON r.grant_id = g.id AND r.revision = g.revision
        WHERE r.id IS NULL OR r.status <> g.status OR r.value <> g.value
    """,
    "grant misses a revision": """
        SELECT g.id AS grant, g.revision, count(r.id) AS revisions
        FROM grants g LEFT JOIN grant_revisions r ON r.grant_id = g.id
        GROUP BY g.brand_id, g.id, g.revision HAVING count(r.id) <> g.revision
    """,
    "points of a grant differ from the ledger": """
        SELECT g.id AS grant, g.status, g.value, coalesce(p.sum, 0) AS ledger
        FROM grants g
        LEFT JOIN (
            SELECT e.source_id,
                   sum(CASE WHEN e.kind = 'reward' THEN coalesce(m.points, 0)
                            ELSE -coalesce(m.points, 0)
                                 - coalesce((e.reason ->> 'absorbed')::bigint, 0) END) AS sum
            FROM ledger_entries e
            LEFT JOIN (SELECT entry_id, sum(points) AS points FROM postings GROUP BY entry_id) m
              ON m.entry_id = e.id
            WHERE e.source_type = 'grant' GROUP BY e.source_id
        ) p ON p.source_id = g.id
        WHERE g.kind LIKE 'points%'
          AND coalesce(p.sum, 0) <> CASE WHEN g.status = 'granted' THEN g.value ELSE 0 END
    """,
    "gift claims differ from the grant": """
        SELECT g.id AS grant, g.status, g.value, count(c.id) AS claims
        FROM grants g
        LEFT JOIN gift_claims c ON c.grant_id = g.id AND c.status <> 'reversed'
        WHERE g.kind LIKE 'gift%' AND g.status <> 'reversed'
        GROUP BY g.brand_id, g.id, g.status, g.value
        HAVING count(c.id) <> CASE WHEN g.status = 'granted' THEN g.value ELSE 0 END
    """,
    "codes differ from the grant": """
        SELECT g.id AS grant, g.status, g.value, count(p.id) AS codes
        FROM grants g
        LEFT JOIN promo_codes p ON p.grant_id = g.id AND p.status <> 'reversed'
        WHERE g.kind = 'promo_code' AND g.status <> 'reversed'
        GROUP BY g.brand_id, g.id, g.status, g.value
        HAVING count(p.id) <> CASE WHEN g.status = 'granted' THEN g.value ELSE 0 END
    """,
    "voucher differs from the grant": """
        SELECT g.id AS grant, g.status, g.value, sum(v.face_cents) AS vouchers
        FROM grants g
        LEFT JOIN vouchers v ON v.grant_id = g.id AND v.status <> 'reversed'
        WHERE g.kind = 'voucher' AND g.status <> 'reversed'
        GROUP BY g.brand_id, g.id, g.status, g.value
        HAVING coalesce(sum(v.face_cents), 0)
            <> CASE WHEN g.status = 'granted' THEN g.value ELSE 0 END
    """,
    "chosen gift is not on its order": """
        SELECT c.id AS claim, c.order_id FROM gift_claims c
        WHERE c.status = 'chosen' AND NOT EXISTS (
            SELECT FROM order_lines l
            WHERE l.gift_claim_id = c.id AND l.order_id = c.order_id
              AND l.product_id = c.product_id)
    """,
    "meeting that is not closed has grants": """
        SELECT g.id AS grant, m.id AS meeting, m.status
        FROM grants g JOIN meetings m ON m.id = g.meeting_id
        WHERE m.status <> 'closed' AND g.status = 'granted' AND g.occurrence = ''
    """,
    "order total differs from its lines": """
        SELECT o.id AS "order", o.number, o.products_cents, coalesce(sum(l.net_cents), 0) AS lines
        FROM orders o LEFT JOIN order_lines l ON l.order_id = o.id
        GROUP BY o.brand_id, o.id, o.number, o.products_cents
        HAVING o.products_cents <> coalesce(sum(l.net_cents), 0)
    """,
    "order payments differ from what is paid": """
        SELECT o.id AS "order", o.number, o.paid_cents, coalesce(sum(p.amount_cents), 0) AS payments
        FROM orders o LEFT JOIN payments p ON p.order_id = o.id
        GROUP BY o.brand_id, o.id, o.number, o.paid_cents
        HAVING o.paid_cents <> coalesce(sum(p.amount_cents), 0)
    """,
    "order number beyond its counter": """
        SELECT max(o.number) AS highest, coalesce(max(c.value), 0) AS counter
        FROM orders o LEFT JOIN counters c ON c.series = 'orders'
        HAVING max(o.number) > coalesce(max(c.value), 0)
    """,
}


def audit(session: Session) -> Iterator[Finding]:
    """Everything that does not balance in the brand this session is bound to."""
    for check, question in CHECKS.items():
        for row in session.execute(text(question)).mappings():
            yield Finding(check, dict(row))
