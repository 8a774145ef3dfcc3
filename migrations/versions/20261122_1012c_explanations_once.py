"""Why something is granted is kept once for all who are told the same."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_1012c"
down_revision = "20261122_0958g"
branch_labels = None
depends_on = None

MINE = "brand_id = nullif(current_setting('app.brand_id', true), '')::uuid"
HOLDERS = ("grants", "grant_revisions")


def upgrade() -> None:
    op.create_table(
        "grant_explanations",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_grant_explanations_brand_id")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_grant_explanations")),
    )
    _open()
    op.execute(
        """
        INSERT INTO grant_explanations (brand_id, id, document)
        SELECT brand_id, gen_random_uuid(), explanation
        FROM (SELECT brand_id, explanation FROM grants
              UNION SELECT brand_id, explanation FROM grant_revisions) told
        """
    )
    for table in HOLDERS:
        op.add_column(table, sa.Column("explanation_id", sa.Uuid(), nullable=True))
        op.execute(
            f"""
            UPDATE {table} t SET explanation_id = e.id FROM grant_explanations e
            WHERE e.brand_id = t.brand_id AND e.document = t.explanation
            """
        )
        op.alter_column(table, "explanation_id", nullable=False)
        op.drop_column(table, "explanation")
        op.create_foreign_key(
            op.f(f"fk_{table}_brand_id_explanation_id"),
            table,
            "grant_explanations",
            ["brand_id", "explanation_id"],
            ["brand_id", "id"],
        )
    _close()
    op.execute("REVOKE UPDATE, DELETE ON grant_explanations FROM convive_app")
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON grant_explanations "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute("ALTER TABLE grant_explanations ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE grant_explanations FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON grant_explanations USING ({MINE}) WITH CHECK ({MINE})")


def downgrade() -> None:
    _open()
    op.execute("ALTER TABLE grant_explanations NO FORCE ROW LEVEL SECURITY")
    for table in HOLDERS:
        op.add_column(table, sa.Column("explanation", postgresql.JSONB(), nullable=True))
        op.execute(
            f"""
            UPDATE {table} t SET explanation = e.document FROM grant_explanations e
            WHERE e.brand_id = t.brand_id AND e.id = t.explanation_id
            """
        )
        op.alter_column(table, "explanation", nullable=False)
        op.drop_column(table, "explanation_id")
    _close()
    op.drop_table("grant_explanations")


def _open() -> None:
    for table in HOLDERS:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE grant_revisions DISABLE TRIGGER append_only")


def _close() -> None:
    op.execute("ALTER TABLE grant_revisions ENABLE TRIGGER append_only")
    for table in HOLDERS:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
