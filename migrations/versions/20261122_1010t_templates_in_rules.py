"""Published rewards: a key that rules call them by, vouchers for units, fixed ranges of days."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1010t"
down_revision = "20261122_1020s"
branch_labels = None
depends_on = None

KINDS = ("voucher", "amount", "percent", "product", "buy_x_get_y", "shipping", "gift")


def _known(kinds: tuple[str, ...]) -> str:
    return f"kind IN ({', '.join(repr(kind) for kind in kinds)})"


def upgrade() -> None:
    _walls("NO FORCE")
    op.add_column("reward_templates", sa.Column("key", sa.Text()))
    op.execute(sa.text("UPDATE reward_templates SET key = id::text"))
    op.alter_column("reward_templates", "key", nullable=False)
    op.create_unique_constraint(
        op.f("uq_reward_templates_brand_id_key"), "reward_templates", ["brand_id", "key"]
    )
    for name in ("valid_from", "valid_until"):
        op.add_column("reward_templates", sa.Column(name, sa.Date()))
    op.create_check_constraint(
        op.f("ck_reward_templates_days_in_order"), "reward_templates", "valid_from <= valid_until"
    )
    op.execute(
        sa.text(
            "UPDATE reward_templates SET offer = offer || '{\"remainder\": \"kept\"}'"
            " WHERE kind = 'voucher'"
        )
    )
    _walls("FORCE")
    _kinds((*KINDS, "unit_voucher"))


def downgrade() -> None:
    _walls("NO FORCE")
    op.execute(sa.text("DELETE FROM reward_templates WHERE kind = 'unit_voucher'"))
    _walls("FORCE")
    _kinds(KINDS)
    op.drop_constraint(op.f("ck_reward_templates_days_in_order"), "reward_templates")
    for name in ("valid_until", "valid_from", "key"):
        op.drop_column("reward_templates", name)


def _kinds(kinds: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_reward_templates_kind_known"), "reward_templates")
    op.create_check_constraint(
        op.f("ck_reward_templates_kind_known"), "reward_templates", _known(kinds)
    )


def _walls(force: str) -> None:
    """Around brands: their owner sees rows only while they are not forced on it."""
    op.execute(sa.text(f"ALTER TABLE reward_templates {force} ROW LEVEL SECURITY"))
