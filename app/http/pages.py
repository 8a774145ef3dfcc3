"""What every template may use: words, icons, the brand, who is reading."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, session
from flask_babel import get_locale
from flask_wtf.csrf import generate_csrf
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from app.http import words
from app.http.auth import may_open
from app.http.locale import LANGUAGES
from app.http.navigation import here
from app.http.qr import qr_code
from app.http.requests import request_id
from app.kernel.actor import Role

ICON_NAME = re.compile(r"[a-z0-9-]{1,60}")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who a page greets."""

    name: str
    role: Role


def install(app: Flask) -> None:
    app.jinja_env.filters.update(
        money=words.money,
        points=words.points,
        number=words.number,
        percent=words.percent,
        date_long=words.date_long,
        date_short=words.date_short,
        time_of_day=words.time_of_day,
        initials=words.initials,
        say=words.say,
    )
    app.jinja_env.globals.update(
        icon=icon, qr_code=qr_code, get_locale=get_locale, languages=LANGUAGES, here=here
    )
    app.jinja_env.tests.update(opens=opens)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(surroundings)


@pass_context
def opens(_context: Context, endpoint: str) -> bool:
    """`"x.show" is opens`. Asked at every rendering: without the context Jinja would ask once,
    for whoever happens to be the template's first reader, and keep the answer."""
    return may_open(endpoint)


def surroundings() -> dict[str, Any]:
    actor = g.get("actor")
    return {
        "brand": g.get("brand"),
        "current_actor": Reader(g.get("reader_name", ""), actor.role) if actor else None,
        "csrf_token": csrf_token,
        "request_id": request_id(),
    }


def csrf_token() -> str:
    """For forms. Pages that only say no do not open a session for a passer-by."""
    if not g.get("brand") or (g.get("saying_no") and session.new):
        return ""
    token: str = generate_csrf()
    return token


def icon(name: str) -> Markup:
    """An icon inlined, hidden from screen readers: words beside it say what it means."""
    folder = Path(current_app.static_folder or "static", "vendor", "bootstrap-icons")
    return _icon(folder, name)


@lru_cache(maxsize=512)
def _icon(folder: Path, name: str) -> Markup:
    file = folder / f"{name}.svg"
    if not ICON_NAME.fullmatch(name) or not file.is_file():
        return Markup("")
    drawing = file.read_text("utf-8").strip()
    return Markup(drawing.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S704 -- our own files
