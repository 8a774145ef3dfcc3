"""Rewards the brand gives again and again, by hand or for points, and gifts that no rule gave."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_0641"
down_revision = "20261122_0625"
branch_labels = None
depends_on = None

MINE = "brand_id = nullif(current_setting('app.brand_id', true), '')::uuid"
KINDS = "'voucher', 'amount', 'percent', 'product', 'buy_x_get_y', 'shipping', 'gift'"
PRICE = "price_points > 0"


def upgrade() -> None:
    _templates()
    _given()
    for table in ("reward_templates", "given_rewards"):
        op.execute(sa.text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))
        op.execute(sa.text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))
        op.execute(sa.text(f"CREATE POLICY tenant ON {table} USING ({MINE}) WITH CHECK ({MINE})"))
    op.execute(sa.text("REVOKE DELETE ON reward_templates, given_rewards FROM convive_app"))
    op.add_column("gift_claims", sa.Column("terms", postgresql.JSONB(), nullable=True))
    op.alter_column("gift_claims", "grant_id", nullable=True)
    op.create_check_constraint(
        op.f("ck_gift_claims_won_or_given"),
        "gift_claims",
        "(grant_id IS NULL) = (terms IS NOT NULL)",
    )


def downgrade() -> None:
    """Refused where gifts were given that no rule gave."""
    op.drop_constraint(op.f("ck_gift_claims_won_or_given"), "gift_claims")
    op.alter_column("gift_claims", "grant_id", nullable=False)
    op.drop_column("gift_claims", "terms")
    op.drop_table("given_rewards")
    op.drop_table("reward_templates")


def _templates() -> None:
    op.create_table(
        "reward_templates",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("offer", postgresql.JSONB(), nullable=False),
        sa.Column("valid_days", sa.Integer(), nullable=True),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("price_points", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_reward_templates_kind_known")),
        sa.CheckConstraint(
            "state IN ('active', 'archived')", name=op.f("ck_reward_templates_state_known")
        ),
        sa.CheckConstraint(
            "cents BETWEEN 0 AND 100000000000", name=op.f("ck_reward_templates_cents_range")
        ),
        sa.CheckConstraint(PRICE, name=op.f("ck_reward_templates_price_points_positive")),
        sa.CheckConstraint("valid_days > 0", name=op.f("ck_reward_templates_valid_days_positive")),
        sa.CheckConstraint("revision > 0", name=op.f("ck_reward_templates_revision_positive")),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_reward_templates_brand_id")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_reward_templates")),
    )
    op.create_index("ix_reward_templates_state", "reward_templates", ["brand_id", "state"])


def _given() -> None:
    op.create_table(
        "given_rewards",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=True),
        sa.Column("holding", sa.Text(), nullable=False),
        sa.Column("holding_id", sa.Uuid(), nullable=False),
        sa.Column("price_points", sa.BigInteger(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "holding IN ('code', 'voucher', 'gift')", name=op.f("ck_given_rewards_holding_known")
        ),
        sa.CheckConstraint(PRICE, name=op.f("ck_given_rewards_price_points_positive")),
        sa.ForeignKeyConstraint(
            ["brand_id", "customer_id"],
            ["customers.brand_id", "customers.id"],
            name=op.f("fk_given_rewards_brand_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "template_id"],
            ["reward_templates.brand_id", "reward_templates.id"],
            name=op.f("fk_given_rewards_brand_id_template_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_given_rewards_brand_id")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_given_rewards")),
    )
    for column in ("customer", "template"):
        op.create_index(
            f"ix_given_rewards_{column}", "given_rewards", ["brand_id", f"{column}_id"]
        )
