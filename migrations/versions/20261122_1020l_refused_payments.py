"""Payments that the bank refused, and when an order was first paid in full."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1020l"
down_revision = "20261122_1012c"
branch_labels = None
depends_on = None

FIRST_PAID = "UPDATE orders SET consumed_at = paid_at WHERE paid_at IS NOT NULL"


def upgrade() -> None:
    op.add_column("orders", sa.Column("consumed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(sa.text("ALTER TABLE orders NO FORCE ROW LEVEL SECURITY"))
    op.execute(sa.text(FIRST_PAID))
    op.execute(sa.text("ALTER TABLE orders FORCE ROW LEVEL SECURITY"))
    op.add_column("payments", sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("payments", sa.Column("refused_by", sa.Text(), nullable=True))
    op.add_column(
        "payments", sa.Column("refusal", sa.Text(), server_default="", nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_payments_refused_by_somebody"),
        "payments",
        "(refused_at IS NULL) = (refused_by IS NULL)",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_payments_refused_by_somebody"), "payments")
    for column in ("refusal", "refused_by", "refused_at"):
        op.drop_column("payments", column)
    op.drop_column("orders", "consumed_at")
