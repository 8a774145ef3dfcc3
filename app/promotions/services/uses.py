"""What an order uses of promotions and codes: reserved when it is placed, consumed when it is paid,
given back when it is not, or no longer.

The order is locked by the caller, which makes each of these happen once. Limits are looked at by
the statements that count, under any number of orders at once; the loser is told, nothing of its
transaction stays. A plan that changes waits for the orders being placed by the old one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.dialects.postgresql import insert

from app.infra.locks import Rank, climb
from app.infra.uow import UnitOfWork
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.kernel.text import identity_key
from app.promotions.domain.quote import Applied, Quote
from app.promotions.domain.terms import Limits, Promotion
from app.promotions.errors import CodeTaken, NothingToGiveBack, PromotionExhausted
from app.promotions.models import PromotionUse, TallyScope, UseState
from app.promotions.services.plan import BrandPlan, hold_plan
from app.promotions.services.tallies import Move, give_back, moves_of, take


@dataclass(frozen=True, slots=True)
class _Use:
    """A promotion applied to the order, with what it is in the store."""

    applied: Applied
    promotion: Promotion | None
    """None: the terms of a personal code."""
    promotion_id: UUID | None
    code_id: UUID | None


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
    known = _known(uow, order_id, quote.applied)
    found = _uses_of(quote, plan, known)
    uses = [use for use in found if use.applied.promotion not in known.stands]
    if not uses:
        return
    _count(uow, uses, customer_id, seller_id)
    _take_codes(uow, uses, customer_id, clock())
    _write(uow, order_id, quote, uses, customer_id, seller_id, clock())


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


def _uses_of(quote: Quote, plan: BrandPlan, known: "_Known") -> list[_Use]:
    promotions = {promotion.id: promotion for promotion in plan.plan.promotions}
    return [
        _Use(
            applied=one,
            promotion=promotions.get(one.promotion),
            promotion_id=plan.ids.get(one.promotion),
            code_id=known.codes.get(one.holding) or known.codes.get(identity_key(one.code)),
        )
        for one in sorted(quote.applied, key=lambda one: one.promotion)
    ]


@dataclass(frozen=True, slots=True)
class _Known:
    stands: set[str]
    """Promotions that the order uses already."""
    codes: dict[str, UUID]
    """Those whose uses are counted, by id and by what is typed."""


def _known(uow: UnitOfWork, order_id: UUID, applied: Sequence[Applied]) -> _Known:
    """One statement; none when nothing applies."""
    if not applied:
        return _Known(set(), {})
    held = [UUID(one.holding) for one in applied if one.holding]
    typed = [identity_key(one.code) for one in applied if one.code and not one.holding]
    rows = uow.session.execute(_KNOWN, {"order": order_id, "held": held, "typed": typed}).all()
    codes = [row for row in rows if row.id is not None]
    return _Known(
        {row.name for row in rows if row.id is None},
        {str(row.id): row.id for row in codes} | {row.name: row.id for row in codes},
    )


# ---------------------------------------------------------------- counting


def _count(uow: UnitOfWork, uses: Sequence[_Use], customer_id: UUID, seller_id: UUID) -> None:
    moves = [
        move
        for use in uses
        if use.promotion and use.promotion_id
        for move in moves_of(
            use.promotion_id,
            use.promotion.limits,
            customer_id,
            seller_id,
            use.applied.amount_cents,
        )
    ]
    refused = take(uow, moves)
    if refused:
        names = {use.promotion_id: use.applied.name for use in uses}
        raise PromotionExhausted(name=names[refused[0].promotion_id])


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


def _take_codes(uow: UnitOfWork, uses: Sequence[_Use], customer_id: UUID, now: datetime) -> None:
    wanted = {use.code_id: use.applied.name for use in uses if use.code_id}
    if not wanted:
        return
    parameters = {"ids": sorted(wanted), "customer": customer_id, "now": now}
    taken = set(uow.session.scalars(_TAKE_CODES, parameters))
    for code_id, name in wanted.items():
        if code_id not in taken:
            raise CodeTaken(name=name)


def _write(
    uow: UnitOfWork,
    order_id: UUID,
    quote: Quote,
    uses: Sequence[_Use],
    customer_id: UUID,
    seller_id: UUID,
    now: datetime,
) -> None:
    """An order placed a second time, after it was given up, uses the same rows again."""
    rows = [
        {
            "brand_id": uow.brand_id,
            "id": new_id(),
            "promotion": use.applied.promotion,
            "promotion_id": use.promotion_id,
            "code_id": use.code_id,
            "code": use.applied.code,
            "order_id": order_id,
            "customer_id": customer_id,
            "seller_id": seller_id,
            "state": UseState.RESERVED,
            "amount_cents": use.applied.amount_cents,
            "given_back_cents": 0,
            "basket_cents": quote.basket_cents,
            "gives_back": use.promotion is None or use.promotion.gives_back_use,
            "reserved_at": now,
            "consumed_at": None,
            "released_at": None,
        }
        for use in uses
    ]
    new = insert(PromotionUse)
    kept = {"brand_id", "id", "promotion", "order_id"}
    again = {name: getattr(new.excluded, name) for name in rows[0] if name not in kept}
    uow.session.execute(
        new.values(rows).on_conflict_do_update(
            constraint="uq_promotion_uses_brand_id_promotion_order_id",
            set_=again,
            where=PromotionUse.state == UseState.RELEASED,
        )
    )


# ---------------------------------------------------------------- statements

_KNOWN = text(
    """
    SELECT CAST(NULL AS uuid) AS id, promotion AS name FROM promotion_uses
    WHERE order_id = :order AND state <> 'released'
    UNION ALL
    SELECT id, code_key FROM promo_codes
    WHERE (id = ANY(CAST(:held AS uuid[])) OR code_key = ANY(CAST(:typed AS text[])))
      AND kind <> 'shared'
    """
)
_TAKE_CODES = text(
    """
    WITH held AS (SELECT id FROM promo_codes WHERE id = ANY(:ids) ORDER BY id FOR UPDATE)
    UPDATE promo_codes c
    SET uses = c.uses + 1,
        status = CASE WHEN c.uses + 1 >= c.uses_limit THEN 'reserved' ELSE c.status END
    FROM held
    WHERE c.id = held.id AND c.status = 'available' AND c.uses < c.uses_limit
      AND (c.valid_until IS NULL OR c.valid_until > :now)
      AND (c.customer_id IS NULL OR c.customer_id = :customer)
    RETURNING c.id
    """
)
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
