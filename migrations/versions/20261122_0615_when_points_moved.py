"""When points moved: the report of a month reads that month, however long the ledger is."""

from alembic import op

revision = "20261122_0615"
down_revision = "20261122_0345"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_ledger_entries_occurred", "ledger_entries", ["brand_id", "occurred_at"])


def downgrade() -> None:
    op.drop_index("ix_ledger_entries_occurred", "ledger_entries")
