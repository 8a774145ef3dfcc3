"""How often limited promotions stand used: moved by single statements that look at the limit.

Rows are locked in one order (promotion, scope, subject), so that no two orders wait for each other.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import delete, text

from app.infra.uow import UnitOfWork
from app.promotions.domain.terms import Limits
from app.promotions.models import PromotionTally, TallyScope


@dataclass(frozen=True, slots=True)
class Move:
    """One use more of a promotion, or less, and cents of its cost."""

    promotion_id: UUID
    scope: TallyScope
    subject: UUID
    cents: int
    uses: int = 1
    uses_limit: int | None = None
    budget_cents: int | None = None


def moves_of(
    promotion_id: UUID, limits: Limits, customer_id: UUID, seller_id: UUID, cents: int
) -> Iterator[Move]:
    """What one use of it counts in: nothing where nothing is limited."""
    if limits.uses is not None or limits.budget_cents is not None:
        yield Move(
            promotion_id,
            TallyScope.ALL,
            promotion_id,
            cents,
            uses_limit=limits.uses,
            budget_cents=limits.budget_cents,
        )
    for scope, subject, limit in (
        (TallyScope.CUSTOMER, customer_id, limits.per_customer),
        (TallyScope.SELLER, seller_id, limits.per_seller),
    ):
        if limit is not None:
            yield Move(promotion_id, scope, subject, cents, uses_limit=limit)


_GIVE_BACK = text(
    """
    WITH held AS (
        SELECT t.id, w.uses, w.cents FROM promotion_tallies t
        JOIN jsonb_to_recordset(:moves) AS w (promotion_id uuid, scope text, subject uuid, uses int,
            cents bigint) USING (promotion_id, scope, subject)
        ORDER BY t.promotion_id, t.scope, t.subject FOR UPDATE OF t
    )
    UPDATE promotion_tallies t
    SET uses = t.uses - held.uses, spent_cents = t.spent_cents - held.cents
    FROM held WHERE t.brand_id = :brand AND t.id = held.id
    """
)


def give_back(uow: UnitOfWork, moves: Sequence[Move]) -> None:
    """Where it was counted, it counts no longer. One statement."""
    if moves:
        told = json.dumps([asdict(move) for move in moves], default=str)
        uow.session.execute(_GIVE_BACK, {"brand": uow.brand_id, "moves": told})


def rebuild_tallies(uow: UnitOfWork, promotion_id: UUID, limits: Limits) -> None:
    """What the standing uses amount to, where something is limited now. The plan is being edited:
    no order reserves or releases a use meanwhile."""
    tallies = PromotionTally.promotion_id == promotion_id
    uow.session.execute(delete(PromotionTally).where(tallies))
    for scope, subject, limit, budget in _limited(limits):
        statement = _REBUILD.format(subject=subject)
        uow.session.execute(
            text(statement),
            {
                "brand": uow.brand_id,
                "promotion": promotion_id,
                "scope": scope,
                "limit": limit,
                "budget": budget,
            },
        )


_REBUILD = """
    INSERT INTO promotion_tallies (brand_id, id, promotion_id, scope, subject, uses, uses_limit,
                                   spent_cents, budget_cents)
    SELECT :brand, gen_random_uuid(), promotion_id, :scope, subject, uses,
           greatest(CAST(:limit AS int), CASE WHEN CAST(:limit AS int) IS NOT NULL THEN uses END),
           spent,
           greatest(CAST(:budget AS bigint),
                    CASE WHEN CAST(:budget AS bigint) IS NOT NULL THEN spent END)
    FROM (SELECT promotion_id, {subject} AS subject, count(*) AS uses,
                 sum(amount_cents - given_back_cents) AS spent
          FROM promotion_uses WHERE promotion_id = :promotion AND state <> 'released'
          GROUP BY promotion_id, {subject}) standing
"""


def _limited(limits: Limits) -> Iterator[tuple[TallyScope, str, int | None, int | None]]:
    if limits.uses is not None or limits.budget_cents is not None:
        yield TallyScope.ALL, "promotion_id", limits.uses, limits.budget_cents
    if limits.per_customer is not None:
        yield TallyScope.CUSTOMER, "customer_id", limits.per_customer, None
    if limits.per_seller is not None:
        yield TallyScope.SELLER, "seller_id", limits.per_seller, None
