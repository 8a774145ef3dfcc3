"""A brand's own host names and its logo."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0020"
down_revision = "20261122_0016"
branch_labels = None
depends_on = None

MINE = "brand_id = nullif(current_setting('app.brand_id', true), '')::uuid"


def upgrade() -> None:
    op.add_column("brands", sa.Column("logo_id", sa.Uuid(), nullable=True))
    _logos()
    _domains()


def downgrade() -> None:
    op.drop_table("brand_domains")
    op.drop_table("brand_logos")
    op.drop_column("brands", "logo_id")


def _logos() -> None:
    op.create_table(
        "brand_logos",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_brand_logos_brand_id")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_brand_logos")),
        sa.UniqueConstraint("brand_id", name=op.f("uq_brand_logos_brand_id")),
    )
    _wall("brand_logos")
    op.execute(sa.text(f"CREATE POLICY tenant ON brand_logos USING ({MINE}) WITH CHECK ({MINE})"))


def _domains() -> None:
    """Read before any brand is known, hence by everybody; written by the brand alone."""
    op.create_table(
        "brand_domains",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "host = lower(host) AND host !~ '[/:@ ]'", name=op.f("ck_brand_domains_host_grammar")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_brand_domains_brand_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_domains")),
        sa.UniqueConstraint("host", name=op.f("uq_brand_domains_host")),
    )
    _wall("brand_domains")
    op.execute(sa.text("CREATE POLICY anyone_reads ON brand_domains FOR SELECT USING (true)"))
    op.execute(sa.text(f"CREATE POLICY tenant ON brand_domains USING ({MINE}) WITH CHECK ({MINE})"))


def _wall(table: str) -> None:
    op.execute(sa.text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))
    op.execute(sa.text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))
