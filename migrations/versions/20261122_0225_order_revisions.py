"""Each thing that happens to an order is told under a revision of its own."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0225"
down_revision = "20261122_0220"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What happened to the orders already there was told under revision 1."""
    column = sa.Column("revision", sa.Integer(), server_default="1", nullable=False)
    op.add_column("orders", column)
    op.alter_column("orders", "revision", server_default="0")


def downgrade() -> None:
    op.drop_column("orders", "revision")
