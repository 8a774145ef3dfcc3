"""What the books say beside a cart: how often promotions stand used, what the customer holds, what
became of the codes she typed, which gifts are there."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from app.catalog.queries import ProductView, products_by_reference
from app.kernel.text import identity_key
from app.promotions.domain.cart import Context, GiftProduct, HeldPromotion, HeldVoucher, Usage
from app.promotions.domain.holdings import held_voucher, promotion_of_terms
from app.promotions.domain.plan import Plan
from app.promotions.domain.terms import Promotion
from app.promotions.models import CodeKind, HoldingStatus, TallyScope
from app.promotions.queries.records import code_keys

DEAD = {
    HoldingStatus.RESERVED: "reserved",
    HoldingStatus.USED: "used",
    HoldingStatus.EXPIRED: "expired",
    HoldingStatus.REVERSED: "disabled",
}


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


@dataclass(frozen=True, slots=True)
class _Code:
    id: str
    kind: str
    customer_id: str | None
    code: str
    code_key: str
    name: str
    terms: Mapping[str, Any]
    status: str
    promotion: str
    """Empty: its terms are its own."""
    valid_until: datetime | None

    @classmethod
    def read(cls, told: dict[str, Any]) -> "_Code":
        return cls(**{**told, "valid_until": _instant(told["valid_until"])})


def read_records(
    session: Session,
    row: Row[*tuple[Any, ...]],
    plan: Plan,
    *,
    customer_id: UUID,
    codes: Collection[str] = (),
    at: datetime,
) -> Records:
    """What `row` holds in the columns RECORDS, for a cart of this customer in which `codes` were
    typed; gifts are read, if the plan has any. The caller has seen to it that the actor may know
    what she holds."""
    keys, customer = set(code_keys(codes)), str(customer_id)
    found = [_Code.read(told) for told in row.codes or ()]
    promotions = {promotion.id: promotion for promotion in plan.promotions}
    return Records(
        usage=_usage(row.tallies or ()),
        holdings=tuple(_holdings(found, promotions, customer, at)),
        known_codes=_known(found, promotions, keys),
        dead_codes={
            one.code_key: why
            for one in found
            if one.code_key in keys and (why := _why_dead(one, customer, at))
        },
        gifts=_gifts(session, plan),
        vouchers={told["id"]: _voucher(told) for told in row.vouchers or ()},
    )


def _instant(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None


# ---------------------------------------------------------------- usage


def _usage(tallies: Iterable[Mapping[str, Any]]) -> dict[str, Usage]:
    """Of promotions that have limits."""
    found: dict[str, dict[str, int]] = {}
    for one in tallies:
        told = _told(one["scope"], one["uses"], one["spent_cents"])
        found.setdefault(one["key"], {}).update(told)
    return {key: Usage(**told) for key, told in found.items()}


def _told(scope: str, uses: int, spent: int) -> dict[str, int]:
    if scope == TallyScope.ALL:
        return {"uses": uses, "spent_cents": spent}
    return {"by_customer" if scope == TallyScope.CUSTOMER else "by_seller": uses}


# ---------------------------------------------------------------- codes


def _holdings(
    found: Iterable[_Code], promotions: Mapping[str, Promotion], customer: str, at: datetime
) -> Iterable[HeldPromotion]:
    for one in found:
        if one.customer_id != customer or _why_dead(one, customer, at):
            continue
        if one.kind == CodeKind.PERSONAL:
            own = promotion_of_terms(one.id, one.name, one.terms)
        elif one.promotion in promotions:
            own = promotions[one.promotion]
        else:
            continue
        yield HeldPromotion(one.id, own, one.code, one.valid_until)


def _known(
    found: Iterable[_Code], promotions: Mapping[str, Promotion], keys: Collection[str]
) -> dict[str, str]:
    return {
        one.code_key: one.promotion
        for one in found
        if one.kind == CodeKind.BULK and one.code_key in keys and one.promotion in promotions
    }


def _why_dead(one: _Code, customer: str, at: datetime) -> str:
    """Empty when it can be used."""
    if one.customer_id not in {None, customer}:
        return "of_another_customer"
    if one.status != HoldingStatus.AVAILABLE:
        return DEAD[HoldingStatus(one.status)]
    return "expired" if one.valid_until is not None and one.valid_until <= at else ""


# ---------------------------------------------------------------- vouchers and gifts


def _voucher(told: Mapping[str, Any]) -> HeldVoucher:
    return held_voucher(
        told["id"],
        told["terms"],
        remaining_cents=told["remaining_cents"],
        remaining_units=told["remaining_units"],
        valid_until=_instant(told["valid_until"]),
    )


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
