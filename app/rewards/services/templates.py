"""Published rewards: made, changed, archived."""

from dataclasses import dataclass
from itertools import chain, count
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.audit.services import changed, record
from app.catalog.queries import dearest_price, products_by_reference
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock
from app.kernel.errors import Invalid, NotAllowed
from app.kernel.ids import new_id
from app.kernel.text import identity_key
from app.kernel.words import N_
from app.loyalty.services import settings_of
from app.rewards.domain.draft import slug
from app.rewards.domain.offers import Offer, TemplateState
from app.rewards.errors import ProductsUnknown, TemplateMoved
from app.rewards.models import RewardTemplate
from app.rewards.queries.templates import TemplateView, template

EDITORS = {Role.BRAND_ADMIN, Role.SYSTEM}


@dataclass(frozen=True, slots=True)
class Published:
    """A reward as its author wants it."""

    name: str
    offer: Offer
    price_points: int | None


def publish_template(uow: UnitOfWork, actor: Actor, wanted: Published, *, clock: Clock) -> UUID:
    """Raises NotAllowed, Invalid, ProductsUnknown."""
    _must_edit(uow, actor)
    row = _columns(uow, actor, wanted, clock)
    template_id = new_id()
    made = {"created_at": clock(), "created_by": actor.label}
    key = _free_key(uow.session, wanted.name)
    known = {"brand_id": uow.brand_id, "id": template_id, "state": TemplateState.ACTIVE, "key": key}
    uow.session.execute(insert(RewardTemplate).values(**known, **row, **made, revision=1))
    record(uow, actor, "reward_template.create", "reward_template", template_id, after=_told(row))
    return template_id


def change_template(
    uow: UnitOfWork,
    actor: Actor,
    template_id: UUID,
    wanted: Published,
    *,
    revision: int,
    clock: Clock,
) -> None:
    """What was given before stays as it was. `revision`: the one its author was looking at.

    Raises NotAllowed, NotFound, Invalid, ProductsUnknown, TemplateMoved.
    """
    _must_edit(uow, actor)
    before = template(uow.session, template_id)
    row = _columns(uow, actor, wanted, clock)
    _store(uow, template_id, revision, row)
    was, now = changed(_told(_row_of(before)), _told(row))
    if now:
        record(uow, actor, "reward_template.change", "reward_template", template_id, was, now)


def put_template(
    uow: UnitOfWork,
    actor: Actor,
    template_id: UUID,
    state: TemplateState,
    *,
    revision: int,
    clock: Clock,
) -> str:
    """Archived, it is neither given nor exchanged any more; or active again. Its name.

    Raises NotAllowed, NotFound, TemplateMoved; back from the archive also what `publish_template`
    does.
    """
    _must_edit(uow, actor)
    before = template(uow.session, template_id)
    if before.state is state:
        return before.name
    if state is TemplateState.ACTIVE:
        _must_work(uow, Published(before.name, before.offer, before.price_points))
    touched = {"updated_at": clock(), "updated_by": actor.label}
    _store(uow, template_id, revision, {"state": state, **touched})
    was, now = {"state": before.state}, {"state": state, "name": before.name}
    record(uow, actor, f"reward_template.{state}", "reward_template", template_id, was, now)
    return before.name


def cost_of(session: Session, offer: Offer) -> int:
    """What one costs the brand at most, in cents. Raises ProductsUnknown."""
    found = products_by_reference(session, offer.products)
    unknown = [one for one in offer.products if identity_key(one) not in found]
    if unknown:
        raise ProductsUnknown(references=", ".join(unknown))
    if offer.cents is not None:
        return offer.cents
    prices = [found[identity_key(one)].price_cents for one in offer.values.get("products", ())]
    categories = offer.values.get("categories")
    if categories:
        dearest = dearest_price(session, categories)
        if dearest is None:
            raise Invalid({"categories": [N_("No product is in these categories.")]})
        prices.append(dearest)
    return max(prices) * offer.units


# ---------------------------------------------------------------- how


def _must_edit(uow: UnitOfWork, actor: Actor) -> None:
    if actor.role not in EDITORS or actor.brand_id != uow.brand_id:
        raise NotAllowed


def _must_work(uow: UnitOfWork, wanted: Published) -> None:
    ceiling = settings_of(uow).ceiling
    if ceiling is not None and (wanted.price_points or 0) > ceiling:
        words = N_("Nobody could ever have so many: the ceiling is %(ceiling)s.")
        raise Invalid({"price_points": [(words, {"ceiling": ceiling})]})


def _columns(uow: UnitOfWork, actor: Actor, wanted: Published, clock: Clock) -> dict[str, Any]:
    _must_work(uow, wanted)
    return {
        "name": wanted.name,
        "kind": wanted.offer.kind,
        "offer": dict(wanted.offer.values),
        **_days_of(wanted.offer),
        "cents": cost_of(uow.session, wanted.offer),
        "price_points": wanted.price_points,
        "updated_at": clock(),
        "updated_by": actor.label,
    }


def _row_of(view: TemplateView) -> dict[str, Any]:
    return {
        "name": view.name,
        "kind": view.offer.kind,
        "offer": dict(view.offer.values),
        **_days_of(view.offer),
        "cents": view.cents,
        "price_points": view.price_points,
    }


def _days_of(offer: Offer) -> dict[str, Any]:
    return {name: getattr(offer, name) for name in ("valid_days", "valid_from", "valid_until")}


def _free_key(session: Session, name: str) -> str:
    """One like the name that no other template has. Two made at once under one name meet at the
    unique key: one of them is told that the state moved on."""
    stem = slug(name) or "reward"
    taken = set(
        session.scalars(select(RewardTemplate.key).where(RewardTemplate.key.startswith(stem)))
    )
    keys = chain([stem], (f"{stem}-{number}" for number in count(2)))
    return next(key for key in keys if key not in taken)


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in row if not name.startswith("updated_")}


def _store(uow: UnitOfWork, template_id: UUID, revision: int, row: dict[str, Any]) -> None:
    """One statement looks at the revision as it changes."""
    seen = RewardTemplate.id == template_id, RewardTemplate.revision == revision
    stored = uow.session.execute(
        update(RewardTemplate)
        .where(*seen)
        .values(**row, revision=revision + 1)
        .returning(RewardTemplate.id)
        .execution_options(synchronize_session=False)
    )
    if stored.first() is None:
        raise TemplateMoved
