"""What points stem from and wait for, as questions whose right answer is no row."""

POINTS_OF: dict[str, str] = {
    "order gave other points than its quote promised": """
        SELECT e.source_id AS "order", o.number, o.quote ->> 'points_earned' AS promised, e.given
        FROM (
            SELECT e.source_id, sum(CASE e.kind WHEN 'order_earned' THEN m.points
                                    ELSE -m.points END) AS given
            FROM ledger_entries e
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(p.points), 0)
                       + coalesce((e.reason ->> 'absorbed')::bigint, 0) AS points
                FROM postings p WHERE p.entry_id = e.id) m
            WHERE e.kind IN ('order_earned', 'order_earning_reversed') GROUP BY e.source_id
        ) e
        LEFT JOIN orders o ON o.id = e.source_id AND o.kind = 'sale'
        WHERE o.id IS NULL
           OR e.given NOT BETWEEN 0 AND coalesce((o.quote ->> 'points_earned')::bigint, 0)
    """,
    "reserved points differ from the orders that wait": """
        SELECT coalesce(o.id, r.source_id) AS "order", o.number, o.status, o.payment_status,
               coalesce(r.held, 0) AS reserved
        FROM (
            SELECT e.source_id, sum(CASE WHEN d.kind = 'reserved' THEN p.points
                                         ELSE -p.points END) AS held
            FROM postings p
            JOIN ledger_entries e ON e.id = p.entry_id
            JOIN points_accounts s ON s.id = p.source_id
            JOIN points_accounts d ON d.id = p.destination_id
            WHERE 'reserved' IN (s.kind, d.kind)
            GROUP BY e.source_id
        ) r
        FULL JOIN orders o ON o.id = r.source_id
        WHERE coalesce(r.held, 0) <> CASE
            WHEN o.status <> 'cart' AND o.payment_status IN ('unpaid', 'partially_paid')
                 AND o.status <> 'cancelled'
            THEN coalesce(nullif((o.quote #>> '{points,consumed}')::bigint, 0),
                          (o.quote #>> '{advantage,points_used}')::bigint, 0)
            ELSE 0 END
    """,
    "pending points wait for nothing": """
        SELECT id AS lot, customer_id, remaining FROM lots
        WHERE available_at IS NULL AND remaining > 0 AND awaits IS NULL
    """,
    "code made of points differs from the ledger": """
        SELECT coalesce(c.id, e.source_id) AS code, c.points, coalesce(e.taken, 0) AS ledger
        FROM promo_codes c
        FULL JOIN (
            SELECT e.source_id, sum(p.points) FILTER (WHERE e.kind = 'converted') AS taken,
                   bool_or(e.kind LIKE 'conversion\\_%') AS ended
            FROM ledger_entries e JOIN postings p ON p.entry_id = e.id
            WHERE e.source_type = 'conversion' AND e.kind NOT LIKE 'transfer%'
            GROUP BY e.source_id
        ) e ON e.source_id = c.id
        WHERE (c.points IS NOT NULL OR e.source_id IS NOT NULL)
          AND (c.points IS DISTINCT FROM e.taken
               OR (c.points_ended_at IS NOT NULL) <> coalesce(e.ended, false))
    """,
}
