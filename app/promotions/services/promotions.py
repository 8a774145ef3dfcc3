"""Making promotions, changing them, and what state they are in.

Each change begins by locking the plan, so that orders see either all of it or nothing. A promotion
is checked by itself and by the segments it names; that its codes are nobody else's, personal ones
included, is what the unique key on codes sees to.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.audit.services import changed, record
from app.infra.locks import Rank, lock
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.kernel.shape import Problem
from app.kernel.text import identity_key, search_key
from app.kernel.words import N_
from app.promotions.domain.plan_format import promotion_to_json, read_promotion
from app.promotions.domain.terms import Promotion
from app.promotions.errors import (
    PlanInvalid,
    PromotionArchived,
    PromotionMoved,
    PromotionNotFound,
)
from app.promotions.models import (
    CodeKind,
    HoldingStatus,
    PromoCode,
    PromotionState,
    StoredPromotion,
    StoredSegment,
)
from app.promotions.services.plan import edit_plan
from app.promotions.services.tallies import rebuild_tallies

Document = Mapping[str, Any]
LONGEST_KEY = 60


def create_promotion(
    uow: UnitOfWork,
    actor: Actor,
    document: Document,
    *,
    state: PromotionState = PromotionState.DRAFT,
    clock: Clock,
) -> UUID:
    """Of a document in the plan format, whose `id` may be left out: it is then made of its name.

    Raises PlanInvalid with everything wrong in it, an id or a code in use included.
    """
    edit_plan(uow, actor, clock=clock)
    return add_promotion(uow, actor, document, state=state, clock=clock)


def add_promotion(
    uow: UnitOfWork, actor: Actor, document: Document, *, state: PromotionState, clock: Clock
) -> UUID:
    """The same, of a plan already being edited."""
    known = _keys(uow)
    given = dict(document)
    given["id"] = given.get("id") or free_key(str(given.get("name", "")), known)
    promotion = _read(uow, given)
    if promotion.id in known:
        raise PlanInvalid([_in_use("id", promotion.id)])
    row = _row(uow, actor, promotion.id, promotion.name, _stored(promotion), clock)
    row.state = state
    uow.session.add(row)
    uow.session.flush()
    _give_codes(uow, row, promotion, clock)
    record(uow, actor, "promotion.create", "promotion", row.id, after=_told(row))
    return row.id


def update_promotion(
    uow: UnitOfWork,
    actor: Actor,
    promotion_id: UUID,
    document: Document,
    *,
    revision: int | None = None,
    clock: Clock,
) -> None:
    """The document takes the place of the stored one; its id stays what it was.

    `revision` is the one its author was looking at. Raises PlanInvalid, PromotionMoved,
    PromotionArchived, PromotionNotFound.
    """
    edit_plan(uow, actor, clock=clock)
    row = _locked(uow, promotion_id, revision)
    change_promotion(uow, actor, row, document, clock=clock)


def change_promotion(
    uow: UnitOfWork, actor: Actor, row: StoredPromotion, document: Document, *, clock: Clock
) -> None:
    """The same, of a plan already being edited and a promotion already locked."""
    promotion = _read(uow, {**document, "id": row.key})
    _give_codes(uow, row, promotion, clock)
    rebuild_tallies(uow, row.id, promotion.limits)
    before, after = row.document, _stored(promotion)
    if before == after:
        return
    row.name, row.document = promotion.name, after
    _touch(row, actor, clock)
    uow.session.flush()
    was, now = changed(before, {name: after.get(name) for name in {*before, *after}})
    record(uow, actor, "promotion.update", "promotion", row.id, was, now)


def copy_promotion(
    uow: UnitOfWork, actor: Actor, promotion_id: UUID, name: str, *, clock: Clock
) -> UUID:
    """A draft of the same under another name, without the codes. Raises PromotionNotFound."""
    edit_plan(uow, actor, clock=clock)
    original = _locked(uow, promotion_id, even_archived=True)
    key = free_key(name, _keys(uow))
    document = {**original.document, "id": key, "name": name}
    document.pop("codes", None)
    row = _row(uow, actor, key, name, document, clock)
    row.copy_of = original.id
    uow.session.add(row)
    uow.session.flush()
    told = {**_told(row), "copy_of": original.key}
    record(uow, actor, "promotion.copy", "promotion", row.id, after=told)
    return row.id


def publish_promotion(
    uow: UnitOfWork,
    actor: Actor,
    promotion_id: UUID,
    *,
    revision: int | None = None,
    clock: Clock,
) -> None:
    """From now on it applies. Raises PlanInvalid when it could never work."""
    edit_plan(uow, actor, clock=clock)
    row = _locked(uow, promotion_id, revision)
    promotion = _read(uow, row.document)
    rebuild_tallies(uow, row.id, promotion.limits)
    _give_codes(uow, row, promotion, clock)
    put_in_state(uow, actor, row, PromotionState.LIVE, clock=clock)


def pause_promotion(
    uow: UnitOfWork, actor: Actor, promotion_id: UUID, *, revision: int | None = None, clock: Clock
) -> None:
    edit_plan(uow, actor, clock=clock)
    row = _locked(uow, promotion_id, revision)
    put_in_state(uow, actor, row, PromotionState.PAUSED, clock=clock)


def archive_promotion(
    uow: UnitOfWork, actor: Actor, promotion_id: UUID, *, revision: int | None = None, clock: Clock
) -> None:
    """For ever; its shared codes may be given to another."""
    edit_plan(uow, actor, clock=clock)
    row = _locked(uow, promotion_id, revision)
    put_in_state(uow, actor, row, PromotionState.ARCHIVED, clock=clock)
    drop_codes(uow, row.id)


def put_in_state(
    uow: UnitOfWork, actor: Actor, row: StoredPromotion, state: PromotionState, *, clock: Clock
) -> None:
    if row.state == state:
        return
    before = {"state": row.state}
    row.state = state
    _touch(row, actor, clock)
    uow.session.flush()
    after = {"state": state, "name": row.name}
    record(uow, actor, f"promotion.{state}", "promotion", row.id, before, after)


def drop_codes(uow: UnitOfWork, promotion_id: UUID) -> None:
    """The shared ones; single ones stay as they are, and find no promotion."""
    mine = PromoCode.promotion_id == promotion_id, PromoCode.kind == CodeKind.SHARED
    uow.session.execute(delete(PromoCode).where(*mine))


def free_key(name: str, known: Sequence[str]) -> str:
    """`Noël −10 %` → `noel-10`, and `noel-10-2` when that is taken."""
    words = "".join(char if char.isascii() and char.isalnum() else " " for char in search_key(name))
    base = "-".join(words.split())[:LONGEST_KEY] or "promotion"
    taken, number = set(known), 2
    if base not in taken:
        return base
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"


# ---------------------------------------------------------------- reading and writing


def locked_promotions(uow: UnitOfWork) -> dict[str, StoredPromotion]:
    """All of the brand's, by key; the plan is being edited, so nobody else changes them."""
    return {row.key: row for row in uow.session.scalars(select(StoredPromotion))}


def _locked(
    uow: UnitOfWork, promotion_id: UUID, revision: int | None = None, *, even_archived: bool = False
) -> StoredPromotion:
    found = lock(uow.session, Rank.PROMOTION, StoredPromotion, [promotion_id])
    if not found:
        raise PromotionNotFound
    row = found[0]
    if revision is not None and row.revision != revision:
        raise PromotionMoved(name=row.name)
    if row.state == PromotionState.ARCHIVED and not even_archived:
        raise PromotionArchived(name=row.name)
    return row


def _keys(uow: UnitOfWork) -> list[str]:
    return list(uow.session.scalars(select(StoredPromotion.key)))


def _read(uow: UnitOfWork, document: Document) -> Promotion:
    segments = set(uow.session.scalars(select(StoredSegment.key)))
    return read_promotion(dict(document), segments)


def _stored(promotion: Promotion) -> dict[str, Any]:
    """Whether it applies is a state of the row, not a word of the document."""
    document = promotion_to_json(promotion)
    document.pop("enabled", None)
    return document


def _row(
    uow: UnitOfWork, actor: Actor, key: str, name: str, document: dict[str, Any], clock: Clock
) -> StoredPromotion:
    return StoredPromotion(
        brand_id=uow.brand_id,
        id=new_id(),
        key=key,
        name=name,
        document=document,
        state=PromotionState.DRAFT,
        revision=1,
        created_at=clock(),
        created_by=actor.label,
        updated_at=clock(),
        updated_by=actor.label,
    )


def _touch(row: StoredPromotion, actor: Actor, clock: Clock) -> None:
    row.revision += 1
    row.updated_at, row.updated_by = clock(), actor.label


def _told(row: StoredPromotion) -> dict[str, Any]:
    return {"key": row.key, "state": row.state, "document": row.document}


# ---------------------------------------------------------------- shared codes


def _give_codes(uow: UnitOfWork, row: StoredPromotion, promotion: Promotion, clock: Clock) -> None:
    """Its shared codes become those of the document. Raises PlanInvalid for one in use."""
    wanted = {identity_key(code): code for code in promotion.codes}
    mine = PromoCode.promotion_id == row.id, PromoCode.kind == CodeKind.SHARED
    uow.session.execute(delete(PromoCode).where(*mine, PromoCode.code_key.not_in(wanted)))
    if not wanted:
        return
    rows = [_shared(uow, row, key, code, clock) for key, code in sorted(wanted.items())]
    uow.session.execute(insert(PromoCode).on_conflict_do_nothing(), rows)
    found = select(PromoCode.code_key).where(*mine, PromoCode.code_key.in_(wanted))
    taken = set(wanted) - set(uow.session.scalars(found))
    places = {identity_key(code): place for place, code in enumerate(promotion.codes)}
    if taken:
        raise PlanInvalid([_in_use(f"codes[{places[key]}]", wanted[key]) for key in sorted(taken)])


def _shared(
    uow: UnitOfWork, row: StoredPromotion, key: str, code: str, clock: Clock
) -> dict[str, Any]:
    return {
        "brand_id": uow.brand_id,
        "id": new_id(),
        "kind": CodeKind.SHARED,
        "promotion_id": row.id,
        "code": code,
        "code_key": key,
        "name": row.name,
        "terms": {},
        "status": HoldingStatus.AVAILABLE,
        "uses_limit": None,
        "issued_at": clock(),
    }


def _in_use(path: str, value: str) -> Problem:
    words = N_("“%(value)s” is already in use: choose another one.")
    return Problem(path, "in_use", words, {"value": value})
