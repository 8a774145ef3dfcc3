"""Shipping, cancelling and taking back: one plain page each, the same for sellers and for staff.

The seller's pages hang below her order, those of staff below the order in the console.
"""

import hashlib
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from app.accounts.web import from_session
from app.customers import queries as customers
from app.http.auth import current_actor, open_to
from app.http.flashes import flash_refusal
from app.http.forms import errors_of, load, status_of
from app.http.words import money, say
from app.http.work import reading, writing
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.errors import Conflict, ConviveError, Invalid, Refused
from app.kernel.words import N_
from app.meetings.services import ordering
from app.orders import queries, services
from app.orders.queries import LineView, OrderPage, OrderView
from app.orders.schemas import CancelSchema, QuantitySchema, ReturnSchema, ShipSchema
from app.orders.services.foreseeing import Foreseen

Units = dict[UUID, int] | None
Typed = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """What a page does with units, and how many of a line it may take."""

    name: str
    title: str
    about: str
    button: str
    most: Callable[[LineView], int]
    schema: type[Any]
    do: Callable[[UnitOfWork, Actor, UUID, Units, Typed], object]
    foresee: Callable[[Session, Actor, UUID, Units], Foreseen] | None = None
    """What it would do, shown before it is done."""
    _: KW_ONLY
    starts_full: bool
    """The page proposes all there are, rather than none."""
    whole_when_unpaid: bool = False


def _ship(uow: UnitOfWork, actor: Actor, order_id: UUID, units: Units, typed: Typed) -> object:
    tracking = typed["tracking"]
    return ordering.ship_order(uow, actor, order_id, units, tracking=tracking, clock=uow.clock)


def _cancel(uow: UnitOfWork, actor: Actor, order_id: UUID, units: Units, typed: Typed) -> object:
    reason = typed["reason"]
    return ordering.cancel_units(uow, actor, order_id, units, reason=reason, clock=uow.clock)


def _return(uow: UnitOfWork, actor: Actor, order_id: UUID, units: Units, typed: Typed) -> object:
    return ordering.take_back_order(
        uow,
        actor,
        order_id,
        units,
        restock=typed["restock"],
        reason=typed["reason"],
        clock=uow.clock,
    )


ACTS = (
    Act(
        name="ship",
        title=N_("Ship"),
        about=N_("What leaves now. The rest can follow later."),
        button=N_("Record the shipment"),
        most=lambda line: line.to_ship,
        schema=ShipSchema,
        do=_ship,
        starts_full=True,
    ),
    Act(
        name="cancel",
        title=N_("Cancel products"),
        about=N_("What has not left the house. You see what goes back before anything is done."),
        button=N_("Cancel these products"),
        most=lambda line: line.to_ship,
        schema=CancelSchema,
        do=_cancel,
        foresee=services.foresee_cancel,
        starts_full=False,
        whole_when_unpaid=True,
    ),
    Act(
        name="return",
        title=N_("Take products back"),
        about=N_("What was shipped and came back. You see what goes back before anything is done."),
        button=N_("Record the return"),
        most=lambda line: line.returnable,
        schema=ReturnSchema,
        do=_return,
        foresee=services.foresee_return,
        starts_full=False,
    ),
)


@dataclass(frozen=True, slots=True)
class House:
    """Where the pages stand, and what they look like there."""

    template: str
    order: str
    """The endpoint of the order's own page."""


@dataclass(frozen=True, slots=True)
class UnitsRow:
    name: str
    """Of the field."""
    product: str
    reference: str
    most: int
    start: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What is shown before it is done."""

    foreseen: Foreseen
    restock: bool

    @property
    def digest(self) -> str:
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]

    @property
    def units(self) -> int:
        return sum(line.units for line in self.foreseen.lines)


# ----------------------------------------------------------------------------------- the pages


def show(house: House, act: Act, order_id: UUID) -> Any:
    """What goes as a whole needs nothing to be chosen: what it does is shown at once."""
    try:
        whole = _is_whole(act, _read(order_id).order)
        return _page(house, act, order_id, seen=_seen(act, order_id, None, {}) if whole else None)
    except (Refused, Conflict) as refusal:
        return _page(house, act, order_id, refusal)


def submit(house: House, act: Act, order_id: UUID) -> Any:
    """Done once what it does was shown; what was changed since is shown anew."""
    actor = current_actor()
    before = _read(order_id).order
    try:
        typed, units = _typed(act, before)
        seen = _seen(act, order_id, units, typed)
        if seen and (request.form.get("checked") != seen.digest or "look" in request.form):
            return _page(house, act, order_id, seen=seen)
        writing(lambda uow: act.do(uow, actor, order_id, units, typed))
    except (Invalid, Refused, Conflict) as refusal:
        return _page(house, act, order_id, refusal)
    flash(_told(act, before, _read(order_id).order), "success")
    return redirect(url_for(house.order, order_id=order_id), code=303)


def deliver(house: House, order_id: UUID) -> Any:
    actor = current_actor()
    try:
        writing(lambda uow: ordering.deliver_order(uow, actor, order_id, clock=uow.clock))
        flash(gettext("The order has arrived."), "success")
    except (Refused, Conflict) as refusal:
        flash_refusal(refusal)
    return redirect(url_for(house.order, order_id=order_id), code=303)


def _seen(act: Act, order_id: UUID, units: Units, typed: Typed) -> Seen | None:
    """Raises what the act itself would."""
    if act.foresee is None:
        return None
    with reading() as uow:
        foreseen = act.foresee(uow.session, current_actor(), order_id, units)
    return Seen(foreseen, restock=typed.get("restock", True))


def _page(
    house: House,
    act: Act,
    order_id: UUID,
    refusal: ConviveError | None = None,
    seen: Seen | None = None,
) -> Any:
    with reading() as uow:
        page = queries.order_page(uow.session, current_actor(), order_id)
        person = customers.people(uow.session, [page.order.customer_id])[page.order.customer_id]
    shown = render_template(
        house.template,
        act=act,
        order=page.order,
        customer=person,
        rows=_rows(act, page.order),
        whole=_is_whole(act, page.order),
        seen=seen,
        back=url_for(house.order, order_id=order_id),
        values=request.form,
        errors=errors_of(refusal),
    )
    return shown, status_of(refusal)


def _rows(act: Act, order: OrderView) -> list[UnitsRow]:
    return [
        UnitsRow(
            name=_field(line),
            product=line.name,
            reference=line.reference,
            most=act.most(line),
            start=act.most(line) if act.starts_full else 0,
        )
        for line in order.lines
        if act.most(line)
    ]


def _is_whole(act: Act, order: OrderView) -> bool:
    """Nothing is to be chosen: the order goes as a whole."""
    return act.whole_when_unpaid and order.awaits_payment


# ------------------------------------------------------------------------------- what was typed


def _typed(act: Act, order: OrderView) -> tuple[Typed, Units]:
    """Raises Invalid with each field's message."""
    fields = set(act.schema().fields) - {"units"}
    form = {name: value for name, value in request.form.items() if name in fields and value.strip()}
    if act.name == "return":
        form.setdefault("restock", "0")
    typed = load(act.schema, form)
    return typed, None if _is_whole(act, order) else units_typed(order, act.most)


def units_typed(order: OrderView, most: Callable[[LineView], int]) -> dict[UUID, int]:
    """By line, in fields named `units-<line>`. Raises Invalid with each field's message."""
    units: dict[UUID, int] = {}
    problems: dict[str, list[Any]] = {}
    for line in order.lines:
        text = request.form.get(_field(line), "").strip()
        if not text:
            continue
        try:
            count = QuantitySchema().fields["quantity"].deserialize(text)
        except ValidationError as error:
            problems[_field(line)] = list(error.messages)
            continue
        if count > most(line):
            words = N_("Of %(name)s, at most %(most)s can be chosen.")
            problems[_field(line)] = [say(words, {"name": line.name, "most": most(line)})]
        elif count:
            units[line.id] = count
    if problems:
        raise Invalid(problems)
    return units


def _field(line: LineView) -> str:
    return f"units-{line.id}"


def _told(act: Act, before: OrderView, after: OrderView) -> str:
    if act.name == "ship":
        sent = sum(line.shipped for line in after.lines) - sum(
            line.shipped for line in before.lines
        )
        words: str = ngettext("%(num)s product has left.", "%(num)s products have left.", sent)
        return words
    gone = sum(line.gone for line in after.lines) - sum(line.gone for line in before.lines)
    refund = after.refunded_cents - before.refunded_cents
    if after.is_cancelled and not refund:
        return str(gettext("The order is cancelled and its products are back in stock."))
    told = ngettext("%(num)s product is taken out.", "%(num)s products are taken out.", gone)
    back = gettext("%(amount)s is to be paid back.", amount=money(refund))
    return f"{told} {back}" if refund else str(told)


def _read(order_id: UUID) -> OrderPage:
    with reading() as uow:
        return queries.order_page(uow.session, current_actor(), order_id)


# -------------------------------------------------------------------------------- the two houses


def _pages(name: str, prefix: str, house: House, *roles: Role) -> Blueprint:
    pages = Blueprint(name, __name__, url_prefix=prefix)
    open_to(pages, *roles, via=from_session)
    for act in ACTS:
        url = f"/<uuid:order_id>/{act.name}"
        pages.add_url_rule(url, act.name, _view(show, house, act))
        pages.add_url_rule(url, f"{act.name}_post", _view(submit, house, act), methods=["POST"])
    url = "/<uuid:order_id>/delivery"
    pages.add_url_rule(url, "deliver", _view(deliver, house), methods=["POST"])
    return pages


def _view(page: Callable[..., Any], *known: object) -> Callable[..., Any]:
    def view(order_id: UUID) -> Any:
        return page(*known, order_id)

    return view


seller_bp = _pages(
    "orders_leaving",
    "/orders",
    House("seller/order_units.html", "orders.show"),
    Role.SELLER,
)
console_bp = _pages(
    "orders_leaving_console",
    "/console/orders",
    House("console/orders/units.html", "orders_console.show"),
    Role.BRAND_ADMIN,
    Role.CUSTOMER_SERVICE,
)
