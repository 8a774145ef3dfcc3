"""E-mails for staff: what was told to whom, word for word, and what became of it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from app.accounts.web import from_session
from app.audit.services import record
from app.customers import queries as customers
from app.http.auth import current_actor, open_to
from app.http.filters import asked_of_list, day_begins, day_ends
from app.http.headers import content_security_policy
from app.http.navigation import here
from app.http.work import reading, writing
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.errors import NotFound
from app.notifications import queries
from app.notifications.queries import EmailView, Wanted
from app.notifications.schemas import EmailLogSchema
from app.notifications.services.resending import resend_email

bp = Blueprint("emails_console", __name__, url_prefix="/console/emails")
open_to(bp, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, via=from_session)

PAGE = 30
OF_A_MESSAGE = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"
)


@bp.get("")
def index() -> str:
    asked = asked_of_list(EmailLogSchema)
    wanted = Wanted(
        text=asked["q"],
        fate=asked["fate"],
        since=day_begins(asked["since"]),
        until=day_ends(asked["until"]),
        before_id=asked["after"],
    )
    with reading() as uow:
        found = queries.email_log(uow.session, current_actor(), wanted, size=PAGE)
        written_to = {row.customer_id for row in found.rows if row.customer_id}
        people = customers.people(uow.session, written_to)
    return render_template(
        "console/emails/index.html",
        rows=found.rows,
        people=people,
        asked=asked,
        total=found.total,
        next_url=here(after=str(found.rows[-1].id)) if found.has_more else None,
        first_url=here() if asked["after"] else None,
    )


@bp.get("/<uuid:email_id>")
def show(email_id: UUID) -> Any:
    with reading() as uow:
        email = queries.email_for(uow.session, current_actor(), email_id)
        written_to = {email.customer_id} if email.customer_id else set()
        people = customers.people(uow.session, written_to)
    page = render_template(
        "console/emails/show.html",
        email=email,
        person=people[email.customer_id] if email.customer_id else None,
        is_readable=_is_readable(email),
        can_resend=email.customer_id is not None and email.fate != "queued",
    )
    return page, {"Content-Security-Policy": content_security_policy(frame_src="'self'")}


@bp.get("/<uuid:email_id>/formatted")
def formatted(email_id: UUID) -> Response:
    """The HTML part as it was sent, in a page that may run and load nothing. The page around it
    may measure it."""
    with reading() as uow:
        email = queries.email_for(uow.session, current_actor(), email_id)
    if not _is_readable(email):
        raise NotFound
    answer = Response(email.html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = f"{OF_A_MESSAGE}; sandbox allow-same-origin"
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


@bp.post("/<uuid:email_id>/resend")
def resend(email_id: UUID) -> Any:
    """A refusal is told on the page it was asked from."""

    def work(uow: UnitOfWork) -> UUID:
        again = resend_email(uow, email_id, clock=uow.clock)
        record(uow, current_actor(), "email.resend", "email", email_id, after={"email": again})
        return again

    again = writing(work)
    flash(gettext("The message is on its way again."), "success")
    if request.form.get("stay"):
        return redirect(url_for("console.home"), code=303)
    return redirect(url_for(".show", email_id=again), code=303)


def _is_readable(email: EmailView) -> bool:
    """Letters to the team hold keys to somebody's own account."""
    return email.customer_id is not None
