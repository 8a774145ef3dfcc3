"""How often limited promotions stand used: moved by single statements that look at the limit.

Rows are locked in one order (promotion, scope, subject), so that no two orders wait for each other.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, text

from app.infra.uow import UnitOfWork
from app.kernel.ids import new_id
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

    @property
    def key(self) -> tuple[UUID, str, UUID]:
        return (self.promotion_id, self.scope, self.subject)


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


_COLUMNS = """
    SELECT * FROM unnest(
        CAST(:ids AS uuid[]), CAST(:promotions AS uuid[]), CAST(:scopes AS text[]),
        CAST(:subjects AS uuid[]), CAST(:uses AS int[]), CAST(:cents AS bigint[]),
        CAST(:limits AS int[]), CAST(:budgets AS bigint[])
    ) AS w (id, promotion_id, scope, subject, uses, cents, uses_limit, budget_cents)
"""

_TAKE = text(
    f"""
    INSERT INTO promotion_tallies AS t (brand_id, id, promotion_id, scope, subject, uses,
                                        uses_limit, spent_cents, budget_cents)
    SELECT :brand, id, promotion_id, scope, subject, uses, uses_limit, cents, budget_cents
    FROM ({_COLUMNS}) wanted
    WHERE uses <= coalesce(uses_limit, uses) AND cents <= coalesce(budget_cents, cents)
    ORDER BY promotion_id, scope, subject
    ON CONFLICT (brand_id, promotion_id, scope, subject) DO UPDATE SET
        uses = t.uses + excluded.uses, uses_limit = excluded.uses_limit,
        spent_cents = t.spent_cents + excluded.spent_cents, budget_cents = excluded.budget_cents
    WHERE t.uses + excluded.uses <= coalesce(excluded.uses_limit, t.uses + excluded.uses)
      AND t.spent_cents + excluded.spent_cents
          <= coalesce(excluded.budget_cents, t.spent_cents + excluded.spent_cents)
    RETURNING t.promotion_id, t.scope, t.subject
    """  # noqa: S608 -- put together from constants
)

_GIVE_BACK = text(
    f"""
    WITH held AS (
        SELECT t.id, w.uses, w.cents FROM promotion_tallies t
        JOIN ({_COLUMNS}) w USING (promotion_id, scope, subject)
        ORDER BY t.promotion_id, t.scope, t.subject FOR UPDATE OF t
    )
    UPDATE promotion_tallies t
    SET uses = t.uses - held.uses, spent_cents = t.spent_cents - held.cents
    FROM held WHERE t.brand_id = :brand AND t.id = held.id
    """  # noqa: S608 -- put together from constants
)


def take(uow: UnitOfWork, moves: Sequence[Move]) -> list[Move]:
    """Count the uses; those whose limit or budget does not bear it are not counted, and answered.

    One statement for any number.
    """
    if not moves:
        return []
    rows = uow.session.execute(_TAKE, _parameters(uow, moves))
    taken = {(row[0], row[1], row[2]) for row in rows}
    return [move for move in moves if move.key not in taken]


def give_back(uow: UnitOfWork, moves: Sequence[Move]) -> None:
    """Where it was counted, it counts no longer. One statement."""
    if moves:
        uow.session.execute(_GIVE_BACK, _parameters(uow, moves))


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


def _parameters(uow: UnitOfWork, moves: Iterable[Move]) -> dict[str, object]:
    moves = list(moves)
    return {
        "brand": uow.brand_id,
        "ids": [new_id() for _ in moves],
        "promotions": [move.promotion_id for move in moves],
        "scopes": [str(move.scope) for move in moves],
        "subjects": [move.subject for move in moves],
        "uses": [move.uses for move in moves],
        "cents": [move.cents for move in moves],
        "limits": [move.uses_limit for move in moves],
        "budgets": [move.budget_cents for move in moves],
    }
