"""A customer card that was put together with another one says which card stands for it now."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0325"
down_revision = "20261122_0320"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("customers", sa.Column("merged_into_id", sa.Uuid(), nullable=True))
    op.add_column(
        "customers", sa.Column("merged_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_foreign_key(
        op.f("fk_customers_brand_id_merged_into_id"),
        "customers",
        "customers",
        ["brand_id", "merged_into_id"],
        ["brand_id", "id"],
    )
    op.create_check_constraint(
        op.f("ck_customers_merged_whole"),
        "customers",
        "(merged_into_id IS NULL) = (merged_at IS NULL) AND merged_into_id <> id",
    )
    op.create_index(
        "ix_customers_merged_into",
        "customers",
        ["brand_id", "merged_into_id"],
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )


def downgrade() -> None:
    """Cards that were put together stay empty, and no longer say where their things went."""
    op.drop_index("ix_customers_merged_into", "customers")
    op.drop_constraint(op.f("ck_customers_merged_whole"), "customers")
    op.drop_constraint(op.f("fk_customers_brand_id_merged_into_id"), "customers")
    op.drop_column("customers", "merged_at")
    op.drop_column("customers", "merged_into_id")
