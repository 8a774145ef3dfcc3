"""Access: the audit log, tokens of the mobile app, links to choose a password, letters to staff."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_0013"
down_revision = "20261122_0012"
branch_labels = None
depends_on = None

MINE = "brand_id = nullif(current_setting('app.brand_id', true), '')::uuid"
TABLES = ["audit_entries", "password_links", "token_families", "access_tokens", "refresh_tokens"]


def upgrade() -> None:
    _audit_entries()
    _password_links()
    _tokens()
    op.add_column("sessions", sa.Column("device", sa.Text(), server_default="", nullable=False))
    _remember_who_has_a_password()
    op.alter_column("emails", "customer_id", nullable=True)
    op.add_column("emails", sa.Column("to_name", sa.Text(), nullable=True))
    op.add_column("emails", sa.Column("secret", sa.Text(), nullable=True))
    for table in TABLES:
        op.execute(sa.text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))
        op.execute(sa.text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))
        op.execute(sa.text(f"CREATE POLICY tenant ON {table} USING ({MINE}) WITH CHECK ({MINE})"))
    op.execute(sa.text("REVOKE UPDATE, DELETE ON audit_entries FROM convive_app"))
    op.execute(
        sa.text(
            "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_entries "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    )


def downgrade() -> None:
    """Letters to people without a card are forgotten."""
    op.execute(sa.text("ALTER TABLE emails NO FORCE ROW LEVEL SECURITY"))
    op.execute(sa.text("DELETE FROM emails WHERE customer_id IS NULL"))
    op.execute(sa.text("ALTER TABLE emails FORCE ROW LEVEL SECURITY"))
    op.drop_column("emails", "secret")
    op.drop_column("emails", "to_name")
    op.alter_column("emails", "customer_id", nullable=False)
    op.drop_column("users", "password_set_at")
    op.drop_column("sessions", "device")
    for table in reversed(TABLES):
        op.drop_table(table)


def _audit_entries() -> None:
    op.create_table(
        "audit_entries",
        *_key(),
        _instant("at"),
        _text("role"),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("seller_id", sa.Uuid(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        _text("action"),
        _text("entity_type"),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        _object("before"),
        _object("after"),
        _text("reason", server_default=""),
        _text("outcome"),
        _text("code", server_default=""),
        _text("request_id", server_default=""),
        _text("address", server_default=""),
        sa.CheckConstraint(
            "outcome IN ('done', 'refused')", name=op.f("ck_audit_entries_outcome_known")
        ),
        *_keys("audit_entries"),
    )
    op.create_index(
        "ix_audit_entries_entity", "audit_entries", ["brand_id", "entity_type", "entity_id", "id"]
    )
    op.create_index("ix_audit_entries_user", "audit_entries", ["brand_id", "user_id", "id"])
    op.create_index("ix_audit_entries_action", "audit_entries", ["brand_id", "action", "id"])


def _password_links() -> None:
    op.create_table(
        "password_links",
        *_key(),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        _text("purpose"),
        _instant("created_at"),
        _instant("expires_at"),
        _instant("ended_at", nullable=True),
        sa.CheckConstraint(
            "purpose IN ('reset', 'invitation')", name=op.f("ck_password_links_purpose_known")
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_password_links_token_hash")),
        *_keys("password_links", user_id="users"),
    )
    op.create_index("ix_password_links_user", "password_links", ["brand_id", "user_id"])


def _tokens() -> None:
    op.create_table(
        "token_families",
        *_key(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        _text("device", server_default=""),
        _instant("created_at"),
        _instant("last_seen_at"),
        _instant("revoked_at", nullable=True),
        *_keys("token_families", user_id="users"),
    )
    op.create_index("ix_token_families_user", "token_families", ["brand_id", "user_id"])
    for table, more in {
        "access_tokens": [],
        "refresh_tokens": [_instant("used_at", nullable=True)],
    }.items():
        op.create_table(
            table,
            *_key(),
            sa.Column("family_id", sa.Uuid(), nullable=False),
            sa.Column("token_hash", sa.LargeBinary(), nullable=False),
            _instant("created_at"),
            _instant("expires_at"),
            *more,
            sa.UniqueConstraint("token_hash", name=op.f(f"uq_{table}_token_hash")),
            *_keys(table, family_id="token_families"),
        )
        op.create_index(f"ix_{table}_family", table, ["brand_id", "family_id"])


def _remember_who_has_a_password() -> None:
    op.add_column(
        "users", sa.Column("password_set_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.execute(sa.text("ALTER TABLE users NO FORCE ROW LEVEL SECURITY"))
    op.execute(sa.text("UPDATE users SET password_set_at = created_at"))
    op.execute(sa.text("ALTER TABLE users FORCE ROW LEVEL SECURITY"))


def _key() -> list[sa.Column]:
    return [
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
    ]


def _keys(table: str, **belongs: str) -> list[sa.Constraint]:
    return [
        *(
            sa.ForeignKeyConstraint(
                ["brand_id", column],
                [f"{other}.brand_id", f"{other}.id"],
                name=op.f(f"fk_{table}_brand_id_{column}"),
            )
            for column, other in belongs.items()
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f(f"fk_{table}_brand_id")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f(f"pk_{table}")),
    ]


def _text(name: str, server_default: str | None = None) -> sa.Column:
    return sa.Column(name, sa.Text(), server_default=server_default, nullable=False)


def _instant(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _object(name: str) -> sa.Column:
    return sa.Column(
        name,
        postgresql.JSONB(astext_type=sa.Text()),
        server_default=sa.text("'{}'::jsonb"),
        nullable=False,
    )
