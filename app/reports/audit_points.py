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

LIVES: dict[str, str] = {
    "account is on the wrong side of zero": """
        SELECT id AS account, customer_id, kind, balance FROM points_accounts
        WHERE CASE WHEN kind IN ('issued', 'debt') THEN balance > 0 ELSE balance < 0 END
    """,
    "posting goes a way that no movement goes": """
        SELECT p.id AS posting, e.kind, s.kind AS source, d.kind AS destination
        FROM postings p
        JOIN ledger_entries e ON e.id = p.entry_id
        JOIN points_accounts s ON s.id = p.source_id
        JOIN points_accounts d ON d.id = p.destination_id
        WHERE CASE e.kind WHEN 'transfer_in' THEN s.kind <> 'issued'
                          WHEN 'transfer_out' THEN d.kind <> 'issued'
              ELSE (s.kind, d.kind) NOT IN (
                  ('issued', 'available'), ('issued', 'pending'), ('pending', 'available'),
                  ('available', 'expired'), ('available', 'reserved'), ('reserved', 'spent'),
                  ('reserved', 'available'), ('spent', 'available'), ('available', 'spent'),
                  ('spent', 'expired'), ('available', 'reversed'), ('pending', 'reversed'),
                  ('debt', 'reversed'), ('debt', 'available'), ('available', 'debt'),
                  ('issued', 'debt'), ('debt', 'issued')) END
    """,
    "debt is beyond what the brand ever allowed": """
        WITH allowed AS (
            SELECT coalesce(max(debt_cap::bigint), 0) AS most FROM (
                SELECT document ->> 'debt_cap' AS debt_cap FROM loyalty_settings
                UNION ALL SELECT before ->> 'debt_cap' FROM audit_entries
                WHERE action = 'loyalty.settings'
                UNION ALL SELECT after ->> 'debt_cap' FROM audit_entries
                WHERE action = 'loyalty.settings') caps
        ), made AS (
            SELECT e.customer_id, sum(p.points) AS points
            FROM ledger_entries e
            JOIN postings p ON p.entry_id = e.id
            LEFT JOIN orders o ON o.id = e.source_id
            LEFT JOIN meetings m ON m.id = o.meeting_id
            WHERE e.kind = 'debt_taken_over'
               OR e.kind = 'future_amount' AND o.status <> 'cancelled' AND m.status <> 'closed'
            GROUP BY e.customer_id
        )
        SELECT a.customer_id, -a.balance AS debt, allowed.most AS cap, made.points AS beforehand
        FROM allowed CROSS JOIN points_accounts a
        JOIN points_accounts w ON w.customer_id = a.customer_id AND w.kind = 'pending'
        LEFT JOIN made ON made.customer_id = a.customer_id
        WHERE a.kind = 'debt' AND -a.balance > allowed.most + w.balance + coalesce(made.points, 0)
    """,
    "points were used while others expired sooner": """
        WITH taken AS (
            SELECT e.id AS entry, e.customer_id, e.occurred_at, l.id AS lot,
                   coalesce(l.expires_at, 'infinity') AS expires_at,
                   e.kind IN ('order_reserved', 'converted', 'debt_repaid') AS is_use
            FROM ledger_entries e
            JOIN postings p ON p.entry_id = e.id
            JOIN points_accounts s ON s.id = p.source_id AND s.kind = 'available'
            JOIN lots l ON l.id = p.lot_id
            UNION ALL
            SELECT NULL, customer_id, 'infinity', id, expires_at, false
            FROM lots WHERE remaining > 0 AND expires_at IS NOT NULL
        ), seen AS (
            SELECT *, min(expires_at) OVER (PARTITION BY customer_id ORDER BY occurred_at DESC
                GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS taken_later
            FROM taken
        ), used AS (
            SELECT DISTINCT entry, customer_id, occurred_at, lot, expires_at
            FROM seen WHERE is_use AND taken_later < expires_at
        ), sooner AS (
            SELECT u.entry, u.lot, u.occurred_at, l.id AS left_lot
            FROM used u
            JOIN lots l ON l.customer_id = u.customer_id AND l.available_at < u.occurred_at
             AND l.expires_at > u.occurred_at AND l.expires_at < u.expires_at
        )
        SELECT o.entry, o.lot, o.left_lot
        FROM sooner o
        JOIN postings p ON p.lot_id = o.left_lot
        JOIN ledger_entries e ON e.id = p.entry_id AND e.occurred_at <= o.occurred_at
        JOIN points_accounts s ON s.id = p.source_id
        JOIN points_accounts d ON d.id = p.destination_id
        GROUP BY o.entry, o.lot, o.left_lot
        HAVING sum(CASE WHEN s.kind = 'available' THEN -p.points
                        WHEN d.kind = 'available' AND e.occurred_at < o.occurred_at THEN p.points
                        ELSE 0 END) > 0
    """,
    "points were used after their last day, or expired before it": """
        SELECT e.id AS entry, e.key, l.id AS lot, l.expires_at, e.occurred_at
        FROM ledger_entries e
        JOIN postings p ON p.entry_id = e.id
        JOIN lots l ON l.id = p.lot_id
        WHERE e.kind IN ('order_reserved', 'converted', 'debt_repaid')
              AND l.expires_at <= e.occurred_at
           OR e.kind = 'expired' AND coalesce(l.expires_at, 'infinity') > e.occurred_at
    """,
    "more of a lot came back from where it was spent than went there": """
        SELECT e.source_type, e.source_id, p.lot_id AS lot,
               sum(CASE WHEN d.kind = k.kind THEN p.points ELSE -p.points END) AS held
        FROM postings p
        JOIN ledger_entries e ON e.id = p.entry_id
        JOIN points_accounts s ON s.id = p.source_id
        JOIN points_accounts d ON d.id = p.destination_id
        JOIN (VALUES ('reserved'), ('spent')) k(kind) ON k.kind IN (s.kind, d.kind)
        GROUP BY e.source_type, e.source_id, p.lot_id, k.kind
        HAVING sum(CASE WHEN d.kind = k.kind THEN p.points ELSE -p.points END) < 0
    """,
    "pending points became available before what they waited for": """
        SELECT l.id AS lot, l.awaits, l.due_at, e.occurred_at, o.number
        FROM ledger_entries e
        JOIN lots l ON l.id = e.source_id
        LEFT JOIN ledger_entries c ON c.id = l.entry_id
        LEFT JOIN orders o ON o.id = c.source_id AND c.kind = 'order_earned'
        WHERE e.kind = 'made_available' AND (
            l.awaits IS NULL OR l.available_at <> e.occurred_at
            OR coalesce(l.due_at, 'infinity') > e.occurred_at
            OR l.expires_at IS DISTINCT FROM (e.reason ->> 'expires_at')::timestamptz
            OR o.id IS NOT NULL AND coalesce(CASE l.awaits WHEN 'payment' THEN o.paid_at
                                             ELSE o.shipped_at END, 'infinity') > e.occurred_at)
    """,
}
"""What may happen to points, and when: by its instants, which one transaction shares."""
