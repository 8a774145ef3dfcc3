"""What orders use of discounts, codes and vouchers, as questions whose right answer is no row."""

PROMOTIONS: dict[str, str] = {
    "tally of a discount differs from the uses that stand": """
        SELECT t.promotion_id AS promotion, t.scope, t.subject, t.uses, t.spent_cents,
               count(u.id) AS standing,
               coalesce(sum(u.amount_cents - u.given_back_cents), 0) AS cost
        FROM promotion_tallies t
        LEFT JOIN promotion_uses u
          ON u.promotion_id = t.promotion_id AND u.state <> 'released'
         AND t.subject = CASE t.scope WHEN 'all' THEN u.promotion_id
                              WHEN 'customer' THEN u.customer_id ELSE u.seller_id END
        GROUP BY t.brand_id, t.id
        HAVING t.uses <> count(u.id)
            OR t.spent_cents <> coalesce(sum(u.amount_cents - u.given_back_cents), 0)
    """,
    "use of a limited discount was not counted": """
        SELECT u.promotion_id AS promotion, u.order_id AS "order", needed.scope
        FROM promotion_uses u
        JOIN promotions p ON p.id = u.promotion_id AND p.state IN ('live', 'paused')
        CROSS JOIN LATERAL (VALUES
            ('all', u.promotion_id, (p.document #> '{limits,uses}') IS NOT NULL
                                 OR (p.document #> '{limits,budget_cents}') IS NOT NULL),
            ('customer', u.customer_id, (p.document #> '{limits,per_customer}') IS NOT NULL),
            ('seller', u.seller_id, (p.document #> '{limits,per_seller}') IS NOT NULL)
        ) AS needed (scope, subject, limited)
        WHERE u.state <> 'released' AND needed.limited AND NOT EXISTS (
            SELECT FROM promotion_tallies t
            WHERE t.promotion_id = u.promotion_id AND t.scope = needed.scope
              AND t.subject = needed.subject)
    """,
    "discount of an order has no use": """
        SELECT o.id AS "order", o.number, applied.one ->> 'promotion' AS promotion
        FROM orders o
        CROSS JOIN LATERAL jsonb_array_elements(o.quote -> 'applied') AS applied (one)
        WHERE o.kind = 'sale' AND o.status <> 'cart' AND NOT EXISTS (
            SELECT FROM promotion_uses u
            WHERE u.order_id = o.id AND u.promotion = applied.one ->> 'promotion')
    """,
    "use stands for an order that does not, or waits for one that is paid": """
        SELECT u.promotion, u.order_id AS "order", u.state, o.status, o.payment_status
        FROM promotion_uses u LEFT JOIN orders o ON o.id = u.order_id
        WHERE u.state <> 'released' AND (
                o.id IS NULL OR o.status = 'cart' OR o.status = 'cancelled' AND u.gives_back)
           OR u.state = 'reserved' AND o.payment_status = 'paid'
    """,
    "code differs from the orders that have it": """
        SELECT c.id AS code, c.status, c.uses, count(u.id) AS orders
        FROM promo_codes c
        LEFT JOIN promotion_uses u ON u.code_id = c.id AND u.state <> 'released'
        GROUP BY c.brand_id, c.id
        HAVING c.uses <> count(u.id)
            OR (c.status IN ('reserved', 'used')) AND c.uses < coalesce(c.uses_limit, c.uses + 1)
            OR c.status = 'available' AND c.uses >= coalesce(c.uses_limit, c.uses + 1)
    """,
    "voucher differs from what orders have of it": """
        SELECT v.id AS voucher, v.status, v.face_cents, v.remaining_cents,
               v.face_units, v.remaining_units,
               coalesce(sum(u.amount_cents - u.given_back_cents + u.lost_cents), 0) AS orders
        FROM vouchers v
        LEFT JOIN voucher_uses u ON u.voucher_id = v.id AND u.state <> 'released'
        GROUP BY v.brand_id, v.id
        HAVING (v.face_cents > 0 AND v.face_cents - v.remaining_cents
               <> coalesce(sum(u.amount_cents - u.given_back_cents + u.lost_cents), 0))
            OR (v.face_units > 0 AND v.face_units - v.remaining_units
               <> coalesce(sum(u.units + u.lost_units
                               - u.given_back_cents * u.units / greatest(u.amount_cents, 1)), 0))
    """,
    "voucher of an order that does not stand, or is paid and waits": """
        SELECT u.voucher_id AS voucher, u.order_id AS "order", u.state, o.status
        FROM voucher_uses u LEFT JOIN orders o ON o.id = u.order_id
        WHERE u.state <> 'released' AND (o.id IS NULL OR o.status IN ('cart', 'cancelled'))
           OR u.state = 'reserved' AND o.payment_status = 'paid'
    """,
}
