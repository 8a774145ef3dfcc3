"""The programme a brand is preparing, before it publishes it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261122_0012"
down_revision = "20261121_2340"
branch_labels = None
depends_on = None

MINE = "brand_id = nullif(current_setting('app.brand_id', true), '')::uuid"


def upgrade() -> None:
    op.create_table(
        "programme_drafts",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document", JSONB(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.CheckConstraint("revision > 0", name=op.f("ck_programme_drafts_revision_positive")),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_programme_drafts_brand_id")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_programme_drafts")),
        sa.UniqueConstraint("brand_id", name=op.f("uq_programme_drafts_brand_id")),
    )
    op.execute(sa.text("ALTER TABLE programme_drafts ENABLE ROW LEVEL SECURITY"))
    op.execute(sa.text("ALTER TABLE programme_drafts FORCE ROW LEVEL SECURITY"))
    op.execute(
        sa.text(f"CREATE POLICY tenant ON programme_drafts USING ({MINE}) WITH CHECK ({MINE})")
    )


def downgrade() -> None:
    op.drop_table("programme_drafts")
