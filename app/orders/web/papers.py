"""The papers of one order: its form and slip, its invoice and credit notes; the same behind the
seller's pages, the customer's link and the console."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.accounts.web import from_order_link, from_session
from app.brands.queries import this_brand
from app.customers import queries as customers
from app.documents import queries as documents
from app.documents.errors import DocumentNotFound
from app.documents.presenters import title_of
from app.documents.web import paper_file, pdf
from app.http.auth import current_actor, open_to
from app.http.work import reading
from app.kernel.actor import Actor, Role
from app.orders import queries
from app.orders.presenters.papers import Around, delivery_slip, order_form
from app.orders.queries import OrderPage, OrderView
from app.sellers import queries as sellers


@dataclass(frozen=True, slots=True)
class PaperLink:
    title: str
    url: str
    at: datetime | None = None
    cents: int | None = None
    """Less than 0 on a credit note."""


def papers_of(session: Session, order: OrderView, house: str) -> list[PaperLink]:
    """Of an order the reader sees; `house` is one of the blueprints below. One statement."""
    if order.is_cart:
        return []
    papers = [PaperLink(gettext("Order form"), _url(house, ".order_form", order))]
    for row in documents.documents_of(session, order.id):
        url = _url(house, ".document", order, document_id=row.id)
        sign = -1 if row.kind == "credit_note" else 1
        papers.append(PaperLink(title_of(row), url, row.issued_at, sign * row.total_cents))
    if any(line.shipped for line in order.lines):
        papers.append(PaperLink(gettext("Delivery slip"), _url(house, ".delivery_slip", order)))
    return papers


def _url(house: str, name: str, order: OrderView, **values: Any) -> str:
    given = {**(request.view_args or {}), "order_id": order.id, **values}
    return url_for(f"{house}{name}", **given)


def _document(order_id: UUID, document_id: UUID) -> Response:
    with reading() as uow:
        queries.order_page(uow.session, current_actor(), order_id)
        found = documents.document_of(uow.session, order_id, document_id)
    return paper_file(found)


def _order_form(order_id: UUID) -> Response:
    return _drawn(order_id, order_form, "order")


def _delivery_slip(order_id: UUID) -> Response:
    return _drawn(order_id, delivery_slip, "delivery")


def _drawn(order_id: UUID, draw: Callable[[OrderPage, Around], bytes], name: str) -> Response:
    with reading() as uow:
        page = _placed(uow.session, current_actor(), order_id)
        order = page.order
        around = Around(
            this_brand(uow.session),
            customers.views(uow.session, [order.customer_id])[order.customer_id],
            sellers.seller(uow.session, order.seller_id).display_name,
        )
    return pdf(draw(page, around), f"{name}-{order.number}")


def _placed(session: Session, actor: Actor, order_id: UUID) -> OrderPage:
    """Drafts have no papers. Raises OrderNotFound, DocumentNotFound."""
    page = queries.order_page(session, actor, order_id)
    if page.order.is_cart:
        raise DocumentNotFound
    return page


def _doors(name: str, prefix: str, *roles: Role, via: Callable[[], Actor | None]) -> Blueprint:
    doors = Blueprint(name, __name__, url_prefix=prefix)
    open_to(doors, *roles, via=via)
    for path, view in (
        ("documents/<uuid:document_id>.pdf", _document),
        ("order-form.pdf", _order_form),
        ("delivery-slip.pdf", _delivery_slip),
    ):
        doors.add_url_rule(f"/orders/<uuid:order_id>/{path}", view.__name__[1:], _view(view))
    return doors


def _view(page: Callable[..., Response]) -> Callable[..., Response]:
    """The token of a customer's link says who asks; the page needs it no more."""

    def view(token: str = "", **values: Any) -> Response:  # noqa: ARG001
        return page(**values)

    return view


seller_bp = _doors("papers", "", Role.SELLER, via=from_session)
shop_bp = _doors("papers_shop", "/o/<token>", Role.CUSTOMER, via=from_order_link)
console_bp = _doors(
    "papers_console", "/console", Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, via=from_session
)
