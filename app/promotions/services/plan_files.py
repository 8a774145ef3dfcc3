"""The plan as one file: what the brand has in force goes out, and what a file says comes in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.audit.services import record
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.shape import Problem
from app.kernel.words import N_
from app.promotions.domain.plan import Plan
from app.promotions.domain.plan_format import (
    plan_to_json,
    promotion_to_json,
    read_plan,
    segment_to_json,
)
from app.promotions.domain.terms import Promotion
from app.promotions.errors import PlanInvalid
from app.promotions.models import PromotionState, StoredPromotion
from app.promotions.queries.plan import IN_FORCE, stored_plan
from app.promotions.services.plan import MEMBERS, edit_plan, write_settings
from app.promotions.services.promotions import (
    add_promotion,
    change_promotion,
    drop_codes,
    locked_promotions,
    put_in_state,
)
from app.promotions.services.segments import (
    add_segment,
    change_segment,
    drop_segment,
    place_segments,
    stored_segments,
)

Document = dict[str, Any]
OF_THE_BRAND = ("timezone", "currency")


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """What a file would change, by key."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    archived: tuple[str, ...] = ()
    """In force and not in the file."""
    unchanged: int = 0
    segments_added: tuple[str, ...] = ()
    segments_changed: tuple[str, ...] = ()
    segments_removed: tuple[str, ...] = ()
    settings: tuple[str, ...] = field(default=())
    """Members that change: settings, first_order, points."""

    @property
    def is_empty(self) -> bool:
        return not any(
            (self.added, self.changed, self.archived, self.segments_added, self.settings)
        ) and not (self.segments_changed or self.segments_removed)


def export_plan(session: Session) -> Document:
    """What is in force, paused promotions as not enabled; drafts and the archive stay here."""
    return plan_to_json(read_plan(stored_plan(session).document))


def compare_plan(session: Session, document: Any) -> PlanChanges:
    """What importing would change; nothing does. Raises PlanInvalid."""
    there = read_plan(stored_plan(session).document)
    given = _read(document, there)
    had = {one.id: promotion_to_json(one) for one in there.promotions}
    come = {one.id: promotion_to_json(one) for one in given.promotions}
    had_segments = {one.id: segment_to_json(one) for one in there.segments}
    come_segments = {one.id: segment_to_json(one) for one in given.segments}
    same = sum(had.get(key) == one for key, one in come.items())
    return PlanChanges(
        added=_new(had, come),
        changed=_other(had, come),
        archived=_new(come, had),
        unchanged=same,
        segments_added=_new(had_segments, come_segments),
        segments_changed=_other(had_segments, come_segments),
        segments_removed=_new(come_segments, had_segments),
        settings=_settings_that_change(there, given),
    )


def import_plan(
    uow: UnitOfWork, actor: Actor, document: Any, *, revision: int | None = None, clock: Clock
) -> PlanChanges:
    """The plan in force becomes that of the file, promotions known by their ids: others are added,
    those in force that it does not name are archived, drafts stay.

    `revision`: of the plan the changes were shown against. Raises PlanInvalid with everything
    wrong in it, PlanMoved.
    """
    made = edit_plan(uow, actor, clock=clock, revision=revision)
    changes = compare_plan(uow.session, document)
    if changes.is_empty:
        return changes
    given = _read(document, read_plan(stored_plan(uow.session).document))
    _segments_come(uow, actor, given, clock)
    _promotions_come(uow, actor, given, clock)
    _segments_go(uow, actor, changes)
    write_settings(uow, actor, _settings_of(given))
    told = {"revision": made, "added": changes.added, "archived": changes.archived}
    record(uow, actor, "pricing.import", "pricing_plan", None, after=told)
    return changes


def _read(document: Any, there: Plan) -> Plan:
    """In the brand's own zone, and its currency or none."""
    given = read_plan(document)
    told = document.get("settings") or {}
    if told.get("currency", there.settings.currency) != there.settings.currency:
        words = N_("This plan is in %(theirs)s, the brand sells in %(ours)s.")
        params = {"theirs": told["currency"], "ours": there.settings.currency}
        raise PlanInvalid([Problem("settings.currency", "other_currency", words, params)])
    return given


def _new(had: Mapping[str, Any], come: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(key for key in come if key not in had)


def _other(had: Mapping[str, Any], come: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(key for key, one in come.items() if key in had and had[key] != one)


def _settings_that_change(there: Plan, given: Plan) -> tuple[str, ...]:
    had, come = _settings_of(there), _settings_of(given)
    return tuple(name for name in MEMBERS if had.get(name) != come.get(name))


def _settings_of(plan: Plan) -> Document:
    """Every member; None for what the plan does not say. Zone and currency are the brand's."""
    document = plan_to_json(plan)
    settings = {
        name: value
        for name, value in (document.get("settings") or {}).items()
        if name not in OF_THE_BRAND
    }
    return {**{name: document.get(name) for name in MEMBERS}, "settings": settings or None}


def _segments_come(uow: UnitOfWork, actor: Actor, given: Plan, clock: Clock) -> None:
    there = {row.key: row for row in stored_segments(uow)}
    for segment in given.segments:
        if segment.id in there:
            change_segment(uow, actor, there[segment.id], segment, clock=clock)
        else:
            add_segment(uow, actor, segment_to_json(segment), clock=clock)
    place_segments(uow, actor, [segment.id for segment in given.segments])


def _segments_go(uow: UnitOfWork, actor: Actor, changes: PlanChanges) -> None:
    """After the promotions that named them. Raises SegmentInUse when a draft still does."""
    for row in stored_segments(uow):
        if row.key in changes.segments_removed:
            drop_segment(uow, actor, row)


def _promotions_come(uow: UnitOfWork, actor: Actor, given: Plan, clock: Clock) -> None:
    """Those that go let go of their codes first: another may have them now."""
    there = locked_promotions(uow)
    kept = {promotion.id for promotion in given.promotions}
    for key, row in sorted(there.items()):
        if row.state in IN_FORCE:
            drop_codes(uow, row.id)
            if key not in kept:
                put_in_state(uow, actor, row, PromotionState.ARCHIVED, clock=clock)
    for promotion in given.promotions:
        _comes(uow, actor, promotion, there.get(promotion.id), clock)


def _comes(
    uow: UnitOfWork, actor: Actor, promotion: Promotion, row: StoredPromotion | None, clock: Clock
) -> None:
    state = PromotionState.LIVE if promotion.enabled else PromotionState.PAUSED
    document = promotion_to_json(promotion)
    if row is None:
        add_promotion(uow, actor, document, state=state, clock=clock)
        return
    change_promotion(uow, actor, row, document, clock=clock)
    put_in_state(uow, actor, row, state, clock=clock)
