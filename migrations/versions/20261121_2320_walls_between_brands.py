"""Walls between brands: the application role, row-level security, append-only tables.

The downgrade leaves the role in place: other databases of the cluster may use it.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261121_2320"
down_revision = "20261121_2317"
branch_labels = None
depends_on = None

TENANT_TABLES = [
    "book_entries",
    "categories",
    "counters",
    "customers",
    "emails",
    "gift_claims",
    "grant_revisions",
    "grants",
    "ledger_entries",
    "lots",
    "meetings",
    "order_lines",
    "orders",
    "participants",
    "payments",
    "personal_links",
    "points_accounts",
    "postings",
    "product_images",
    "products",
    "programme_versions",
    "promo_codes",
    "sellers",
    "users",
    "vouchers",
]
APPEND_ONLY = ["grant_revisions", "ledger_entries", "postings", "programme_versions"]
MINE = "brand_id = nullif(current_setting('app.brand_id', true), '')::uuid"


def upgrade() -> None:
    for statement in [*_role(), *_row_level_security(), *_append_only()]:
        op.execute(sa.text(statement))


def downgrade() -> None:
    for table in APPEND_ONLY:
        op.execute(sa.text(f"DROP TRIGGER append_only ON {table}"))
    op.execute(sa.text("DROP FUNCTION refuse_change()"))
    for table in TENANT_TABLES:
        op.execute(sa.text(f"DROP POLICY tenant ON {table}"))
        op.execute(sa.text(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"))
        op.execute(sa.text(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"))
    op.execute(
        sa.text(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public "
            "REVOKE SELECT, INSERT, UPDATE, DELETE ON TABLES FROM convive_app"
        )
    )
    op.execute(sa.text("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM convive_app"))
    op.execute(sa.text("REVOKE ALL ON SCHEMA public FROM convive_app"))


def _role() -> list[str]:
    """A role that owns nothing and cannot bypass policies; two databases may race to make it."""
    return [
        """
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'convive_app') THEN
                CREATE ROLE convive_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$
        """,
        """
        DO $$ BEGIN
            IF NOT pg_has_role(current_user, 'convive_app', 'MEMBER') THEN
                EXECUTE format('GRANT convive_app TO %I', current_user);
            END IF;
        END $$
        """,
        "GRANT USAGE ON SCHEMA public TO convive_app",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO convive_app",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public "
        "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO convive_app",
    ]


def _row_level_security() -> list[str]:
    """Without a brand named in the transaction, no row of these tables exists."""
    statements = []
    for table in TENANT_TABLES:
        statements += [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY tenant ON {table} USING ({MINE}) WITH CHECK ({MINE})",
        ]
    return statements


def _append_only() -> list[str]:
    """What was written stays as it was: rights are revoked, and a trigger stops owners too."""
    statements = [
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$
        """
    ]
    for table in APPEND_ONLY:
        statements += [
            f"REVOKE UPDATE, DELETE ON {table} FROM convive_app",
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        ]
    return statements
