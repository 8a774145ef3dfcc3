"""Migrations: one at a time across all machines, and never waiting long for a lock."""

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, text

config = context.config
target_metadata = current_app.extensions["migrate"].db.metadata

MIGRATION_LOCK = 7_302_001
"""Key of the advisory lock that keeps two deployments from migrating at once."""


def run_migrations() -> None:
    """Bring the database to the newest schema, or as far as the command says."""
    engine = create_engine(current_app.config["SQLALCHEMY_DATABASE_URI"])
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.execute(text("SET lock_timeout = '5s'"))
        connection.execute(text("SET statement_timeout = '10min'"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=target_metadata,
            compare_server_default=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run_migrations()
