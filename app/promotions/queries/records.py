"""What is stored beside a cart, as columns of one row: a statement carries them with others."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.kernel.text import identity_key
from app.promotions.models import (
    HoldingStatus,
    PromoCode,
    PromotionTally,
    StoredPromotion,
    TallyScope,
    Voucher,
)

CUSTOMER = bindparam("customer", type_=Uuid())
SELLER = bindparam("seller", type_=Uuid())
TYPED = bindparam("typed", type_=ARRAY(Text()))


def _codes() -> Select[*tuple[Any, ...]]:
    """Hers that can be used, and all that were typed."""
    hers = and_(PromoCode.customer_id == CUSTOMER, PromoCode.status == HoldingStatus.AVAILABLE)
    return (
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
            func.coalesce(StoredPromotion.key, "").label("promotion"),
        )
        .outerjoin(StoredPromotion, StoredPromotion.id == PromoCode.promotion_id)
        .where(or_(hers, PromoCode.code_key == any_(TYPED)))
        .order_by(PromoCode.id)
    )


def _tallies() -> Select[*tuple[Any, ...]]:
    """What limits are compared with, in all, by her and by this seller."""
    return (
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
                _of(TallyScope.CUSTOMER, CUSTOMER),
                _of(TallyScope.SELLER, SELLER),
            )
        )
    )


def _of(scope: TallyScope, subject: Any) -> ColumnElement[bool]:
    return and_(PromotionTally.scope == scope, PromotionTally.subject == subject)


def _vouchers() -> Select[*tuple[Any, ...]]:
    """Hers, those that expire first."""
    return (
        select(
            Voucher.id,
            Voucher.terms,
            Voucher.remaining_cents,
            Voucher.remaining_units,
            Voucher.valid_until,
        )
        .where(Voucher.customer_id == CUSTOMER, Voucher.status == HoldingStatus.AVAILABLE)
        .order_by(Voucher.valid_until.asc().nulls_last(), Voucher.id)
    )


def _gathered(rows: Select[*tuple[Any, ...]], name: str) -> ColumnElement[Any]:
    found = rows.subquery(f"every_{name}")
    return select(func.jsonb_agg(found.table_valued(), type_=JSONB())).scalar_subquery().label(name)


RECORDS = (
    _gathered(_codes(), "codes"),
    _gathered(_tallies(), "tallies"),
    _gathered(_vouchers(), "vouchers"),
)
"""Arrays of objects, or nothing."""


def code_keys(codes: Collection[str]) -> list[str]:
    return sorted({identity_key(code) for code in codes if "\x00" not in code})


def records_asked(
    customer_id: UUID, seller_id: UUID | None, codes: Collection[str]
) -> dict[str, object]:
    """Parameters of RECORDS, for a cart of this customer in which `codes` were typed."""
    return {"customer": customer_id, "seller": seller_id, "typed": code_keys(codes)}
