"""What a brand sells cheaper, and to whom: its promotions, segments and codes, what customers hold,
and what every order used of them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.orm import Base, amount, belongs, bigint, brand_pk, cents, one_of, uuid_pk


class PricingPlan(Base):
    """One row a brand: everything of its plan but promotions and segments, and the revision.

    Whoever changes the plan locks this row; whoever reserves uses shares it. So a reservation sees
    one plan from beginning to end, and a change finds every reservation of the plan before it.
    """

    __tablename__ = "pricing_plans"
    __table_args__ = (
        UniqueConstraint("brand_id"),
        CheckConstraint("revision > 0", name="revision_positive"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    revision: Mapped[int]
    stamp: Mapped[UUID]
    """New with each revision, also with one that was rolled back: what processes cache by."""
    document: Mapped[dict[str, Any]]
    """Of the plan format, the members `settings`, `first_order` and `points`."""
    updated_at: Mapped[datetime]
    updated_by: Mapped[str]


class PromotionState(StrEnum):
    DRAFT = "draft"
    LIVE = "live"
    PAUSED = "paused"
    """Not offered; its codes say that it is switched off."""
    ARCHIVED = "archived"
    """Never again; what it gave stays explained, and its codes may be given anew."""


class StoredPromotion(Base):
    """A promotion as the brand wrote it, in the plan format."""

    __tablename__ = "promotions"
    __table_args__ = (
        belongs("copy_of", "promotions"),
        UniqueConstraint("brand_id", "key"),
        one_of("state", PromotionState),
        CheckConstraint("revision > 0", name="revision_positive"),
        Index("ix_promotions_state", "brand_id", "state"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    key: Mapped[str]
    """Its id in the plan: what quotes, files and links know it by, for ever."""
    name: Mapped[str]
    document: Mapped[dict[str, Any]]
    state: Mapped[str]
    copy_of: Mapped[UUID | None]
    revision: Mapped[int]
    """Raised by each change: whoever saves says which one she was looking at."""
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    updated_at: Mapped[datetime]
    updated_by: Mapped[str]


class StoredSegment(Base):
    """A set of customers, in the plan format; the lowest position serves first."""

    __tablename__ = "segments"
    __table_args__ = (
        UniqueConstraint("brand_id", "key"),
        CheckConstraint("revision > 0", name="revision_positive"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    key: Mapped[str]
    name: Mapped[str]
    document: Mapped[dict[str, Any]]
    position: Mapped[int]
    revision: Mapped[int]
    updated_at: Mapped[datetime]
    updated_by: Mapped[str]


class HoldingStatus(StrEnum):
    AVAILABLE = "available"
    RESERVED = "reserved"
    USED = "used"
    EXPIRED = "expired"
    REVERSED = "reversed"


class CodeKind(StrEnum):
    PERSONAL = "personal"
    """A customer's own, with terms of its own: how a reward gives one."""
    ASSIGNED = "assigned"
    """A customer's own, of a promotion."""
    SHARED = "shared"
    """Everybody's, as many times as its promotion says."""
    BULK = "bulk"
    """One of a batch: whoever has it may use it."""


class CodeBatch(Base):
    """Codes made together."""

    __tablename__ = "code_batches"
    __table_args__ = (
        belongs("promotion_id", "promotions"),
        CheckConstraint("size BETWEEN 1 AND 50000", name="size_range"),
        CheckConstraint("uses_limit > 0", name="uses_limit_positive"),
        one_of("kind", CodeKind),
        Index("ix_code_batches_promotion", "brand_id", "promotion_id"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    promotion_id: Mapped[UUID]
    kind: Mapped[str]
    prefix: Mapped[str]
    size: Mapped[int]
    uses_limit: Mapped[int]
    valid_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]


class PromoCode(Base):
    """A code: no two of a brand are the same one, whatever their kinds."""

    __tablename__ = "promo_codes"
    __table_args__ = (
        belongs("customer_id", "customers"),
        belongs("promotion_id", "promotions"),
        belongs("batch_id", "code_batches"),
        UniqueConstraint("brand_id", "code_key"),
        UniqueConstraint("brand_id", "grant_id", "copy"),
        one_of("status", HoldingStatus),
        one_of("kind", CodeKind),
        CheckConstraint(
            "(kind IN ('personal', 'assigned')) = (customer_id IS NOT NULL)"
            " AND (kind = 'personal') = (promotion_id IS NULL)",
            name="kind_fits",
        ),
        CheckConstraint("uses BETWEEN 0 AND coalesce(uses_limit, uses)", name="uses_range"),
        Index("ix_promo_codes_customer", "brand_id", "customer_id"),
        Index(
            "ix_promo_codes_ending",
            "brand_id",
            "valid_until",
            postgresql_where=text("status = 'available'"),
        ),
        CheckConstraint("points > 0", name="points_positive"),
        Index("ix_promo_codes_promotion", "brand_id", "promotion_id", "batch_id", "id"),
        Index(
            "ix_promo_codes_of_points",
            "brand_id",
            "id",
            postgresql_where=text(
                "points IS NOT NULL AND points_ended_at IS NULL AND status = 'expired'"
            ),
        ),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    kind: Mapped[str] = mapped_column(server_default="personal")
    customer_id: Mapped[UUID | None]
    promotion_id: Mapped[UUID | None]
    batch_id: Mapped[UUID | None]
    grant_id: Mapped[UUID | None]
    copy: Mapped[int] = mapped_column(server_default="1")
    code: Mapped[str]
    code_key: Mapped[str]
    name: Mapped[str]
    terms: Mapped[dict[str, Any]]
    """Of a personal code: the promotion model as it was when the code was issued."""
    status: Mapped[str]
    uses_limit: Mapped[int | None] = mapped_column(server_default="1")
    """None: as often as its promotion may be used."""
    uses: Mapped[int] = mapped_column(server_default="0")
    """Orders that hold or have used it; not counted of shared codes."""
    withdrawn: Mapped[bool] = mapped_column(server_default="false")
    """No longer deserved while an order had it: when the order gives it back, it is gone."""
    issued_at: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    """The first instant at which it is too late; None: for ever."""
    reminded_days: Mapped[int | None]
    """The last reminder sent: so many days before it ends."""
    points: Mapped[bigint | None]
    """It was made of so many points."""
    points_return: Mapped[bool] = mapped_column(server_default="false")
    """Whether they come back when it expires unused."""
    points_ended_at: Mapped[datetime | None]
    """When they were lost or came back."""


class Voucher(Base):
    """A price reduction in the name of one customer; not a means of payment."""

    __tablename__ = "vouchers"
    __table_args__ = (
        belongs("customer_id", "customers"),
        UniqueConstraint("brand_id", "code_key"),
        UniqueConstraint("brand_id", "grant_id", "copy"),
        one_of("status", HoldingStatus),
        amount("face_cents"),
        CheckConstraint("remaining_cents BETWEEN 0 AND face_cents", name="remaining_range"),
        CheckConstraint("remaining_units BETWEEN 0 AND face_units", name="remaining_units_range"),
        Index("ix_vouchers_customer", "brand_id", "customer_id"),
        Index(
            "ix_vouchers_ending",
            "brand_id",
            "valid_until",
            postgresql_where=text("status = 'available'"),
        ),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    customer_id: Mapped[UUID]
    grant_id: Mapped[UUID | None]
    copy: Mapped[int] = mapped_column(server_default="1")
    code: Mapped[str]
    code_key: Mapped[str]
    name: Mapped[str]
    face_cents: Mapped[cents]
    remaining_cents: Mapped[cents]
    """What no order holds or has used."""
    face_units: Mapped[int] = mapped_column(server_default="0")
    """Of one for units of products, which has no amount; else 0."""
    remaining_units: Mapped[int] = mapped_column(server_default="0")
    terms: Mapped[dict[str, Any]]
    status: Mapped[str]
    withdrawn: Mapped[bool] = mapped_column(server_default="false")
    """No longer deserved while some of it was used: what an order gives back of it is gone."""
    issued_at: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    reminded_days: Mapped[int | None]

    @property
    def face(self) -> int:
        """In cents, or in units."""
        return self.face_cents or self.face_units

    @property
    def is_touched(self) -> bool:
        """Whether an order has something of it, or its time is over."""
        left = self.remaining_cents or self.remaining_units
        return self.status != HoldingStatus.AVAILABLE or left != self.face

    def take_back(self, *, for_good: bool = True) -> None:
        """What orders have of it stays: it becomes a voucher of that much, used.

        Unless it is taken back for good, what an order gives back of that is hers again.
        """
        spent_cents = self.face_cents - self.remaining_cents
        spent_units = self.face_units - self.remaining_units
        if self.status == HoldingStatus.AVAILABLE and not (spent_cents or spent_units):
            self.status = HoldingStatus.REVERSED
        elif self.status == HoldingStatus.AVAILABLE:
            self.face_cents, self.remaining_cents = spent_cents, 0
            self.face_units, self.remaining_units = spent_units, 0
            self.status = HoldingStatus.USED
        self.withdrawn = for_good and self.status in {HoldingStatus.RESERVED, HoldingStatus.USED}


# ---------------------------------------------------------------- what orders use


class UseState(StrEnum):
    RESERVED = "reserved"
    """By an order that is placed and not yet paid."""
    CONSUMED = "consumed"
    RELEASED = "released"
    """The order is not, or no longer: the use does not count."""


class PromotionUse(Base):
    """One order used one promotion: the unique key, not the code, makes it once."""

    __tablename__ = "promotion_uses"
    __table_args__ = (
        belongs("promotion_id", "promotions"),
        belongs("code_id", "promo_codes"),
        belongs("order_id", "orders"),
        belongs("customer_id", "customers"),
        belongs("seller_id", "sellers"),
        UniqueConstraint("brand_id", "promotion", "order_id"),
        one_of("state", UseState),
        amount("amount_cents"),
        amount("basket_cents"),
        CheckConstraint("given_back_cents BETWEEN 0 AND amount_cents", name="given_back_range"),
        Index("ix_promotion_uses_order", "brand_id", "order_id"),
        Index("ix_promotion_uses_promotion", "brand_id", "promotion_id", "state"),
        Index("ix_promotion_uses_code", "brand_id", "code_id"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    promotion: Mapped[str]
    """As the quote names it: a key of the plan, or the id of a personal code."""
    promotion_id: Mapped[UUID | None]
    """None for the terms of a personal code."""
    code_id: Mapped[UUID | None]
    """A code whose uses are counted."""
    code: Mapped[str]
    """As typed; empty when none was."""
    order_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    seller_id: Mapped[UUID]
    state: Mapped[str]
    amount_cents: Mapped[cents]
    """Taken off that order."""
    given_back_cents: Mapped[cents] = mapped_column(server_default="0")
    """Of it, for what was cancelled or returned since."""
    basket_cents: Mapped[cents]
    """What the order's products came to after discounts."""
    gives_back: Mapped[bool]
    """Whether cancelling the order gives the use back."""
    reserved_at: Mapped[datetime]
    consumed_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]


class TallyScope(StrEnum):
    ALL = "all"
    CUSTOMER = "customer"
    SELLER = "seller"


class PromotionTally(Base):
    """How often a limited promotion stands used, and what it has cost: in all, by one customer, or
    by one seller. Moved by single statements that look at the limit as they move; promotions
    without such a limit have none, so that orders do not queue for a row nobody needs."""

    __tablename__ = "promotion_tallies"
    __table_args__ = (
        belongs("promotion_id", "promotions"),
        UniqueConstraint("brand_id", "promotion_id", "scope", "subject"),
        one_of("scope", TallyScope),
        CheckConstraint("uses BETWEEN 0 AND coalesce(uses_limit, uses)", name="uses_range"),
        CheckConstraint(
            "spent_cents BETWEEN 0 AND coalesce(budget_cents, spent_cents)", name="spent_range"
        ),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    promotion_id: Mapped[UUID]
    scope: Mapped[str]
    subject: Mapped[UUID]
    """The customer or seller; of scope `all`, the promotion itself."""
    uses: Mapped[int]
    uses_limit: Mapped[int | None]
    """As of the last use; a limit lowered since binds the next one."""
    spent_cents: Mapped[cents]
    budget_cents: Mapped[cents | None]


class VoucherUse(Base):
    """What one order took of one voucher."""

    __tablename__ = "voucher_uses"
    __table_args__ = (
        belongs("voucher_id", "vouchers"),
        belongs("order_id", "orders"),
        UniqueConstraint("brand_id", "voucher_id", "order_id"),
        one_of("state", UseState),
        amount("amount_cents"),
        amount("lost_cents"),
        CheckConstraint("given_back_cents BETWEEN 0 AND amount_cents", name="given_back_range"),
        CheckConstraint(
            "state <> 'released' OR given_back_cents = amount_cents", name="released_is_given_back"
        ),
        CheckConstraint("units >= 0 AND lost_units >= 0", name="units_positive"),
        Index("ix_voucher_uses_order", "brand_id", "order_id"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    voucher_id: Mapped[UUID]
    order_id: Mapped[UUID]
    state: Mapped[str]
    amount_cents: Mapped[cents]
    lost_cents: Mapped[cents]
    """The rest of it, lost by using it; back when the whole amount is given back."""
    units: Mapped[int] = mapped_column(server_default="0")
    """Of a voucher for units: given back in proportion to the amount, none by halves."""
    lost_units: Mapped[int] = mapped_column(server_default="0")
    given_back_cents: Mapped[cents] = mapped_column(server_default="0")
    reserved_at: Mapped[datetime]
    consumed_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
