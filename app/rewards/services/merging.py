"""Two cards of one person: what the one has won is the other's."""

from uuid import UUID

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import aliased

from app.infra.locks import Rank, lock_where
from app.infra.uow import UnitOfWork
from app.kernel.ids import new_id
from app.rewards.events import SettlementWanted
from app.rewards.models import GiftClaim, GivenReward, Grant


def hold_claims(uow: UnitOfWork, customer_id: UUID) -> None:
    """Before her orders, as choosing a gift does."""
    lock_where(uow.session, Rank.ORDER, GiftClaim, GiftClaim.customer_id == customer_id)


def move_customer(uow: UnitOfWork, from_id: UUID, to_id: UUID) -> int:
    """How many gifts. What both have won by the same rule in the same meeting is one thing from
    now on: the second grant stays where it is, until its meeting is settled again."""
    kept = aliased(Grant)
    same = ("rule_id", "reward_id", "scope_type", "scope_id", "occurrence")
    twin = exists().where(
        kept.beneficiary_id == to_id,
        *(getattr(kept, name) == getattr(Grant, name) for name in same),
    )
    hers = update(Grant).where(Grant.beneficiary_id == from_id, ~twin)
    claims = update(GiftClaim).where(GiftClaim.customer_id == from_id).values(customer_id=to_id)
    plain = {"synchronize_session": False}
    given = update(GivenReward).where(GivenReward.customer_id == from_id)
    uow.session.execute(hers.values(beneficiary_id=to_id).execution_options(**plain))
    uow.session.execute(given.values(customer_id=to_id).execution_options(**plain))
    moved = uow.session.execute(claims.returning(GiftClaim.id).execution_options(**plain)).all()
    uow.session.expire_all()
    return len(moved)


def settle_later(uow: UnitOfWork, meeting_ids: tuple[UUID, ...]) -> None:
    """What two people did in these meetings, one person did: who won what is worked out anew."""
    for meeting_id in meeting_ids:
        uow.record(SettlementWanted(new_id(), 1, meeting_id))


def count(uow: UnitOfWork, customer_id: UUID) -> int:
    """What would be moved."""
    hers = select(func.count()).select_from(GiftClaim).where(GiftClaim.customer_id == customer_id)
    return uow.session.scalar(hers) or 0
