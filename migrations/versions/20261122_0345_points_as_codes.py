"""Codes that points became, and how that ended."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0345"
down_revision = "20261122_0340"
branch_labels = None
depends_on = None

WAITING = "points IS NOT NULL AND points_ended_at IS NULL AND status = 'expired'"


def upgrade() -> None:
    op.add_column("promo_codes", sa.Column("points", sa.BigInteger(), nullable=True))
    op.add_column(
        "promo_codes",
        sa.Column("points_return", sa.Boolean(), server_default="false", nullable=False),
    )
    op.add_column(
        "promo_codes", sa.Column("points_ended_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_check_constraint(
        op.f("ck_promo_codes_points_positive"), "promo_codes", "points > 0"
    )
    op.create_index(
        "ix_promo_codes_of_points",
        "promo_codes",
        ["brand_id", "id"],
        postgresql_where=sa.text(WAITING),
    )


def downgrade() -> None:
    op.drop_index("ix_promo_codes_of_points", "promo_codes")
    op.drop_constraint(op.f("ck_promo_codes_points_positive"), "promo_codes")
    for column in ("points", "points_return", "points_ended_at"):
        op.drop_column("promo_codes", column)
