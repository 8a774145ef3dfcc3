"""The catalogue in full: a tree of categories, limits of products, corrections of stock, shipping."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261122_0025"
down_revision = "20261122_0020"
branch_labels = None
depends_on = None

MINE = "brand_id = nullif(current_setting('app.brand_id', true), '')::uuid"
TABLES = ["stock_corrections", "shipping_methods"]


def _product_columns() -> list[sa.Column]:
    return [
        sa.Column("excluded_from_discounts", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("weight_grams", sa.Integer(), nullable=True),
        sa.Column("minimum_price_cents", sa.BigInteger(), nullable=True),
        sa.Column("sold_from", sa.Date(), nullable=True),
        sa.Column("sold_until", sa.Date(), nullable=True),
        sa.Column("points_override", sa.Integer(), nullable=True),
    ]


PRODUCT_CHECKS = {
    "minimum_price_cents_range": "minimum_price_cents BETWEEN 0 AND price_cents",
    "weight_grams_range": "weight_grams BETWEEN 0 AND 1000000",
    "points_override_range": "points_override BETWEEN 0 AND 1000000",
    "sold_in_order": "sold_from <= sold_until",
}


def upgrade() -> None:
    _categories()
    for column in _product_columns():
        op.add_column("products", column)
    for name, rule in PRODUCT_CHECKS.items():
        op.create_check_constraint(op.f(f"ck_products_{name}"), "products", rule)
    _stock_corrections()
    _shipping_methods()
    for table in TABLES:
        op.execute(sa.text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))
        op.execute(sa.text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))
        op.execute(sa.text(f"CREATE POLICY tenant ON {table} USING ({MINE}) WITH CHECK ({MINE})"))
    op.execute(sa.text("REVOKE UPDATE, DELETE ON stock_corrections FROM convive_app"))
    op.execute(
        sa.text(
            "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON stock_corrections "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    )


def downgrade() -> None:
    """Loses weights, periods, corrections, shipping methods; categories become a flat list."""
    for table in TABLES:
        op.drop_table(table)
    for name in PRODUCT_CHECKS:
        op.drop_constraint(op.f(f"ck_products_{name}"), "products")
    for column in _product_columns():
        op.drop_column("products", column.name)
    op.drop_column("categories", "parent_id")


def _categories() -> None:
    op.add_column("categories", sa.Column("parent_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_categories_brand_id_parent_id"),
        "categories",
        "categories",
        ["brand_id", "parent_id"],
        ["brand_id", "id"],
    )
    op.create_check_constraint(
        op.f("ck_categories_parent_is_another"), "categories", "parent_id <> id"
    )


def _stock_corrections() -> None:
    op.create_table(
        "stock_corrections",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("units_before", sa.Integer(), nullable=False),
        sa.Column("units_after", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IN ('received', 'returned', 'damaged', 'lost', 'given', 'counted')",
            name=op.f("ck_stock_corrections_reason_known"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_stock_corrections_brand_id")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "product_id"],
            ["products.brand_id", "products.id"],
            name=op.f("fk_stock_corrections_brand_id_product_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_stock_corrections")),
    )
    op.create_index(
        "ix_stock_corrections_product", "stock_corrections", ["brand_id", "product_id", "made_at"]
    )


def _shipping_methods() -> None:
    op.create_table(
        "shipping_methods",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("zones", JSONB(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("brackets", JSONB(), nullable=False),
        sa.Column("free_from_cents", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "basis IN ('basket', 'weight')", name=op.f("ck_shipping_methods_basis_known")
        ),
        sa.CheckConstraint(
            "free_from_cents >= 0", name=op.f("ck_shipping_methods_free_from_cents_range")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_shipping_methods_brand_id")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_shipping_methods")),
        sa.UniqueConstraint(
            "brand_id", "name_key", name=op.f("uq_shipping_methods_brand_id_name_key")
        ),
    )
