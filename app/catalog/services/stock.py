"""Units: promised to orders, given back, sent, and corrected with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Integer, Uuid, case, column, not_, or_, text, update, values
from sqlalchemy.orm import Session

from app.audit.services import record
from app.catalog.domain import MAX_STOCK, CorrectionReason
from app.catalog.errors import OutOfStock, ProductNotFound, StockNotTracked, StockPromised
from app.catalog.models import Product, StockCorrection
from app.catalog.services.rights import must_manage_catalogue
from app.infra.locks import Rank, climb, lock
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.kernel.words import N_


@dataclass(frozen=True, slots=True)
class Correction:
    reason: CorrectionReason
    units: int
    """How many came or went; of a count, how many there are."""
    note: str = ""


def correct_stock(
    uow: UnitOfWork, actor: Actor, product_id: UUID, wish: Correction, *, clock: Clock
) -> int:
    """Units on hand afterwards. Counting a product that was not tracked starts tracking it.

    Raises ProductNotFound, StockNotTracked, StockPromised, Invalid.
    """
    must_manage_catalogue(actor)
    held = lock(uow.session, Rank.STOCK, Product, [product_id])
    if not held:
        raise ProductNotFound
    product = held[0]
    if not product.stock_tracked and wish.reason is not CorrectionReason.COUNTED:
        raise StockNotTracked
    before, after = product.stock_on_hand, wish.reason.applied(product.stock_on_hand, wish.units)
    if not 0 <= after <= MAX_STOCK:
        raise Invalid({"units": [(N_("There are only %(units)s left."), {"units": before})]})
    if after < product.stock_reserved:
        raise StockPromised(units=product.stock_reserved)
    product.stock_tracked, product.stock_on_hand = True, after
    _remember(uow, actor, product_id, (before, after), wish, clock=clock)
    return after


def count_stock(uow: UnitOfWork, actor: Actor, product_id: UUID, *, tracked: bool) -> None:
    """Start or stop counting the units of a product; what orders hold of it is known either way.

    Raises ProductNotFound; StockPromised when orders hold more than was there when it was last
    counted.
    """
    must_manage_catalogue(actor)
    held = lock(uow.session, Rank.STOCK, Product, [product_id])
    if not held:
        raise ProductNotFound
    product = held[0]
    if product.stock_tracked != tracked:
        if tracked and product.stock_on_hand < product.stock_reserved:
            raise StockPromised(units=product.stock_reserved)
        product.stock_tracked = tracked
        record(uow, actor, "stock.track", "product", product_id, after={"tracked": tracked})


def _remember(
    uow: UnitOfWork,
    actor: Actor,
    product_id: UUID,
    units: tuple[int, int],
    wish: Correction,
    *,
    clock: Clock,
) -> None:
    before, after = units
    uow.session.add(
        StockCorrection(
            brand_id=uow.brand_id,
            id=new_id(),
            product_id=product_id,
            units_before=before,
            units_after=after,
            reason=wish.reason,
            note=wish.note,
            made_by=actor.label,
            made_at=clock(),
        )
    )
    told = {"units": after, "reason": wish.reason}
    record(uow, actor, "stock.correct", "product", product_id, {"units": before}, told, wish.note)


def take_stock(uow: UnitOfWork, wanted: Mapping[UUID, int]) -> None:
    """Promise units to an order, all or none. Raises OutOfStock with what could not be had.

    One statement: rows are locked in the order of their ids, and changed when all of them can be.
    """
    _must_be_whole(wanted)
    climb(uow.session, Rank.STOCK)
    given = {"ids": list(wanted), "units": list(wanted.values())}
    held = uow.session.execute(_TAKE, given).all()
    if len(held) != len(wanted):
        raise ProductNotFound
    short = [(row.id, row.name, max(row.available, 0)) for row in held if row.is_short]
    if short:
        raise OutOfStock(short)


def exchange_stock(uow: UnitOfWork, given_back: UUID, wanted: UUID) -> None:
    """One unit for another, which an order takes instead. Raises OutOfStock."""
    _locked(uow.session, {given_back: 1, wanted: 1})
    take_stock(uow, {wanted: 1})
    _move(uow.session, {given_back: 1}, reserved=-1)


def give_back_stock(uow: UnitOfWork, units: Mapping[UUID, int]) -> None:
    """An order that will not be has no claim on what it had taken."""
    _locked(uow.session, units)
    _move(uow.session, units, reserved=-1)


def consume_stock(uow: UnitOfWork, units: Mapping[UUID, int]) -> None:
    """What was promised has left the house."""
    _locked(uow.session, units)
    _move(uow.session, units, reserved=-1, on_hand=-1)


def put_back_stock(
    uow: UnitOfWork, actor: Actor, units: Mapping[UUID, int], *, note: str, clock: Clock
) -> None:
    """What had left the house came back, and can be sold again; of products that are counted."""
    wish = Correction(CorrectionReason.RETURNED, 0, note)
    for product in _locked(uow.session, units):
        if product.stock_tracked:
            before = product.stock_on_hand
            product.stock_on_hand += units[product.id]
            moved = (before, product.stock_on_hand)
            _remember(uow, actor, product.id, moved, wish, clock=clock)


_TAKE = text(
    """
    WITH wanted AS (
        SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:units AS int[])) AS w (id, units)
    ), held AS (
        SELECT p.brand_id, p.id, p.name, w.units, p.stock_on_hand - p.stock_reserved AS available,
               p.stock_tracked AND p.stock_on_hand - p.stock_reserved < w.units AS is_short
        FROM products p JOIN wanted w ON w.id = p.id ORDER BY p.id FOR UPDATE OF p
    ), taken AS (
        UPDATE products p SET stock_reserved = p.stock_reserved + held.units
        FROM held
        WHERE p.brand_id = held.brand_id AND p.id = held.id
          AND NOT EXISTS (SELECT FROM held WHERE is_short)
    )
    SELECT id, name, available, is_short FROM held
    """
)


def _must_be_whole(units: Mapping[UUID, int]) -> None:
    if any(quantity <= 0 for quantity in units.values()):
        raise ValueError("stock moves by whole units, at least one")


def _locked(session: Session, units: Mapping[UUID, int]) -> list[Product]:
    _must_be_whole(units)
    held = lock(session, Rank.STOCK, Product, units)
    if len(held) != len(units):
        raise ProductNotFound
    return held


def _move(session: Session, units: Mapping[UUID, int], *, reserved: int, on_hand: int = 0) -> None:
    """One statement for any number of products. What orders hold is kept of every product, so that
    counting may begin while some are under way; units on hand only of those that are counted."""
    if not units:
        return
    moved = values(column("id", Uuid), column("units", Integer), name="moved").data(
        list(units.items())
    )
    on_hand_then = Product.stock_on_hand + case(
        (Product.stock_tracked, on_hand * moved.c.units), else_=0
    )
    reserved_then = Product.stock_reserved + reserved * moved.c.units
    session.execute(
        update(Product)
        .where(
            Product.id == moved.c.id,
            reserved_then >= 0,
            or_(not_(Product.stock_tracked), on_hand_then >= reserved_then),
        )
        .values(stock_on_hand=on_hand_then, stock_reserved=reserved_then)
        .execution_options(synchronize_session=False)
    )
