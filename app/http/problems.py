"""Refusals and failures, said once for every door: pages, messages on the next page, JSON.

Services raise the families of `app.kernel.errors`; they never see a status. Whatever else is
raised is a calm page with the request's id, and one line in the log.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, g, jsonify, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from jinja2 import Template, TemplateError
from markupsafe import escape
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BuildError

from app.http.attempts import tell_refused
from app.http.auth import needs_sign_in
from app.http.flashes import flash_refusal
from app.http.navigation import back, inside
from app.http.requests import request_id
from app.http.throttle import seconds_to_wait
from app.http.words import say
from app.infra.logging import get_logger
from app.kernel.errors import (
    Conflict,
    ConviveError,
    Invalid,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Refused,
)
from app.kernel.words import N_

log = get_logger(__name__)

FAMILIES: dict[type[ConviveError], int] = {
    NotAuthenticated: 401,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Refused: 422,
    Invalid: 422,
}

TITLES = {
    400: N_("This request could not be read"),
    401: N_("Please sign in"),
    403: N_("This is not open to you"),
    404: N_("This page does not exist"),
    405: N_("This page does not work this way"),
    409: N_("Somebody was quicker"),
    413: N_("This is too much at once"),
    415: N_("This kind of content cannot be read"),
    422: N_("Something needs your attention"),
    429: N_("Too many attempts"),
    500: N_("Something went wrong on our side"),
    503: N_("Back in a moment"),
}

MENDS = {
    405: N_("Go back to the home page and start again from there."),
    413: N_("Send less, or in several parts."),
}

CONFLICTING = {"23505", "23P01"}
"""SQLSTATE of unique and exclusion violations: the state of things has moved on."""
BUSY = {"40001", "40P01", "55P03", "57014", "57P03", "53300"}
"""Serialization, deadlock, lock and statement time-outs, a server that is starting or full."""


@dataclass(frozen=True, slots=True)
class Problem:
    status: int
    code: str
    title: str
    detail: str = ""
    mend: str = ""
    fields: dict[str, list[str]] | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


def install(app: Flask) -> None:
    app.register_error_handler(ConviveError, refused)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(HTTPException, http_refused)
    app.register_error_handler(SQLAlchemyError, database_refused)
    app.register_error_handler(Exception, failed)


def refused(error: ConviveError) -> Any:
    """One of our families: to the sign-in page, back with a message, or its own page."""
    status = status_of(error)
    if status == 500:
        return failed(error)
    tell_refused(error)
    if not _is_api() and status == 401:
        return _to_sign_in()
    if not _is_api() and status in {409, 422} and request.method == "POST" and _came_from_us():
        flash_refusal(error)
        return redirect(back(), code=303)
    return answer(_told(error, status))


def stale_form(_error: CSRFError) -> Any:
    """The form's token is missing or from another session; nothing was done."""
    if needs_sign_in() and session.new and not _is_api():
        return _to_sign_in()
    return answer(
        Problem(
            403,
            "form_out_of_date",
            gettext("This page was open for too long"),
            gettext("For your safety, nothing was done."),
            gettext("Go back, reload the page and try again."),
        )
    )


def http_refused(error: HTTPException) -> Any:
    """What routing, body limits and throttles raise. Their headers (Allow) stay."""
    status = error.code or 500
    if status < 400:
        return error
    title = gettext(TITLES.get(status, TITLES[400 if status < 500 else 500]))
    mend = gettext(MENDS[status]) if status in MENDS else ""
    response = answer(Problem(status, f"http_{status}", title, mend=mend))
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers.setdefault(name, value)
    if isinstance(error, RateLimitExceeded):
        response.headers["Retry-After"] = str(seconds_to_wait())
    return response


def database_refused(error: SQLAlchemyError) -> Any:
    """Bad values that slipped past the fields are refused, not crashed on; and they are logged."""
    state = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
    if state in BUSY or (isinstance(error, OperationalError) and not state):
        log.error("database busy or away", sqlstate=state, error=type(error).__name__)
        response = answer(Problem(503, "busy", gettext(TITLES[503])))
        response.headers["Retry-After"] = "5"
        return response
    if isinstance(error, DBAPIError) and state[:2] in {"22", "23"}:
        log.error(
            "validation let a bad value through", sqlstate=state, constraint=_constraint(error)
        )
        status = 409 if state in CONFLICTING else 422
        return answer(Problem(status, f"data_{state}", gettext(TITLES[status])))
    return failed(error)


def failed(error: Exception) -> Any:
    """Everything else: logged once with the request's id, told without details."""
    log.error("unexpected failure", exc_info=error, error=type(error).__name__)
    return answer(Problem(500, "unexpected", gettext(TITLES[500])))


def status_of(error: ConviveError) -> int:
    return next((status for kind, status in FAMILIES.items() if isinstance(error, kind)), 500)


def answer(problem: Problem) -> Response:
    """The problem for whoever asks: JSON under /api, a page elsewhere."""
    g.saying_no = True
    response = _as_json(problem) if _is_api() else Response(_page(problem), mimetype="text/html")
    response.status_code = problem.status
    return response


def _told(error: ConviveError, status: int) -> Problem:
    listed = error.fields if isinstance(error, Invalid) else None
    fields = (
        {name: [say(message) for message in messages] for name, messages in listed.items()}
        if listed is not None
        else None
    )
    detail = " ".join(message for messages in (fields or {}).values() for message in messages)
    words, details = say(error), error.details
    return Problem(status, error.code, words, detail=detail, fields=fields, details=details)


def _as_json(problem: Problem) -> Response:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "code": problem.code,
        "request_id": request_id(),
    }
    if problem.detail:
        body["detail"] = problem.detail
    if problem.fields is not None:
        body["errors"] = problem.fields
    body |= problem.details
    response = jsonify(body)
    response.mimetype = "application/problem+json"
    return response


def _page(problem: Problem) -> str:
    """The page of this status; a bare one when even that cannot be made."""
    if not g.get("brand"):
        return _bare(problem)
    candidates: list[str | Template] = [f"errors/{problem.status}.html", "errors/error.html"]
    shown = problem if problem.code != "unexpected" else None
    try:
        return render_template(candidates, problem=shown, request_id=request_id())
    except (TemplateError, BuildError, SQLAlchemyError, OSError) as error:
        log.exception("error page cannot be made", error=type(error).__name__)
        return _bare(problem)


def _bare(problem: Problem) -> str:
    return (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Convive</title></head>'
        f"<body><main><h1>{escape(problem.title)}</h1><p>{escape(problem.mend)}</p>"
        f"<p>{escape(request_id())}</p></main></body></html>"
    )


def _to_sign_in() -> Response:
    """Keeps where the reader was going; a form that was refused leads back to its page."""
    wish = request.full_path.rstrip("?") if request.method == "GET" else back(default="")
    target = url_for("accounts.sign_in", next=inside(wish) or None)
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": target})
    return redirect(target, code=303)  # type: ignore[return-value]


def _constraint(error: DBAPIError) -> str | None:
    diagnostics = getattr(error.orig, "diag", None)
    name: str | None = getattr(diagnostics, "constraint_name", None)
    return name


def _came_from_us() -> bool:
    return bool(back(default=""))


def _is_api() -> bool:
    return request.path.startswith("/api/")
