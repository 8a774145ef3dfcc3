"""The catalogues a brand sells by, one after the other."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0958f"
down_revision = "20261122_0952f"
branch_labels = None
depends_on = None

MINE = "brand_id = nullif(current_setting('app.brand_id', true), '')::uuid"


def upgrade() -> None:
    op.create_table(
        "seasons",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_seasons_brand_id_brands")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_seasons")),
        sa.UniqueConstraint("brand_id", "name", name=op.f("uq_seasons_brand_id_name")),
        sa.UniqueConstraint("brand_id", "starts_on", name=op.f("uq_seasons_brand_id_starts_on")),
    )
    op.execute(sa.text("ALTER TABLE seasons ENABLE ROW LEVEL SECURITY"))
    op.execute(sa.text("ALTER TABLE seasons FORCE ROW LEVEL SECURITY"))
    op.execute(sa.text(f"CREATE POLICY tenant ON seasons USING ({MINE}) WITH CHECK ({MINE})"))


def downgrade() -> None:
    """Which catalogues there were is forgotten."""
    op.drop_table("seasons")
