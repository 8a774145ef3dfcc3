"""Gifts that were won: one claim for each unit, open until she chooses.

Of what is no longer deserved, claims that nothing was given for end first, then chosen gifts leave
their orders, then vouchers that stand for gifts are withdrawn; what has left the house or was
used is hers.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert

from app.infra.locks import Rank, lock_where
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.orders import services as orders
from app.promotions.services import withdraw_unused
from app.rewards.domain.gift_terms import GiftTerms
from app.rewards.models import ClaimStatus, GiftClaim
from app.rewards.services.changes import Change, Deadline, note_kept


@dataclass(frozen=True, slots=True)
class GoneGifts:
    """What is given back under later locks."""

    units: Counter[UUID]
    """Of products that are free again."""
    converted: Sequence[GiftClaim]
    """Their vouchers are to be withdrawn."""


def hand_out_gifts(
    uow: UnitOfWork, actor: Actor, changes: Sequence[Change], deadline: Deadline, clock: Clock
) -> GoneGifts:
    held = _held(uow, [change.grant_id for change in changes if change.revision > 1])
    surplus: list[GiftClaim] = []
    wanted: list[tuple[Change, int]] = []
    for change in changes:
        hers = held.get(change.grant_id, [])
        standing = [claim for claim in hers if claim.status != ClaimStatus.REVERSED]
        missing = change.given - len(standing)
        again = [claim for claim in hers if claim.status == ClaimStatus.REVERSED][: max(missing, 0)]
        for claim in again:
            kept = GiftTerms.said_in(change.terms)
            claim.offer(_choices(change), _until(change, deadline), kept)
        wanted += [(change, len(hers) + n) for n in range(1, missing - len(again) + 1)]
        surplus += _in_order_of_going(standing)[: max(-missing, 0)]
    _insert(uow, wanted, deadline, clock)
    converted = [claim for claim in surplus if claim.status == ClaimStatus.CONVERTED]
    others = [claim for claim in surplus if claim.status != ClaimStatus.CONVERTED]
    return GoneGifts(_withdraw(uow, actor, others, clock), converted)


def withdraw_converted(uow: UnitOfWork, actor: Actor, claims: Sequence[GiftClaim]) -> None:
    """What is left of the vouchers that stand for gifts nobody deserves any more; what was used
    of one is hers, and written down."""
    used = withdraw_unused(uow, [claim.voucher_id for claim in claims if claim.voucher_id])
    for claim in claims:
        spent = used.get(claim.voucher_id) if claim.voucher_id else None
        if claim.grant_id and spent:
            note_kept(uow, actor, claim.grant_id, {"vouchers": 1, "value_cents": spent})
        else:
            claim.take_back()
    uow.session.flush()


def _held(uow: UnitOfWork, grant_ids: Sequence[UUID]) -> dict[UUID, list[GiftClaim]]:
    if not grant_ids:
        return {}
    found: dict[UUID, list[GiftClaim]] = {}
    for claim in lock_where(uow.session, Rank.ORDER, GiftClaim, GiftClaim.grant_id.in_(grant_ids)):
        if claim.grant_id:
            found.setdefault(claim.grant_id, []).append(claim)
    return found


def _in_order_of_going(claims: Iterable[GiftClaim]) -> list[GiftClaim]:
    """What has lapsed goes last, as it was given: it is not made up for."""
    ways = list(ClaimStatus)
    return sorted(claims, key=lambda claim: (ways.index(ClaimStatus(claim.status)), -claim.unit))


def _choices(change: Change) -> list[str]:
    return change.terms.get("products") or [change.terms["product"]]


def _until(change: Change, deadline: Deadline) -> datetime | None:
    return deadline(change.terms.get("choose_within_days"))


def _insert(
    uow: UnitOfWork, wanted: Sequence[tuple[Change, int]], deadline: Deadline, clock: Clock
) -> None:
    if not wanted:
        return
    now = clock()
    rows = [
        {
            "brand_id": uow.brand_id,
            "id": new_id(),
            "grant_id": change.grant_id,
            "unit": unit,
            "customer_id": change.customer_id,
            "meeting_id": change.meeting_id,
            "choices": _choices(change),
            "choose_before": _until(change, deadline),
            "fallback": GiftTerms.said_in(change.terms),
            "status": ClaimStatus.OPEN,
            "created_at": now,
        }
        for change, unit in wanted
    ]
    whole = {"render_nulls": True}
    uow.session.execute(insert(GiftClaim), rows, execution_options=whole)


def _withdraw(
    uow: UnitOfWork, actor: Actor, surplus: Sequence[GiftClaim], clock: Clock
) -> Counter[UUID]:
    lines = orders.gift_lines(uow, [claim.id for claim in surplus if claim.order_id])
    kept = {claim_id for claim_id, line in lines.items() if line.shipped}
    for claim in surplus:
        if claim.grant_id and claim.id in kept:
            value = {"gifts": 1, "value_cents": lines[claim.id].unit_price_cents}
            note_kept(uow, actor, claim.grant_id, value)
        elif claim.status != ClaimStatus.EXPIRED:
            claim.take_back()
    uow.session.flush()
    taken = [claim_id for claim_id in lines if claim_id not in kept]
    return orders.withdraw_gifts(uow, actor, taken, clock=clock)
