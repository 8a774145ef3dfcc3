"""One simulation of a brand runs at a time; chunks are in the order of time, and tell the next."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261122_1020s"
down_revision = "20261122_1020l"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("simulation_chunks", sa.Column("news", JSONB(), nullable=True))
    empty = sa.text("'{}'")
    column = sa.Column("order_ids", sa.ARRAY(sa.Uuid()), nullable=False, server_default=empty)
    op.add_column("simulation_chunks", column)
    for table in ("simulations", "simulation_chunks"):
        op.execute(sa.text(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"))
    op.execute("UPDATE simulations SET status = 'cancelled' WHERE status = 'running'")
    op.execute(
        "UPDATE simulation_chunks SET order_ids = ids, ids = '{}' WHERE kind = 'orders'"
    )
    for table in ("simulations", "simulation_chunks"):
        op.execute(sa.text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))
    op.alter_column("simulation_chunks", "order_ids", server_default=None)
    op.drop_column("simulation_chunks", "kind")
    running = sa.text("status = 'running'")
    op.create_index(
        "uq_simulations_running", "simulations", ["brand_id"], unique=True, postgresql_where=running
    )


def downgrade() -> None:
    op.drop_index("uq_simulations_running", "simulations")
    kind = sa.Column("kind", sa.Text(), nullable=False, server_default="meetings")
    op.add_column("simulation_chunks", kind)
    op.drop_column("simulation_chunks", "order_ids")
    op.drop_column("simulation_chunks", "news")
