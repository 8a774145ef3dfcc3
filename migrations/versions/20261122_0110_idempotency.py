"""Answers to requests that come with an Idempotency-Key."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0110"
down_revision = "20261122_0105"
branch_labels = None
depends_on = None

TABLE = "idempotency_keys"
MINE = "brand_id = nullif(current_setting('app.brand_id', true), '')::uuid"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_idempotency_keys_brand_id")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_idempotency_keys")),
        sa.UniqueConstraint(
            "brand_id",
            "actor",
            "route",
            "key",
            name=op.f("uq_idempotency_keys_brand_id_actor_route_key"),
        ),
    )
    op.execute(sa.text(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY"))
    op.execute(sa.text(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY"))
    op.execute(sa.text(f"CREATE POLICY tenant ON {TABLE} USING ({MINE}) WITH CHECK ({MINE})"))


def downgrade() -> None:
    op.drop_table(TABLE)
