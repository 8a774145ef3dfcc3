"""Vouchers for units of products: how many there were, how many are left, what orders took.

Revision ID: 20261122_0950t
Revises: 20261122_0945q
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_0950t"
down_revision = "20261122_0945q"
branch_labels = None
depends_on = None

ADDED = {
    "vouchers": ("face_units", "remaining_units"),
    "voucher_uses": ("units", "lost_units"),
}


def upgrade() -> None:
    for table, names in ADDED.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.Integer, nullable=False, server_default="0"))
    _walls("NO FORCE")
    op.execute(
        """
        UPDATE vouchers SET face_units = (terms ->> 'units')::int,
            remaining_units = CASE WHEN status IN ('reserved', 'used') THEN 0
                                   ELSE (terms ->> 'units')::int END
        WHERE terms ? 'units'
        """
    )
    op.execute(
        """
        UPDATE voucher_uses u SET units = v.face_units FROM vouchers v
        WHERE v.brand_id = u.brand_id AND v.id = u.voucher_id AND v.face_units > 0
        """
    )
    _walls("FORCE")
    op.create_check_constraint(
        op.f("ck_vouchers_remaining_units_range"),
        "vouchers",
        "remaining_units BETWEEN 0 AND face_units",
    )
    op.create_check_constraint(
        op.f("ck_voucher_uses_units_positive"), "voucher_uses", "units >= 0 AND lost_units >= 0"
    )


def downgrade() -> None:
    for table, names in ADDED.items():
        for name in reversed(names):
            op.drop_column(table, name)


def _walls(force: str) -> None:
    """Around brands: their owner sees rows only while they are not forced on it."""
    for table in ADDED:
        op.execute(f"ALTER TABLE {table} {force} ROW LEVEL SECURITY")
