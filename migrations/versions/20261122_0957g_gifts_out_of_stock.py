"""Gifts that wait for stock, become vouchers, or lapse; what was said of that when they were won."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_0957g"
down_revision = "20261122_1003p"
branch_labels = None
depends_on = None

STATUS = "ck_gift_claims_status_known"
BEFORE = "status IN ('open', 'chosen', 'reversed', 'expired')"
NOW = "status IN ('open', 'waiting', 'chosen', 'converted', 'expired', 'reversed')"
CHECKS = {
    "ck_gift_claims_waits_for_one": "(status = 'waiting') = (waits_for_id IS NOT NULL)",
    "ck_gift_claims_converted_into": "(status = 'converted') = (voucher_id IS NOT NULL)",
}
KEYS = {
    "fk_gift_claims_brand_id_waits_for_id": ("waits_for_id", "products"),
    "fk_gift_claims_brand_id_voucher_id": ("voucher_id", "vouchers"),
}
COLUMNS = {
    "reminded_days": sa.Integer(),
    "waits_for_id": sa.Uuid(),
    "waiting_since": sa.DateTime(timezone=True),
    "waits_until": sa.DateTime(timezone=True),
    "voucher_id": sa.Uuid(),
    "ended_at": sa.DateTime(timezone=True),
}


def upgrade() -> None:
    op.add_column(
        "gift_claims",
        sa.Column(
            "fallback", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
    )
    for name, kind in COLUMNS.items():
        op.add_column("gift_claims", sa.Column(name, kind, nullable=True))
    op.drop_constraint(op.f(STATUS), "gift_claims")
    op.create_check_constraint(op.f(STATUS), "gift_claims", NOW)
    for name, rule in CHECKS.items():
        op.create_check_constraint(op.f(name), "gift_claims", rule)
    for name, (column, table) in KEYS.items():
        op.create_foreign_key(
            op.f(name), "gift_claims", table, ["brand_id", column], ["brand_id", "id"]
        )
    op.create_index(
        "ix_gift_claims_due", "gift_claims", ["brand_id", "status", "choose_before"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_gift_claims_due", "gift_claims")
    for name in KEYS:
        op.drop_constraint(op.f(name), "gift_claims")
    for name in CHECKS:
        op.drop_constraint(op.f(name), "gift_claims")
    op.drop_constraint(op.f(STATUS), "gift_claims")
    op.execute(sa.text("ALTER TABLE gift_claims NO FORCE ROW LEVEL SECURITY"))
    op.execute(sa.text("UPDATE gift_claims SET status = 'open' WHERE status = 'waiting'"))
    op.execute(sa.text("UPDATE gift_claims SET status = 'expired' WHERE status = 'converted'"))
    op.execute(sa.text("ALTER TABLE gift_claims FORCE ROW LEVEL SECURITY"))
    op.create_check_constraint(op.f(STATUS), "gift_claims", BEFORE)
    for name in COLUMNS:
        op.drop_column("gift_claims", name)
    op.drop_column("gift_claims", "fallback")
