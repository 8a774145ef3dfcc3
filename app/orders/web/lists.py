"""Commandes: all that a seller has taken, in meetings and outside, filtered, paged, as a file."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, render_template, url_for
from flask_babel import gettext

from app.audit.services import record
from app.customers import queries as customers
from app.customers.queries import PersonView
from app.http.auth import current_actor
from app.http.brand import current_brand
from app.http.filters import asked_of_list
from app.http.navigation import here
from app.http.work import reading, writing
from app.imports.writing import amount, csv_bytes
from app.infra.uow import UnitOfWork
from app.meetings.presenters import order_row
from app.orders import presenters, queries
from app.orders.queries import OrderView
from app.orders.schemas import OrdersSchema
from app.orders.web.order import bp

PAGE = 20
LONGEST_EXPORT = 20_000


@bp.get("/orders")
def index() -> str:
    asked = asked_of_list(OrdersSchema)
    with reading() as uow:
        wanted = presenters.orders_wanted(uow.session, current_actor(), asked)
        found = queries.order_list(
            uow.session, current_actor(), wanted, page=asked["page"], size=PAGE
        )
        people = customers.people(uow.session, {order.customer_id for order in found.rows})
        waiting = queries.waiting_counts(uow.session, current_actor())
    return render_template(
        "seller/orders.html",
        rows=[order_row(order, people) for order in found.rows],
        total=found.total,
        total_cents=found.total_cents,
        asked=asked,
        tabs=_tabs(waiting),
        choices=presenters.list_choices(),
        next_url=here(page=str(asked["page"] + 1)) if found.has_more else None,
        first_url=here() if asked["page"] > 1 else None,
        export_url=url_for(".export", **filters_of(asked)),
    )


@bp.get("/orders/orders.csv")
def export() -> Response:
    """What the filters show, without paging."""
    asked = asked_of_list(OrdersSchema)
    with reading() as uow:
        wanted = presenters.orders_wanted(uow.session, current_actor(), asked)
        found = queries.order_list(
            uow.session, current_actor(), wanted, page=1, size=LONGEST_EXPORT
        )
        people = customers.people(uow.session, {order.customer_id for order in found.rows})
    return orders_file(titles(), [cells(order, people) for order in found.rows])


def orders_file(head: list[str], rows: list[list[Any]]) -> Response:
    """As CSV; who took it along is written down."""
    writing(lambda uow: _note_export(uow, len(rows)))
    answer = Response(csv_bytes(head, rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="orders.csv"'
    return answer


def filters_of(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) for name, value in asked.items() if value and name != "page"}


def _tabs(waiting: queries.WaitingCounts) -> list[tuple[str, dict[str, str], int]]:
    """What a seller looks for most, as ready-made filters: words, filter, how many wait."""
    return [
        (gettext("All"), {}, 0),
        (gettext("Direct sales"), {"channel": "direct", "kind": "sale"}, 0),
        (gettext("To be paid"), {"payment": "due"}, waiting.due),
        (gettext("Drafts"), {"kind": "sale", "status": "cart"}, waiting.drafts),
        (gettext("Gifts to finalise"), {"kind": "gift", "status": "cart"}, waiting.gifts),
        (gettext("Gifts done"), {"kind": "gift", "status": "done"}, 0),
    ]


def _note_export(uow: UnitOfWork, rows: int) -> None:
    record(uow, current_actor(), "order.export", "", None, after={"number": rows})


def titles() -> list[str]:
    return [
        gettext("Number"),
        gettext("Date"),
        gettext("Customer"),
        gettext("Taken"),
        gettext("Kind"),
        gettext("State"),
        gettext("Payment"),
        gettext("Items"),
        gettext("Total"),
        gettext("Paid"),
    ]


def cells(order: OrderView, people: Mapping[UUID, PersonView]) -> list[Any]:
    local = (order.placed_at or order.created_at).astimezone(ZoneInfo(current_brand().timezone))
    return [
        order.number or "",
        local.date().isoformat(),
        people[order.customer_id].name,
        presenters.channel_label(order.channel),
        presenters.kind_label(order.kind),
        presenters.status_label(order.status),
        presenters.payment_label(order.payment_status),
        order.item_count,
        amount(order.total_cents),
        amount(order.paid_cents),
    ]
