"""What the books say beside a cart: how often promotions stand used, what the customer holds, what
became of the codes she typed, which gifts are there. As many statements for any cart and plan."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.orm import Session

from app.catalog.queries import ProductView, products_by_reference
from app.kernel.text import identity_key
from app.promotions.domain.cart import Context, GiftProduct, HeldPromotion, HeldVoucher, Usage
from app.promotions.domain.holdings import held_voucher, promotion_of_terms
from app.promotions.domain.plan import Plan
from app.promotions.domain.terms import Limits, Promotion
from app.promotions.models import (
    CodeKind,
    HoldingStatus,
    PromoCode,
    PromotionTally,
    StoredPromotion,
    TallyScope,
    Voucher,
)

DEAD = {
    HoldingStatus.RESERVED: "reserved",
    HoldingStatus.USED: "used",
    HoldingStatus.EXPIRED: "expired",
    HoldingStatus.REVERSED: "disabled",
}
UNLIMITED = Limits()


@dataclass(frozen=True, slots=True)
class Records:
    usage: Mapping[str, Usage] = field(default_factory=dict)
    holdings: tuple[HeldPromotion, ...] = ()
    known_codes: Mapping[str, str] = field(default_factory=dict)
    dead_codes: Mapping[str, str] = field(default_factory=dict)
    gifts: Mapping[str, GiftProduct] = field(default_factory=dict)
    vouchers: Mapping[str, HeldVoucher] = field(default_factory=dict)
    """By id, what the customer has left; the ones that expire first come first, and say when."""

    def beside(self, context: Context) -> Context:
        """The context with all of it but the vouchers, which are of the cart."""
        return replace(
            context,
            usage=self.usage,
            holdings=self.holdings,
            known_codes=self.known_codes,
            dead_codes=self.dead_codes,
            gifts=self.gifts,
        )

    def asked_vouchers(self, ids: Iterable[str]) -> tuple[HeldVoucher, ...]:
        """In the order of asking; what is not hers, or no longer there, is left out."""
        return tuple(self.vouchers[one] for one in ids if one in self.vouchers)


def pricing_context(
    session: Session,
    plan: Plan,
    *,
    customer_id: UUID,
    seller_id: UUID | None,
    codes: Collection[str] = (),
    at: datetime,
) -> Records:
    """For a cart of this customer in which `codes` were typed. At most four statements; the caller
    has seen to it that the actor may know what she holds."""
    keys = {identity_key(code) for code in codes if "\x00" not in code}
    found = _codes(session, customer_id, keys)
    promotions = {promotion.id: promotion for promotion in plan.promotions}
    return Records(
        usage=_usage(session, plan, customer_id, seller_id),
        holdings=tuple(_holdings(found, promotions, customer_id, at)),
        known_codes=_known(found, promotions, keys),
        dead_codes={
            row.code_key: why
            for row in found
            if row.code_key in keys and (why := _why_dead(row, customer_id, at))
        },
        gifts=_gifts(session, plan),
        vouchers=_vouchers(session, customer_id),
    )


# ---------------------------------------------------------------- usage


def _usage(
    session: Session, plan: Plan, customer_id: UUID, seller_id: UUID | None
) -> dict[str, Usage]:
    """Of promotions that have limits."""
    if all(promotion.limits == UNLIMITED for promotion in plan.promotions):
        return {}
    rows = session.execute(
        select(
            StoredPromotion.key,
            PromotionTally.scope,
            PromotionTally.uses,
            PromotionTally.spent_cents,
        )
        .join(StoredPromotion, StoredPromotion.id == PromotionTally.promotion_id)
        .where(
            or_(
                PromotionTally.scope == TallyScope.ALL,
                _of(TallyScope.CUSTOMER, customer_id),
                _of(TallyScope.SELLER, seller_id),
            )
        )
    )
    found: dict[str, dict[str, int]] = {}
    for key, scope, uses, spent in rows:
        found.setdefault(key, {}).update(_told(scope, uses, spent))
    return {key: Usage(**told) for key, told in found.items()}


def _of(scope: TallyScope, subject: UUID | None) -> Any:
    return and_(PromotionTally.scope == scope, PromotionTally.subject == subject)


def _told(scope: str, uses: int, spent: int) -> dict[str, int]:
    if scope == TallyScope.ALL:
        return {"uses": uses, "spent_cents": spent}
    return {"by_customer" if scope == TallyScope.CUSTOMER else "by_seller": uses}


# ---------------------------------------------------------------- codes


def _codes(session: Session, customer_id: UUID, keys: Collection[str]) -> list[Row[Any]]:
    """Hers that can be used, and all that were typed."""
    hers = and_(PromoCode.customer_id == customer_id, PromoCode.status == HoldingStatus.AVAILABLE)
    statement = (
        select(
            PromoCode.id,
            PromoCode.kind,
            PromoCode.customer_id,
            PromoCode.code,
            PromoCode.code_key,
            PromoCode.name,
            PromoCode.terms,
            PromoCode.status,
            PromoCode.valid_until,
            StoredPromotion.key.label("promotion"),
        )
        .outerjoin(StoredPromotion, StoredPromotion.id == PromoCode.promotion_id)
        .where(or_(hers, PromoCode.code_key.in_(sorted(keys))))
        .order_by(PromoCode.id)
    )
    return list(session.execute(statement).all())


def _holdings(
    found: Iterable[Row[Any]],
    promotions: Mapping[str, Promotion],
    customer_id: UUID,
    at: datetime,
) -> Iterable[HeldPromotion]:
    for row in found:
        if row.customer_id != customer_id or _why_dead(row, customer_id, at):
            continue
        if row.kind == CodeKind.PERSONAL:
            own = promotion_of_terms(str(row.id), row.name, row.terms)
        elif row.promotion in promotions:
            own = promotions[row.promotion]
        else:
            continue
        yield HeldPromotion(str(row.id), own, row.code, row.valid_until)


def _known(
    found: Iterable[Row[Any]], promotions: Mapping[str, Promotion], keys: Collection[str]
) -> dict[str, str]:
    return {
        row.code_key: row.promotion
        for row in found
        if row.kind == CodeKind.BULK and row.code_key in keys and row.promotion in promotions
    }


def _why_dead(row: Row[Any], customer_id: UUID, at: datetime) -> str:
    """Empty when it can be used."""
    if row.customer_id not in {None, customer_id}:
        return "of_another_customer"
    if row.status != HoldingStatus.AVAILABLE:
        return DEAD[row.status]
    return "expired" if row.valid_until is not None and row.valid_until <= at else ""


# ---------------------------------------------------------------- vouchers and gifts


def _vouchers(session: Session, customer_id: UUID) -> dict[str, HeldVoucher]:
    rows = session.scalars(
        select(Voucher)
        .where(Voucher.customer_id == customer_id, Voucher.status == HoldingStatus.AVAILABLE)
        .order_by(Voucher.valid_until.asc().nulls_last(), Voucher.id)
    )
    return {
        str(one.id): held_voucher(
            str(one.id),
            one.terms,
            remaining_cents=one.remaining_cents,
            valid_until=one.valid_until,
        )
        for one in rows
    }


def _gifts(session: Session, plan: Plan) -> dict[str, GiftProduct]:
    """Every product that a promotion gives or lets choose, and can be had today."""
    wanted = {name for promotion in plan.promotions for name in promotion.effect.products}
    if not wanted:
        return {}
    found = products_by_reference(session, wanted)
    there = ((name, found.get(identity_key(name))) for name in wanted)
    return {name: _gift(product) for name, product in there if product and product.on_sale}


def _gift(product: ProductView) -> GiftProduct:
    return GiftProduct(
        product=product.reference,
        name=product.name,
        unit_price_cents=product.price_cents,
        vat_rate_bp=product.vat_rate_bp,
        stock=product.available,
    )
