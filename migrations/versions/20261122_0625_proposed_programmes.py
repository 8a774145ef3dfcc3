"""A version of the programme is proposed by one person and approved by another."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0625"
down_revision = "20261122_0615"
branch_labels = None
depends_on = None

PROPOSAL = {
    "proposed_revision": sa.Integer(),
    "proposed_for": sa.Date(),
    "proposed_by": sa.Text(),
    "proposed_at": sa.DateTime(timezone=True),
}


def upgrade() -> None:
    for name, kind in PROPOSAL.items():
        op.add_column("programme_drafts", sa.Column(name, kind, nullable=True))
    op.add_column("programme_versions", sa.Column("proposed_by", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("programme_versions", "proposed_by")
    for name in PROPOSAL:
        op.drop_column("programme_drafts", name)
