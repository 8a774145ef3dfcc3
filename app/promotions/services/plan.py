"""The brand's plan as `price()` takes it, its settings, and the lock that orders its changes."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit.services import changed, record
from app.infra.locks import Rank, climb
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock
from app.kernel.errors import NotAllowed
from app.kernel.ids import new_id
from app.promotions.domain import Plan
from app.promotions.domain.plan_format import read_plan
from app.promotions.domain.terms import Promotion
from app.promotions.errors import PlanChanged, PlanMoved
from app.promotions.models import PricingPlan
from app.promotions.queries.plan import (
    PlanHead,
    held_head,
    plan_head,
    plan_settings,
    stored_plan,
)

EDITORS = {Role.BRAND_ADMIN, Role.SYSTEM}
MEMBERS = ("settings", "first_order", "points")
"""What of a plan's document is the brand's settings."""
MOST_KEPT = 64

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class BrandPlan:
    plan: Plan
    ids: Mapping[str, UUID]
    """Key of a promotion → id of its row."""
    promotions: Mapping[str, Promotion]
    """By key."""


_kept: OrderedDict[PlanHead, BrandPlan] = OrderedDict()
_keeping = Lock()


def plan_of(session: Session) -> Plan:
    """The plan in force of the brand this session is bound to. One statement, when this process
    has read it before."""
    return brand_plan(session).plan


def brand_plan(session: Session) -> BrandPlan:
    return _known(session, plan_head(session))


def hold_plan(session: Session, revision: int | None = None) -> BrandPlan:
    """The plan, which nobody changes before this transaction ends; any number may hold it at once.

    One statement, when this process has read it before. Raises PlanChanged when it is no longer
    the one of `revision`.
    """
    climb(session, Rank.PROMOTION)
    head = held_head(session)
    if revision is not None and head.revision != revision:
        raise PlanChanged
    return _known(session, head)


def _known(session: Session, head: PlanHead) -> BrandPlan:
    with _keeping:
        found = _kept.get(head)
    return found or _read(session)


def _read(session: Session) -> BrandPlan:
    """Kept under what the very statement says it read, which may be newer than what was asked."""
    stored = stored_plan(session)
    plan = read_plan(stored.document)
    found = BrandPlan(plan, stored.ids, {one.id: one for one in plan.promotions})
    with _keeping:
        _kept[stored.head] = found
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found


def edit_plan(uow: UnitOfWork, actor: Actor, *, clock: Clock, revision: int | None = None) -> int:
    """Begin a change of the plan: its new revision. Orders being placed by the old one come first,
    other changes wait. Call it before reading what is changed.

    Raises NotAllowed; PlanMoved when the plan was not at `revision`.
    """
    if actor.role not in EDITORS or actor.brand_id != uow.brand_id:
        raise NotAllowed
    climb(uow.session, Rank.PROMOTION)
    new = {"stamp": new_id(), "updated_at": clock(), "updated_by": actor.label}
    first = {"brand_id": uow.brand_id, "id": new_id(), "revision": 1, "document": {}}
    statement = (
        insert(PricingPlan)
        .values(**first, **new)
        .on_conflict_do_update(
            constraint="uq_pricing_plans_brand_id",
            set_={**new, "revision": PricingPlan.revision + 1},
        )
        .returning(PricingPlan.revision)
    )
    now: int = uow.session.execute(statement).scalar_one()
    if revision is not None and now != revision + 1:
        raise PlanMoved
    return now


def save_settings(
    uow: UnitOfWork,
    actor: Actor,
    document: Mapping[str, Any],
    *,
    revision: int | None = None,
    clock: Clock,
) -> None:
    """`settings`, `first_order` and `points` as in the plan format; members left out stay as they
    are, `None` empties one. `revision`: of the plan, as its author was looking at.

    Raises PlanInvalid, PlanMoved.
    """
    edit_plan(uow, actor, clock=clock, revision=revision)
    write_settings(uow, actor, document)


def write_settings(uow: UnitOfWork, actor: Actor, document: Mapping[str, Any]) -> None:
    """The same, of a plan already being edited."""
    _revision, before = plan_settings(uow.session)
    given = {name: document[name] for name in MEMBERS if name in document}
    after = {name: value for name, value in {**before, **given}.items() if value is not None}
    if before == after:
        return
    shown = stored_plan(uow.session).document
    whole = {name: value for name, value in shown.items() if name not in MEMBERS}
    read_plan({**whole, **after, "promotions": []})
    row = uow.session.scalars(select(PricingPlan)).one()
    row.document = after
    was, now = changed(before, {name: after.get(name) for name in MEMBERS})
    record(uow, actor, "pricing.settings", "pricing_plan", row.id, was, now)
    uow.session.flush()
