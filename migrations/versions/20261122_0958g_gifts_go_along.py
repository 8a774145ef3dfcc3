"""Gift orders that leave in the parcel of another order."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0958g"
down_revision = "20261122_0957g"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("goes_with_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_orders_brand_id_goes_with_id"),
        "orders",
        "orders",
        ["brand_id", "goes_with_id"],
        ["brand_id", "id"],
    )
    op.create_check_constraint(
        op.f("ck_orders_gifts_go_with_others"), "orders", "goes_with_id IS NULL OR kind = 'gift'"
    )
    op.create_index("ix_orders_goes_with", "orders", ["brand_id", "goes_with_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_orders_goes_with", "orders")
    op.drop_constraint(op.f("ck_orders_gifts_go_with_others"), "orders")
    op.drop_constraint(op.f("fk_orders_brand_id_goes_with_id"), "orders")
    op.drop_column("orders", "goes_with_id")
