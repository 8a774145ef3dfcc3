"""Issuing what customers hold: personal codes and vouchers, many at once."""

import secrets
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.infra.locks import Rank, climb, lock, lock_where
from app.infra.uow import UnitOfWork
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.kernel.text import identity_key
from app.promotions.domain.terms import Entry
from app.promotions.models import CodeKind, HoldingStatus, PromoCode, StoredPromotion, Voucher

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 symbols, none of which is mistaken for another: twelve of them hold 60 random bits."""
CODE_LENGTH = 12
HELD_OR_FREE = (HoldingStatus.AVAILABLE, HoldingStatus.RESERVED, HoldingStatus.USED)


@dataclass(frozen=True, slots=True)
class NewCode:
    customer_id: UUID
    grant_id: UUID | None
    name: str
    terms: dict[str, Any]
    valid_until: datetime | None
    copy: int = 1
    id: UUID | None = None
    """Minted by whoever asks, so that it is made once."""
    promotion: str = ""
    """The key of an assigned promotion of the plan, whose terms and limits it has instead of its
    own; nothing is issued while the brand has none of that key."""


@dataclass(frozen=True, slots=True)
class NewVoucher:
    customer_id: UUID
    grant_id: UUID | None
    name: str
    terms: dict[str, Any]
    face_cents: int
    valid_until: datetime | None
    copy: int = 1
    id: UUID | None = None
    face_units: int = 0
    """Of one for units of products, instead of cents."""


def issue_codes(uow: UnitOfWork, codes: Sequence[NewCode], *, clock: Clock) -> None:
    """Personal, unguessable codes of the models given, each with its terms as of now.

    A copy that was issued before and taken back is given again: the code in her mail works.
    """
    if not codes:
        return
    climb(uow.session, Rank.PROMOTION)
    assigned = _assigned(uow, {code.promotion for code in codes if code.promotion})
    rows = [
        row_of(uow, code, clock) | assigned.get(code.promotion, PERSONAL)
        for code in codes
        if not code.promotion or code.promotion in assigned
    ]
    if not rows:
        return
    issued = upsert(PromoCode)
    uow.session.execute(
        issued.on_conflict_do_update(
            constraint="uq_promo_codes_brand_id_grant_id_copy",
            set_={
                "status": case(
                    (PromoCode.status == HoldingStatus.REVERSED, HoldingStatus.AVAILABLE),
                    else_=PromoCode.status,
                ),
                "withdrawn": False,
                "terms": issued.excluded.terms,
                "valid_until": issued.excluded.valid_until,
            },
            where=(PromoCode.status == HoldingStatus.REVERSED) | PromoCode.withdrawn,
        ).returning(PromoCode.id),
        rows,
    )


PERSONAL = {"kind": CodeKind.PERSONAL, "promotion_id": None}


def _assigned(uow: UnitOfWork, keys: Collection[str]) -> dict[str, dict[str, Any]]:
    """What a code of each of these promotions says, by their keys."""
    if not keys:
        return {}
    found = select(StoredPromotion.key, StoredPromotion.id, StoredPromotion.name).where(
        StoredPromotion.key.in_(sorted(keys)),
        StoredPromotion.document["entry"].astext == Entry.ASSIGNED,
    )
    return {
        key: {"kind": CodeKind.ASSIGNED, "promotion_id": promotion_id, "name": name, "terms": {}}
        for key, promotion_id, name in uow.session.execute(found)
    }


def issue_vouchers(uow: UnitOfWork, vouchers: Sequence[NewVoucher], *, clock: Clock) -> None:
    if vouchers:
        climb(uow.session, Rank.VOUCHER)
        rows = [
            row_of(uow, voucher, clock)
            | {"face_cents": voucher.face_cents, "remaining_cents": voucher.face_cents}
            | {"face_units": voucher.face_units, "remaining_units": voucher.face_units}
            for voucher in vouchers
        ]
        uow.session.execute(insert(Voucher), rows)


def withdraw_codes(uow: UnitOfWork, kept: Mapping[UUID, int]) -> dict[UUID, int]:
    """Of each grant's codes keep that many copies; take back the others, those that orders have
    as soon as they give them back. How many of each grant's were used already."""
    if not kept:
        return {}
    climb(uow.session, Rank.PROMOTION)
    beyond = [
        and_(PromoCode.grant_id == grant_id, PromoCode.copy > copies)
        for grant_id, copies in kept.items()
    ]
    found = uow.session.execute(
        update(PromoCode)
        .where(or_(*beyond), PromoCode.status.in_(HELD_OR_FREE))
        .values(
            status=case(
                (PromoCode.status == HoldingStatus.AVAILABLE, HoldingStatus.REVERSED),
                else_=PromoCode.status,
            ),
            withdrawn=PromoCode.status != HoldingStatus.AVAILABLE,
        )
        .returning(PromoCode.grant_id, PromoCode.status)
        .execution_options(synchronize_session=False)
    )
    return Counter(row.grant_id for row in found if row.status == HoldingStatus.USED)


@dataclass(frozen=True, slots=True)
class WantedVouchers:
    """What the vouchers of one grant are to come to, in cents or in units: all of one worth but
    the last."""

    value: int
    each: int


@dataclass(frozen=True, slots=True)
class StandingVouchers:
    """Of one grant: what cannot or need not be taken back, and the number of the last copy."""

    value: int = 0
    copies: int = 0


def withdraw_vouchers(
    uow: UnitOfWork, wanted: Mapping[UUID, WantedVouchers]
) -> dict[UUID, StandingVouchers]:
    """Take back what is left of these grants' vouchers, but for those that are still as wanted.

    What is spent, held by an order or expired stays. Of grants that are no more, what an order
    gives back later is gone.
    """
    if not wanted:
        return {}
    held: dict[UUID, list[Voucher]] = {grant_id: [] for grant_id in wanted}
    of_these = Voucher.grant_id.in_(sorted(wanted))
    for voucher in lock_where(uow.session, Rank.VOUCHER, Voucher, of_these):
        assert voucher.grant_id is not None
        held[voucher.grant_id].append(voucher)
    standing = {grant_id: _kept(held[grant_id], one) for grant_id, one in wanted.items()}
    uow.session.flush()
    return standing


def _kept(vouchers: Sequence[Voucher], wanted: WantedVouchers) -> StandingVouchers:
    """First those of which orders have something, then the oldest."""
    value = 0
    for voucher in sorted(vouchers, key=lambda one: (not one.is_touched, one.copy)):
        fits = voucher.face == min(wanted.each, wanted.value - value)
        if not (fits and voucher.status == HoldingStatus.AVAILABLE):
            voucher.take_back(for_good=not wanted.value)
        if voucher.status != HoldingStatus.REVERSED:
            value += voucher.face
    return StandingVouchers(value, max((one.copy for one in vouchers), default=0))


def withdraw_unused(uow: UnitOfWork, voucher_ids: Collection[UUID]) -> dict[UUID, int]:
    """Take back vouchers for good; answers the cents of each that orders have and keep."""
    kept: dict[UUID, int] = {}
    if not voucher_ids:
        return kept
    for voucher in lock(uow.session, Rank.VOUCHER, Voucher, voucher_ids):
        voucher.take_back()
        if voucher.status in {HoldingStatus.RESERVED, HoldingStatus.USED}:
            kept[voucher.id] = voucher.face_cents
    uow.session.flush()
    return kept


def row_of(uow: UnitOfWork, new: NewCode | NewVoucher, clock: Clock) -> dict[str, Any]:
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return {
        "brand_id": uow.brand_id,
        "id": new.id or new_id(),
        "customer_id": new.customer_id,
        "grant_id": new.grant_id,
        "copy": new.copy,
        "code": code,
        "code_key": identity_key(code),
        "name": new.name,
        "terms": new.terms,
        "status": HoldingStatus.AVAILABLE,
        "issued_at": clock(),
        "valid_until": new.valid_until,
    }
