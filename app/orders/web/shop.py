"""A customer orders by her own link: catalogue, product, basket, terms, order placed.

Nothing is paid here; the order counts for the meeting of the link, if it has one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from app.accounts.web import from_order_link
from app.brands.terms import terms_in_force, terms_of_version
from app.catalog import queries as catalog
from app.customers import queries as customers
from app.customers.presenters import countries
from app.http.auth import current_actor, open_to
from app.http.flashes import flash_refusal
from app.http.forms import errors_of, load, posted, status_of
from app.http.navigation import inside
from app.http.work import reading, writing
from app.infra.extensions import limiter
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.errors import Conflict, ConviveError, Invalid, NotFound, Refused
from app.meetings import queries as meetings
from app.meetings.queries import MeetingCard
from app.meetings.services import ordering, shopping
from app.orders import queries
from app.orders.domain.frozen import Difference
from app.orders.errors import CartHasChanged
from app.orders.presenters import withdrawals_told
from app.orders.presenters.quotes import changes_told, quote_told
from app.orders.presenters.shop import Shop, shelves, shop_of, shown_product, units_by_product
from app.orders.queries import OrderView
from app.orders.schemas import AddLineSchema, OwnCheckoutSchema, QuantitySchema, ShopSchema
from app.orders.web.papers import papers_of
from app.orders.web.quoted import (
    around_order,
    brought_up_to_date,
    earning_of,
    names_on,
    price_anew,
    quote_shown,
)
from app.orders.web.shown import gifts_of, pots_ahead, shown_order
from app.orders.web.wishes import grant_wish, wish_errors
from app.promotions.domain.words import Voice
from app.sellers import queries as sellers

bp = Blueprint("shop", __name__, url_prefix="/o/<token>")
open_to(bp, Role.CUSTOMER, via=from_order_link)

ON_A_PAGE = 24
CHANGES_BY_ONE_LINK = "300 per hour"


def link_asking() -> str:
    """Counted by customer: her guests may share one network."""
    actor = current_actor()
    return f"{actor.brand_id}:{actor.customer_id}:{actor.meeting_id}"


@dataclass(frozen=True, slots=True)
class Stall:
    """What every page of the shop needs to know, read in as many statements each time."""

    shop: Shop
    draft: OrderView | None
    meeting: MeetingCard | None


# ------------------------------------------------------------------------------- the catalogue


@bp.get("")
def index(token: str) -> str:
    try:
        asked = load(ShopSchema, posted(request.args))
    except Invalid:
        asked = load(ShopSchema, {})
    with reading() as uow:
        stall = stall_of(uow, token)
        found = catalog.search_products(
            uow.session,
            asked["q"],
            limit=ON_A_PAGE + 1,
            offset=(asked["page"] - 1) * ON_A_PAGE,
            category_id=asked["category"],
            at=uow.clock(),
        )
        tree = catalog.category_tree(uow.session)
        earning = earning_of(uow)
    basket = units_by_product(stall.draft)
    kept = {"q": asked["q"] or None, "category": asked["category"]}
    next_url = url_for(".index", token=token, **kept, page=asked["page"] + 1)
    return render_template(
        "shop/index.html",
        shop=stall.shop,
        products=[shown_product(one, earning, basket) for one in found[:ON_A_PAGE]],
        shelves=shelves(tree),
        asked=asked,
        next_url=next_url if len(found) > ON_A_PAGE else None,
        first_url=url_for(".index", token=token, **kept) if asked["page"] > 1 else None,
    )


@bp.get("/products/<uuid:product_id>")
def product(token: str, product_id: UUID) -> Any:
    return _product_page(token, product_id)


def _product_page(token: str, product_id: UUID, refusal: ConviveError | None = None) -> Any:
    with reading() as uow:
        stall = stall_of(uow, token)
        found = catalog.product_view(uow.session, product_id, at=uow.clock())
        earning = earning_of(uow)
    if not found.on_sale:
        raise NotFound
    page = render_template(
        "shop/product.html",
        shop=stall.shop,
        product=shown_product(found, earning, units_by_product(stall.draft)),
        values=request.form,
        errors=errors_of(refusal, "quantity"),
    )
    return page, status_of(refusal)


@bp.get("/terms")
def terms(token: str) -> str:
    """Those in force, or those of the version asked for: what somebody accepted stays readable."""
    asked = request.args.get("version", "")
    with reading() as uow:
        stall = stall_of(uow, token)
        version = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else None
        found = terms_of_version(uow.session, version) if version else terms_in_force(uow.session)
    if found is None:
        raise NotFound
    return render_template("shop/terms.html", shop=stall.shop, terms=found)


# ---------------------------------------------------------------------------------- the basket


@bp.get("/basket")
def basket(token: str) -> Any:
    with reading() as uow:
        order_id = queries.own_draft(uow.session, current_actor())
    return _basket(token, changes=brought_up_to_date(order_id) if order_id else ())


@bp.post("/lines")
@limiter.limit(CHANGES_BY_ONE_LINK, key_func=link_asking)
def add_line(token: str) -> Any:
    """Back to where she was, with what is in the basket now."""
    actor = current_actor()
    back_to = inside(request.form.get("back")) or url_for(".index", token=token)

    def work(uow: UnitOfWork) -> UUID:
        return shopping.put_in_basket(
            uow, actor, wanted["product_id"], wanted["quantity"], clock=uow.clock
        )

    try:
        form = {name: value for name, value in posted(request.form).items() if name != "back"}
        wanted = load(AddLineSchema, form)
        writing(work)
    except Invalid as refusal:
        if "product_id" in refusal.fields or "product_id" not in request.form:
            flash(gettext("Choose a product of the catalogue."), "error")
            return redirect(back_to, code=303)
        return _product_page(token, UUID(request.form["product_id"]), refusal)
    except (Conflict, Refused) as refusal:
        flash_refusal(refusal)
        return redirect(back_to, code=303)
    flash(gettext("It is in your basket."), "success")
    return redirect(back_to, code=303)


@bp.post("/lines/<uuid:line_id>/quantity")
@limiter.limit(CHANGES_BY_ONE_LINK, key_func=link_asking)
def set_quantity(token: str, line_id: UUID) -> Any:
    actor = current_actor()

    def work(order_id: UUID) -> None:
        quantity = load(QuantitySchema, posted(request.form))["quantity"]
        writing(
            lambda uow: ordering.set_quantity(
                uow, actor, order_id, line_id, quantity, clock=uow.clock
            )
        )

    return _attempt(token, work)


@bp.post("/wishes")
@limiter.limit(CHANGES_BY_ONE_LINK, key_func=link_asking)
def wish(token: str) -> Any:
    """Codes, picks, vouchers, points, gifts, delivery: what she asks for besides products."""
    actor = current_actor()

    def work(order_id: UUID) -> None:
        writing(lambda uow: grant_wish(uow, actor, order_id))

    return _attempt(token, work)


@bp.post("/checkout")
@limiter.limit(CHANGES_BY_ONE_LINK, key_func=link_asking)
def checkout(token: str) -> Any:
    """Placed once, however often the button is pressed: then her order is shown."""
    actor = current_actor()

    def work(order_id: UUID) -> UUID:
        typed = load(OwnCheckoutSchema, posted(request.form))
        if not typed["accepted"]:
            raise Invalid({"accepted": [gettext("Accept the terms of sale to order.")]})
        writing(
            lambda uow: shopping.place_own_order(
                uow,
                actor,
                order_id,
                terms_version=typed["terms_version"],
                seen=typed["seen"],
                seen_cents=typed["seen_cents"],
                clock=uow.clock,
            )
        )
        return order_id

    return _attempt(
        token, work, lambda done: redirect(url_for(".order", token=token, order_id=done), code=303)
    )


@bp.get("/orders/<uuid:order_id>")
def order(token: str, order_id: UUID) -> Any:
    """What she ordered, with the words of the day she ordered it."""
    with reading() as uow:
        stall = stall_of(uow, token)
        page = queries.order_page(uow.session, current_actor(), order_id)
        if not page.order.is_sold:
            raise NotFound
        shown = shown_order(uow, current_actor(), page)
        told = quote_told(quote_shown(page), around_order(uow, page, Voice.CUSTOMER))
        papers = papers_of(uow.session, page.order, "papers_shop")
        withdrawn = withdrawals_told(uow.session, page.order)
    return render_template(
        "shop/order.html",
        shop=stall.shop,
        order=shown,
        told=told,
        papers=papers,
        withdrawn=withdrawn,
    )


# ------------------------------------------------------------------------------------- how


def _attempt(
    token: str, work: Callable[[UUID], Any], told: Callable[[Any], Any] | None = None
) -> Any:
    """On her draft; or the basket again, saying what to mend."""
    with reading() as uow:
        order_id = queries.own_draft(uow.session, current_actor())
    if order_id is None:
        return redirect(url_for(".basket", token=token), code=303)
    try:
        done = work(order_id)
    except CartHasChanged as refusal:
        price_anew(order_id)
        return _basket(token, refusal, refusal.changes)
    except (Conflict, Refused, Invalid) as refusal:
        return _basket(token, refusal)
    return told(done) if told else redirect(url_for(".basket", token=token), code=303)


def _basket(
    token: str, refusal: ConviveError | None = None, changes: Sequence[Difference] = ()
) -> Any:
    with reading() as uow:
        stall = stall_of(uow, token)
        if stall.draft is None:
            if stall.shop.orders:
                latest = stall.shop.orders[-1]
                return redirect(url_for(".order", token=token, order_id=latest.id), code=303)
            return render_template("shop/empty.html", shop=stall.shop)
        page = queries.order_page(uow.session, current_actor(), stall.draft.id)
        shown = shown_order(uow, current_actor(), page)
        around = around_order(uow, page, Voice.CUSTOMER)
        told = quote_told(quote_shown(page), around)
        pots = pots_ahead(uow, page)
        terms = terms_in_force(uow.session)
        gifts = gifts_of(uow, current_actor(), page.order)
    answer = render_template(
        "shop/basket.html",
        shop=stall.shop,
        order=shown,
        told=told,
        pots=pots,
        terms=terms,
        gifts=[replace(one, choose_url=_choose_url(token, one.claim_id)) for one in gifts],
        values=request.form,
        errors=wish_errors(refusal, around) or errors_of(refusal),
        countries=countries(),
        changes=changes_told(changes, names_on(page)),
    )
    return answer, status_of(refusal)


def _choose_url(token: str, claim_id: UUID) -> str:
    return url_for("my_rewards.choose", token=token, claim_id=claim_id)


def stall_of(uow: UnitOfWork, token: str) -> Stall:
    """For every page behind a customer's link: the same statements each time."""
    session, actor = uow.session, current_actor()
    assert actor.customer_id is not None
    person = customers.people(session, [actor.customer_id])[actor.customer_id]
    meeting = meetings.meeting_card(session, actor, actor.meeting_id) if actor.meeting_id else None
    seller_id = meeting.seller_id if meeting else actor.seller_id
    assert seller_id is not None
    seller = sellers.seller(session, seller_id)
    hers = queries.orders_of_customer(session, actor, actor.customer_id)
    draft = next((one for one in reversed(hers) if one.is_own_draft), None)
    shop = shop_of(token, person.first_name, seller.display_name, meeting, draft, hers)
    return Stall(shop, draft, meeting)
