"""Several pictures of a product, in an order, each described in words."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0330"
down_revision = "20261122_0325"
branch_labels = None
depends_on = None

ONE = "uq_product_images_brand_id_product_id"
PLACE = "uq_product_images_place"


def upgrade() -> None:
    op.add_column(
        "product_images", sa.Column("position", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column(
        "product_images", sa.Column("alt", sa.Text(), server_default="", nullable=False)
    )
    op.drop_constraint(op.f(ONE), "product_images")
    op.create_unique_constraint(
        op.f(PLACE),
        "product_images",
        ["brand_id", "product_id", "position"],
        deferrable=True,
        initially="DEFERRED",
    )


def downgrade() -> None:
    """Keeps the main picture of each product."""
    op.execute(sa.text("ALTER TABLE product_images NO FORCE ROW LEVEL SECURITY"))
    op.execute(sa.text("DELETE FROM product_images WHERE position > 0"))
    op.execute(sa.text("ALTER TABLE product_images FORCE ROW LEVEL SECURITY"))
    op.drop_constraint(op.f(PLACE), "product_images")
    op.create_unique_constraint(op.f(ONE), "product_images", ["brand_id", "product_id"])
    op.drop_column("product_images", "alt")
    op.drop_column("product_images", "position")
