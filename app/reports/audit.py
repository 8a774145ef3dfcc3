"""Every invariant of the books as a question to the database, whose right answer is no row.

Read-only and set-based. Each query names the object that is wrong and by how much.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.reports.audit_documents import DOCUMENTS
from app.reports.audit_points import LIVES, POINTS_OF
from app.reports.audit_pots import POTS
from app.reports.audit_promotions import PROMOTIONS


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    row: dict[str, Any]


Checks = dict[str, str]

POINTS: Checks = {
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
    "posting belongs to no entry, account or lot": """
        SELECT p.id AS posting, p.points FROM postings p
        LEFT JOIN ledger_entries e ON e.id = p.entry_id
        LEFT JOIN points_accounts s ON s.id = p.source_id
        LEFT JOIN points_accounts d ON d.id = p.destination_id
        LEFT JOIN lots l ON l.id = p.lot_id
        WHERE e.id IS NULL OR s.id IS NULL OR d.id IS NULL
           OR (l.id IS NULL AND 'available' IN (s.kind, d.kind))
    """,
    "entry differs from its seal": """
        SELECT e.id AS entry, e.key, e.customer_id, m.points
        FROM (SELECT *, coalesce((reason ->> 'absorbed')::bigint, 0) AS absorbed
              FROM ledger_entries) e
        LEFT JOIN (
            SELECT p.entry_id, sum(p.points) AS points,
                   CASE WHEN bool_or(d.kind = 'pending') THEN NULL
                        ELSE max(l.expires_at) END AS expires_at,
                   max(CASE s.kind || '>' || d.kind
                       WHEN 'issued>available' THEN 'Credit'
                       WHEN 'issued>pending' THEN 'PendingCredit'
                       WHEN 'pending>available' THEN 'MakeAvailable'
                       WHEN 'available>expired' THEN 'Expire'
                       WHEN 'available>reserved' THEN 'Reserve'
                       WHEN 'reserved>spent' THEN 'Spend'
                       WHEN 'reserved>available' THEN 'Release'
                       WHEN 'spent>available' THEN 'GiveBack'
                       WHEN 'available>spent' THEN 'Convert'
                       WHEN 'spent>expired' THEN 'Forfeit'
                       WHEN 'debt>available' THEN 'Advance'
                       WHEN 'available>debt' THEN 'Repay'
                       WHEN 'issued>debt' THEN 'Forgive'
                       WHEN 'debt>issued' THEN 'Owe' END) AS way
            FROM postings p
            JOIN points_accounts s ON s.id = p.source_id
            JOIN points_accounts d ON d.id = p.destination_id
            LEFT JOIN lots l ON l.id = p.lot_id
            GROUP BY p.entry_id
        ) posted ON posted.entry_id = e.id
        CROSS JOIN LATERAL (
            SELECT coalesce(posted.points, 0) + e.absorbed AS points, posted.expires_at,
                   CASE e.kind WHEN 'transfer_in' THEN 'TransferIn'
                               WHEN 'transfer_out' THEN 'TransferOut'
                               ELSE coalesce(posted.way, 'TakeBack') END AS type
        ) m
        WHERE e.content_hash <> encode(sha256(convert_to(
            format('{"customer_id": "%s", %s"key": %s, "kind": %s, "points": "%s", '
                       || '"source_id": "%s", "source_type": %s, "type": "%s"}',
                   e.customer_id,
                   CASE WHEN m.type IN ('Credit', 'TransferIn')
                       THEN format('"expires_at": "%s", ', coalesce(
                       to_char(m.expires_at AT TIME ZONE 'UTC',
                               'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'), 'None')) END,
                   to_json(e.key), to_json(e.kind), m.points, e.source_id,
                   to_json(e.source_type), m.type),
            'UTF8')), 'hex')
    """,
    "lot differs from its postings": """
        SELECT l.id AS lot, l.points, l.remaining, coalesce(m.credited, 0) AS credited,
               coalesce(m.left, 0) AS postings
        FROM lots l
        LEFT JOIN (
            SELECT p.lot_id,
                   sum(CASE WHEN s.kind IN ('issued', 'debt') THEN p.points ELSE 0 END)
                       AS credited,
                   sum(CASE WHEN d.kind IN ('available', 'pending') THEN p.points ELSE 0 END
                       - CASE WHEN s.kind IN ('available', 'pending') THEN p.points ELSE 0 END)
                       AS left,
                   sum(CASE WHEN d.kind = 'pending' THEN p.points
                            WHEN s.kind = 'pending' THEN -p.points ELSE 0 END) AS pending
            FROM postings p
            JOIN points_accounts s ON s.id = p.source_id
            JOIN points_accounts d ON d.id = p.destination_id
            GROUP BY p.lot_id
        ) m ON m.lot_id = l.id
        WHERE l.remaining <> coalesce(m.left, 0) OR l.points <> coalesce(m.credited, 0)
           OR coalesce(m.pending, 0)
              <> CASE WHEN l.available_at IS NULL THEN l.remaining ELSE 0 END
    """,
    "lot belongs to another customer than its entry": """
        SELECT l.id AS lot, l.customer_id FROM lots l
        LEFT JOIN ledger_entries e ON e.id = l.entry_id
        WHERE e.customer_id IS DISTINCT FROM l.customer_id
    """,
    "spendable points differ from the lots": """
        SELECT a.customer_id, a.sum AS accounts, coalesce(l.sum, 0) AS lots
        FROM (SELECT customer_id, sum(balance) AS sum FROM points_accounts
              WHERE kind IN ('available', 'pending') GROUP BY customer_id) a
        LEFT JOIN (SELECT customer_id, sum(remaining) AS sum FROM lots GROUP BY customer_id) l
          ON l.customer_id = a.customer_id
        WHERE a.sum <> coalesce(l.sum, 0)
    """,
}

GRANTS: Checks = {
    "grant differs from its last revision": """
        SELECT g.id AS grant, g.status, g.value, g.revision
        FROM grants g
        LEFT JOIN grant_revisions r ON r.grant_id = g.id AND r.revision = g.revision
        WHERE r.id IS NULL OR r.status <> g.status OR r.value <> g.value
           OR r.programme_version <> g.programme_version OR r.explanation_id <> g.explanation_id
    """,
    "grant misses a revision": """
        SELECT g.id AS grant, g.revision, count(r.id) AS revisions
        FROM grants g LEFT JOIN grant_revisions r ON r.grant_id = g.id
        GROUP BY g.brand_id, g.id, g.revision HAVING count(r.id) <> g.revision
    """,
    "grant was given by no known rule": """
        SELECT g.id AS grant, g.rule_id, g.programme_version
        FROM grants g
        LEFT JOIN programme_versions v ON v.version = g.programme_version
        WHERE v.id IS NULL AND g.status <> 'reversed'
           OR NOT v.document -> 'rules' @> jsonb_build_array(jsonb_build_object('id', g.rule_id))
    """,
    "something stems from a grant that does not exist, or is another person's": """
        SELECT found.what, found.id, found.grant_id AS grant
        FROM (SELECT 'entry' AS what, id, source_id AS grant_id, customer_id FROM ledger_entries
              WHERE source_type = 'grant'
              UNION ALL SELECT 'claim', id, grant_id, customer_id FROM gift_claims
              WHERE grant_id IS NOT NULL
              UNION ALL SELECT 'code', id, grant_id, customer_id FROM promo_codes
              WHERE grant_id IS NOT NULL
              UNION ALL SELECT 'voucher', id, grant_id, customer_id FROM vouchers
              WHERE grant_id IS NOT NULL
              UNION ALL SELECT 'revision', id, grant_id, NULL FROM grant_revisions) found
        LEFT JOIN grants g ON g.id = found.grant_id
        LEFT JOIN customers c ON c.id = found.customer_id
        LEFT JOIN customers b ON b.id = g.beneficiary_id
        WHERE g.id IS NULL
           OR coalesce(c.merged_into_id, c.id) <> coalesce(b.merged_into_id, b.id)
    """,
    "points of a revision differ from its ledger entry": """
        SELECT r.grant_id AS grant, r.revision, r.given, coalesce(l.points, 0) AS ledger
        FROM (SELECT r.grant_id, r.revision, now.given
                     - coalesce(lag(now.given) OVER (PARTITION BY r.grant_id ORDER BY r.revision),
                                0) AS given
              FROM grant_revisions r
              JOIN grants g ON g.id = r.grant_id AND g.kind LIKE 'points%'
              CROSS JOIN LATERAL (
                  SELECT CASE WHEN r.status = 'granted' THEN r.value ELSE 0 END AS given) now
             ) r
        FULL JOIN (
            SELECT e.key, e.source_id, sum(CASE
                WHEN e.kind = 'reward' THEN coalesce(m.points, 0)
                ELSE -coalesce(m.points, 0) - coalesce((e.reason ->> 'absorbed')::bigint, 0)
                END) AS points
            FROM ledger_entries e
            LEFT JOIN (SELECT entry_id, sum(points) AS points FROM postings GROUP BY entry_id) m
              ON m.entry_id = e.id
            WHERE e.source_type = 'grant' AND e.kind IN ('reward', 'reward_reversed')
            GROUP BY e.key, e.source_id
        ) l ON l.key = format('grant:%s:%s', r.grant_id, r.revision)
           AND l.source_id = r.grant_id
        WHERE coalesce(r.given, 0) <> coalesce(l.points, 0)
    """,
    "gift claims differ from the grant": """
        SELECT g.id AS grant, g.status, g.value, count(c.id) AS claims
        FROM grants g
        LEFT JOIN gift_claims c ON c.grant_id = g.id AND c.status <> 'reversed'
        WHERE g.kind LIKE 'gift%' AND g.status <> 'reversed'
        GROUP BY g.brand_id, g.id, g.status, g.value
        HAVING count(c.id) <> greatest(
            CASE WHEN g.status = 'granted' THEN g.value ELSE 0 END,
            count(c.id) FILTER (WHERE c.status NOT IN ('open', 'waiting')))
    """,
    "codes differ from the grant": """
        SELECT g.id AS grant, g.status, g.value, count(p.id) AS codes
        FROM grants g
        LEFT JOIN promo_codes p ON p.grant_id = g.id AND p.status <> 'reversed'
        WHERE g.kind IN ('promo_code', 'free_shipping', 'half_price_items')
          AND g.status <> 'reversed'
        GROUP BY g.brand_id, g.id, g.status, g.value
        HAVING count(p.id) <> greatest(
            CASE WHEN g.status = 'granted' THEN g.value ELSE 0 END,
            max(p.copy) FILTER (WHERE p.status <> 'available'))
    """,
    "voucher differs from the grant": """
        SELECT g.id AS grant, g.status, g.value, sum(v.face_cents + v.face_units) AS vouchers
        FROM grants g
        LEFT JOIN vouchers v ON v.grant_id = g.id AND v.status <> 'reversed'
        WHERE g.kind IN ('voucher', 'unit_voucher') AND g.status <> 'reversed'
        GROUP BY g.brand_id, g.id, g.status, g.value
        HAVING coalesce(sum(v.face_cents + v.face_units), 0) <> greatest(
            CASE WHEN g.status = 'granted' THEN g.value ELSE 0 END,
            sum(v.face_cents + v.face_units) FILTER (WHERE v.status <> 'available'))
    """,
    "grant was taken back and can still be used": """
        SELECT held.what, held.id, g.id AS grant
        FROM (SELECT 'code' AS what, id, grant_id FROM promo_codes WHERE status = 'available'
              UNION ALL SELECT 'voucher', id, grant_id FROM vouchers WHERE status = 'available'
              UNION ALL SELECT 'claim', id, grant_id FROM gift_claims
              WHERE status IN ('open', 'waiting')) held
        JOIN grants g ON g.id = held.grant_id
        WHERE g.status <> 'granted'
    """,
    "code cannot be found by what it says": """
        SELECT what, id FROM (
            SELECT 'code' AS what, id, code, code_key FROM promo_codes WHERE kind <> 'shared'
            UNION ALL SELECT 'voucher', id, code, code_key FROM vouchers) held
        WHERE code_key <> lower(code)
    """,
    "chosen gift is not on its order": """
        SELECT c.id AS claim, c.order_id FROM gift_claims c
        WHERE c.status = 'chosen' AND NOT EXISTS (
            SELECT FROM order_lines l
            WHERE l.gift_claim_id = c.id AND l.order_id = c.order_id
              AND l.product_id = c.product_id AND l.cancelled = 0)
    """,
    "gift was converted into no voucher of hers": """
        SELECT c.id AS claim, c.voucher_id FROM gift_claims c
        LEFT JOIN vouchers v ON v.id = c.voucher_id AND v.customer_id = c.customer_id
        WHERE c.status = 'converted' AND (v.id IS NULL OR v.status = 'reversed')
    """,
    "gift on an order was not won": """
        SELECT l.id AS line, o.id AS "order", o.number
        FROM order_lines l
        JOIN orders o ON o.id = l.order_id
        LEFT JOIN gift_claims c
          ON c.id = l.gift_claim_id AND c.status = 'chosen' AND c.customer_id = o.customer_id
        WHERE (o.kind = 'gift' OR l.gift_claim_id IS NOT NULL)
          AND l.cancelled < l.quantity
          AND (c.id IS NULL OR o.kind <> 'gift' OR l.quantity <> 1)
    """,
    "meeting that is not closed has grants": """
        SELECT g.id AS grant, m.id AS meeting, m.status
        FROM grants g JOIN meetings m ON m.id = g.meeting_id
        WHERE m.status <> 'closed' AND g.status = 'granted' AND g.occurrence = ''
          AND (m.status = 'cancelled' OR m.reopened_at IS NULL)
    """,
}

CARDS: Checks = {
    "card was put together with another one and still holds something": """
        SELECT c.id AS customer, held.what, held.id
        FROM customers c
        JOIN (SELECT 'order' AS what, id, customer_id FROM orders
              UNION ALL SELECT 'meeting', id, host_id FROM meetings
              UNION ALL SELECT 'guest', id, customer_id FROM participants
              UNION ALL SELECT 'code', id, customer_id FROM promo_codes
              UNION ALL SELECT 'voucher', id, customer_id FROM vouchers
              UNION ALL SELECT 'claim', id, customer_id FROM gift_claims
              UNION ALL SELECT 'points', id, customer_id FROM lots WHERE remaining > 0
              UNION ALL SELECT 'pot', id, customer_id FROM pots WHERE balance <> 0
              UNION ALL SELECT 'book', id, customer_id FROM book_entries
              UNION ALL SELECT 'seller', id, customer_id FROM sellers) held
          ON held.customer_id = c.id
        WHERE c.merged_into_id IS NOT NULL
    """,
    "card was put together with one that is empty itself": """
        SELECT c.id AS customer, k.id AS kept
        FROM customers c JOIN customers k ON k.id = c.merged_into_id
        WHERE k.merged_into_id IS NOT NULL
    """,
}

ORDERS: Checks = {
    "order total differs from its lines": """
        SELECT o.id AS "order", o.number, o.products_cents, coalesce(sum(l.net_cents), 0) AS lines
        FROM orders o LEFT JOIN order_lines l ON l.order_id = o.id
        GROUP BY o.brand_id, o.id, o.number, o.products_cents
        HAVING o.products_cents <> coalesce(sum(l.net_cents), 0)
    """,
    "line belongs to no order": """
        SELECT l.id AS line, l.order_id AS "order" FROM order_lines l
        WHERE NOT EXISTS (SELECT FROM orders o WHERE o.id = l.order_id)
        UNION ALL
        SELECT p.id, p.order_id FROM payments p
        WHERE NOT EXISTS (SELECT FROM orders o WHERE o.id = p.order_id)
    """,
    "placed order differs from its frozen quote": """
        SELECT o.id AS "order", o.number, o.products_cents, o.shipping_cents,
               o.quote ->> 'products_cents' AS quoted_products,
               o.quote ->> 'shipping_cents' AS quoted_shipping
        FROM orders o
        WHERE o.status <> 'cart' AND (
            o.quote IS NULL
            OR (o.quote ->> 'products_cents')::bigint <> o.products_cents
            OR (o.quote ->> 'shipping_cents')::bigint <> o.shipping_cents
            OR (o.quote ->> 'total_cents')::bigint <> o.total_cents)
    """,
    "line differs from its frozen quote": """
        SELECT o.id AS "order", o.number, l.id AS line, q.line ->> 'id' AS quoted
        FROM (SELECT id, number, quote FROM orders
              WHERE status <> 'cart' AND quote IS NOT NULL) o
        CROSS JOIN LATERAL jsonb_array_elements(o.quote -> 'lines') q(line)
        FULL JOIN (SELECT l.* FROM order_lines l JOIN orders p ON p.id = l.order_id
                   WHERE p.status <> 'cart' AND p.quote IS NOT NULL AND l.promotion = '') l
          ON l.order_id = o.id AND l.id::text = q.line ->> 'id'
        WHERE o.id IS NULL OR l.id IS NULL
           OR (q.line ->> 'list_cents')::bigint <> l.unit_price_cents * l.quantity
           OR (q.line ->> 'net_cents')::bigint <> l.net_cents
           OR (q.line ->> 'vat_cents')::bigint <> l.vat_cents
    """,
    "what came back differs from its reversals": """
        SELECT o.id AS "order", o.number, o.returned_cents, o.refunded_cents,
               coalesce(r.products, 0) AS products, coalesce(r.refund, 0) AS refund
        FROM orders o
        LEFT JOIN (SELECT order_id, sum(products_cents) AS products, sum(refund_cents) AS refund
                   FROM order_reversals GROUP BY order_id) r ON r.order_id = o.id
        WHERE o.returned_cents <> coalesce(r.products, 0)
           OR o.refunded_cents <> coalesce(r.refund, 0)
           OR o.returned_cents <> (SELECT coalesce(sum(l.refunded_cents), 0) FROM order_lines l
                                   WHERE l.order_id = o.id)
    """,
    "units of a line differ from shipments and reversals": """
        SELECT l.id AS line, l.order_id AS "order", l.shipped, l.cancelled, l.returned
        FROM order_lines l
        LEFT JOIN (
            SELECT line, sum(units) FILTER (WHERE kind = 'ship') AS shipped,
                   sum(units) FILTER (WHERE kind = 'cancel') AS cancelled,
                   sum(units) FILTER (WHERE kind = 'return') AS returned
            FROM (SELECT 'ship' AS kind, u.key AS line, u.value::int AS units
                  FROM shipments, jsonb_each_text(units) u
                  UNION ALL
                  SELECT r.kind, u.key, u.value::int
                  FROM order_reversals r, jsonb_each_text(r.units) u) moves
            GROUP BY line
        ) m ON m.line = l.id::text
        WHERE l.shipped <> coalesce(m.shipped, 0) OR l.cancelled <> coalesce(m.cancelled, 0)
           OR l.returned <> coalesce(m.returned, 0)
    """,
    "points of an order differ from the ledger": """
        SELECT o.id AS "order", o.number, q.points AS quoted, coalesce(e.points, 0) AS ledger
        FROM orders o
        CROSS JOIN LATERAL (SELECT CASE WHEN o.status = 'cart' THEN 0 ELSE coalesce(
            nullif((o.quote #>> '{points,consumed}')::bigint, 0),
            (o.quote #>> '{advantage,points_used}')::bigint, 0) END AS points) q
        LEFT JOIN (
            SELECT e.source_id, sum(p.points) AS points
            FROM ledger_entries e JOIN postings p ON p.entry_id = e.id
            WHERE e.source_type = 'order' AND e.kind = 'order_reserved' GROUP BY e.source_id
        ) e ON e.source_id = o.id
        WHERE q.points <> coalesce(e.points, 0)
    """,
    "order payments differ from what is paid": """
        SELECT o.id AS "order", o.number, o.paid_cents, coalesce(sum(p.amount_cents), 0) AS payments
        FROM orders o LEFT JOIN payments p ON p.order_id = o.id AND p.refused_at IS NULL
        GROUP BY o.brand_id, o.id, o.number, o.paid_cents
        HAVING o.paid_cents <> coalesce(sum(p.amount_cents), 0)
    """,
    "payment state differs from what is paid": """
        SELECT id AS "order", number, payment_status, paid_cents, total_cents FROM orders
        WHERE payment_status <> 'refunded' AND payment_status <> CASE
                WHEN status = 'cart' THEN 'unpaid'
                WHEN paid_cents = total_cents THEN 'paid'
                WHEN paid_cents = 0 THEN 'unpaid' ELSE 'partially_paid' END
           OR (payment_status = 'paid') <> (paid_at IS NOT NULL)
              AND payment_status <> 'refunded'
    """,
    "order state differs from its instants": """
        SELECT id AS "order", number, status FROM orders
        WHERE (status = 'cart') <> (placed_at IS NULL)
           OR (status = 'cart') <> (number IS NULL)
           OR (status = 'cancelled') <> (cancelled_at IS NOT NULL)
    """,
    "order number beyond its counter": """
        SELECT max(o.number) AS highest, coalesce(max(c.value), 0) AS counter
        FROM orders o LEFT JOIN counters c ON c.series = 'orders'
        HAVING max(o.number) > coalesce(max(c.value), 0)
    """,
    "order number is missing": """
        SELECT n AS number
        FROM counters c CROSS JOIN LATERAL generate_series(1, c.value) n
        WHERE c.series = 'orders' AND NOT EXISTS (SELECT FROM orders o WHERE o.number = n)
    """,
    "sale of a closed meeting was changed or waits for money": """
        SELECT o.id AS "order", o.number, m.id AS meeting, o.status, o.payment_status
        FROM orders o JOIN meetings m ON m.id = o.meeting_id
        WHERE m.status = 'closed' AND o.kind = 'sale' AND o.created_at <= m.closed_at AND (
            o.status = 'cart' OR o.placed_at > m.closed_at OR o.consumed_at > m.closed_at
            OR (o.status <> 'cancelled' AND o.consumed_at IS NULL
                AND o.payment_status IN ('unpaid', 'partially_paid')))
    """,
    "order of somebody who was not in its meeting": """
        SELECT o.id AS "order", o.number, o.customer_id, m.id AS meeting
        FROM orders o JOIN meetings m ON m.id = o.meeting_id
        WHERE o.kind = 'sale' AND o.status NOT IN ('cart', 'cancelled')
          AND o.customer_id <> m.host_id AND NOT EXISTS (
            SELECT FROM participants p
            WHERE p.meeting_id = m.id AND p.customer_id = o.customer_id)
    """,
    "reserved stock differs from the orders": """
        SELECT p.id AS product, p.reference, p.stock_reserved AS reserved,
               coalesce(held.units, 0) AS orders
        FROM products p
        LEFT JOIN (
            SELECT l.product_id, sum(l.quantity - l.shipped - l.cancelled) AS units
            FROM order_lines l JOIN orders o ON o.id = l.order_id
            WHERE o.status <> 'cancelled' AND (o.kind = 'gift' OR o.status <> 'cart')
            GROUP BY l.product_id
        ) held ON held.product_id = p.id
        WHERE p.stock_reserved <> coalesce(held.units, 0)
    """,
}

CHECKS: Checks = (
    POINTS | LIVES | POINTS_OF | GRANTS | POTS | CARDS | ORDERS | DOCUMENTS | PROMOTIONS
)


def audit(session: Session) -> Iterator[Finding]:
    """Everything that does not balance in the brand this session is bound to."""
    for check, question in CHECKS.items():
        for row in session.execute(text(question)).mappings():
            yield Finding(check, dict(row))
