"""What a grant puts into people's hands: points, codes, vouchers, gifts to choose.

Every change of a grant is a new revision, and everything issued for it is keyed by that revision.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.catalog.services import give_back_stock
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock, end_of_day, local_day
from app.loyalty import services as loyalty
from app.loyalty.domain import (
    Awaits,
    Credit,
    LoyaltySettings,
    Movement,
    PendingCredit,
    RewardsAvailable,
    TakeBack,
)
from app.promotions import services as promotions
from app.promotions.services import NewCode, NewVoucher, StandingVouchers, WantedVouchers
from app.rewards.domain.assigned import ASSIGNED, code_of
from app.rewards.domain.programme import RewardKind
from app.rewards.domain.terms import VOUCHERS
from app.rewards.domain.vouchers import faces
from app.rewards.services.changes import Change, Deadline, note_kept
from app.rewards.services.won_gifts import hand_out_gifts, withdraw_converted

POINTS = {
    RewardKind.POINTS_FIXED,
    RewardKind.POINTS_PERCENT_TURNOVER,
    RewardKind.POINTS_PERCENT_ORDER,
}
GIFTS = {RewardKind.GIFT_PRODUCT, RewardKind.GIFT_CHOICE}

Validity = Callable[[Mapping[str, Any]], datetime | None]


def grant_holdings(
    uow: UnitOfWork, actor: Actor, changes: Sequence[Change], *, zone: str, clock: Clock
) -> list[UUID]:
    """Hand out and take back, in the order of locks: gifts, which lie on orders, codes, vouchers,
    points, and the stock of gifts taken back. What cannot be taken back is noted. Answers the
    grants whose points wait for orders."""
    today = local_day(clock(), zone)

    def deadline(days: int | None) -> datetime | None:
        """Valid through the whole of the last day."""
        return end_of_day(today + timedelta(days=days), zone) if days else None

    moved = [change for change in changes if change.given != change.given_before]
    gone = hand_out_gifts(uow, actor, [c for c in moved if c.kind in GIFTS], deadline, clock)
    valid = _validity(deadline, zone)
    _codes(uow, actor, [c for c in moved if c.kind in ASSIGNED], valid, clock)
    _vouchers(uow, actor, [c for c in moved if c.kind in VOUCHERS], valid, clock)
    withdraw_converted(uow, actor, gone.converted)
    waiting = _points(uow, actor, [c for c in moved if c.kind in POINTS], zone, clock)
    if gone.units:
        give_back_stock(uow, gone.units)
    return waiting


def _validity(deadline: Deadline, zone: str) -> Validity:
    """Until a day that is the same for everybody, or so many days from now."""

    def valid_until(reward: Mapping[str, Any]) -> datetime | None:
        last = reward.get("valid_until")
        if last:
            return end_of_day(date.fromisoformat(last), zone)
        return deadline(reward.get("valid_days"))

    return valid_until


def _points(
    uow: UnitOfWork, actor: Actor, changes: Sequence[Change], zone: str, clock: Clock
) -> list[UUID]:
    if not changes:
        return []
    settings = loyalty.settings_of(uow)
    now = clock()
    moved = {change.grant_id: _movement(change, settings, zone, now) for change in changes}
    loyalty.post(uow, actor, list(moved.values()), settings=settings, clock=clock)
    return [grant_id for grant_id, one in moved.items() if isinstance(one, PendingCredit)]


def _movement(change: Change, settings: LoyaltySettings, zone: str, now: datetime) -> Movement:
    more = change.given - change.given_before
    won_in = {"meeting_id": str(change.meeting_id)} if change.meeting_id else {}
    reason = {**won_in, "revision": change.revision}
    common = (
        f"grant:{change.grant_id}:{change.revision}",
        change.customer_id,
        abs(more),
        "reward" if more > 0 else "reward_reversed",
        "grant",
        change.grant_id,
        reason,
    )
    if more < 0:
        return TakeBack(*common)
    whose = "customer" if change.beneficiary == "guest" else change.beneficiary
    if settings.rewards_available is RewardsAvailable.CLOSE:
        return Credit(*common, settings.expires_at(whose, now, zone))
    rule, awaits = settings.expiry_of(whose), Awaits(settings.rewards_available)
    return PendingCredit(*common, awaits, None, rule.to_json() if rule else None)


def _codes(
    uow: UnitOfWork, actor: Actor, changes: Sequence[Change], valid: Validity, clock: Clock
) -> None:
    """Codes, and what else is a promotion of one person: free shipping, items at half price."""
    terms = {change.grant_id: code_of(change.terms) for change in changes if change.given}
    fewer = {c.grant_id: c.given for c in changes if c.given < c.given_before}
    for grant_id, used in promotions.withdraw_codes(uow, fewer).items():
        note_kept(uow, actor, grant_id, {"codes": used})
    promotions.issue_codes(
        uow,
        [
            NewCode(
                customer_id=change.customer_id,
                grant_id=change.grant_id,
                copy=copy,
                name=terms[change.grant_id].get("name", ""),
                terms=terms[change.grant_id],
                valid_until=valid(change.terms),
                promotion=terms[change.grant_id].get("promotion", ""),
            )
            for change in changes
            for copy in range(change.given_before + 1, change.given + 1)
        ],
        clock=clock,
    )


def _vouchers(
    uow: UnitOfWork, actor: Actor, changes: Sequence[Change], valid: Validity, clock: Clock
) -> None:
    """What was spent of an earlier voucher counts towards what is given now."""
    wanted = {c.grant_id: WantedVouchers(c.given, _each(c)) for c in changes if c.revision > 1}
    standing = promotions.withdraw_vouchers(uow, wanted)
    issued: list[NewVoucher] = []
    for change in sorted(changes, key=lambda one: one.grant_id):
        there = standing.get(change.grant_id, StandingVouchers())
        if there.value > change.given:
            unit = "units" if change.kind == RewardKind.UNIT_VOUCHER else "value_cents"
            note_kept(uow, actor, change.grant_id, {unit: there.value - change.given})
        issued += _issued(change, there, valid)
    promotions.issue_vouchers(uow, issued, clock=clock)


def _each(change: Change) -> int:
    """What one voucher is worth: slices are vouchers of their own, unless the rule says so."""
    terms = change.reward or {}
    worth = terms.get("amount_cents") or terms.get("units")
    return change.given if worth is None or terms.get("slices") == "together" else int(worth)


def _issued(change: Change, there: StandingVouchers, valid: Validity) -> Iterator[NewVoucher]:
    missing = change.given - there.value
    if missing <= 0:
        return
    terms = change.terms
    if terms.get("most_per_order"):
        terms = {**terms, "sort": f"{change.rule_id}/{change.reward_id}"}
    of_units = change.kind == RewardKind.UNIT_VOUCHER
    for copy, face in enumerate(faces(missing, _each(change)), there.copies + 1):
        yield NewVoucher(
            customer_id=change.customer_id,
            grant_id=change.grant_id,
            copy=copy,
            name=terms.get("name", ""),
            terms=terms,
            face_cents=0 if of_units else face,
            face_units=face if of_units else 0,
            valid_until=valid(terms),
        )
