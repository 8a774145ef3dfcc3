"""The life of points: what they wait for, how long they last, what is owed, what staff may give."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_0340"
down_revision = "20261122_0330"
branch_labels = None
depends_on = None

MINE = "brand_id = nullif(current_setting('app.brand_id', true), '')::uuid"
KINDS = ("issued", "pending", "available", "reserved", "spent", "expired", "reversed")
OPEN = "remaining > 0"


def upgrade() -> None:
    _accounts((*KINDS, "debt"), "kind IN ('issued', 'debt')")
    _lots()
    op.create_index("ix_ledger_entries_source", "ledger_entries", ["brand_id", "source_id"])
    _settings()
    _goodwill()
    for table in ("loyalty_settings", "goodwill_tallies"):
        op.execute(sa.text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))
        op.execute(sa.text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))
        op.execute(sa.text(f"CREATE POLICY tenant ON {table} USING ({MINE}) WITH CHECK ({MINE})"))
    for statement in _guards():
        op.execute(sa.text(statement))


def downgrade() -> None:
    """Refused by the accounts' own rule where somebody owes points."""
    for table in ("points_accounts", "lots"):
        op.execute(sa.text(f"DROP TRIGGER keeps_identity ON {table}"))
        op.execute(sa.text(f"GRANT DELETE ON {table} TO convive_app"))
    for function in ("account_keeps_identity", "lot_keeps_identity"):
        op.execute(sa.text(f"DROP FUNCTION {function}()"))
    op.drop_table("goodwill_tallies")
    op.drop_table("loyalty_settings")
    op.drop_index("ix_ledger_entries_source", "ledger_entries")
    for index in ("ix_lots_entry", "ix_lots_open", "ix_lots_due", "ix_lots_expiring"):
        op.drop_index(index, "lots")
    op.drop_index("ix_lots_customer", "lots")
    op.create_index("ix_lots_customer", "lots", ["brand_id", "customer_id", "expires_at", "id"])
    for column in ("awaits", "due_at", "expiry", "reminded_days"):
        op.drop_column("lots", column)
    op.execute(sa.text("ALTER TABLE points_accounts NO FORCE ROW LEVEL SECURITY"))
    op.execute(sa.text("DELETE FROM points_accounts WHERE kind = 'debt' AND balance = 0"))
    op.execute(sa.text("ALTER TABLE points_accounts FORCE ROW LEVEL SECURITY"))
    _accounts(KINDS, "kind = 'issued'")


def _accounts(kinds: tuple[str, ...], below_zero: str) -> None:
    op.drop_constraint(op.f("ck_points_accounts_kind_known"), "points_accounts")
    op.drop_constraint(op.f("ck_points_accounts_balance_sign"), "points_accounts")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(
        op.f("ck_points_accounts_kind_known"), "points_accounts", f"kind IN ({listed})"
    )
    op.create_check_constraint(
        op.f("ck_points_accounts_balance_sign"),
        "points_accounts",
        f"CASE WHEN {below_zero} THEN balance <= 0 ELSE balance >= 0 END",
    )


def _lots() -> None:
    op.add_column("lots", sa.Column("awaits", sa.Text(), nullable=True))
    op.add_column("lots", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("lots", sa.Column("expiry", postgresql.JSONB(), nullable=True))
    op.add_column("lots", sa.Column("reminded_days", sa.Integer(), nullable=True))
    op.drop_index("ix_lots_customer", "lots")
    op.create_index("ix_lots_customer", "lots", ["brand_id", "customer_id", "id"])
    op.create_index("ix_lots_entry", "lots", ["brand_id", "entry_id"])
    op.create_index(
        "ix_lots_open",
        "lots",
        ["brand_id", "customer_id", "expires_at"],
        postgresql_where=sa.text(OPEN),
    )
    op.create_index(
        "ix_lots_due",
        "lots",
        ["brand_id", "due_at"],
        postgresql_where=sa.text(f"{OPEN} AND available_at IS NULL"),
    )
    op.create_index(
        "ix_lots_expiring",
        "lots",
        ["brand_id", "expires_at"],
        postgresql_where=sa.text(f"{OPEN} AND expires_at IS NOT NULL"),
    )


def _settings() -> None:
    op.create_table(
        "loyalty_settings",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.CheckConstraint("revision > 0", name=op.f("ck_loyalty_settings_revision_positive")),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_loyalty_settings_brand_id")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_loyalty_settings")),
        sa.UniqueConstraint("brand_id", name=op.f("uq_loyalty_settings_brand_id")),
    )


def _goodwill() -> None:
    op.create_table(
        "goodwill_tallies",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("given", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "unit IN ('points', 'cents')", name=op.f("ck_goodwill_tallies_unit_known")
        ),
        sa.CheckConstraint("given >= 0", name=op.f("ck_goodwill_tallies_given_range")),
        sa.ForeignKeyConstraint(
            ["brand_id", "user_id"],
            ["users.brand_id", "users.id"],
            name=op.f("fk_goodwill_tallies_brand_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_goodwill_tallies_brand_id")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_goodwill_tallies")),
        sa.UniqueConstraint(
            "brand_id",
            "user_id",
            "month",
            "unit",
            name=op.f("uq_goodwill_tallies_brand_id_user_id_month_unit"),
        ),
    )


def _guards() -> list[str]:
    """Balances and what is left of lots move; whose they are and what they were given as do not,
    and neither is ever deleted."""
    return [
        "REVOKE DELETE ON points_accounts, lots FROM convive_app",
        _keeps_identity(
            "account", "points_accounts", "brand_id", "id", "customer_id", "kind", left="balance"
        ),
        _keeps_identity(
            "lot",
            "lots",
            "brand_id",
            "id",
            "customer_id",
            "entry_id",
            "points",
            "awaits",
            "expiry",
            left="remaining",
        ),
        "CREATE TRIGGER keeps_identity BEFORE UPDATE OR DELETE ON points_accounts "
        "FOR EACH ROW EXECUTE FUNCTION account_keeps_identity()",
        "CREATE TRIGGER keeps_identity BEFORE UPDATE OR DELETE ON lots "
        "FOR EACH ROW EXECUTE FUNCTION lot_keeps_identity()",
    ]


def _keeps_identity(name: str, table: str, *columns: str, left: str) -> str:
    old = ", ".join(f"OLD.{column}" for column in columns)
    new = ", ".join(f"NEW.{column}" for column in columns)
    return f"""
        CREATE FUNCTION {name}_keeps_identity() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' OR ({old}) IS DISTINCT FROM ({new}) THEN
                RAISE EXCEPTION 'of {table} only {left} and dates move'
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
    """
