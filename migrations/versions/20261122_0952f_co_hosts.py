"""Guests who host a meeting together with its host, and their shares of what hosts win."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0952f"
down_revision = "20261122_0950t"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("participants", sa.Column("share_bp", sa.Integer(), nullable=True))
    op.create_check_constraint(
        op.f("ck_participants_share_bp_range"), "participants", "share_bp BETWEEN 1 AND 9999"
    )


def downgrade() -> None:
    """Who hosted together is forgotten; what they won stays theirs."""
    op.drop_column("participants", "share_bp")
