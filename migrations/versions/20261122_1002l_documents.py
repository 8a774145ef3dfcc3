"""Invoices and credit notes: numbered without gaps, never altered, drawn once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_1002l"
down_revision = "20261122_0958f"
branch_labels = None
depends_on = None

MINE = "brand_id = nullif(current_setting('app.brand_id', true), '')::uuid"


def upgrade() -> None:
    _documents()
    _files()
    for table in ("documents", "document_files"):
        op.execute(sa.text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))
        op.execute(sa.text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))
        op.execute(sa.text(f"CREATE POLICY tenant ON {table} USING ({MINE}) WITH CHECK ({MINE})"))
    op.execute(sa.text("REVOKE UPDATE, DELETE ON documents, document_files FROM convive_app"))


def downgrade() -> None:
    op.drop_table("document_files")
    op.drop_table("documents")


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("reversal_id", sa.Uuid(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('invoice', 'credit_note')", name=op.f("ck_documents_kind_known")
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_documents_number_positive")),
        sa.CheckConstraint(
            "total_cents BETWEEN 0 AND 100000000000", name=op.f("ck_documents_total_cents_range")
        ),
        sa.CheckConstraint(
            "(kind = 'credit_note') = (reversal_id IS NOT NULL)",
            name=op.f("ck_documents_credit_takes_back"),
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_documents_brand_id")),
        sa.ForeignKeyConstraint(
            ["brand_id", "order_id"],
            ["orders.brand_id", "orders.id"],
            name=op.f("fk_documents_brand_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "reversal_id"],
            ["order_reversals.brand_id", "order_reversals.id"],
            name=op.f("fk_documents_brand_id_reversal_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_documents")),
        sa.UniqueConstraint(
            "brand_id", "kind", "number", name=op.f("uq_documents_brand_id_kind_number")
        ),
        sa.UniqueConstraint(
            "brand_id", "reversal_id", name=op.f("uq_documents_brand_id_reversal_id")
        ),
    )
    op.create_index("ix_documents_order", "documents", ["brand_id", "order_id"])
    op.create_index(
        "uq_documents_invoice",
        "documents",
        ["brand_id", "order_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'invoice'"),
    )


def _files() -> None:
    op.create_table(
        "document_files",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_document_files_brand_id")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "document_id"],
            ["documents.brand_id", "documents.id"],
            name=op.f("fk_document_files_brand_id_document_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_document_files")),
        sa.UniqueConstraint(
            "brand_id", "document_id", name=op.f("uq_document_files_brand_id_document_id")
        ),
    )
