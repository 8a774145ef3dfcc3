"""What rules saw beside a meeting or order when it was first settled."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_0715"
down_revision = "20261122_0656"
branch_labels = None
depends_on = None

MINE = "brand_id = nullif(current_setting('app.brand_id', true), '')::uuid"


def upgrade() -> None:
    op.create_table(
        "frozen_facts",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scope_type", sa.Text(), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=False),
        sa.Column("document", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_frozen_facts_brand_id")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_frozen_facts")),
        sa.UniqueConstraint(
            "brand_id",
            "scope_type",
            "scope_id",
            name=op.f("uq_frozen_facts_brand_id_scope_type_scope_id"),
        ),
    )
    op.execute(sa.text("ALTER TABLE frozen_facts ENABLE ROW LEVEL SECURITY"))
    op.execute(sa.text("ALTER TABLE frozen_facts FORCE ROW LEVEL SECURITY"))
    op.execute(
        sa.text(f"CREATE POLICY tenant ON frozen_facts USING ({MINE}) WITH CHECK ({MINE})")
    )
    op.execute(sa.text("REVOKE DELETE ON frozen_facts FROM convive_app"))


def downgrade() -> None:
    op.drop_table("frozen_facts")
