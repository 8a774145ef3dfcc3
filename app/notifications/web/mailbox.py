"""The mailbox page of a local installation: every mail sent on this machine, and its links.

It exists only where the local mail server keeps its messages (MAILBOX_DIR), never where mail goes
to a real one.
"""

from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, current_app, render_template, url_for

from app.http.auth import open_to_anyone
from app.http.headers import content_security_policy
from app.infra import mailbox
from app.infra.mailbox import KeptMail
from app.kernel.errors import NotFound

bp = Blueprint("mailbox", __name__, url_prefix="/mailbox")
open_to_anyone(bp)

OF_A_MESSAGE = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"
)


def install(app: Flask, folder: Path | None) -> None:
    if folder is not None:
        app.config["MAILBOX"] = folder
        app.register_blueprint(bp)


@bp.get("")
def index() -> Any:
    messages = [_row(mail) for mail in mailbox.newest(current_app.config["MAILBOX"])]
    return render_template("mailbox/index.html", messages=messages)


@bp.get("/<mail_id>")
def message(mail_id: str) -> Any:
    mail = _found(mail_id)
    page = render_template(
        "mailbox/message.html",
        message={
            "subject": mail.subject,
            "to": mail.to,
            "sender": mail.sender,
            "at": mail.at,
            "text": mail.text,
            "html_url": url_for(".formatted", mail_id=mail.id) if mail.html else None,
            "links": mail.links,
        },
        index_url=url_for(".index"),
    )
    return page, {"Content-Security-Policy": content_security_policy(frame_src="'self'")}


@bp.get("/<mail_id>/formatted")
def formatted(mail_id: str) -> Response:
    """The HTML part as it was sent, in a page that may run and load nothing. The page around it
    may measure it."""
    answer = Response(_found(mail_id).html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = f"{OF_A_MESSAGE}; sandbox allow-same-origin"
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


def _row(mail: KeptMail) -> dict[str, Any]:
    return {
        "id": mail.id,
        "url": url_for(".message", mail_id=mail.id),
        "subject": mail.subject,
        "to": mail.to,
        "sender": mail.sender,
        "at": mail.at,
        "preview": mail.preview,
    }


def _found(mail_id: str) -> KeptMail:
    mail = mailbox.one(current_app.config["MAILBOX"], mail_id)
    if mail is None:
        raise NotFound
    return mail
