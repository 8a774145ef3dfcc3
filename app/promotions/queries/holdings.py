"""What customers hold, for screens that have already checked the actor."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.promotions.models import (
    CodeKind,
    HoldingStatus,
    PromoCode,
    PromotionState,
    PromotionUse,
    StoredPromotion,
    UseState,
    Voucher,
    VoucherUse,
)

GONE = (HoldingStatus.RESERVED, HoldingStatus.USED, HoldingStatus.EXPIRED)
"""What cannot be taken back."""


@dataclass(frozen=True, slots=True)
class CodeView:
    id: UUID
    customer_id: UUID
    grant_id: UUID | None
    kind: str
    code: str
    name: str
    terms: dict[str, Any]
    """Its own; of an assigned one, the document of its promotion."""
    status: str
    uses_limit: int | None
    issued_at: datetime
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class VoucherView:
    id: UUID
    customer_id: UUID
    grant_id: UUID | None
    code: str
    name: str
    terms: dict[str, Any]
    status: str
    issued_at: datetime
    valid_until: datetime | None
    face_cents: int
    remaining_cents: int
    face_units: int
    """Of one for units of products; else 0."""
    remaining_units: int


def codes_of(session: Session, customer_ids: Collection[UUID]) -> tuple[CodeView, ...]:
    """Those with terms of their own, and those of promotions that are on or that they used."""
    own = {name: getattr(PromoCode, name) for name in CodeView.__dataclass_fields__}
    told = own | {
        "name": func.coalesce(StoredPromotion.name, PromoCode.name),
        "terms": func.coalesce(StoredPromotion.document, PromoCode.terms),
    }
    statement = (
        select(*told.values())
        .outerjoin(
            StoredPromotion,
            (StoredPromotion.brand_id == PromoCode.brand_id)
            & (StoredPromotion.id == PromoCode.promotion_id),
        )
        .where(
            PromoCode.customer_id.in_(customer_ids),
            or_(
                PromoCode.kind == CodeKind.PERSONAL,
                StoredPromotion.state == PromotionState.LIVE,
                PromoCode.status.in_([HoldingStatus.RESERVED, HoldingStatus.USED]),
            ),
        )
        .order_by(PromoCode.id)
    )
    return tuple(CodeView(*row) for row in session.execute(statement))


@dataclass(frozen=True, slots=True)
class UseView:
    """What one order has of a code or voucher."""

    holding_id: UUID
    order_id: UUID
    amount_cents: int
    """What it took off, less what was given back since."""


def uses_of(session: Session, customer_ids: Collection[UUID]) -> tuple[UseView, ...]:
    """What orders have of the codes and vouchers of these customers. One statement."""
    codes = (
        select(
            PromoCode.id,
            PromotionUse.order_id,
            PromotionUse.amount_cents - PromotionUse.given_back_cents,
        )
        .join(PromotionUse, PromotionUse.code_id == PromoCode.id)
        .where(PromoCode.customer_id.in_(customer_ids), PromotionUse.state != UseState.RELEASED)
    )
    vouchers = (
        select(
            Voucher.id, VoucherUse.order_id, VoucherUse.amount_cents - VoucherUse.given_back_cents
        )
        .join(VoucherUse, VoucherUse.voucher_id == Voucher.id)
        .where(Voucher.customer_id.in_(customer_ids), VoucherUse.state != UseState.RELEASED)
    )
    return tuple(UseView(*row) for row in session.execute(codes.union_all(vouchers)))


def code_held(session: Session, holding_id: UUID) -> str | None:
    """What a code or voucher is used by; None: it is neither."""
    code = select(PromoCode.code).where(PromoCode.id == holding_id)
    voucher = select(Voucher.code).where(Voucher.id == holding_id)
    return session.scalar(code.union_all(voucher))


def vouchers_of(session: Session, customer_ids: Collection[UUID]) -> tuple[VoucherView, ...]:
    columns = [getattr(Voucher, name) for name in VoucherView.__dataclass_fields__]
    statement = select(*columns).where(Voucher.customer_id.in_(customer_ids))
    return tuple(VoucherView(*row) for row in session.execute(statement.order_by(Voucher.id)))


def used_of(session: Session, grant_ids: Collection[UUID]) -> set[UUID]:
    """Grants whose codes or vouchers cannot all be taken back: an order has something of them, or
    their time is over."""
    codes = select(PromoCode.grant_id).where(
        PromoCode.grant_id.in_(grant_ids), PromoCode.status.in_(GONE)
    )
    vouchers = select(Voucher.grant_id).where(Voucher.grant_id.in_(grant_ids), _touched())
    return set(session.scalars(codes.union(vouchers)))


def touched_vouchers(session: Session, ids: Collection[UUID]) -> set[UUID]:
    """Those of which an order has something, or whose time is over."""
    return set(session.scalars(select(Voucher.id).where(Voucher.id.in_(ids), _touched())))


def _touched() -> ColumnElement[bool]:
    begun = and_(
        Voucher.status == HoldingStatus.AVAILABLE,
        or_(
            Voucher.remaining_cents < Voucher.face_cents,
            Voucher.remaining_units < Voucher.face_units,
        ),
    )
    return or_(Voucher.status.in_(GONE), begun)


def vouchers_by_id(session: Session, ids: Collection[UUID]) -> tuple[VoucherView, ...]:
    """For other packages, which have seen to it that the asker may know. One statement, or none."""
    if not ids:
        return ()
    columns = [getattr(Voucher, name) for name in VoucherView.__dataclass_fields__]
    found = session.execute(select(*columns).where(Voucher.id.in_(sorted(ids))))
    return tuple(VoucherView(*row) for row in found)
