"""What an order uses of promotions and codes: reserved when it is placed, consumed when it is paid,
given back when it is not, or no longer.

The order is locked by the caller, which makes each of these happen once. Limits are looked at by
the statements that count, under any number of orders at once; the loser is told, nothing of its
transaction stays. A plan that changes waits for the orders being placed by the old one.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from app.infra.locks import Rank, climb
from app.infra.uow import UnitOfWork
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.kernel.text import identity_key
from app.promotions.domain.quote import Applied, Quote
from app.promotions.domain.terms import Limits
from app.promotions.errors import CodeTaken, NothingToGiveBack, PromotionExhausted
from app.promotions.models import TallyScope
from app.promotions.services.plan import BrandPlan, hold_plan
from app.promotions.services.tallies import Move, give_back, moves_of


def reserve_uses(
    uow: UnitOfWork,
    order_id: UUID,
    quote: Quote,
    *,
    customer_id: UUID,
    seller_id: UUID,
    plan: BrandPlan | None = None,
    clock: Clock,
) -> None:
    """All that the quote applied, or nothing. Doing it again for the same order does nothing.

    `plan`: held by this transaction already, which the quote is of. Raises PlanChanged when it is
    of an older one; PromotionExhausted, CodeTaken.
    """
    plan = plan or hold_plan(uow.session, quote.plan_version)
    if not quote.applied:
        return
    uses = [_use(one, plan) for one in quote.applied]
    moves = [
        move
        for one in quote.applied
        for move in _moves(one, plan, customer_id=customer_id, seller_id=seller_id)
    ]
    parameters = {
        "uses": json.dumps(uses, default=str),
        "moves": json.dumps(moves, default=str),
        "brand": uow.brand_id,
        "order": order_id,
        "customer": customer_id,
        "seller": seller_id,
        "basket": quote.basket_cents,
        "now": clock(),
    }
    refused = uow.session.execute(_TAKE, parameters).first()
    if refused:
        names = {one.promotion: one.name for one in quote.applied}
        why = PromotionExhausted if refused.exhausted else CodeTaken
        raise why(name=names[refused.promotion])


def consume_uses(uow: UnitOfWork, order_id: UUID, *, clock: Clock) -> None:
    """The order is paid."""
    climb(uow.session, Rank.PROMOTION)
    rows = uow.session.execute(_CONSUME, {"order": order_id, "now": clock()})
    codes = sorted(code_id for (code_id,) in rows if code_id)
    if codes:
        uow.session.execute(_USE_UP_CODES, {"ids": codes})


def release_uses(uow: UnitOfWork, order_id: UUID, *, clock: Clock) -> None:
    """The whole order is not to be: uses count no longer, unless their promotion says that they
    stay, and nothing of it costs anything."""
    hold_plan(uow.session)
    held = uow.session.execute(_RELEASE, {"order": order_id, "now": clock()}).all()
    give_back(uow, [move for use in held for move in _moves_back(use)])
    codes = sorted(use.code_id for use in held if use.code_id and use.gives_back)
    if codes:
        uow.session.execute(_FREE_CODES, {"ids": codes, "now": clock()})


def give_back_uses(uow: UnitOfWork, order_id: UUID, cents: Mapping[str, int]) -> None:
    """Part of the order came back: so many cents of each promotion, by its name in the quote, were
    not spent after all. The uses stand.

    Raises NothingToGiveBack for more than was taken.
    """
    wanted = {name: amount for name, amount in cents.items() if amount}
    if not wanted:
        return
    hold_plan(uow.session)
    back = uow.session.execute(
        _GIVE_BACK,
        {"order": order_id, "names": list(wanted), "cents": list(wanted.values())},
    ).all()
    if len(back) != len(wanted):
        raise NothingToGiveBack
    give_back(uow, [move for use in back for move in _moves_back(use)])


# ---------------------------------------------------------------- what was applied


def _use(one: Applied, plan: BrandPlan) -> dict[str, Any]:
    promotion = plan.promotions.get(one.promotion)  # None: the terms of a personal code
    return {
        "id": new_id(),
        "promotion": one.promotion,
        "promotion_id": plan.ids.get(one.promotion),
        "holding": one.holding or None,
        "code": one.code,
        "code_key": identity_key(one.code),
        "cents": one.amount_cents,
        "gives_back": promotion is None or promotion.gives_back_use,
    }


def _moves(
    one: Applied, plan: BrandPlan, *, customer_id: UUID, seller_id: UUID
) -> Iterator[dict[str, Any]]:
    """What it counts in; nothing where nothing is limited."""
    promotion, promotion_id = plan.promotions.get(one.promotion), plan.ids.get(one.promotion)
    if promotion and promotion_id:
        limits, cents = promotion.limits, one.amount_cents
        for move in moves_of(promotion_id, limits, customer_id, seller_id, cents):
            yield {"id": new_id(), "promotion": one.promotion, **asdict(move)}


def _moves_back(use: Row[Any]) -> Sequence[Move]:
    """In each scope where it may have been counted; where it was not, nothing happens."""
    if use.promotion_id is None:
        return ()
    every = Limits(uses=1, per_customer=1, per_seller=1, budget_cents=1)
    there = moves_of(use.promotion_id, every, use.customer_id, use.seller_id, use.cents)
    uses = 1 if use.gives_back else 0
    return [
        Move(one.promotion_id, TallyScope(one.scope), one.subject, one.cents, uses) for one in there
    ]


# ---------------------------------------------------------------- statements

_TAKE = text(
    """
    WITH used AS (
        SELECT w.*, coalesce(
            (SELECT c.id FROM promo_codes c WHERE c.id = w.holding AND c.kind <> 'shared'),
            (SELECT c.id FROM promo_codes c WHERE c.code_key = w.code_key AND c.kind <> 'shared')
        ) AS code_id
        FROM jsonb_to_recordset(:uses) AS w (id uuid, promotion text, promotion_id uuid,
            holding uuid, code text, code_key text, cents bigint, gives_back boolean)
    ), written AS (
        INSERT INTO promotion_uses AS u (
            brand_id, id, promotion, promotion_id, code_id, code, order_id, customer_id, seller_id,
            state, amount_cents, given_back_cents, basket_cents, gives_back, reserved_at)
        SELECT :brand, id, promotion, promotion_id, code_id, code, :order, :customer, :seller,
               'reserved', cents, 0, :basket, gives_back, :now
        FROM used
        ON CONFLICT ON CONSTRAINT uq_promotion_uses_brand_id_promotion_order_id DO UPDATE SET
            promotion_id = excluded.promotion_id, code_id = excluded.code_id,
            code = excluded.code, customer_id = excluded.customer_id,
            seller_id = excluded.seller_id, state = 'reserved',
            amount_cents = excluded.amount_cents, given_back_cents = 0,
            basket_cents = excluded.basket_cents, gives_back = excluded.gives_back,
            reserved_at = excluded.reserved_at, consumed_at = NULL, released_at = NULL
        WHERE u.state = 'released'
        RETURNING u.promotion, u.code_id
    ), moves AS (
        SELECT m.* FROM jsonb_to_recordset(:moves) AS m (id uuid, promotion text,
            promotion_id uuid, scope text, subject uuid, uses int, cents bigint, uses_limit int,
            budget_cents bigint)
        JOIN written USING (promotion)
    ), counted AS (
        INSERT INTO promotion_tallies AS t (
            brand_id, id, promotion_id, scope, subject, uses, uses_limit, spent_cents, budget_cents)
        SELECT :brand, id, promotion_id, scope, subject, uses, uses_limit, cents, budget_cents
        FROM moves
        WHERE uses <= coalesce(uses_limit, uses) AND cents <= coalesce(budget_cents, cents)
        ORDER BY promotion_id, scope, subject
        ON CONFLICT (brand_id, promotion_id, scope, subject) DO UPDATE SET
            uses = t.uses + excluded.uses, uses_limit = excluded.uses_limit,
            spent_cents = t.spent_cents + excluded.spent_cents, budget_cents = excluded.budget_cents
        WHERE t.uses + excluded.uses <= coalesce(excluded.uses_limit, t.uses + excluded.uses)
          AND t.spent_cents + excluded.spent_cents
              <= coalesce(excluded.budget_cents, t.spent_cents + excluded.spent_cents)
        RETURNING t.promotion_id, t.scope, t.subject
    ), held AS (
        SELECT id FROM promo_codes
        WHERE id IN (SELECT code_id FROM written) AND (SELECT count(*) FROM counted) >= 0
        ORDER BY id FOR UPDATE
    ), taken AS (
        UPDATE promo_codes c
        SET uses = c.uses + 1,
            status = CASE WHEN c.uses + 1 >= c.uses_limit THEN 'reserved' ELSE c.status END
        FROM held
        WHERE c.id = held.id AND c.status = 'available' AND c.uses < c.uses_limit
          AND (c.valid_until IS NULL OR c.valid_until > :now)
          AND (c.customer_id IS NULL OR c.customer_id = :customer)
        RETURNING c.id
    )
    SELECT promotion, true AS exhausted
    FROM moves LEFT JOIN counted USING (promotion_id, scope, subject)
    WHERE counted.promotion_id IS NULL
    UNION ALL
    SELECT promotion, false FROM written
    WHERE code_id IS NOT NULL AND code_id NOT IN (SELECT id FROM taken)
    ORDER BY exhausted DESC, promotion
    """
)
"""All of it, or what was refused: promotions whose limit or budget does not bear the use, codes
that are gone. Counted first, then codes, both in one order, so that no two orders wait for each
other; an order placed a second time, after it was given up, uses the same rows again."""
_USE_UP_CODES = text(
    """
    WITH held AS (SELECT id FROM promo_codes WHERE id = ANY(:ids) ORDER BY id FOR UPDATE)
    UPDATE promo_codes c SET status = 'used'
    FROM held WHERE c.id = held.id AND c.status = 'reserved'
    """
)
_FREE_CODES = text(
    """
    WITH held AS (SELECT id FROM promo_codes WHERE id = ANY(:ids) ORDER BY id FOR UPDATE)
    UPDATE promo_codes c
    SET uses = c.uses - 1,
        status = CASE WHEN c.status NOT IN ('reserved', 'used') THEN c.status
                      WHEN c.withdrawn THEN 'reversed'
                      WHEN c.valid_until <= :now THEN 'expired' ELSE 'available' END
    FROM held WHERE c.id = held.id
    """
)
_CONSUME = text(
    """
    UPDATE promotion_uses SET state = 'consumed', consumed_at = :now
    WHERE order_id = :order AND state = 'reserved' RETURNING code_id
    """
)
_RELEASE = text(
    """
    WITH held AS (
        SELECT id, promotion_id, code_id, customer_id, seller_id, gives_back,
               amount_cents - given_back_cents AS cents
        FROM promotion_uses WHERE order_id = :order AND state <> 'released' FOR UPDATE
    ), done AS (
        UPDATE promotion_uses u
        SET given_back_cents = u.amount_cents,
            state = CASE WHEN u.gives_back THEN 'released' ELSE 'consumed' END,
            released_at = CASE WHEN u.gives_back THEN CAST(:now AS timestamptz) END
        FROM held WHERE u.id = held.id
    )
    SELECT * FROM held
    """
)
_GIVE_BACK = text(
    """
    UPDATE promotion_uses u SET given_back_cents = u.given_back_cents + w.cents
    FROM unnest(CAST(:names AS text[]), CAST(:cents AS bigint[])) AS w (name, cents)
    WHERE u.order_id = :order AND u.promotion = w.name AND u.state <> 'released'
      AND w.cents > 0 AND u.given_back_cents + w.cents <= u.amount_cents
    RETURNING u.promotion_id, u.customer_id, u.seller_id, w.cents, false AS gives_back
    """
)
