"""Customers order by a link: hers, or one passed on in a meeting; they accept terms of sale."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0302"
down_revision = "20261122_0300"
branch_labels = None
depends_on = None

MINE = "brand_id = nullif(current_setting('app.brand_id', true), '')::uuid"
MEETING_CHANNEL = (
    "CASE channel WHEN 'meeting' THEN meeting_id IS NOT NULL"
    " WHEN 'direct' THEN meeting_id IS NULL ELSE true END"
)
OPENS = (
    "(meeting_id IS NULL) <> (seller_id IS NULL)"
    " AND (purpose = 'order' OR meeting_id IS NOT NULL)"
    " AND (purpose = 'guests') = (customer_id IS NULL)"
)
ROLES = "role IN ('seller', 'brand_admin', 'customer_service', 'finance', 'host', 'system')"
MORE_ROLES = ROLES.replace("'host', ", "'host', 'customer', ")


def upgrade() -> None:
    op.alter_column("personal_links", "meeting_id", nullable=True)
    op.alter_column("personal_links", "customer_id", nullable=True)
    op.add_column("personal_links", sa.Column("seller_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_personal_links_brand_id_seller_id"),
        "personal_links",
        "sellers",
        ["brand_id", "seller_id"],
        ["brand_id", "id"],
    )
    op.create_check_constraint(
        op.f("ck_personal_links_purpose_known"),
        "personal_links",
        "purpose IN ('host', 'order', 'guests')",
    )
    op.create_check_constraint(
        op.f("ck_personal_links_says_what_it_opens"), "personal_links", OPENS
    )
    _replace_check("users", "ck_users_role_known", MORE_ROLES)
    _replace_check("orders", "ck_orders_meeting_channel", MEETING_CHANNEL)
    op.add_column("orders", sa.Column("terms_version", sa.Integer(), nullable=True))
    op.add_column(
        "orders", sa.Column("terms_accepted_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_check_constraint(
        op.f("ck_orders_terms_are_dated"),
        "orders",
        "(terms_version IS NULL) = (terms_accepted_at IS NULL)",
    )
    _terms_of_sale()


def _terms_of_sale() -> None:
    op.create_table(
        "terms_of_sale",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_terms_of_sale_brand_id")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_terms_of_sale")),
        sa.UniqueConstraint(
            "brand_id", "version", name=op.f("uq_terms_of_sale_brand_id_version")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_terms_of_sale_version_positive")),
    )
    for statement in (
        "ALTER TABLE terms_of_sale ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE terms_of_sale FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY tenant ON terms_of_sale USING ({MINE}) WITH CHECK ({MINE})",
        "REVOKE UPDATE, DELETE ON terms_of_sale FROM convive_app",
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON terms_of_sale"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    ):
        op.execute(sa.text(statement))


def _replace_check(table: str, name: str, condition: str) -> None:
    op.drop_constraint(op.f(name), table)
    op.create_check_constraint(op.f(name), table, condition)


def downgrade() -> None:
    """What was ordered by link cannot be told any more."""
    op.drop_table("terms_of_sale")
    op.execute(sa.text("ALTER TABLE personal_links NO FORCE ROW LEVEL SECURITY"))
    op.execute(sa.text("DELETE FROM personal_links WHERE purpose <> 'host'"))
    op.execute(sa.text("ALTER TABLE personal_links FORCE ROW LEVEL SECURITY"))
    op.drop_constraint(op.f("ck_orders_terms_are_dated"), "orders")
    op.drop_column("orders", "terms_accepted_at")
    op.drop_column("orders", "terms_version")
    _replace_check(
        "orders",
        "ck_orders_meeting_channel",
        "(channel = 'meeting') = (meeting_id IS NOT NULL)",
    )
    _replace_check("users", "ck_users_role_known", ROLES)
    op.drop_constraint(op.f("ck_personal_links_says_what_it_opens"), "personal_links")
    op.drop_constraint(op.f("ck_personal_links_purpose_known"), "personal_links")
    op.drop_column("personal_links", "seller_id")
    op.alter_column("personal_links", "customer_id", nullable=False)
    op.alter_column("personal_links", "meeting_id", nullable=False)
