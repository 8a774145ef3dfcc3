"""Pots: what people have saved up by rules that count over time, what fed them, what they gave."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1003p"
down_revision = "20261122_1002l"
branch_labels = None
depends_on = None

MINE = "brand_id = nullif(current_setting('app.brand_id', true), '')::uuid"
SOURCES = "source_type IN ('order', 'meeting')"


def upgrade() -> None:
    op.create_table(
        "pots",
        *_keys("pots"),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "measure IN ('spend', 'units', 'baskets', 'meetings')",
            name=op.f("ck_pots_measure_known"),
        ),
        sa.CheckConstraint("revision > 0", name=op.f("ck_pots_revision_positive")),
        sa.ForeignKeyConstraint(
            ["brand_id", "customer_id"],
            ["customers.brand_id", "customers.id"],
            name=op.f("fk_pots_customer_id_customers"),
        ),
        sa.UniqueConstraint(
            "brand_id", "rule_id", "measure", "period", "customer_id", name="uq_pots_one_each"
        ),
    )
    op.create_index("ix_pots_customer", "pots", ["brand_id", "customer_id"])
    op.create_table(
        "pot_feedings",
        *_keys("pot_feedings"),
        *_of_pot("pot_feedings"),
        sa.Column("source_type", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("programme_version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(SOURCES, name=op.f("ck_pot_feedings_source_type_known")),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_pot_feedings_amount_something")),
        sa.UniqueConstraint(
            "brand_id", "pot_id", "source_id", "revision", name="uq_pot_feedings"
        ),
    )
    op.create_index("ix_pot_feedings_source", "pot_feedings", ["brand_id", "source_id"])
    op.create_table(
        "pot_rewards",
        *_keys("pot_rewards"),
        *_of_pot("pot_rewards"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("source_type", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(SOURCES, name=op.f("ck_pot_rewards_source_type_known")),
        sa.CheckConstraint("number > 0", name=op.f("ck_pot_rewards_number_positive")),
        sa.CheckConstraint("taken > 0", name=op.f("ck_pot_rewards_taken_positive")),
        sa.UniqueConstraint("brand_id", "pot_id", "number", name="uq_pot_rewards_number"),
    )
    for table in ("pots", "pot_feedings", "pot_rewards"):
        op.execute(sa.text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))
        op.execute(sa.text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))
        op.execute(sa.text(f"CREATE POLICY tenant ON {table} USING ({MINE}) WITH CHECK ({MINE})"))
    op.execute(sa.text("REVOKE DELETE ON pots, pot_rewards FROM convive_app"))
    op.execute(sa.text("REVOKE UPDATE, DELETE ON pot_feedings FROM convive_app"))
    op.execute(
        sa.text(
            "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON pot_feedings "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    )


def _keys(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f(f"fk_{table}_brand_id_brands")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f(f"pk_{table}")),
    ]


def _of_pot(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("pot_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id", "pot_id"],
            ["pots.brand_id", "pots.id"],
            name=op.f(f"fk_{table}_pot_id_pots"),
        ),
    ]


def downgrade() -> None:
    """What was saved up is forgotten; what was won stays won."""
    op.drop_table("pot_rewards")
    op.drop_table("pot_feedings")
    op.drop_table("pots")
