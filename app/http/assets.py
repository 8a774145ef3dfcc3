"""Static files: served compressed and kept by browsers, each address naming its content."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

MONTH = 30 * 24 * 3_600
PREFIX = "static/"
ALONE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


def install(app: Flask, *, proxies: int = 0) -> None:
    folder = Path(str(app.static_folder))
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(folder) if folder.is_dir() else None,
        prefix=PREFIX,
        max_age=MONTH,
        allow_all_origins=False,
        add_headers_function=_protect,
    )
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )

    @app.url_defaults
    def name_content(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values:
            values["v"] = _version(folder / str(values.get("filename", "")))


def _version(file: Path) -> str | None:
    try:
        return _digest(file, file.stat().st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=512)
def _digest(file: Path, _changed: int) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def _protect(headers: Any, path: str, _url: str) -> None:
    """A drawing opened by itself is a page, too: it may run nothing and be framed nowhere."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    if not path.endswith(".js"):  # a script that became a worker would obey it
        headers["Content-Security-Policy"] = ALONE
