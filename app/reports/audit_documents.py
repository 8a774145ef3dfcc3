"""Invoices and credit notes: complete, without gaps, and equal to what they are about."""

DOCUMENTS: dict[str, str] = {
    "document number is missing": """
        SELECT k.kind, n AS number
        FROM (VALUES ('invoice', 'invoices'), ('credit_note', 'credit notes')) k (kind, series)
        JOIN counters c ON c.series = k.series
        CROSS JOIN LATERAL generate_series(1, c.value) n
        WHERE NOT EXISTS (SELECT FROM documents d WHERE d.kind = k.kind AND d.number = n)
    """,
    "document does not add up": """
        SELECT d.id AS document, d.kind, d.number, d.total_cents, l.cents AS lines, v.cents AS vat
        FROM documents d
        CROSS JOIN LATERAL (
            SELECT coalesce(sum((one ->> 'net_cents')::bigint), 0)
                   + (d.content ->> 'shipping_cents')::bigint AS cents
            FROM jsonb_array_elements(d.content -> 'lines') one) l
        CROSS JOIN LATERAL (
            SELECT coalesce(sum((one ->> 'gross_cents')::bigint), 0) AS cents
            FROM jsonb_array_elements(d.content -> 'vat') one) v
        WHERE d.total_cents <> l.cents OR d.total_cents <> v.cents
           OR d.total_cents <> (d.content ->> 'total_cents')::bigint
    """,
    "invoice differs from its order": """
        SELECT d.id AS document, d.number, o.number AS "order", d.total_cents,
               o.total_cents AS sold
        FROM documents d JOIN orders o ON o.id = d.order_id
        WHERE d.kind = 'invoice' AND d.total_cents <> o.total_cents
    """,
    "credit notes differ from what is taken back": """
        SELECT o.id AS "order", o.number, o.returned_cents, coalesce(sum(c.total_cents), 0) AS notes
        FROM orders o
        JOIN documents i ON i.order_id = o.id AND i.kind = 'invoice'
        LEFT JOIN documents c ON c.order_id = o.id AND c.kind = 'credit_note'
        GROUP BY o.brand_id, o.id
        HAVING coalesce(sum(c.total_cents), 0) <> o.returned_cents
            + CASE WHEN o.status = 'cancelled' THEN o.shipping_cents ELSE 0 END
    """,
    "paid order has no invoice": """
        SELECT o.id AS "order", o.number, o.total_cents
        FROM orders o
        WHERE o.payment_status = 'paid' AND o.total_cents > 0
          AND o.paid_at >= (SELECT min(issued_at) FROM documents)
          AND NOT EXISTS (SELECT FROM documents d WHERE d.order_id = o.id AND d.kind = 'invoice')
    """,
}
"""Orders that were paid before the brand had invoices are let be."""
