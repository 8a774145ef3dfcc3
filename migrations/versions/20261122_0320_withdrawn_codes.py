"""Codes taken back while an order holds them; what segments ask about customers."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0320"
down_revision = "20261122_0315"
branch_labels = None
depends_on = None


def upgrade() -> None:
    flag = sa.Column("withdrawn", sa.Boolean(), server_default="false", nullable=False)
    op.add_column("promo_codes", flag)
    op.add_column("customers", sa.Column("birth_date", sa.Date(), nullable=True))
    op.add_column("customers", sa.Column("professional", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("customers", "professional")
    op.drop_column("customers", "birth_date")
    op.drop_column("promo_codes", "withdrawn")
