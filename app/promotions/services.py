"""Issuing what customers hold: personal codes and vouchers, many at once."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, insert, or_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.infra.locks import Rank, climb
from app.infra.uow import UnitOfWork
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.kernel.text import identity_key
from app.promotions.models import HoldingStatus, PromoCode, Voucher

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 symbols, none of which is mistaken for another: twelve of them hold 60 random bits."""
CODE_LENGTH = 12


@dataclass(frozen=True, slots=True)
class NewCode:
    customer_id: UUID
    grant_id: UUID | None
    name: str
    terms: dict[str, Any]
    valid_until: datetime | None
    copy: int = 1


@dataclass(frozen=True, slots=True)
class NewVoucher:
    customer_id: UUID
    grant_id: UUID | None
    name: str
    terms: dict[str, Any]
    face_cents: int
    valid_until: datetime | None
    copy: int = 1


def issue_codes(uow: UnitOfWork, codes: Sequence[NewCode], *, clock: Clock) -> None:
    """Personal, unguessable codes of the models given, each with its terms as of now.

    A copy that was issued before and taken back is given again: the code in her mail works.
    """
    if not codes:
        return
    climb(uow.session, Rank.PROMOTION)
    issued = upsert(PromoCode).values([_row(uow, code, clock) for code in codes])
    uow.session.execute(
        issued.on_conflict_do_update(
            constraint="uq_promo_codes_brand_id_grant_id_copy",
            set_={
                "status": HoldingStatus.AVAILABLE,
                "terms": issued.excluded.terms,
                "valid_until": issued.excluded.valid_until,
            },
            where=PromoCode.status == HoldingStatus.REVERSED,
        )
    )


def issue_vouchers(uow: UnitOfWork, vouchers: Sequence[NewVoucher], *, clock: Clock) -> None:
    if vouchers:
        climb(uow.session, Rank.VOUCHER)
        rows = [
            _row(uow, voucher, clock)
            | {"face_cents": voucher.face_cents, "remaining_cents": voucher.face_cents}
            for voucher in vouchers
        ]
        uow.session.execute(insert(Voucher), rows)


def withdraw_codes(uow: UnitOfWork, kept: Mapping[UUID, int]) -> None:
    """Of each grant's codes keep that many copies; take back the others, unless already used."""
    if kept:
        climb(uow.session, Rank.PROMOTION)
        beyond = [
            and_(PromoCode.grant_id == grant_id, PromoCode.copy > copies)
            for grant_id, copies in kept.items()
        ]
        _withdraw(uow, PromoCode, or_(*beyond))


def withdraw_vouchers(uow: UnitOfWork, grant_ids: Collection[UUID]) -> None:
    """Take back the vouchers issued for these grants that were not used yet."""
    if grant_ids:
        climb(uow.session, Rank.VOUCHER)
        _withdraw(uow, Voucher, Voucher.grant_id.in_(grant_ids))


def _withdraw(
    uow: UnitOfWork, model: type[PromoCode | Voucher], which: ColumnElement[bool]
) -> None:
    uow.session.execute(
        update(model)
        .where(which, model.status == HoldingStatus.AVAILABLE)
        .values(status=HoldingStatus.REVERSED)
        .execution_options(synchronize_session=False)
    )


def _row(uow: UnitOfWork, new: NewCode | NewVoucher, clock: Clock) -> dict[str, Any]:
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return {
        "brand_id": uow.brand_id,
        "id": new_id(),
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
