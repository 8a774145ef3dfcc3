"""What is taken of the caps of rules, in all and by each meeting or order."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0727"
down_revision = "20261122_0720"
branch_labels = None
depends_on = None

MINE = "brand_id = nullif(current_setting('app.brand_id', true), '')::uuid"


def upgrade() -> None:
    op.create_table(
        "cap_shares",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("cap", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("most", sa.BigInteger(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("taken BETWEEN 0 AND most", name=op.f("ck_cap_shares_taken_in_range")),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_cap_shares_brand_id_brands")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_cap_shares")),
        sa.UniqueConstraint(
            "brand_id", "rule_id", "cap", "period", "subject", name="uq_cap_shares"
        ),
    )
    op.create_table(
        "cap_takings",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=False),
        sa.Column("share_id", sa.Uuid(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_cap_takings_taken_positive")),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_cap_takings_brand_id_brands")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "share_id"],
            ["cap_shares.brand_id", "cap_shares.id"],
            name=op.f("fk_cap_takings_share_id_cap_shares"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_cap_takings")),
        sa.UniqueConstraint("brand_id", "scope_id", "share_id", name="uq_cap_takings"),
    )
    for table in ("cap_shares", "cap_takings"):
        op.execute(sa.text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))
        op.execute(sa.text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))
        op.execute(sa.text(f"CREATE POLICY tenant ON {table} USING ({MINE}) WITH CHECK ({MINE})"))
    op.execute(sa.text("REVOKE DELETE ON cap_shares, cap_takings FROM convive_app"))


def downgrade() -> None:
    op.drop_table("cap_takings")
    op.drop_table("cap_shares")
