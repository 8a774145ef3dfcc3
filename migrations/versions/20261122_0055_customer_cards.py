"""Customer cards in full: telephone numbers that can be searched, notes, consents."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "20261122_0055"
down_revision = "20261122_0050"
branch_labels = None
depends_on = None

MINE = "brand_id = nullif(current_setting('app.brand_id', true), '')::uuid"
TABLES = ["customer_notes", "consent_entries"]


def upgrade() -> None:
    op.add_column("customers", sa.Column("phone_key", sa.Text(), server_default="", nullable=False))
    _find_those_already_there()
    _notes()
    _consents()
    for table in TABLES:
        op.create_index(f"ix_{table}_customer", table, ["brand_id", "customer_id", "id"])
        op.execute(sa.text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))
        op.execute(sa.text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))
        op.execute(sa.text(f"CREATE POLICY tenant ON {table} USING ({MINE}) WITH CHECK ({MINE})"))
    op.execute(sa.text("REVOKE UPDATE, DELETE ON consent_entries FROM convive_app"))
    op.execute(
        sa.text(
            "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON consent_entries "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    )


def downgrade() -> None:
    """Loses notes and consents."""
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("customers", "phone_key")


def _find_those_already_there() -> None:
    """Forced policies bind the tables' owner too, and a migration acts for no brand."""
    connection = op.get_bind()
    op.execute(sa.text("ALTER TABLE customers NO FORCE ROW LEVEL SECURITY"))
    columns = "brand_id, id, first_name, last_name, email, city, phone"
    there = connection.execute(sa.text(f"SELECT {columns} FROM customers")).all()  # noqa: S608
    keys = [
        {
            "brand_id": row.brand_id,
            "id": row.id,
            "words": _folded(f"{row.first_name} {row.last_name} {row.email or ''} {row.city}"),
            "digits": _digits(row.phone or ""),
        }
        for row in there
    ]
    if keys:
        connection.execute(
            sa.text(
                "UPDATE customers SET search_key = :words, phone_key = :digits "
                "WHERE brand_id = :brand_id AND id = :id"
            ),
            keys,
        )
    op.execute(sa.text("ALTER TABLE customers FORCE ROW LEVEL SECURITY"))


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe"))
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(r"\s+", " ", plain).strip()


def _digits(phone: str) -> str:
    digits = re.sub(r"[^0-9+]", "", phone)
    return re.sub(r"^(?:\+33|0033)(?:0)?(?=[1-9])", "0", digits).replace("+", "")


def _notes() -> None:
    op.create_table(
        "customer_notes",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        *_keys("customer_notes"),
    )


def _consents() -> None:
    op.create_table(
        "consent_entries",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("text_version", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "channel IN ('email', 'sms', 'phone', 'post')",
            name=op.f("ck_consent_entries_channel_known"),
        ),
        *_keys("consent_entries"),
    )


def _keys(table: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f(f"fk_{table}_brand_id")),
        *(
            sa.ForeignKeyConstraint(
                ["brand_id", column],
                [f"{target}.brand_id", f"{target}.id"],
                name=op.f(f"fk_{table}_brand_id_{column}"),
            )
            for column, target in (("customer_id", "customers"), ("user_id", "users"))
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f(f"pk_{table}")),
    ]
