"""Nobody hosts two meetings at the same instant: a second click plans nothing."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_2336"
down_revision = "20261121_2320"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "uq_meetings_host_instant",
        "meetings",
        ["brand_id", "host_id", "starts_at"],
        unique=True,
        postgresql_where=sa.text("status <> 'cancelled'"),
    )


def downgrade() -> None:
    op.drop_index("uq_meetings_host_instant", "meetings")
