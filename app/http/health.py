"""Is it alive, and can it serve? For launchers and load balancers; never throttled."""

from collections.abc import Callable
from typing import Any

from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, Response, current_app, jsonify
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.http.auth import open_to_anyone
from app.infra.extensions import db, limiter

bp = Blueprint("health", __name__, url_prefix="/health")
open_to_anyone(bp)
limiter.exempt(bp)

REDIS_SECONDS = 2

OLDEST_DUE = text(
    "SELECT coalesce(extract(epoch FROM now() - min(next_at)), 0)::int FROM outbox"
    " WHERE status IN ('new', 'claimed', 'data') AND next_at <= now()"
)


def install(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/live")
def live() -> Response:
    return jsonify(status="ok")


@bp.get("/ready")
def ready() -> tuple[Response, int]:
    """Each thing the application needs, and what is wrong with it."""
    checks = {name: _state(check) for name, check in CHECKS.items()}
    fine = all(state["ok"] for state in checks.values())
    return jsonify(status="ok" if fine else "unavailable", checks=checks), 200 if fine else 503


def database() -> None:
    with db.engine.connect() as connection:
        connection.execute(text("SELECT 1"))


def redis() -> None:
    client = Redis.from_url(
        current_app.config["REDIS_URL"],
        socket_timeout=REDIS_SECONDS,
        socket_connect_timeout=REDIS_SECONDS,
    )
    with client:
        client.ping()


def migrations() -> None:
    wanted, found = migration_heads()
    if wanted != found:
        raise LookupError("migrations are missing; run: flask db upgrade")


def outbox() -> int:
    """Seconds that the oldest due message has been waiting; slow is not unavailable."""
    with db.engine.connect() as connection:
        return int(connection.execute(OLDEST_DUE).scalar_one())


CHECKS: dict[str, Callable[[], Any]] = {
    "database": database,
    "migrations": migrations,
    "redis": redis,
    "outbox": outbox,
}


def migration_heads() -> tuple[set[str], set[str]]:
    """The heads of the scripts we ship and those the database has reached."""
    config = Config()
    config.set_main_option("script_location", current_app.config["MIGRATIONS"])
    wanted = set(ScriptDirectory.from_config(config).get_heads())
    with db.engine.connect() as connection:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars()
        return wanted, set(found)


def _state(check: Callable[[], Any]) -> dict[str, Any]:
    try:
        found = check()
    except (SQLAlchemyError, RedisError, LookupError, ValueError, OSError) as error:
        return {"ok": False, "problem": type(error).__name__}
    return {"ok": True} if found is None else {"ok": True, "oldest_due_seconds": found}
