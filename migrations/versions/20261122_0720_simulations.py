"""A programme told against past meetings, chunk by chunk."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261122_0720"
down_revision = "20261122_0715"
branch_labels = None
depends_on = None

MINE = "brand_id = nullif(current_setting('app.brand_id', true), '')::uuid"
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "simulations",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("document", JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("base", JSONB(), nullable=True),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("tariff", JSONB(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("result", JSONB(), nullable=True),
        sa.CheckConstraint(
            "status IN ('running', 'done', 'cancelled', 'failed')",
            name=op.f("ck_simulations_status_known"),
        ),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_simulations_period_is_one")),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_simulations_brand_id")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_simulations")),
    )
    op.create_index("ix_simulations_asked", "simulations", ["brand_id", "asked_at"])
    op.create_table(
        "simulation_chunks",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("simulation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("tally", JSONB(), nullable=True),
        sa.Column("winners_before", sa.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("winners_after", sa.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("differences", JSONB(), nullable=True),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_simulation_chunks_brand_id")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "simulation_id"],
            ["simulations.brand_id", "simulations.id"],
            name=op.f("fk_simulation_chunks_brand_id_simulation_id"),
        ),
        sa.PrimaryKeyConstraint(
            "brand_id", "simulation_id", "number", name=op.f("pk_simulation_chunks")
        ),
    )
    for table in ("simulations", "simulation_chunks"):
        op.execute(sa.text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))
        op.execute(sa.text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))
        op.execute(sa.text(f"CREATE POLICY tenant ON {table} USING ({MINE}) WITH CHECK ({MINE})"))


def downgrade() -> None:
    op.drop_table("simulation_chunks")
    op.drop_table("simulations")
