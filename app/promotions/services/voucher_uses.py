"""What an order takes of vouchers: reserved when it is placed, consumed when it is paid, given back
in part or whole. At any moment a voucher's face is what remains and what orders have of it.

The order is locked by the caller, which makes each of these happen once.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from app.infra.locks import Rank, climb
from app.infra.uow import UnitOfWork
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.promotions.domain.quote import Quote
from app.promotions.errors import NothingToGiveBack, VoucherTaken


def reserve_vouchers(
    uow: UnitOfWork, order_id: UUID, quote: Quote, *, customer_id: UUID, clock: Clock
) -> None:
    """All that the quote uses, or nothing. Doing it again for the same order does nothing.

    Raises VoucherTaken when one is no longer what the quote saw.
    """
    if not quote.vouchers:
        return
    climb(uow.session, Rank.VOUCHER)
    wanted = {UUID(used.id): used for used in quote.vouchers}
    taken = uow.session.execute(
        _TAKE,
        {
            "brand": uow.brand_id,
            "order": order_id,
            "uses": [new_id() for _ in wanted],
            "ids": list(wanted),
            "cents": [used.amount_cents for used in wanted.values()],
            "units": [used.units for used in wanted.values()],
            "kept": [used.remaining_cents for used in wanted.values()],
            "lost": [used.lost_cents for used in wanted.values()],
            "customer": customer_id,
            "now": clock(),
        },
    )
    if {voucher_id for (voucher_id,) in taken} != set(wanted):
        raise VoucherTaken


def consume_vouchers(uow: UnitOfWork, order_id: UUID, *, clock: Clock) -> None:
    """The order is paid."""
    climb(uow.session, Rank.VOUCHER)
    used = uow.session.scalars(_CONSUME, {"order": order_id, "now": clock()})
    ids = sorted(used)
    if ids:
        uow.session.execute(_USE_UP, {"ids": ids})


def release_vouchers(uow: UnitOfWork, order_id: UUID, *, clock: Clock) -> dict[UUID, int]:
    """The whole order is not to be: everything it still has goes back. Cents by voucher."""
    climb(uow.session, Rank.VOUCHER)
    rows = uow.session.execute(_LEFT, {"order": order_id})
    left = {row.voucher_id: row.cents for row in rows}
    _give_back(uow, order_id, left, clock())
    return left


def give_back_vouchers(
    uow: UnitOfWork, order_id: UUID, cents: Mapping[UUID, int], *, clock: Clock
) -> None:
    """Part of the order came back: so many cents of each voucher are its owner's again. With the
    last of them comes what was lost by using it.

    Raises NothingToGiveBack for more than was taken.
    """
    wanted = {voucher_id: amount for voucher_id, amount in cents.items() if amount}
    if wanted:
        climb(uow.session, Rank.VOUCHER)
        _give_back(uow, order_id, wanted, clock())


def _give_back(uow: UnitOfWork, order_id: UUID, cents: Mapping[UUID, int], now: datetime) -> None:
    """Vouchers first, in the order of their ids, then what this order has of them."""
    if not cents:
        return
    parameters = {"order": order_id, "ids": list(cents), "cents": list(cents.values()), "now": now}
    back = uow.session.scalars(_GIVE_BACK, parameters).all()
    if len(back) != len(cents):
        raise NothingToGiveBack


_WANTED = """
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:cents AS bigint[])) AS w (id, cents)
"""

_TAKE = text(
    """
    WITH asked AS (
        SELECT * FROM unnest(CAST(:uses AS uuid[]), CAST(:ids AS uuid[]), CAST(:cents AS bigint[]),
                             CAST(:kept AS bigint[]), CAST(:lost AS bigint[]),
                             CAST(:units AS int[]))
               AS w (use_id, id, cents, kept, lost, units)
    ), standing AS (
        SELECT voucher_id AS id FROM voucher_uses
        WHERE order_id = :order AND voucher_id = ANY(CAST(:ids AS uuid[])) AND state <> 'released'
    ), wanted AS (
        SELECT * FROM asked WHERE id NOT IN (SELECT id FROM standing)
    ), held AS (
        SELECT v.id, CASE WHEN v.terms ->> 'remainder' = 'kept' THEN v.remaining_units - w.units
                          ELSE 0 END AS kept_units,
               v.remaining_units AS had_units
        FROM vouchers v JOIN wanted w USING (id) ORDER BY v.id FOR UPDATE OF v
    ), taken AS (
        UPDATE vouchers v
        SET remaining_cents = w.kept, remaining_units = held.kept_units,
            status = CASE WHEN w.kept > 0 OR held.kept_units > 0 THEN v.status
                          ELSE 'reserved' END
        FROM held JOIN wanted w USING (id)
        WHERE v.id = held.id AND v.customer_id = :customer AND v.status = 'available'
          AND (v.valid_until IS NULL OR v.valid_until > :now)
          AND CASE WHEN v.face_units > 0 THEN v.remaining_units >= w.units
                   ELSE v.remaining_cents = w.cents + w.kept + w.lost END
        RETURNING v.id, held.had_units - w.units - held.kept_units AS lost_units
    ), written AS (
        INSERT INTO voucher_uses AS u (brand_id, id, voucher_id, order_id, state, amount_cents,
                                       lost_cents, units, lost_units, given_back_cents,
                                       reserved_at)
        SELECT :brand, w.use_id, w.id, :order, 'reserved', w.cents, w.lost, w.units,
               taken.lost_units, 0, :now
        FROM wanted w JOIN taken USING (id)
        ON CONFLICT ON CONSTRAINT uq_voucher_uses_brand_id_voucher_id_order_id DO UPDATE SET
            state = 'reserved', amount_cents = excluded.amount_cents,
            lost_cents = excluded.lost_cents, units = excluded.units,
            lost_units = excluded.lost_units, given_back_cents = 0,
            reserved_at = excluded.reserved_at, consumed_at = NULL, released_at = NULL
        WHERE u.state = 'released'
    )
    SELECT id FROM taken UNION ALL SELECT id FROM standing
    """
)
"""What the order has already counts as taken; an order placed a second time, after it was given up,
uses the same rows again."""
_CONSUME = text(
    """
    UPDATE voucher_uses SET state = 'consumed', consumed_at = :now
    WHERE order_id = :order AND state = 'reserved' RETURNING voucher_id
    """
)
_USE_UP = text(
    """
    WITH held AS (SELECT id FROM vouchers WHERE id = ANY(:ids) ORDER BY id FOR UPDATE)
    UPDATE vouchers v SET status = 'used'
    FROM held WHERE v.id = held.id AND v.status = 'reserved'
    """
)
_LEFT = text(
    """
    SELECT voucher_id, amount_cents - given_back_cents AS cents FROM voucher_uses
    WHERE order_id = :order AND state <> 'released'
    """
)
_GIVE_BACK = text(
    f"""
    WITH wanted AS ({_WANTED}), held AS (
        SELECT v.id FROM vouchers v JOIN wanted USING (id) ORDER BY v.id FOR UPDATE OF v
    ), used AS (
        SELECT u.id, u.voucher_id, w.cents,
               u.given_back_cents + w.cents = u.amount_cents AS whole, u.lost_cents,
               CASE WHEN u.given_back_cents + w.cents = u.amount_cents
                    THEN u.units + u.lost_units
                    ELSE (u.given_back_cents + w.cents) * u.units / u.amount_cents END
               - CASE WHEN u.amount_cents = 0 THEN 0
                      ELSE u.given_back_cents * u.units / u.amount_cents END AS units
        FROM voucher_uses u JOIN wanted w ON w.id = u.voucher_id JOIN held ON held.id = w.id
        WHERE u.order_id = :order AND u.state <> 'released' AND w.cents >= 0
          AND u.given_back_cents + w.cents <= u.amount_cents
    ), given AS (
        UPDATE voucher_uses u
        SET given_back_cents = u.given_back_cents + used.cents,
            state = CASE WHEN used.whole THEN 'released' ELSE u.state END,
            released_at = CASE WHEN used.whole THEN CAST(:now AS timestamptz) END
        FROM used WHERE u.id = used.id
    )
    UPDATE vouchers v
    SET remaining_cents = CASE WHEN v.withdrawn OR v.face_units > 0 THEN v.remaining_cents
            ELSE v.remaining_cents + used.cents + CASE WHEN used.whole THEN used.lost_cents
                                                       ELSE 0 END END,
        face_cents = CASE WHEN NOT v.withdrawn OR v.face_units > 0 THEN v.face_cents
            ELSE v.face_cents - used.cents - CASE WHEN used.whole THEN used.lost_cents
                                                  ELSE 0 END END,
        remaining_units = v.remaining_units + CASE WHEN v.withdrawn THEN 0 ELSE used.units END,
        face_units = v.face_units - CASE WHEN v.withdrawn THEN used.units ELSE 0 END,
        status = CASE WHEN v.withdrawn AND used.whole THEN 'reversed'
                      WHEN v.withdrawn OR used.cents = 0 AND NOT used.whole THEN v.status
                      WHEN v.face_units > 0 AND used.units = 0 THEN v.status
                      WHEN v.valid_until <= :now THEN 'expired' ELSE 'available' END
    FROM used WHERE v.id = used.voucher_id
    RETURNING v.id
    """  # noqa: S608 -- put together from constants
)
