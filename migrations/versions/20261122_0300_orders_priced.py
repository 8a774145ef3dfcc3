"""What is asked for on a draft, what leaves the house, what comes back of an order."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261122_0300"
down_revision = "20261122_0225"
branch_labels = None
depends_on = None

MINE = "brand_id = nullif(current_setting('app.brand_id', true), '')::uuid"
MAX_CENTS = 10**11
NEW_TABLES = ["shipments", "order_reversals"]


def _count(name: str, kind: sa.types.TypeEngine) -> sa.Column:
    return sa.Column(name, kind, server_default="0", nullable=False)


def _order_columns() -> list[sa.Column]:
    return [
        _count("refunded_cents", sa.BigInteger()),
        _count("returned_cents", sa.BigInteger()),
        sa.Column("asked", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
    ]


def _line_columns() -> list[sa.Column]:
    return [
        _count("points_cents", sa.BigInteger()),
        sa.Column("promotion", sa.Text(), server_default="", nullable=False),
        _count("shipped", sa.Integer()),
        _count("cancelled", sa.Integer()),
        _count("returned", sa.Integer()),
        _count("refunded_cents", sa.BigInteger()),
    ]


CHECKS = {
    "orders": {
        "refunded_cents_range": f"refunded_cents BETWEEN 0 AND {MAX_CENTS}",
        "returned_cents_range": f"returned_cents BETWEEN 0 AND {MAX_CENTS}",
        "not_over_refunded": "refunded_cents <= paid_cents",
        "not_over_returned": "returned_cents <= products_cents",
    },
    "order_lines": {
        "points_cents_range": f"points_cents BETWEEN 0 AND {MAX_CENTS}",
        "refunded_cents_range": f"refunded_cents BETWEEN 0 AND {MAX_CENTS}",
        "not_over_refunded": "refunded_cents <= net_cents",
        "units_in_range": "shipped >= 0 AND cancelled >= 0 AND shipped + cancelled <= quantity "
        "AND returned BETWEEN 0 AND shipped",
    },
}


def upgrade() -> None:
    for table, columns in {"orders": _order_columns(), "order_lines": _line_columns()}.items():
        for column in columns:
            op.add_column(table, column)
        for name, rule in CHECKS[table].items():
            op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rule)
    op.create_table("shipments", *_shipment_columns(), *_keys("shipments"))
    op.create_index("ix_shipments_order", "shipments", ["brand_id", "order_id"])
    op.create_table("order_reversals", *_reversal_columns(), *_keys("order_reversals"))
    op.create_unique_constraint(
        op.f("uq_order_reversals_brand_id_order_id_revision"),
        "order_reversals",
        ["brand_id", "order_id", "revision"],
    )
    for table in NEW_TABLES:
        op.execute(sa.text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))
        op.execute(sa.text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))
        op.execute(sa.text(f"CREATE POLICY tenant ON {table} USING ({MINE}) WITH CHECK ({MINE})"))
        op.execute(sa.text(f"REVOKE UPDATE, DELETE ON {table} FROM convive_app"))
        op.execute(
            sa.text(
                f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
        )


def downgrade() -> None:
    """Loses what was asked for on drafts, what was shipped and what came back."""
    for table in NEW_TABLES:
        op.drop_table(table)
    for table, columns in {"orders": _order_columns(), "order_lines": _line_columns()}.items():
        for name in CHECKS[table]:
            op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
        for column in columns:
            op.drop_column(table, column.name)


def _keys(table: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f(f"fk_{table}_brand_id")),
        sa.ForeignKeyConstraint(
            ["brand_id", "order_id"],
            ["orders.brand_id", "orders.id"],
            name=op.f(f"fk_{table}_brand_id_order_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f(f"pk_{table}")),
    ]


def _shipment_columns() -> list[sa.Column]:
    return [
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("units", JSONB(), nullable=False),
        sa.Column("tracking", sa.Text(), server_default="", nullable=False),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shipped_by", sa.Text(), nullable=False),
    ]


def _reversal_columns() -> list[sa.schema.SchemaItem]:
    cents = ["refund_cents", "products_cents", "shipping_cents"]
    return [
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("units", JSONB(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in cents),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("vouchers", JSONB(), nullable=False),
        sa.Column("restocked", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('cancel', 'return')", name=op.f("ck_order_reversals_kind_known")),
        *(
            sa.CheckConstraint(
                f"{name} BETWEEN 0 AND {MAX_CENTS}", name=op.f(f"ck_order_reversals_{name}_range")
            )
            for name in cents
        ),
        sa.CheckConstraint("points >= 0", name=op.f("ck_order_reversals_points_range")),
    ]
