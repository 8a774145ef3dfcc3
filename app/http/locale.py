"""The reader's language: asked for, chosen before, her account's, her browser's, the brand's."""

from flask import Blueprint, Flask, g, redirect, request, session
from werkzeug import Response

from app.http.auth import open_to_anyone
from app.http.navigation import back
from app.infra.extensions import babel

LANGUAGES = {"fr": "Français", "en": "English"}
DEFAULT = "fr"

bp = Blueprint("language", __name__)
open_to_anyone(bp)


@bp.post("/language")
def choose() -> Response:
    """Remember the choice for this browser, and show the same page again."""
    chosen = request.form.get("lang", "")
    if chosen in LANGUAGES:
        session["lang"] = chosen
    return redirect(back(), code=303)


def install(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT
    babel.init_app(app, locale_selector=reader_language, timezone_selector=brand_zone)
    app.register_blueprint(bp)


def reader_language() -> str:
    if not request:
        return DEFAULT
    wishes = (request.args.get("lang"), *_remembered(), _browser_language(), _brand_language())
    return next((wish for wish in wishes if wish in LANGUAGES), DEFAULT)


def brand_zone() -> str | None:
    brand = g.get("brand")
    return brand.timezone if brand else None


def _remembered() -> tuple[str | None, str | None]:
    if not g.get("brand"):
        return None, None
    return session.get("lang"), session.get("user_lang")


def _browser_language() -> str | None:
    return request.accept_languages.best_match(LANGUAGES) if request.accept_languages else None


def _brand_language() -> str | None:
    brand = g.get("brand")
    return brand.locale if brand else None
