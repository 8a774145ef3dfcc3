"""Files that people sent to be imported, until they say yes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261122_0016"
down_revision = "20261122_0013"
branch_labels = None
depends_on = None

MINE = "brand_id = nullif(current_setting('app.brand_id', true), '')::uuid"


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", JSONB(), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_uploads_brand_id")),
        sa.ForeignKeyConstraint(
            ["brand_id", "sent_by"],
            ["users.brand_id", "users.id"],
            name=op.f("fk_uploads_brand_id_sent_by"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_uploads")),
    )
    op.create_index("ix_uploads_sent_at", "uploads", ["brand_id", "sent_at"])
    op.execute(sa.text("ALTER TABLE uploads ENABLE ROW LEVEL SECURITY"))
    op.execute(sa.text("ALTER TABLE uploads FORCE ROW LEVEL SECURITY"))
    op.execute(sa.text(f"CREATE POLICY tenant ON uploads USING ({MINE}) WITH CHECK ({MINE})"))


def downgrade() -> None:
    op.drop_table("uploads")
