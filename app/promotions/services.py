"""Issuing what customers hold: personal codes and vouchers, many at once."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

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
    """Personal, unguessable codes of the models given, each with its terms as of now."""
    if codes:
        climb(uow.session, Rank.PROMOTION)
        uow.session.execute(insert(PromoCode), [_row(uow, code, clock) for code in codes])


def issue_vouchers(uow: UnitOfWork, vouchers: Sequence[NewVoucher], *, clock: Clock) -> None:
    if vouchers:
        climb(uow.session, Rank.VOUCHER)
        rows = [
            _row(uow, voucher, clock)
            | {"face_cents": voucher.face_cents, "remaining_cents": voucher.face_cents}
            for voucher in vouchers
        ]
        uow.session.execute(insert(Voucher), rows)


def withdraw_codes(uow: UnitOfWork, grant_ids: Collection[UUID]) -> None:
    """Take back the codes issued for these grants that were not used yet."""
    _withdraw(uow, Rank.PROMOTION, PromoCode, grant_ids)


def withdraw_vouchers(uow: UnitOfWork, grant_ids: Collection[UUID]) -> None:
    _withdraw(uow, Rank.VOUCHER, Voucher, grant_ids)


def _withdraw(
    uow: UnitOfWork, rank: Rank, model: type[PromoCode | Voucher], grant_ids: Collection[UUID]
) -> None:
    if grant_ids:
        climb(uow.session, rank)
        uow.session.execute(
            update(model)
            .where(model.grant_id.in_(grant_ids), model.status == HoldingStatus.AVAILABLE)
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
