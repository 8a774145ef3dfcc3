"""Making segments, putting them in order, and taking away those that nothing names."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.audit.services import changed, record
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.kernel.shape import Problem
from app.kernel.words import N_
from app.promotions.domain.plan_format import read_segment, segment_to_json
from app.promotions.domain.terms import Segment
from app.promotions.errors import PlanInvalid, PromotionMoved, SegmentInUse, SegmentNotFound
from app.promotions.models import PromotionState, StoredPromotion, StoredSegment
from app.promotions.services.plan import edit_plan
from app.promotions.services.promotions import free_key

Document = Mapping[str, Any]


def create_segment(uow: UnitOfWork, actor: Actor, document: Document, *, clock: Clock) -> str:
    """Of a document in the plan format, whose `id` may be left out; serves last. Its key.

    Raises PlanInvalid.
    """
    edit_plan(uow, actor, clock=clock)
    return add_segment(uow, actor, document, clock=clock)


def add_segment(uow: UnitOfWork, actor: Actor, document: Document, *, clock: Clock) -> str:
    """The same, of a plan already being edited."""
    there = stored_segments(uow)
    known = [row.key for row in there]
    given = dict(document)
    given["id"] = given.get("id") or free_key(str(given.get("name", "")), known)
    segment = read_segment(given)
    if segment.id in known:
        words = N_("“%(value)s” is already in use: choose another one.")
        raise PlanInvalid([Problem("id", "in_use", words, {"value": segment.id})])
    row = StoredSegment(
        brand_id=uow.brand_id,
        id=new_id(),
        key=segment.id,
        name=segment.name,
        document=segment_to_json(segment),
        position=1 + max((row.position for row in there), default=0),
        revision=1,
        updated_at=clock(),
        updated_by=actor.label,
    )
    uow.session.add(row)
    uow.session.flush()
    record(uow, actor, "segment.create", "segment", row.id, after={"document": row.document})
    return row.key


def update_segment(
    uow: UnitOfWork,
    actor: Actor,
    key: str,
    document: Document,
    *,
    revision: int | None = None,
    clock: Clock,
) -> None:
    """Its key stays what it was. Raises PlanInvalid, PromotionMoved, SegmentNotFound."""
    edit_plan(uow, actor, clock=clock)
    row = _one(uow, key)
    if revision is not None and row.revision != revision:
        raise PromotionMoved(name=row.name)
    change_segment(uow, actor, row, read_segment({**document, "id": key}), clock=clock)


def change_segment(
    uow: UnitOfWork, actor: Actor, row: StoredSegment, segment: Segment, *, clock: Clock
) -> None:
    before, after = row.document, segment_to_json(segment)
    if before == after:
        return
    row.name, row.document = segment.name, after
    row.revision += 1
    row.updated_at, row.updated_by = clock(), actor.label
    uow.session.flush()
    was, now = changed(before, {name: after.get(name) for name in {*before, *after}})
    record(uow, actor, "segment.update", "segment", row.id, was, now)


def order_segments(uow: UnitOfWork, actor: Actor, keys: Sequence[str], *, clock: Clock) -> None:
    """The first one serves first; those not named come after, as they were."""
    edit_plan(uow, actor, clock=clock)
    place_segments(uow, actor, keys)


def place_segments(uow: UnitOfWork, actor: Actor, keys: Sequence[str]) -> None:
    there = stored_segments(uow)
    before = [row.key for row in there]
    places = {key: place for place, key in enumerate(keys)}
    ordered = sorted(there, key=lambda row: places.get(row.key, len(places)))
    after = [row.key for row in ordered]
    if before == after:
        return
    for position, row in enumerate(ordered, start=1):
        row.position = position
    uow.session.flush()
    record(uow, actor, "segment.order", "segment", None, {"keys": before}, {"keys": after})


def move_segment(uow: UnitOfWork, actor: Actor, key: str, by: int, *, clock: Clock) -> None:
    """`by` places down, or up when negative."""
    edit_plan(uow, actor, clock=clock)
    keys = [row.key for row in stored_segments(uow)]
    if key not in keys:
        raise SegmentNotFound
    place = keys.index(key)
    keys.insert(max(0, min(len(keys) - 1, place + by)), keys.pop(place))
    place_segments(uow, actor, keys)


def remove_segment(uow: UnitOfWork, actor: Actor, key: str, *, clock: Clock) -> None:
    """Raises SegmentInUse while a promotion that is not archived names it; SegmentNotFound."""
    edit_plan(uow, actor, clock=clock)
    drop_segment(uow, actor, _one(uow, key))


def drop_segment(uow: UnitOfWork, actor: Actor, row: StoredSegment) -> None:
    users = [*promotions_naming(uow, row.key), *_segments_naming(uow, row.key)]
    if users:
        raise SegmentInUse(name=row.name, promotions=", ".join(f"“{name}”" for name in users))
    record(uow, actor, "segment.remove", "segment", row.id, before={"document": row.document})
    uow.session.delete(row)
    uow.session.flush()


def promotions_naming(uow: UnitOfWork, key: str) -> list[str]:
    statement = select(StoredPromotion.name, StoredPromotion.document).where(
        StoredPromotion.state != PromotionState.ARCHIVED
    )
    rows = uow.session.execute(statement.order_by(StoredPromotion.name))
    return [row[0] for row in rows if key in named_in(row[1].get("conditions"))]


def _segments_naming(uow: UnitOfWork, key: str) -> list[str]:
    rows = stored_segments(uow)
    return [row.name for row in rows if key in named_in(row.document.get("conditions"))]


def named_in(conditions: Any) -> set[str]:
    """The segments a condition of the plan format asks about."""
    return set(_named(conditions))


def _named(condition: Any) -> Iterator[str]:
    if isinstance(condition, Mapping):
        if condition.get("measure") == "segment":
            yield str(condition.get("value"))
        for part in condition.values():
            yield from _named(part)
    elif isinstance(condition, list):
        for part in condition:
            yield from _named(part)


def stored_segments(uow: UnitOfWork) -> list[StoredSegment]:
    statement = select(StoredSegment).order_by(StoredSegment.position, StoredSegment.key)
    return list(uow.session.scalars(statement))


def _one(uow: UnitOfWork, key: str) -> StoredSegment:
    found: UUID | None = uow.session.scalar(
        select(StoredSegment.id).where(StoredSegment.key == key)
    )
    row = uow.session.get(StoredSegment, (uow.brand_id, found)) if found else None
    if row is None:
        raise SegmentNotFound
    return row
