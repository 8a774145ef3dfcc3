"""Walls around the tables that the platform reads for every brand: sessions and the outbox.

A transaction that belongs to a brand sees that brand's rows; one that belongs to none (finding a
session by its token, claiming work) sees all of them, as before.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0050"
down_revision = "20261122_0025"
branch_labels = None
depends_on = None

BRAND = "nullif(current_setting('app.brand_id', true), '')::uuid"
TABLES = ("sessions", "outbox")


def upgrade() -> None:
    for table in TABLES:
        op.execute(sa.text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))
        op.execute(sa.text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))
        op.execute(
            sa.text(
                f"CREATE POLICY tenant ON {table} USING ({BRAND} IS NULL OR brand_id = {BRAND})"
                f" WITH CHECK ({BRAND} IS NULL OR brand_id = {BRAND})"
            )
        )


def downgrade() -> None:
    for table in TABLES:
        op.execute(sa.text(f"DROP POLICY tenant ON {table}"))
        op.execute(sa.text(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"))
        op.execute(sa.text(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"))
