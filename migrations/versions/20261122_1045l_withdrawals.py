"""What customers withdrew from, in their own words of the day: never altered."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_1045l"
down_revision = "20261122_1010t"
branch_labels = None
depends_on = None

MINE = "brand_id = nullif(current_setting('app.brand_id', true), '')::uuid"


def upgrade() -> None:
    op.create_table(
        "withdrawals",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("units", postgresql.JSONB(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_withdrawals_brand_id")),
        sa.ForeignKeyConstraint(
            ["brand_id", "order_id"],
            ["orders.brand_id", "orders.id"],
            name=op.f("fk_withdrawals_brand_id_order_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_withdrawals")),
    )
    op.create_index("ix_withdrawals_order", "withdrawals", ["brand_id", "order_id"])
    op.execute(sa.text("ALTER TABLE withdrawals ENABLE ROW LEVEL SECURITY"))
    op.execute(sa.text("ALTER TABLE withdrawals FORCE ROW LEVEL SECURITY"))
    op.execute(sa.text(f"CREATE POLICY tenant ON withdrawals USING ({MINE}) WITH CHECK ({MINE})"))
    op.execute(sa.text("REVOKE UPDATE, DELETE ON withdrawals FROM convive_app"))


def downgrade() -> None:
    op.drop_table("withdrawals")
