"""Home, the list of meetings, and the dates booked in them."""

from flask import render_template

from app.customers import queries as customers
from app.http.auth import current_actor
from app.http.brand import current_brand
from app.http.filters import asked_of_list, day_begins, day_ends
from app.http.navigation import here
from app.http.work import reading
from app.meetings import presenters, queries
from app.meetings.queries import MeetingsWanted
from app.meetings.schemas import BookingsSchema, ListSchema
from app.meetings.web.meeting import PAGE_SIZE, bp
from app.orders import queries as orders
from app.rewards.presenters import nearest_rewards
from app.rewards.queries import claims_to_choose


@bp.get("/")
def home() -> str:
    actor = current_actor()
    with reading() as uow:
        found = queries.seller_home(
            uow.session, actor, zone=current_brand().timezone, now=uow.clock()
        )
        waiting = orders.todo_orders(uow.session, actor, limit=PAGE_SIZE)
        claims = claims_to_choose(uow.session, actor, limit=PAGE_SIZE)
        herself = {actor.customer_id} if actor.customer_id else set()
        named = {order.customer_id for order in waiting} | {one.customer_id for one in claims}
        people = customers.people(uow.session, named | herself)
    first_name = people[actor.customer_id].first_name if actor.customer_id else ""
    shown = presenters.present_home(found, waiting, people, first_name, claims)
    return render_template("seller/home.html", home=shown)


@bp.get("/meetings")
def index() -> str:
    asked = asked_of_list(ListSchema)
    wanted = MeetingsWanted(
        asked["status"], asked["q"], day_begins(asked["since"]), day_ends(asked["until"])
    )
    with reading() as uow:
        found = queries.meeting_list(
            uow.session, current_actor(), wanted, page=asked["page"], size=PAGE_SIZE
        )
        alive = [row.id for row in found.rows if row.status in queries.ALIVE]
        near = nearest_rewards(uow.session, alive)
    return render_template(
        "seller/meetings.html",
        meetings=[presenters.meeting_row(row) for row in found.rows],
        near=near,
        total=found.total,
        asked=asked,
        status=str(asked["status"] or ""),
        counts=found.counts,
        next_url=here(page=str(asked["page"] + 1)) if found.has_more else None,
        first_url=here() if asked["page"] > 1 else None,
    )


@bp.get("/bookings")
def bookings() -> str:
    asked = asked_of_list(BookingsSchema)
    with reading() as uow:
        found = queries.booked_list(
            uow.session, current_actor(), fate=asked["fate"], page=asked["page"], size=PAGE_SIZE
        )
    return render_template(
        "seller/bookings.html",
        rows=[presenters.booked_row(row) for row in found.rows],
        fate=asked["fate"],
        counts=found.counts,
        next_url=here(page=str(asked["page"] + 1)) if found.has_more else None,
        first_url=here() if asked["page"] > 1 else None,
    )
