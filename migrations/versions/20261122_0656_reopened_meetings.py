"""Meetings that were closed and opened again."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0656"
down_revision = "20261122_0655"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "meetings", sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("meetings", "reopened_at")
