"""A gift that was taken back may be won, and chosen, again."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0655"
down_revision = "20261122_0641"
branch_labels = None
depends_on = None

NAME = "uq_order_lines_gift_claim"
COLUMNS = ["brand_id", "gift_claim_id"]


def upgrade() -> None:
    op.drop_index(NAME, "order_lines")
    standing = sa.text("gift_claim_id IS NOT NULL AND cancelled = 0")
    op.create_index(NAME, "order_lines", COLUMNS, unique=True, postgresql_where=standing)


def downgrade() -> None:
    op.drop_index(NAME, "order_lines")
    won = sa.text("gift_claim_id IS NOT NULL")
    op.create_index(NAME, "order_lines", COLUMNS, unique=True, postgresql_where=won)
