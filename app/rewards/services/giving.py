"""Rewards by hand or for points: a code, a voucher or a gift in one customer's name, once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as upsert

from app.audit.services import record
from app.brands.queries import this_brand
from app.customers.queries import held as held_card
from app.customers.queries import principals
from app.infra.locks import Rank, climb
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock, end_of_day, local_day
from app.kernel.errors import NotAllowed, NotFound
from app.kernel.ids import new_id
from app.loyalty.services import take_goodwill
from app.loyalty.services.converting import take_for_reward
from app.promotions import services as issuing
from app.promotions.services import NewCode, NewVoucher
from app.rewards.domain.gift_terms import GiftTerms
from app.rewards.domain.offers import Holding, Offer
from app.rewards.errors import (
    GiftNeedsSeller,
    NotForPoints,
    RewardIsOver,
    RewardPriceMoved,
    TemplateIsArchived,
)
from app.rewards.events import RewardGiven
from app.rewards.models import ClaimStatus, GiftClaim, GivenReward
from app.rewards.queries.templates import GivenView, given_reward, template
from app.rewards.services.templates import cost_of

STAFF = {Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, Role.SYSTEM}


@dataclass(frozen=True, slots=True)
class Gesture:
    """A reward made for one customer. `id`, minted by whoever asks, makes it happen once."""

    id: UUID
    name: str
    offer: Offer
    reason: str


@dataclass(frozen=True, slots=True)
class _Handing:
    """What is put into whose hands, and under which key."""

    id: UUID
    customer_id: UUID
    name: str
    offer: Offer
    note: str = ""
    """The customer reads it beside the reward."""
    template_id: UUID | None = None
    price_points: int | None = None

    @property
    def terms(self) -> dict[str, Any]:
        return {**self.offer.terms, "note": self.note} if self.note else self.offer.terms


def give_reward(
    uow: UnitOfWork, actor: Actor, customer_id: UUID, gesture: Gesture, *, clock: Clock
) -> GivenView:
    """A code, voucher or gift of hers, of which she is told by e-mail.

    Raises NotAllowed, CustomerNotFound, GoodwillSpent, ProductsUnknown, GiftNeedsSeller,
    RewardIsOver.
    """
    _must_be_staff(uow, actor, customer_id)
    cents = cost_of(uow.session, gesture.offer)
    handing = _Handing(gesture.id, customer_id, gesture.name, gesture.offer, gesture.reason)
    given, fresh = _hand_out(uow, actor, handing, clock)
    if fresh:
        take_goodwill(uow, actor, cents, "cents", clock=clock)
        _write_down(uow, actor, handing, cents, gesture.reason)
        uow.record(RewardGiven(given.holding_id, 1, customer_id))
    return given


def give_published(
    uow: UnitOfWork,
    actor: Actor,
    customer_id: UUID,
    template_id: UUID,
    *,
    reason: str,
    giving_id: UUID | None = None,
    clock: Clock,
) -> GivenView:
    """A published reward as a present: no point is taken, and no e-mail is sent.

    Raises NotAllowed, CustomerNotFound, NotFound, TemplateIsArchived, GoodwillSpent,
    GiftNeedsSeller, RewardIsOver.
    """
    _must_be_staff(uow, actor, customer_id)
    wanted = template(uow.session, template_id)
    handing = _Handing(
        giving_id or new_id(), customer_id, wanted.name, wanted.offer, reason, wanted.id
    )
    if not wanted.is_active and not given_reward(uow.session, handing.id):
        raise TemplateIsArchived(name=wanted.name)
    given, fresh = _hand_out(uow, actor, handing, clock)
    if fresh:
        take_goodwill(uow, actor, wanted.cents, "cents", clock=clock)
        _write_down(uow, actor, handing, wanted.cents, reason)
    return given


def redeem(
    uow: UnitOfWork,
    actor: Actor,
    customer_id: UUID,
    template_id: UUID,
    *,
    seen_points: int,
    redemption_id: UUID | None = None,
    clock: Clock,
) -> GivenView:
    """A published reward for available points, by herself or by the brand's staff. `seen_points`:
    the price she was shown; `redemption_id`, minted by whoever asks, makes it happen once.

    Raises NotFound, NotForPoints, RewardPriceMoved, BalanceTooLow, PointsStillPending,
    GiftNeedsSeller, RewardIsOver.
    """
    if actor.role not in STAFF and actor.customer_id != customer_id:
        raise NotFound
    redemption = redemption_id or new_id()
    done = given_reward(uow.session, redemption)
    if done and done.template_id != template_id:
        raise NotFound
    if done:
        return _hers(done, customer_id)
    wanted = template(uow.session, template_id)
    if not wanted.is_active or wanted.price_points is None:
        raise NotForPoints(name=wanted.name)
    if wanted.price_points != seen_points:
        raise RewardPriceMoved(points=wanted.price_points)
    handing = _Handing(
        redemption,
        customer_id,
        wanted.name,
        wanted.offer,
        template_id=wanted.id,
        price_points=wanted.price_points,
    )
    given, fresh = _hand_out(uow, actor, handing, clock)
    if fresh:
        price, named = wanted.price_points, wanted.name
        take_for_reward(uow, actor, customer_id, price, redemption, name=named, clock=clock)
        told = {"points": price, "template": wanted.id, "name": named}
        record(uow, actor, "reward.redeem", "customer", customer_id, after=told)
    return given


# ---------------------------------------------------------------- how


def _must_be_staff(uow: UnitOfWork, actor: Actor, customer_id: UUID) -> None:
    if actor.role not in STAFF or actor.brand_id != uow.brand_id:
        raise NotAllowed
    held_card(uow.session, actor, customer_id)


def _write_down(uow: UnitOfWork, actor: Actor, handing: _Handing, cents: int, reason: str) -> None:
    told: dict[str, Any] = {"terms": handing.offer.terms, "amount_cents": cents}
    if handing.template_id:
        told |= {"template": handing.template_id, "name": handing.name}
    record(uow, actor, "reward.give", "customer", handing.customer_id, after=told, reason=reason)


def _hers(given: GivenView, customer_id: UUID) -> GivenView:
    if given.customer_id != customer_id:
        raise NotFound
    return given


def _hand_out(
    uow: UnitOfWork, actor: Actor, handing: _Handing, clock: Clock
) -> tuple[GivenView, bool]:
    """Whoever asks a second time waits for the first, and finds what was given."""
    if handing.offer.holding is Holding.GIFT:
        _must_have_seller(uow, handing.customer_id)
    row = {
        "brand_id": uow.brand_id,
        "id": handing.id,
        "customer_id": handing.customer_id,
        "template_id": handing.template_id,
        "holding": handing.offer.holding,
        "holding_id": new_id(),
        "price_points": handing.price_points,
        "given_at": clock(),
        "given_by": actor.label,
    }
    first = upsert(GivenReward).values(row).on_conflict_do_nothing().returning(GivenReward.id)
    fresh = uow.session.execute(first).first() is not None
    given = given_reward(uow.session, handing.id)
    assert given is not None
    if fresh:
        _ISSUE[handing.offer.holding](uow, handing, given.holding_id, clock)
    return _hers(given, handing.customer_id), fresh


def _must_have_seller(uow: UnitOfWork, customer_id: UUID) -> None:
    """A gift goes on an order, which is a seller's."""
    if customer_id not in principals(uow.session, [customer_id]):
        raise GiftNeedsSeller


def _until(uow: UnitOfWork, handing: _Handing, clock: Clock) -> datetime | None:
    days, last = handing.offer.valid_days, handing.offer.valid_until
    brand = this_brand(uow.session)
    if last and last < local_day(clock(), brand.timezone):
        raise RewardIsOver(day=last)
    if last:
        return end_of_day(last, brand.timezone)
    if not days:
        return None
    return end_of_day(local_day(clock(), brand.timezone) + timedelta(days=days), brand.timezone)


def _issue_code(uow: UnitOfWork, handing: _Handing, holding_id: UUID, clock: Clock) -> None:
    until = _until(uow, handing, clock)
    hers = (handing.customer_id, None, handing.name, handing.terms)
    issuing.issue_codes(uow, [NewCode(*hers, until, id=holding_id)], clock=clock)


def _issue_voucher(uow: UnitOfWork, handing: _Handing, holding_id: UUID, clock: Clock) -> None:
    until = _until(uow, handing, clock)
    terms = {**handing.terms, "sort": str(handing.template_id or handing.id)}
    new = NewVoucher(
        customer_id=handing.customer_id,
        grant_id=None,
        name=handing.name,
        terms=terms,
        face_cents=terms.get("amount_cents", 0),
        face_units=terms.get("units", 0),
        valid_until=until,
        id=holding_id,
    )
    issuing.issue_vouchers(uow, [new], clock=clock)


def _issue_gift(uow: UnitOfWork, handing: _Handing, holding_id: UUID, clock: Clock) -> None:
    climb(uow.session, Rank.ORDER)
    uow.session.execute(
        insert(GiftClaim).values(
            brand_id=uow.brand_id,
            id=holding_id,
            unit=1,
            customer_id=handing.customer_id,
            terms={**handing.terms, "name": handing.name},
            choices=list(handing.offer.values["products"]),
            fallback=GiftTerms.said_in(handing.terms),
            choose_before=_until(uow, handing, clock),
            status=ClaimStatus.OPEN,
            created_at=clock(),
        )
    )


_ISSUE = {
    Holding.CODE: _issue_code,
    Holding.VOUCHER: _issue_voucher,
    Holding.GIFT: _issue_gift,
}
