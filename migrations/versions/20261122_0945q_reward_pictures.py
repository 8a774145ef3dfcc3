"""Pictures that stand for rewards."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0945q"
down_revision = "20261122_0727"
branch_labels = None
depends_on = None

MINE = "brand_id = nullif(current_setting('app.brand_id', true), '')::uuid"


def upgrade() -> None:
    op.create_table(
        "reward_pictures",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_reward_pictures_brand_id_brands")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_reward_pictures")),
    )
    op.execute(sa.text("ALTER TABLE reward_pictures ENABLE ROW LEVEL SECURITY"))
    op.execute(sa.text("ALTER TABLE reward_pictures FORCE ROW LEVEL SECURITY"))
    op.execute(
        sa.text(f"CREATE POLICY tenant ON reward_pictures USING ({MINE}) WITH CHECK ({MINE})")
    )
    op.execute(sa.text("REVOKE UPDATE, DELETE ON reward_pictures FROM convive_app"))


def downgrade() -> None:
    op.drop_table("reward_pictures")
