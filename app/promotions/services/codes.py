"""Single codes of a promotion: made by the thousand, given to customers, switched off."""

import secrets
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import func, insert, select, update

from app.audit.services import record
from app.infra.locks import Rank, climb
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.errors import Invalid, NotAllowed
from app.kernel.ids import new_id
from app.kernel.text import identity_key
from app.kernel.words import N_
from app.promotions.domain.terms import Entry
from app.promotions.errors import (
    CodeNotFound,
    CodesDoNotFit,
    PromotionArchived,
    PromotionNotFound,
    TooManyCodes,
)
from app.promotions.models import (
    CodeBatch,
    CodeKind,
    HoldingStatus,
    PromoCode,
    PromotionState,
    StoredPromotion,
)
from app.promotions.services.holdings import ALPHABET, CODE_LENGTH
from app.promotions.services.plan import EDITORS

MOST_CODES = 50_000
MOST_USES = 1_000_000
LONGEST_PREFIX = 12
AT_ONCE = 2_000

T = TypeVar("T")


def generate_codes(
    uow: UnitOfWork,
    actor: Actor,
    promotion_id: UUID,
    *,
    count: int,
    prefix: str = "",
    uses_limit: int = 1,
    valid_until: datetime | None = None,
    clock: Clock,
) -> UUID:
    """So many unguessable codes for whoever has them, each usable `uses_limit` times; the batch.

    Raises CodesDoNotFit for a promotion that is not entered by a code, TooManyCodes, Invalid.
    """
    promotion = _promotion(uow, actor, promotion_id, Entry.CODE)
    _must_be_makeable(count, prefix, uses_limit)
    batch = _batch(uow, actor, promotion, CodeKind.BULK, clock)
    batch.prefix, batch.size, batch.uses_limit = prefix.upper(), count, uses_limit
    batch.valid_until = valid_until
    _write(uow, promotion, batch, [None] * count, clock)
    return batch.id


def assign_codes(
    uow: UnitOfWork,
    actor: Actor,
    promotion_id: UUID,
    customer_ids: Collection[UUID],
    *,
    valid_until: datetime | None = None,
    clock: Clock,
) -> UUID:
    """One code of her own for each customer, who holds the promotion from now on; the batch.

    The caller has seen to it that they are the brand's. Raises CodesDoNotFit, TooManyCodes.
    """
    promotion = _promotion(uow, actor, promotion_id, Entry.ASSIGNED)
    chosen = sorted(set(customer_ids))
    _must_be_makeable(len(chosen), "", 1)
    batch = _batch(uow, actor, promotion, CodeKind.ASSIGNED, clock)
    batch.size, batch.valid_until = len(chosen), valid_until
    _write(uow, promotion, batch, chosen, clock)
    return batch.id


def deactivate_code(uow: UnitOfWork, actor: Actor, code_id: UUID) -> None:
    """A single one that no order has. Raises CodeNotFound, also for one used or switched off."""
    _must_edit(uow, actor)
    if not _switch_off(uow, PromoCode.id == code_id):
        raise CodeNotFound
    record(uow, actor, "code.deactivate", "promo_code", code_id)


def deactivate_batch(uow: UnitOfWork, actor: Actor, batch_id: UUID) -> int:
    """Those of it that can still be used; how many there were."""
    _must_edit(uow, actor)
    dead = _switch_off(uow, PromoCode.batch_id == batch_id)
    record(uow, actor, "code_batch.deactivate", "code_batch", batch_id, after={"codes": dead})
    return dead


def _switch_off(uow: UnitOfWork, which: Any) -> int:
    climb(uow.session, Rank.PROMOTION)
    there = (
        select(PromoCode.id)
        .where(
            which,
            PromoCode.kind.in_([CodeKind.BULK, CodeKind.ASSIGNED]),
            PromoCode.status == HoldingStatus.AVAILABLE,
        )
        .order_by(PromoCode.id)
        .with_for_update()
    )
    ids = list(uow.session.scalars(there))
    uow.session.execute(
        update(PromoCode)
        .where(PromoCode.id.in_(ids))
        .values(status=HoldingStatus.REVERSED)
        .execution_options(synchronize_session=False)
    )
    return len(ids)


def _promotion(uow: UnitOfWork, actor: Actor, promotion_id: UUID, entry: Entry) -> StoredPromotion:
    _must_edit(uow, actor)
    row = uow.session.get(StoredPromotion, (uow.brand_id, promotion_id))
    if row is None:
        raise PromotionNotFound
    if row.state == PromotionState.ARCHIVED:
        raise PromotionArchived(name=row.name)
    if row.document.get("entry", Entry.AUTOMATIC) != entry:
        raise CodesDoNotFit
    return row


def _must_edit(uow: UnitOfWork, actor: Actor) -> None:
    if actor.role not in EDITORS or actor.brand_id != uow.brand_id:
        raise NotAllowed


def _must_be_makeable(count: int, prefix: str, uses_limit: int) -> None:
    if not 1 <= count <= MOST_CODES:
        raise TooManyCodes(most=MOST_CODES)
    if len(prefix) > LONGEST_PREFIX or (prefix and not (prefix.isascii() and prefix.isalnum())):
        words = N_("Use at most %(most)s letters and digits without accents.")
        raise Invalid({"prefix": [(words, {"most": LONGEST_PREFIX})]})
    if not 1 <= uses_limit <= MOST_USES:
        words = N_("Give a whole number from %(least)s to %(most)s.")
        raise Invalid({"uses_limit": [(words, {"least": 1, "most": MOST_USES})]})


def _batch(
    uow: UnitOfWork, actor: Actor, promotion: StoredPromotion, kind: CodeKind, clock: Clock
) -> CodeBatch:
    return CodeBatch(
        brand_id=uow.brand_id,
        id=new_id(),
        promotion_id=promotion.id,
        kind=kind,
        prefix="",
        size=1,
        uses_limit=1,
        created_at=clock(),
        created_by=actor.label,
    )


def _write(
    uow: UnitOfWork,
    promotion: StoredPromotion,
    batch: CodeBatch,
    owners: Sequence[UUID | None],
    clock: Clock,
) -> None:
    climb(uow.session, Rank.PROMOTION)
    uow.session.add(batch)
    uow.session.flush()
    codes = _fresh(uow, len(owners), batch.prefix)
    same = {
        "brand_id": uow.brand_id,
        "kind": batch.kind,
        "promotion_id": promotion.id,
        "batch_id": batch.id,
        "name": promotion.name,
        "terms": {},
        "status": HoldingStatus.AVAILABLE,
        "uses_limit": batch.uses_limit,
        "issued_at": clock(),
        "valid_until": batch.valid_until,
    }
    rows = [
        {**same, "id": new_id(), "code": code, "code_key": identity_key(code), "customer_id": owner}
        for code, owner in zip(codes, owners, strict=True)
    ]
    for some in _chunks(rows):
        uow.session.execute(insert(PromoCode), some)


def _fresh(uow: UnitOfWork, count: int, prefix: str) -> list[str]:
    """Sixty random bits each: that one exists already is not to be expected, only to be borne."""
    found: set[str] = set()
    while len(found) < count:
        more = {_code(prefix) for _ in range(count - len(found))}
        taken: set[str] = set()
        for some in _chunks(sorted(map(identity_key, more))):
            there = select(func.upper(PromoCode.code_key)).where(PromoCode.code_key.in_(some))
            taken |= set(uow.session.scalars(there))
        found |= more - taken
    return sorted(found, key=lambda _: secrets.randbits(32))


def _chunks(rows: Sequence[T]) -> Iterator[list[T]]:
    for start in range(0, len(rows), AT_ONCE):
        yield list(rows[start : start + AT_ONCE])


def _code(prefix: str) -> str:
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
