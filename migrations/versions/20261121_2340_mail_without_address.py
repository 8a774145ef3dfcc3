"""A winner without an e-mail address: the message is written down with nothing to send."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_2340"
down_revision = "20261121_2336"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _allow("'queued', 'sent', 'bounced', 'failed', 'unaddressed'")


def downgrade() -> None:
    """Messages without an address count as given up."""
    op.execute(sa.text("ALTER TABLE emails NO FORCE ROW LEVEL SECURITY"))
    op.execute(sa.text("UPDATE emails SET fate = 'failed' WHERE fate = 'unaddressed'"))
    op.execute(sa.text("ALTER TABLE emails FORCE ROW LEVEL SECURITY"))
    _allow("'queued', 'sent', 'bounced', 'failed'")


def _allow(fates: str) -> None:
    op.drop_constraint(op.f("ck_emails_fate_known"), "emails", type_="check")
    op.create_check_constraint(op.f("ck_emails_fate_known"), "emails", f"fate IN ({fates})")
