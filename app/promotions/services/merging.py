"""Two cards of one person: codes, vouchers, and what she has used of limited promotions."""

from uuid import UUID

from sqlalchemy import update

from app.infra.locks import Rank, lock_where
from app.infra.uow import UnitOfWork
from app.promotions.models import PromoCode, PromotionTally, PromotionUse, TallyScope, Voucher


def move_customer(uow: UnitOfWork, from_id: UUID, to_id: UUID) -> None:
    """What the one holds and has used, the other holds and has used."""
    session, hers = uow.session, PromoCode.customer_id == from_id
    _add_up(uow, from_id, to_id)  # tallies before codes, as orders lock them
    codes = lock_where(session, Rank.PROMOTION, PromoCode, hers)
    uses = update(PromotionUse).where(PromotionUse.customer_id == from_id)
    session.execute(uses.values(customer_id=to_id).execution_options(synchronize_session=False))
    vouchers = lock_where(session, Rank.VOUCHER, Voucher, Voucher.customer_id == from_id)
    held: list[PromoCode | Voucher] = [*codes, *vouchers]
    for one in held:
        one.customer_id = to_id
    session.flush()


def _add_up(uow: UnitOfWork, from_id: UUID, to_id: UUID) -> None:
    """Used once under each name is used twice, even where once is the limit: nothing that was
    given is taken back, and no more is given."""
    of_both = (
        PromotionTally.scope == TallyScope.CUSTOMER,
        PromotionTally.subject.in_([from_id, to_id]),
    )
    tallies = lock_where(uow.session, Rank.PROMOTION, PromotionTally, *of_both)
    kept = {one.promotion_id: one for one in tallies if one.subject == to_id}
    for tally in tallies:
        if tally.subject == to_id:
            continue
        there = kept.get(tally.promotion_id)
        if there is None:
            tally.subject = to_id
            continue
        there.uses += tally.uses
        there.spent_cents += tally.spent_cents
        if there.uses_limit is not None:
            there.uses_limit = max(there.uses_limit, there.uses)
        if there.budget_cents is not None:
            there.budget_cents = max(there.budget_cents, there.spent_cents)
        uow.session.delete(tally)
    uow.session.flush()
