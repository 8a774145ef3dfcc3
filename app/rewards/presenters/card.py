"""All that one customer has won, for her card: each line with its reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.catalog import queries as catalog
from app.http.words import zone
from app.kernel.actor import BY_LINK, Actor, Role
from app.loyalty import queries as loyalty
from app.meetings import queries as meetings
from app.orders import queries as orders
from app.orders.queries import OrderCard
from app.promotions import queries as promotions
from app.promotions.presenters.shelf import names_in, names_of_products
from app.promotions.queries import UseView
from app.promotions.services.plan import plan_of
from app.rewards.presenters.gifts import NO_WAYS, Ways, gift_lines
from app.rewards.presenters.holdings import code_line, used_in, voucher_line
from app.rewards.presenters.points import (
    About,
    PotCard,
    Sources,
    expiring_text,
    expiry_lines,
    history_lines,
    merged_cards,
    orders_behind,
    pending_lines,
    source_of,
    won_in,
)
from app.rewards.presenters.pots import (
    PotLine,
    Shelf,
    last_feedings,
    names_in_pots,
    pot_lines,
    pot_name,
    pots_to_show,
)
from app.rewards.presenters.shapes import (
    CodeLine,
    ExpiryLine,
    GiftLine,
    PendingLine,
    PointsLine,
    Reader,
    UsedIn,
    Voice,
    VoucherLine,
    Won,
)
from app.rewards.presenters.winnings import Winning, of_grant, of_revision, tell_winnings
from app.rewards.queries import (
    GrantView,
    claims_of_customer,
    grants_of_customer,
    revisions_of,
)
from app.rewards.queries.advanced import of_open_meetings
from app.rewards.queries.pot_views import FeedingView


@dataclass(frozen=True, slots=True)
class CustomerRewards:
    available: int
    pending: int
    debt: int
    """Owed: the next points that become available repay it."""
    advance: int
    """Of the debt, what a meeting not closed yet is to bring."""
    pending_lines: list[PendingLine]
    expiries: list[ExpiryLine]
    expiring_text: str | None
    history: list[PointsLine]
    codes: list[CodeLine]
    vouchers: list[VoucherLine]
    gifts: list[GiftLine]
    pots: list[PotLine]


def customer_rewards(
    session: Session,
    actor: Actor,
    customer_id: UUID,
    order_status: Mapping[UUID, str],
    *,
    ways: Ways = NO_WAYS,
    at: datetime,
) -> CustomerRewards:
    """For an actor who may see the customer. The same statements however much she has won.

    Reasons name people and amounts only of meetings that are the actor's own to see.
    """
    grants = {grant.id: grant for grant in grants_of_customer(session, customer_id)}
    moved = loyalty.history(session, customer_id)
    awaited = loyalty.pending(session, customer_id)
    uses = promotions.uses_of(session, [customer_id])
    behind = orders_behind([*moved, *awaited]) | {use.order_id for use in uses}
    pots = pots_to_show(session, customer_id, today=at.astimezone(zone()).date())
    fed = last_feedings(session, pots)
    products_in_pots = names_in_pots(session, pots)
    sources = {
        **_sources(session, grants.values(), behind, fed.values()),
        **{one.id: PotCard(one.id, pot_name(one)) for one in pots if one.id},
    }
    used = _used_in(actor, uses, sources)
    now, then = _told(session, actor, grants, sources)
    about = About(grants, sources, then, merged_cards(session, moved))
    why = {grant_id: told.why for grant_id, told in now.items()}
    balance = loyalty.balances(session, [customer_id])[customer_id]
    codes = promotions.codes_of(session, [customer_id])
    vouchers = promotions.vouchers_of(session, [customer_id])
    products = names_of_products(
        session, [*(one.terms for one in codes), *(one.terms for one in vouchers)]
    )
    methods = {one.code: one.name for one in catalog.shipping_methods(session)}
    names = names_in(plan_of(session), products={**methods, **products})
    expiring = loyalty.expiries(session, customer_id)
    return CustomerRewards(
        available=balance.available,
        pending=balance.pending,
        debt=balance.debt,
        advance=_advance(session, customer_id, balance.debt),
        pending_lines=pending_lines(awaited, about),
        expiries=expiry_lines(expiring),
        expiring_text=expiring_text(expiring),
        history=history_lines(moved, about),
        codes=[
            used_in(code_line(code, _why(why, code.grant_id), names), used.get(code.id), at)
            for code in reversed(codes)
        ],
        vouchers=[
            used_in(voucher_line(one, _why(why, one.grant_id), names), used.get(one.id), at)
            for one in reversed(vouchers)
        ],
        gifts=gift_lines(
            session,
            list(reversed(claims_of_customer(session, customer_id))),
            grants,
            now,
            order_status=order_status,
            earned={source_id: won_in(source) for source_id, source in sources.items()},
            ways=ways,
        ),
        pots=pot_lines(
            pots,
            Shelf(actor, products_in_pots, sources, _won_of_pots(grants.values(), now), fed),
        ),
    )


def _used_in(actor: Actor, uses: Iterable[UseView], sources: Sources) -> dict[UUID, list[UsedIn]]:
    """By code and voucher, the latest order first."""
    found: dict[UUID, list[UsedIn]] = {}
    for use in sorted(uses, key=lambda one: one.order_id, reverse=True):
        order = sources.get(use.order_id)
        if isinstance(order, OrderCard):
            is_open = actor.role is not Role.SELLER or order.seller_id == actor.seller_id
            told = UsedIn(order.id, str(order.number or ""), use.amount_cents, is_open)
            found.setdefault(use.holding_id, []).append(told)
    return found


def _advance(session: Session, customer_id: UUID, debt: int) -> int:
    if not debt:
        return 0
    return min(debt, of_open_meetings(session, loyalty.advances(session, customer_id)))


def _sources(
    session: Session,
    grants: Collection[GrantView],
    order_ids: Collection[UUID],
    fed: Iterable[Iterable[FeedingView]],
) -> Sources:
    """Two statements."""
    feedings = [one for some in fed for one in some]
    held = {grant.meeting_id for grant in grants if grant.meeting_id}
    held |= {one.source_id for one in feedings if one.source_type == "meeting"}
    direct = {grant.scope_id for grant in grants if grant.scope_type == "order"}
    direct |= {one.source_id for one in feedings if one.source_type == "order"}
    cards = meetings.meeting_cards(session, held)
    return {**cards, **orders.order_cards(session, {*direct, *order_ids})}


def _won_of_pots(grants: Iterable[GrantView], now: Mapping[UUID, Won]) -> dict[UUID, list[Won]]:
    """What each has given, the latest first."""
    found: dict[UUID, list[Won]] = defaultdict(list)
    for grant in sorted(grants, key=lambda one: one.created_at, reverse=True):
        if grant.scope_type == "pot":
            found[grant.scope_id].append(now[grant.id])
    return found


def _why(why: Mapping[UUID, list[str]], grant_id: UUID | None) -> list[str]:
    return why.get(grant_id, []) if grant_id else []


# ---------------------------------------------------------------- reasons, then and now


def _told(
    session: Session, actor: Actor, grants: Mapping[UUID, GrantView], sources: Sources
) -> tuple[dict[UUID, Won], dict[tuple[UUID, int], Won]]:
    """Grants as they stand, and as they were at each revision."""
    revisions = revisions_of(session, grants.keys())
    now: dict[UUID, Won] = {}
    then: dict[tuple[UUID, int], Won] = {}
    for reader, readable in _by_reader(actor, grants.values(), sources):
        past = [key for key in revisions if key[0] in readable]
        winnings: list[Winning] = [
            *(of_grant(grant) for grant in readable.values()),
            *(of_revision(grants[key[0]], revisions[key]) for key in past),
        ]
        told = tell_winnings(session, winnings, reader, rules=True)
        now |= dict(zip(readable, told[: len(readable)], strict=True))
        then |= dict(zip(past, told[len(readable) :], strict=True))
    return now, then


def _by_reader(
    actor: Actor, grants: Iterable[GrantView], sources: Sources
) -> Sequence[tuple[Reader, dict[UUID, GrantView]]]:
    """Whose meeting or order it is reads all of it; others read what the winner herself may."""
    own: dict[UUID, GrantView] = {}
    strange: dict[UUID, GrantView] = {}
    for grant in grants:
        (own if _is_own(actor, grant, sources) else strange)[grant.id] = grant
    winners = {grant.beneficiary_id for grant in strange.values()}
    discreet = Reader(Voice.WINNER, next(iter(winners), None))
    return ((Reader(Voice.SELLER), own), (discreet, strange))


def _is_own(actor: Actor, grant: GrantView, sources: Sources) -> bool:
    if actor.role in BY_LINK:
        return False
    if actor.role is not Role.SELLER:
        return True
    source = source_of(grant, sources)
    return source is not None and source.seller_id == actor.seller_id
