"""Files are checked and imported by workers, and their list says what became of each."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261122_0315"
down_revision = "20261122_0310"
branch_labels = None
depends_on = None

STATUSES = "'sent', 'checked', 'confirmed', 'done', 'failed', 'lapsed'"


def _columns() -> list[sa.Column]:
    return [
        sa.Column("status", sa.Text(), server_default="lapsed", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("skip_bad_rows", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problems", JSONB(), nullable=True),
        sa.Column("failure", JSONB(), nullable=True),
    ]


def upgrade() -> None:
    """Files that wait for a yes have lapsed: no worker was told of them."""
    for column in _columns():
        op.add_column("uploads", column)
    op.create_foreign_key(
        op.f("fk_uploads_brand_id_confirmed_by"),
        "uploads",
        "users",
        ["brand_id", "confirmed_by"],
        ["brand_id", "id"],
    )
    op.execute(sa.text("ALTER TABLE uploads NO FORCE ROW LEVEL SECURITY"))
    op.execute(
        sa.text(
            "UPDATE uploads SET content = NULL,"
            " status = CASE WHEN imported_at IS NULL THEN 'lapsed' ELSE 'done' END,"
            " outcome = outcome || '{\"header_wrong\": false}'"
        )
    )
    op.execute(sa.text("ALTER TABLE uploads FORCE ROW LEVEL SECURITY"))
    op.alter_column("uploads", "status", server_default=None)
    op.create_check_constraint(
        op.f("ck_uploads_status_known"), "uploads", f"status IN ({STATUSES})"
    )


def downgrade() -> None:
    for column in _columns():
        op.drop_column("uploads", column.name)
