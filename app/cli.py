"""`flask doctor`: what Convive needs, what is missing, and the mend for each thing."""

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import force_locale
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.config import SHORTEST_SECRET, Settings
from app.http.health import REDIS_SECONDS, migration_heads
from app.http.words import say
from app.infra.extensions import db
from app.infra.tenancy import APP_ROLE
from app.kernel.words import N_, Sentence

PYTHON = (3, 11)
POSTGRESQL = 15
SMTP_SECONDS = 3
LANGUAGES = ("en", "fr")

IS_MEMBER = text(
    "SELECT pg_has_role(current_user, rolname, 'MEMBER') FROM pg_roles WHERE rolname = :role"
)


class Wrong(Exception):
    """What is missing, and what to do about it."""

    def __init__(self, mend: str, **params: object) -> None:
        super().__init__(mend)
        self.mend = Sentence(mend, params)


def _language(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str:
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    spoken = value or next((os.environ[name] for name in names if os.environ.get(name)), "")
    return "fr" if spoken.lower().startswith("fr") else "en"


@click.command()
@click.option("--lang", type=click.Choice(LANGUAGES), callback=_language, help="Of the answers.")
@with_appcontext
def doctor(lang: str) -> None:
    """Look at everything Convive needs; exit 1 when something has to be mended."""
    with force_locale(lang):
        problems = sum(not _is_fine(name, check) for name, check in CHECKS.items())
        click.echo(say(N_("Everything is in place.") if not problems else SOMETHING))
    if problems:
        sys.exit(1)


SOMETHING = N_("Mend what is marked above, then ask again.")


def _is_fine(name: str, check: Callable[[], str]) -> bool:
    try:
        found = check()
    except Wrong as wrong:
        click.echo(f"✗ {say(name)}\n  → {say(wrong.mend)}")
        return False
    click.echo(f"✓ {say(name)}" + (f": {found}" if found else ""))
    return True


def python() -> str:
    if sys.version_info < PYTHON:
        raise Wrong(N_("Start Convive with Python 3.11 or newer."))
    return sys.version.partition(" ")[0]


def settings() -> str:
    known = _settings()
    if not known.database_url:
        raise Wrong(
            N_("Set DATABASE_URL to a postgresql:// address, or start everything by: make run")
        )
    if not known.redis_url:
        raise Wrong(N_("Set REDIS_URL to a redis:// address, or start everything by: make run"))
    if len(known.secret_key) < SHORTEST_SECRET:
        raise Wrong(
            N_("Set SECRET_KEY to a random text of %(least)s characters or more."),
            least=SHORTEST_SECRET,
        )
    return ""


def database() -> str:
    try:
        with db.engine.connect() as connection:
            version = connection.execute(text("SHOW server_version")).scalar_one()
            member = connection.execute(IS_MEMBER, {"role": APP_ROLE}).scalar_one_or_none()
    except SQLAlchemyError:
        raise Wrong(
            N_("Nothing answers at DATABASE_URL. Start PostgreSQL, check the address and password.")
        ) from None
    if int(str(version).partition(".")[0]) < POSTGRESQL:
        raise Wrong(N_("PostgreSQL 15 or newer is needed; this is %(found)s."), found=version)
    if not member:
        raise Wrong(N_("The role convive_app is missing. Run: flask db upgrade"))
    return f"PostgreSQL {version}"


def migrations() -> str:
    try:
        wanted, found = migration_heads()
    except SQLAlchemyError:
        raise Wrong(N_("The database has no tables yet. Run: flask db upgrade")) from None
    if wanted != found:
        raise Wrong(N_("The database is behind the program. Run: flask db upgrade"))
    return ", ".join(sorted(found))


def redis() -> str:
    url = current_app.config["REDIS_URL"]
    options = {"socket_timeout": REDIS_SECONDS, "socket_connect_timeout": REDIS_SECONDS}
    try:
        with Redis.from_url(url, decode_responses=True, **options) as client:
            version = client.info("server")["redis_version"]
            policy = client.info("memory").get("maxmemory_policy", "noeviction")
    except (RedisError, ValueError, OSError):
        raise Wrong(
            N_("Nothing answers at REDIS_URL. Start Redis or Valkey, check the address.")
        ) from None
    if policy != "noeviction":
        raise Wrong(
            N_("Redis may drop jobs (%(found)s). Set maxmemory-policy to noeviction."), found=policy
        )
    return str(version)


def mail() -> str:
    server, port = current_app.config["MAIL_SERVER"], current_app.config["MAIL_PORT"]
    where = f"{server}:{port}"
    try:
        with socket.create_connection((server, port), timeout=SMTP_SECONDS) as connection:
            connection.settimeout(SMTP_SECONDS)
            greeting = connection.recv(3)
    except OSError:
        greeting = b""
    if greeting != b"220":
        raise Wrong(
            N_("No mail server answers at %(where)s. Set MAIL_SERVER and MAIL_PORT."), where=where
        )
    return where


def assets() -> str:
    missing = [
        name for name in ASSETS if not (Path(str(current_app.static_folder)) / name).exists()
    ]
    if missing:
        raise Wrong(N_("Missing: %(files)s. Run: make setup"), files=missing)
    return ""


ASSETS = (
    "vendor/tabler.min.css",
    "vendor/htmx.min.js",
    "vendor/bootstrap-icons",
    "css/convive.css",
)


def translations() -> str:
    for source in Path(current_app.root_path, "translations").glob("*/LC_MESSAGES/messages.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            raise Wrong(N_("The translations are not compiled. Run: make setup"))
    return ""


CHECKS: dict[str, Callable[[], str]] = {
    N_("Python"): python,
    N_("Settings"): settings,
    N_("Database"): database,
    N_("Migrations"): migrations,
    N_("Queue"): redis,
    N_("Mail server"): mail,
    N_("Pages' assets"): assets,
    N_("Translations"): translations,
}


def _settings() -> Settings:
    known: Settings = current_app.config["CONVIVE"]
    return known
