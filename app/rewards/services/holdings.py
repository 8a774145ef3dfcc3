"""What a grant puts into people's hands: points, codes, vouchers, gifts to choose.

Every change of a grant is a new revision, and everything issued for it is keyed by that revision.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock, end_of_day, local_day
from app.kernel.ids import new_id
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
from app.promotions.services import NewCode, NewVoucher
from app.rewards.domain.assigned import ASSIGNED, code_of
from app.rewards.domain.programme import RewardKind
from app.rewards.models import ClaimStatus, GiftClaim, Grant, GrantStatus

POINTS = {
    RewardKind.POINTS_FIXED,
    RewardKind.POINTS_PERCENT_TURNOVER,
    RewardKind.POINTS_PERCENT_ORDER,
}
GIFTS = {RewardKind.GIFT_PRODUCT, RewardKind.GIFT_CHOICE}

Deadline = Callable[[int | None], datetime | None]
Validity = Callable[[Mapping[str, Any]], datetime | None]


@dataclass(frozen=True, slots=True)
class Change:
    """A grant as it is after its newest revision, and what it gave before."""

    grant_id: UUID
    revision: int
    customer_id: UUID
    meeting_id: UUID | None
    kind: RewardKind
    value: int
    status: GrantStatus
    given_before: int
    """What was in her hands before: 0 when nothing was, or only a promise."""
    name: str
    """granted, promised, confirmed, changed or reversed"""
    reward: dict[str, Any]
    programme_version: int
    explanation: dict[str, Any]
    beneficiary: str
    """host, guest or seller: in which capacity she won"""

    @classmethod
    def of_new(cls, row: dict[str, Any]) -> "Change":
        return cls(
            grant_id=row["id"],
            revision=1,
            customer_id=row["beneficiary_id"],
            meeting_id=row["meeting_id"],
            kind=RewardKind(row["kind"]),
            value=row["value"],
            status=row["status"],
            given_before=0,
            name=str(row["status"]),
            reward=row["reward"],
            programme_version=row["programme_version"],
            explanation=row["explanation"],
            beneficiary=row["beneficiary"],
        )

    @classmethod
    def of_existing(cls, grant: Grant, before: tuple[GrantStatus, int]) -> "Change":
        status = GrantStatus(grant.status)
        return cls(
            grant_id=grant.id,
            revision=grant.revision,
            customer_id=grant.beneficiary_id,
            meeting_id=grant.meeting_id,
            kind=RewardKind(grant.kind),
            value=grant.value,
            status=status,
            given_before=before[1] if before[0] is GrantStatus.GRANTED else 0,
            name=_name(before[0], status),
            reward=grant.reward,
            programme_version=grant.programme_version,
            explanation=grant.explanation,
            beneficiary=grant.beneficiary,
        )

    @property
    def given(self) -> int:
        return self.value if self.status is GrantStatus.GRANTED else 0


def _name(before: GrantStatus, after: GrantStatus) -> str:
    if before is after:
        return "changed"
    if before is GrantStatus.PROMISED and after is GrantStatus.GRANTED:
        return "confirmed"
    return str(after)


def grant_holdings(
    uow: UnitOfWork, actor: Actor, changes: Sequence[Change], *, zone: str, clock: Clock
) -> None:
    """Hand out and take back, in the order of locks: codes, vouchers, points; gifts are claims."""
    today = local_day(clock(), zone)

    def deadline(days: int | None) -> datetime | None:
        """Valid through the whole of the last day."""
        return end_of_day(today + timedelta(days=days), zone) if days else None

    moved = [change for change in changes if change.given != change.given_before]
    _gifts(uow, [change for change in moved if change.kind in GIFTS], deadline, clock)
    valid = _validity(deadline, zone)
    _codes(uow, [c for c in moved if c.kind in ASSIGNED], valid, clock)
    _vouchers(uow, [c for c in moved if c.kind is RewardKind.VOUCHER], valid, clock)
    _points(uow, actor, [c for c in moved if c.kind in POINTS], zone, clock)


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
) -> None:
    if changes:
        settings = loyalty.settings_of(uow)
        moved = [_movement(change, settings, zone, clock()) for change in changes]
        loyalty.post(uow, actor, moved, clock=clock)


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


def _codes(uow: UnitOfWork, changes: Sequence[Change], valid: Validity, clock: Clock) -> None:
    """Codes, and what else is a promotion of one person: free shipping, items at half price."""
    terms = {change.grant_id: code_of(change.reward) for change in changes}
    fewer = {c.grant_id: c.given for c in changes if c.given < c.given_before}
    promotions.withdraw_codes(uow, fewer)
    promotions.issue_codes(
        uow,
        [
            NewCode(
                customer_id=change.customer_id,
                grant_id=change.grant_id,
                copy=copy,
                name=terms[change.grant_id].get("name", ""),
                terms=terms[change.grant_id],
                valid_until=valid(change.reward),
                promotion=terms[change.grant_id].get("promotion", ""),
            )
            for change in changes
            for copy in range(change.given_before + 1, change.given + 1)
        ],
        clock=clock,
    )


def _vouchers(uow: UnitOfWork, changes: Sequence[Change], valid: Validity, clock: Clock) -> None:
    """What was spent of an earlier voucher counts towards what is given now."""
    kept = promotions.withdraw_vouchers(
        uow,
        [change.grant_id for change in changes if change.revision > 1],
        for_good={change.grant_id for change in changes if not change.given},
    )
    missing = {c.grant_id: c.given - kept.get(c.grant_id, 0) for c in changes}
    promotions.issue_vouchers(
        uow,
        [
            NewVoucher(
                customer_id=change.customer_id,
                grant_id=change.grant_id,
                copy=change.revision,
                name=change.reward.get("name", ""),
                terms=change.reward,
                face_cents=missing[change.grant_id],
                valid_until=valid(change.reward),
            )
            for change in changes
            if missing[change.grant_id] > 0
        ],
        clock=clock,
    )


def _gifts(uow: UnitOfWork, changes: Sequence[Change], deadline: Deadline, clock: Clock) -> None:
    """One claim for each unit; units no longer deserved are taken back unless already chosen."""
    if not changes:
        return
    rows = [
        {
            "brand_id": uow.brand_id,
            "id": new_id(),
            "grant_id": change.grant_id,
            "unit": unit,
            "customer_id": change.customer_id,
            "meeting_id": change.meeting_id,
            "choices": change.reward.get("products") or [change.reward["product"]],
            "choose_before": deadline(change.reward.get("choose_within_days")),
            "status": ClaimStatus.OPEN,
            "created_at": clock(),
        }
        for change in changes
        for unit in range(1, change.given + 1)
    ]
    if rows:
        claims = upsert(GiftClaim)
        uow.session.execute(
            claims.on_conflict_do_update(
                constraint="uq_gift_claims_brand_id_grant_id_unit",
                set_={
                    "status": ClaimStatus.OPEN,
                    "choices": claims.excluded.choices,
                    "choose_before": claims.excluded.choose_before,
                },
                where=GiftClaim.status == ClaimStatus.REVERSED,
            ).returning(GiftClaim.id),
            rows,
        )
    _withdraw_claims(uow, [change for change in changes if change.given < change.given_before])


def _withdraw_claims(uow: UnitOfWork, fewer: Sequence[Change]) -> None:
    if fewer:
        beyond = [
            and_(GiftClaim.grant_id == change.grant_id, GiftClaim.unit > change.given)
            for change in fewer
        ]
        uow.session.execute(
            update(GiftClaim)
            .where(GiftClaim.status == ClaimStatus.OPEN, or_(*beyond))
            .values(status=ClaimStatus.REVERSED)
            .execution_options(synchronize_session=False)
        )
