"""What pots hold, against what was fed and what they gave."""

POTS = {
    "pot differs from what was fed and what it gave": """
        SELECT p.id AS pot, p.customer_id, p.balance, coalesce(f.fed, 0) AS fed,
               coalesce(r.taken, 0) AS taken
        FROM pots p
        LEFT JOIN (SELECT pot_id, sum(amount) AS fed FROM pot_feedings GROUP BY pot_id) f
          ON f.pot_id = p.id
        LEFT JOIN (SELECT pot_id, sum(taken) AS taken FROM pot_rewards WHERE stands
                   GROUP BY pot_id) r
          ON r.pot_id = p.id
        WHERE p.balance <> coalesce(f.fed, 0) - coalesce(r.taken, 0)
    """,
    "reward of a pot differs from its grants": """
        SELECT coalesce(r.pot_id, g.scope_id) AS pot,
               coalesce(r.number::text, g.occurrence) AS number, r.id AS reward, g.id AS grant
        FROM (SELECT * FROM pot_rewards WHERE stands) r
        FULL JOIN (SELECT * FROM grants WHERE scope_type = 'pot' AND status = 'granted') g
          ON g.scope_id = r.pot_id AND g.occurrence = r.number::text
        LEFT JOIN pots p ON p.id = g.scope_id
        WHERE r.id IS NULL OR g.id IS NULL OR p.id IS NULL
           OR p.customer_id <> g.beneficiary_id OR p.rule_id <> g.rule_id
    """,
    "feeding of a pot is missing, or belongs to nothing": """
        SELECT f.pot_id AS pot, f.source_id AS source, count(*) AS feedings,
               max(f.revision) AS revision
        FROM pot_feedings f
        LEFT JOIN pots p ON p.id = f.pot_id
        LEFT JOIN orders o ON f.source_type = 'order' AND o.id = f.source_id
        LEFT JOIN meetings m ON f.source_type = 'meeting' AND m.id = f.source_id
        GROUP BY f.pot_id, f.source_id
        HAVING max(f.revision) <> count(*) OR bool_or(p.id IS NULL)
            OR bool_or(coalesce(o.id, m.id) IS NULL)
    """,
}
