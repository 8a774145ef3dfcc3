"""Which reminder was sent of codes and vouchers about to end."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1035t"
down_revision = "20261122_1045l"
branch_labels = None
depends_on = None

TABLES = ("promo_codes", "vouchers")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("reminded_days", sa.Integer()))
        op.create_index(
            f"ix_{table}_ending",
            table,
            ["brand_id", "valid_until"],
            postgresql_where=sa.text("status = 'available'"),
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_index(f"ix_{table}_ending", table)
        op.drop_column(table, "reminded_days")
