"""Promotions, segments, codes of every kind, and what orders used of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_0310"
down_revision = "20261122_0302"
branch_labels = None
depends_on = None

MINE = "brand_id = nullif(current_setting('app.brand_id', true), '')::uuid"
TABLES = [
    "pricing_plans",
    "promotions",
    "segments",
    "code_batches",
    "promotion_tallies",
    "promotion_uses",
    "voucher_uses",
]
KIND_FITS = (
    "(kind IN ('personal', 'assigned')) = (customer_id IS NOT NULL)"
    " AND (kind = 'personal') = (promotion_id IS NULL)"
)


def upgrade() -> None:
    _pricing_plans()
    _promotions()
    _segments()
    _code_batches()
    _promotion_tallies()
    _promotion_uses()
    _voucher_uses()
    _codes()
    for table in TABLES:
        op.execute(sa.text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))
        op.execute(sa.text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))
        op.execute(sa.text(f"CREATE POLICY tenant ON {table} USING ({MINE}) WITH CHECK ({MINE})"))


def downgrade() -> None:
    """Loses promotions and their uses, and every code that is not a customer's own."""
    op.drop_column("vouchers", "withdrawn")
    op.drop_table("voucher_uses")
    op.drop_table("promotion_uses")
    op.drop_table("promotion_tallies")
    op.execute(sa.text("ALTER TABLE promo_codes NO FORCE ROW LEVEL SECURITY"))
    op.execute(sa.text("DELETE FROM promo_codes WHERE kind <> 'personal'"))
    op.execute(sa.text("ALTER TABLE promo_codes FORCE ROW LEVEL SECURITY"))
    op.drop_constraint(op.f("ck_promo_codes_kind_fits"), "promo_codes")
    op.drop_index("ix_promo_codes_promotion", "promo_codes")
    for column in ("kind", "promotion_id", "batch_id", "uses_limit", "uses"):
        op.drop_column("promo_codes", column)
    op.alter_column("promo_codes", "customer_id", nullable=False)
    op.drop_table("code_batches")
    op.drop_table("segments")
    op.drop_table("promotions")
    op.drop_table("pricing_plans")


def _codes() -> None:
    """Those already there are customers' own, each for one order."""
    op.add_column(
        "promo_codes", sa.Column("kind", sa.Text(), server_default="personal", nullable=False)
    )
    op.add_column("promo_codes", sa.Column("promotion_id", sa.Uuid(), nullable=True))
    op.add_column("promo_codes", sa.Column("batch_id", sa.Uuid(), nullable=True))
    op.add_column(
        "promo_codes", sa.Column("uses_limit", sa.Integer(), server_default="1", nullable=True)
    )
    op.add_column(
        "promo_codes", sa.Column("uses", sa.Integer(), server_default="0", nullable=False)
    )
    op.alter_column("promo_codes", "customer_id", existing_type=sa.UUID(), nullable=True)
    op.create_index(
        "ix_promo_codes_promotion",
        "promo_codes",
        ["brand_id", "promotion_id", "batch_id", "id"],
        unique=False,
    )
    op.create_foreign_key(
        op.f("fk_promo_codes_brand_id_batch_id"),
        "promo_codes",
        "code_batches",
        ["brand_id", "batch_id"],
        ["brand_id", "id"],
    )
    op.create_foreign_key(
        op.f("fk_promo_codes_brand_id_promotion_id"),
        "promo_codes",
        "promotions",
        ["brand_id", "promotion_id"],
        ["brand_id", "id"],
    )
    op.add_column(
        "vouchers", sa.Column("withdrawn", sa.Boolean(), server_default="false", nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_promo_codes_kind_known"),
        "promo_codes",
        "kind IN ('personal', 'assigned', 'shared', 'bulk')",
    )
    op.create_check_constraint(op.f("ck_promo_codes_kind_fits"), "promo_codes", KIND_FITS)
    op.create_check_constraint(
        op.f("ck_promo_codes_uses_range"),
        "promo_codes",
        "uses BETWEEN 0 AND coalesce(uses_limit, uses)",
    )


def _pricing_plans() -> None:
    op.create_table(
        "pricing_plans",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.Uuid(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.CheckConstraint("revision > 0", name=op.f("ck_pricing_plans_revision_positive")),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_pricing_plans_brand_id")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_pricing_plans")),
        sa.UniqueConstraint("brand_id", name=op.f("uq_pricing_plans_brand_id")),
    )


def _promotions() -> None:
    op.create_table(
        "promotions",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("copy_of", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'live', 'paused', 'archived')",
            name=op.f("ck_promotions_state_known"),
        ),
        sa.CheckConstraint("revision > 0", name=op.f("ck_promotions_revision_positive")),
        sa.ForeignKeyConstraint(
            ["brand_id", "copy_of"],
            ["promotions.brand_id", "promotions.id"],
            name=op.f("fk_promotions_brand_id_copy_of"),
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_promotions_brand_id")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_promotions")),
        sa.UniqueConstraint("brand_id", "key", name=op.f("uq_promotions_brand_id_key")),
    )
    op.create_index("ix_promotions_state", "promotions", ["brand_id", "state"], unique=False)


def _segments() -> None:
    op.create_table(
        "segments",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.CheckConstraint("revision > 0", name=op.f("ck_segments_revision_positive")),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_segments_brand_id")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_segments")),
        sa.UniqueConstraint("brand_id", "key", name=op.f("uq_segments_brand_id_key")),
    )


def _code_batches() -> None:
    op.create_table(
        "code_batches",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("promotion_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("uses_limit", sa.Integer(), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('personal', 'assigned', 'shared', 'bulk')",
            name=op.f("ck_code_batches_kind_known"),
        ),
        sa.CheckConstraint("size BETWEEN 1 AND 50000", name=op.f("ck_code_batches_size_range")),
        sa.CheckConstraint("uses_limit > 0", name=op.f("ck_code_batches_uses_limit_positive")),
        sa.ForeignKeyConstraint(
            ["brand_id", "promotion_id"],
            ["promotions.brand_id", "promotions.id"],
            name=op.f("fk_code_batches_brand_id_promotion_id"),
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_code_batches_brand_id")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_code_batches")),
    )
    op.create_index(
        "ix_code_batches_promotion", "code_batches", ["brand_id", "promotion_id"], unique=False
    )


def _promotion_tallies() -> None:
    op.create_table(
        "promotion_tallies",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("promotion_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("uses_limit", sa.Integer(), nullable=True),
        sa.Column("spent_cents", sa.BigInteger(), nullable=False),
        sa.Column("budget_cents", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "scope IN ('all', 'customer', 'seller')", name=op.f("ck_promotion_tallies_scope_known")
        ),
        sa.CheckConstraint(
            "spent_cents BETWEEN 0 AND coalesce(budget_cents, spent_cents)",
            name=op.f("ck_promotion_tallies_spent_range"),
        ),
        sa.CheckConstraint(
            "uses BETWEEN 0 AND coalesce(uses_limit, uses)",
            name=op.f("ck_promotion_tallies_uses_range"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "promotion_id"],
            ["promotions.brand_id", "promotions.id"],
            name=op.f("fk_promotion_tallies_brand_id_promotion_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_promotion_tallies_brand_id")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_promotion_tallies")),
        sa.UniqueConstraint(
            "brand_id",
            "promotion_id",
            "scope",
            "subject",
            name=op.f("uq_promotion_tallies_brand_id_promotion_id_scope_subject"),
        ),
    )


def _promotion_uses() -> None:
    op.create_table(
        "promotion_uses",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("promotion", sa.Text(), nullable=False),
        sa.Column("promotion_id", sa.Uuid(), nullable=True),
        sa.Column("code_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("given_back_cents", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("basket_cents", sa.BigInteger(), nullable=False),
        sa.Column("gives_back", sa.Boolean(), nullable=False),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('reserved', 'consumed', 'released')",
            name=op.f("ck_promotion_uses_state_known"),
        ),
        sa.CheckConstraint(
            "amount_cents BETWEEN 0 AND 100000000000",
            name=op.f("ck_promotion_uses_amount_cents_range"),
        ),
        sa.CheckConstraint(
            "basket_cents BETWEEN 0 AND 100000000000",
            name=op.f("ck_promotion_uses_basket_cents_range"),
        ),
        sa.CheckConstraint(
            "given_back_cents BETWEEN 0 AND amount_cents",
            name=op.f("ck_promotion_uses_given_back_range"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "code_id"],
            ["promo_codes.brand_id", "promo_codes.id"],
            name=op.f("fk_promotion_uses_brand_id_code_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "customer_id"],
            ["customers.brand_id", "customers.id"],
            name=op.f("fk_promotion_uses_brand_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "order_id"],
            ["orders.brand_id", "orders.id"],
            name=op.f("fk_promotion_uses_brand_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "promotion_id"],
            ["promotions.brand_id", "promotions.id"],
            name=op.f("fk_promotion_uses_brand_id_promotion_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "seller_id"],
            ["sellers.brand_id", "sellers.id"],
            name=op.f("fk_promotion_uses_brand_id_seller_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_promotion_uses_brand_id")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_promotion_uses")),
        sa.UniqueConstraint(
            "brand_id",
            "promotion",
            "order_id",
            name=op.f("uq_promotion_uses_brand_id_promotion_order_id"),
        ),
    )
    op.create_index(
        "ix_promotion_uses_code", "promotion_uses", ["brand_id", "code_id"], unique=False
    )
    op.create_index(
        "ix_promotion_uses_order", "promotion_uses", ["brand_id", "order_id"], unique=False
    )
    op.create_index(
        "ix_promotion_uses_promotion",
        "promotion_uses",
        ["brand_id", "promotion_id", "state"],
        unique=False,
    )


def _voucher_uses() -> None:
    op.create_table(
        "voucher_uses",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("voucher_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("lost_cents", sa.BigInteger(), nullable=False),
        sa.Column("given_back_cents", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'released' OR given_back_cents = amount_cents",
            name=op.f("ck_voucher_uses_released_is_given_back"),
        ),
        sa.CheckConstraint(
            "state IN ('reserved', 'consumed', 'released')",
            name=op.f("ck_voucher_uses_state_known"),
        ),
        sa.CheckConstraint(
            "amount_cents BETWEEN 0 AND 100000000000",
            name=op.f("ck_voucher_uses_amount_cents_range"),
        ),
        sa.CheckConstraint(
            "given_back_cents BETWEEN 0 AND amount_cents",
            name=op.f("ck_voucher_uses_given_back_range"),
        ),
        sa.CheckConstraint(
            "lost_cents BETWEEN 0 AND 100000000000", name=op.f("ck_voucher_uses_lost_cents_range")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "order_id"],
            ["orders.brand_id", "orders.id"],
            name=op.f("fk_voucher_uses_brand_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "voucher_id"],
            ["vouchers.brand_id", "vouchers.id"],
            name=op.f("fk_voucher_uses_brand_id_voucher_id"),
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_voucher_uses_brand_id")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_voucher_uses")),
        sa.UniqueConstraint(
            "brand_id",
            "voucher_id",
            "order_id",
            name=op.f("uq_voucher_uses_brand_id_voucher_id_order_id"),
        ),
    )
    op.create_index("ix_voucher_uses_order", "voucher_uses", ["brand_id", "order_id"], unique=False)
