"""Who may see which rows: every transaction names its brand, PostgreSQL does the rest.

Each transaction starts by taking the role `convive_app`, which owns nothing and cannot bypass
row-level security, and by naming its brand. Without a brand the policies show no row at all.
Both settings end with the transaction, so pooled connections (PgBouncer included) carry nothing
over. The same statement brings the database's clock: the one `now` of the unit of work.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session, SessionTransaction

APP_ROLE = "convive_app"

_BEGIN = text(
    "SELECT set_config('role', :role, true), set_config('app.brand_id', :brand, true), now()"
)


def bind_tenant(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    """Session event `after_begin`."""
    if "brand" not in session.info:
        return
    row = connection.execute(_BEGIN, {"role": APP_ROLE, "brand": session.info["brand"]}).one()
    session.info["now"] = row[2]
    session.info["lock_rank"] = -1


def database_now(session: Session) -> datetime:
    """The database's clock at the start of this transaction."""
    session.connection()
    now: datetime = session.info["now"]
    return now


def brand_in(session: Session) -> UUID:
    """The brand this transaction is bound to."""
    return UUID(session.info["brand"])


def tenant_tables(metadata: Any) -> list[str]:
    """Every table whose rows belong to a brand."""
    platform = {"sessions", "outbox", "brand_domains"}
    return sorted(
        name
        for name, table in metadata.tables.items()
        if "brand_id" in table.columns and name not in platform
    )
