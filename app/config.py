"""Settings: read from the environment once, checked at boot, never looked up again."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

NO_DATABASE = "postgresql+psycopg://nobody@127.0.0.1:1/none"
NO_REDIS = "redis://127.0.0.1:1/0"
"""Where nothing answers: commands that need neither run without, the others say what is missing."""
REDIS_PATIENCE = {"socket_timeout": 2, "socket_connect_timeout": 2}


class SettingsInvalid(Exception):
    """The environment asks for something Convive cannot run on; the message says the mend."""


SHORTEST_SECRET = 32


@dataclass(frozen=True, slots=True)
class Settings:
    database_url: str = ""
    database_pool: int = 5
    """Connections that one process keeps; under pressure it opens ten more for a while."""
    redis_url: str = ""
    secret_key: str = ""
    port: int = 8000
    var: Path = Path("var")
    mailbox: Path | None = None
    mail: Mapping[str, Any] = field(default_factory=dict)
    secure_cookies: bool = False
    origin: str = "http://localhost:8000"
    """Where pages live, for links in mails; each brand may set its own."""
    hosts: tuple[str, ...] = ()
    """Further names of the installation itself; a brand brings its own host names."""
    proxies: int = 0
    """How many reverse proxies of ours stand in front: their forwarded headers are believed."""
    lease_seconds: int = 30
    """How long a worker may keep a piece of work before another one takes it over."""
    argon2_cheap: bool = False
    """Tests only: hashing at a cost that does not dominate the suite."""

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Raises SettingsInvalid naming the variable and the mend."""
        mailbox = env.get("MAILBOX_DIR")
        port = _integer(env, "PORT", 8000)
        return cls(
            database_url=_database_url(env.get("DATABASE_URL", "")),
            redis_url=env.get("REDIS_URL", ""),
            secret_key=env.get("SECRET_KEY", ""),
            port=port,
            var=Path(env.get("CONVIVE_VAR", "var")).resolve(),
            mailbox=Path(mailbox) if mailbox else None,
            mail={
                "MAIL_SERVER": env.get("MAIL_SERVER", "localhost"),
                "MAIL_PORT": _integer(env, "MAIL_PORT", 25),
                "MAIL_USERNAME": env.get("MAIL_USERNAME") or None,
                "MAIL_PASSWORD": env.get("MAIL_PASSWORD") or None,
                "MAIL_USE_TLS": env.get("MAIL_USE_TLS", "").lower() in {"1", "true", "yes"},
                "MAIL_DEFAULT_SENDER": env.get("MAIL_DEFAULT_SENDER", "convive@example.org"),
            },
            origin=_origin(env.get("PUBLIC_URL") or f"http://localhost:{port}"),
            hosts=tuple(env.get("CONVIVE_HOSTS", "").replace(",", " ").split()),
            proxies=_count(env, "CONVIVE_PROXIES"),
            database_pool=_count(env, "DATABASE_POOL") or 5,
            secure_cookies=_secure_cookies(env),
            lease_seconds=_seconds(env, "CONVIVE_LEASE_SECONDS", 30),
            argon2_cheap=env.get("ARGON2_CHEAP", "") == "1",
        )

    def must_be_served(self) -> None:
        """Before pages are served, nothing may be missing; commands need less.

        Raises SettingsInvalid naming the variable and the mend.
        """
        if not self.database_url:
            raise SettingsInvalid("Set DATABASE_URL to a postgresql:// address, or use: make run")
        if not self.redis_url:
            raise SettingsInvalid("Set REDIS_URL to a redis:// address, or use: make run")
        if len(self.secret_key) < SHORTEST_SECRET:
            raise SettingsInvalid(
                f"Set SECRET_KEY to a random text of {SHORTEST_SECRET} characters or more."
            )

    def flask(self) -> dict[str, Any]:
        """The same settings under the names that Flask and its extensions read."""
        return {
            "SQLALCHEMY_DATABASE_URI": self.database_url or NO_DATABASE,
            "SQLALCHEMY_ENGINE_OPTIONS": {
                "pool_pre_ping": True,
                "pool_size": self.database_pool,
                "hide_parameters": True,
            },
            "REDIS_URL": self.redis_url or NO_REDIS,
            "RATELIMIT_STORAGE_URI": self.redis_url or "memory://",
            "RATELIMIT_STORAGE_OPTIONS": REDIS_PATIENCE if self.redis_url else {},
            "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
            "RATELIMIT_KEY_PREFIX": "convive",
            "SECRET_KEY": self.secret_key or None,
            "OUTBOX_LEASE_SECONDS": self.lease_seconds,
            "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
            "MAX_FORM_PARTS": 500,
            "MAX_FORM_MEMORY_SIZE": 500_000,
            "WTF_CSRF_TIME_LIMIT": None,  # as long as the session
            "WTF_CSRF_SSL_STRICT": False,  # pages behind personal links send no referrer
            **self.mail,
        }


def _secure_cookies(env: Mapping[str, str]) -> bool:
    """Pages that live behind TLS have cookies that travel only there, whatever else is said."""
    behind_tls = urlsplit(env.get("PUBLIC_URL", "")).scheme == "https"
    return behind_tls or env.get("SECURE_COOKIES", "").lower() in {"1", "true", "yes"}


def _database_url(url: str) -> str:
    scheme = urlsplit(url).scheme
    if not url:
        return ""
    if scheme.startswith("sqlite"):
        raise SettingsInvalid(
            "DATABASE_URL names SQLite, which cannot hold Convive's locks. "
            "Unset it to use the embedded PostgreSQL, or give a postgresql:// address."
        )
    if scheme in {"postgres", "postgresql"}:
        return "postgresql+psycopg" + url[len(scheme) :]
    if scheme != "postgresql+psycopg":
        raise SettingsInvalid("DATABASE_URL must be a postgresql:// address.")
    return url


def _integer(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, "") or str(default)
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65_536):
        raise SettingsInvalid(f"{name} must be a port number between 1 and 65535, not {text!r}.")
    return int(text)


def _seconds(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, "") or str(default)
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 600):
        raise SettingsInvalid(f"{name} must be a number of seconds from 1 to 600, not {text!r}.")
    return int(text)


def _count(env: Mapping[str, str], name: str) -> int:
    text = env.get(name, "") or "0"
    if text not in {"0", "1", "2", "3"}:
        raise SettingsInvalid(f"{name} must be a number of proxies from 0 to 3, not {text!r}.")
    return int(text)


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/"):
        raise SettingsInvalid(
            f"PUBLIC_URL must be an address such as https://convive.example, not {text!r}."
        )
    return text.rstrip("/")
