"""Finding a customer and reading her card: what she has, and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.accounts.web import from_session
from app.customers import queries
from app.customers.queries import CustomerView
from app.customers.schemas import FindCustomers, FindCustomersSchema
from app.http.auth import current_actor, open_to
from app.http.forms import load, posted
from app.http.words import initials
from app.http.work import reading
from app.kernel.actor import Actor, Role
from app.kernel.errors import Invalid
from app.loyalty import queries as loyalty
from app.meetings import queries as meetings
from app.meetings.presenters import meeting_row, order_row
from app.notifications import queries as notifications
from app.notifications.queries import EmailView
from app.orders import queries as orders
from app.rewards.presenters import customer_rewards

bp = Blueprint("customers", __name__, url_prefix="/customers")
open_to(bp, Role.SELLER, via=from_session)

PAGE = 30


@dataclass(frozen=True, slots=True)
class Row:
    id: UUID
    name: str
    initials: str
    email: str | None
    city: str | None
    points: int
    role_label: str | None


@dataclass(frozen=True, slots=True)
class Identity:
    id: UUID
    name: str
    initials: str
    first_name: str
    email: str | None
    phone: str | None
    address_lines: list[str]
    roles: list[str]
    since: datetime


@dataclass(frozen=True, slots=True)
class Message:
    at: datetime
    subject: str
    status_label: str
    ok: bool


@bp.get("")
def index() -> Any:
    try:
        asked = posted(request.args)
        named = {name: value for name, value in asked.items() if name in {"q", "page"}}
        wanted = load(FindCustomersSchema, named)
    except Invalid as refusal:
        return _list((), 0, None, errors=refusal.fields), 422
    with reading() as uow:
        rows, total = _found(uow.session, current_actor(), wanted)
    more = wanted.page * PAGE < total
    return _list(rows, total, _next_url(wanted) if more else None)


@bp.get("/<uuid:customer_id>")
def show(customer_id: UUID) -> Any:
    with reading() as uow:
        card = _card(uow.session, current_actor(), customer_id)
    return render_template("seller/customer.html", **card)


# ---------------------------------------------------------------- the list


def _list(
    rows: tuple[Row, ...],
    total: int,
    next_url: str | None,
    errors: dict[str, list[Any]] | None = None,
) -> str:
    return render_template(
        "seller/customers.html",
        query=request.args.get("q", "")[:200],
        customers=rows,
        total=total,
        next_url=next_url,
        errors=errors or {},
        values={},
    )


def _found(session: Session, actor: Actor, wanted: FindCustomers) -> tuple[tuple[Row, ...], int]:
    """Three statements, however many are found."""
    total = queries.count(session, actor, wanted.text)
    found = queries.search(session, actor, wanted.text, PAGE, offset=(wanted.page - 1) * PAGE)
    balances = loyalty.balances(session, [one.id for one in found])
    return tuple(_row(one, balances[one.id].available) for one in found), total


def _row(customer: CustomerView, points: int) -> Row:
    return Row(
        id=customer.id,
        name=customer.name,
        initials=initials(customer.name),
        email=customer.email,
        city=customer.city or None,
        points=points,
        role_label=" · ".join(_roles(customer)) or None,
    )


def _next_url(wanted: FindCustomers) -> str:
    return url_for("customers.index", q=wanted.text or None, page=wanted.page + 1)


# ---------------------------------------------------------------- the card


def _card(session: Session, actor: Actor, customer_id: UUID) -> dict[str, Any]:
    """The same statements however long her story is."""
    customer = queries.customer(session, actor, customer_id)
    bought = orders.orders_of_customer(session, actor, customer_id)
    statuses = {order.id: order.status for order in bought}
    rewards = customer_rewards(session, actor, customer_id, statuses)
    people = queries.people(session, [customer_id])
    return {
        "customer": _identity(customer),
        "points": rewards,
        "codes": rewards.codes,
        "vouchers": rewards.vouchers,
        "gifts": rewards.gifts,
        "meetings": [
            meeting_row(row) for row in meetings.meetings_of_customer(session, actor, customer_id)
        ],
        "orders": [order_row(order, people) for order in bought],
        "messages": [_message(mail) for mail in notifications.emails_of(session, customer_id)],
    }


def _identity(customer: CustomerView) -> Identity:
    town = f"{customer.postcode} {customer.city}".strip()
    return Identity(
        id=customer.id,
        name=customer.name,
        initials=initials(customer.name),
        first_name=customer.first_name,
        email=customer.email,
        phone=customer.phone,
        address_lines=[line for line in (*customer.address.splitlines(), town) if line],
        roles=_roles(customer),
        since=customer.created_at,
    )


def _roles(customer: CustomerView) -> list[str]:
    known = {"HOST": gettext("Host"), "SELLER": gettext("Seller")}
    return [known.get(role, role) for role in customer.roles]


def _message(mail: EmailView) -> Message:
    fates = {
        "queued": gettext("On its way"),
        "sent": gettext("Sent"),
        "bounced": gettext("Address refused"),
        "failed": gettext("Not delivered"),
        "unaddressed": gettext("No e-mail address"),
    }
    label = fates.get(mail.fate, mail.fate)
    at = mail.sent_at or mail.created_at
    return Message(at, mail.subject, label, ok=mail.fate == "sent")
