"""A reward made for one customer by hand: a code or a voucher of her own, with a reason."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.audit.services import record
from app.brands.queries import brand_by_id
from app.customers.queries import held as held_card
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock, end_of_day, local_day
from app.kernel.errors import NotAllowed
from app.loyalty.services import take_goodwill
from app.promotions import queries as promotions
from app.promotions import services as issuing
from app.promotions.services import NewCode, NewVoucher
from app.rewards.events import RewardGiven

STAFF = {Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, Role.SYSTEM}


@dataclass(frozen=True, slots=True)
class Gesture:
    """`id`, minted by whoever asks, makes it happen once; it is that of the code or voucher."""

    id: UUID
    name: str
    terms: dict[str, Any]
    cents: int
    """What it costs at most, for the budget of whoever gives it."""
    valid_days: int | None
    reason: str

    @property
    def is_voucher(self) -> bool:
        return self.terms.get("kind") == "voucher"


def give_reward(
    uow: UnitOfWork, actor: Actor, customer_id: UUID, gesture: Gesture, *, clock: Clock
) -> UUID:
    """A code or a voucher of hers, of which she is told by e-mail; its id.

    Raises NotAllowed, CustomerNotFound, GoodwillSpent.
    """
    if actor.role not in STAFF or actor.brand_id != uow.brand_id:
        raise NotAllowed
    held_card(uow.session, actor, customer_id)
    if promotions.is_held(uow.session, gesture.id):
        return gesture.id
    _issue(uow, customer_id, gesture, clock)
    take_goodwill(uow, actor, gesture.cents, "cents", clock=clock)
    told = {"terms": gesture.terms, "amount_cents": gesture.cents, "holding": gesture.id}
    record(uow, actor, "reward.give", "customer", customer_id, after=told, reason=gesture.reason)
    uow.record(RewardGiven(gesture.id, 1, customer_id))
    return gesture.id


def _issue(uow: UnitOfWork, customer_id: UUID, gesture: Gesture, clock: Clock) -> None:
    brand = brand_by_id(uow.session, uow.brand_id)
    assert brand is not None
    until = None
    if gesture.valid_days:
        last = local_day(clock(), brand.timezone) + timedelta(days=gesture.valid_days)
        until = end_of_day(last, brand.timezone)
    hers = (customer_id, None, gesture.name, gesture.terms)
    if gesture.is_voucher:
        new = NewVoucher(*hers, gesture.cents, until, id=gesture.id)
        issuing.issue_vouchers(uow, [new], clock=clock)
    else:
        issuing.issue_codes(uow, [NewCode(*hers, until, id=gesture.id)], clock=clock)
