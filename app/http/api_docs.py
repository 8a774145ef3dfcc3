"""The description of the API, as a document for programs and a page for people."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, jsonify, render_template, request, send_from_directory
from werkzeug.exceptions import NotFound

from app.http.api import API
from app.http.auth import open_to_anyone

bp = Blueprint("api_docs", __name__, url_prefix="/api")
open_to_anyone(bp)

ASSETS = {"swagger-ui.css", "swagger-ui-bundle.js"}


@bp.get("/openapi.json")
def description() -> Any:
    told = current_app.extensions[API].spec.to_dict()
    response = jsonify({**told, "servers": [{"url": request.host_url.rstrip("/")}]})
    response.add_etag()
    return response.make_conditional(request)


@bp.get("/docs")
def page() -> str:
    return render_template("api/docs.html")


@bp.get("/docs/<name>")
def asset(name: str) -> Any:
    """Of the Swagger UI package, the two files the page needs."""
    if name not in ASSETS:
        raise NotFound
    return send_from_directory(_folder(), name, max_age=3_600)


def _folder() -> Path:
    return Path(str(files("flask_swagger_ui"))) / "dist"
