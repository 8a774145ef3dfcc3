"""Addresses under which sellers' own calendar programs read their meetings."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0105"
down_revision = "20261122_0055"
branch_labels = None
depends_on = None

MINE = "brand_id = nullif(current_setting('app.brand_id', true), '')::uuid"


def upgrade() -> None:
    op.create_table(
        "calendar_links",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_calendar_links_brand_id")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "seller_id"],
            ["sellers.brand_id", "sellers.id"],
            name=op.f("fk_calendar_links_brand_id_seller_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_calendar_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_links_token_hash")),
    )
    op.create_index(
        "uq_calendar_links_standing",
        "calendar_links",
        ["brand_id", "seller_id"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.execute(sa.text("ALTER TABLE calendar_links ENABLE ROW LEVEL SECURITY"))
    op.execute(sa.text("ALTER TABLE calendar_links FORCE ROW LEVEL SECURITY"))
    op.execute(
        sa.text(f"CREATE POLICY tenant ON calendar_links USING ({MINE}) WITH CHECK ({MINE})")
    )


def downgrade() -> None:
    op.drop_table("calendar_links")
