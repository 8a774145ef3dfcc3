"""How orders are sent, and what that costs."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.audit.services import changed, record
from app.catalog.domain import Tariff, bracket_problem
from app.catalog.errors import ShippingMethodNotFound, ShippingMethodTaken
from app.catalog.models import ShippingMethod
from app.catalog.services.rights import must_manage_catalogue
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.kernel.text import identity_key


@dataclass(frozen=True, slots=True)
class ShippingWish:
    name: str
    tariff: Tariff
    active: bool = True
    position: int | None = None

    def columns(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "name_key": identity_key(self.name),
            "active": self.active,
            **tariff_columns(self.tariff),
        }


def create_shipping_method(uow: UnitOfWork, actor: Actor, wish: ShippingWish) -> UUID:
    """Raises Invalid for steps that cannot stand, ShippingMethodTaken."""
    must_manage_catalogue(actor)
    _must_be_possible(uow, wish)
    method = ShippingMethod(
        brand_id=uow.brand_id,
        id=new_id(),
        position=_next_position(uow) if wish.position is None else wish.position,
        **wish.columns(),
    )
    uow.session.add(method)
    uow.session.flush()
    record(uow, actor, "shipping.create", "shipping_method", method.id, after=wish.columns())
    return method.id


def change_shipping_method(
    uow: UnitOfWork, actor: Actor, method_id: UUID, wish: ShippingWish
) -> None:
    """Raises ShippingMethodNotFound, Invalid, ShippingMethodTaken."""
    must_manage_catalogue(actor)
    method = _locked(uow, method_id)
    _must_be_possible(uow, wish, but=method_id)
    wanted = wish.columns() | {
        "position": method.position if wish.position is None else wish.position
    }
    before, after = changed({name: getattr(method, name) for name in wanted}, wanted)
    for name, value in wanted.items():
        setattr(method, name, value)
    uow.session.flush()
    record(uow, actor, "shipping.change", "shipping_method", method_id, before, after)


def delete_shipping_method(uow: UnitOfWork, actor: Actor, method_id: UUID) -> None:
    """Raises ShippingMethodNotFound."""
    must_manage_catalogue(actor)
    method = _locked(uow, method_id)
    record(uow, actor, "shipping.delete", "shipping_method", method_id, {"name": method.name})
    uow.session.delete(method)
    uow.session.flush()


def tariff_columns(tariff: Tariff) -> dict[str, Any]:
    steps = sorted(tariff.brackets, key=lambda bracket: bracket.start)
    return {
        "zones": list(tariff.zones),
        "basis": str(tariff.basis),
        "brackets": [[bracket.start, bracket.price_cents] for bracket in steps],
        "free_from_cents": tariff.free_from_cents,
    }


def _locked(uow: UnitOfWork, method_id: UUID) -> ShippingMethod:
    statement = select(ShippingMethod).where(ShippingMethod.id == method_id).with_for_update()
    method = uow.session.scalar(statement)
    if method is None:
        raise ShippingMethodNotFound
    return method


def _must_be_possible(uow: UnitOfWork, wish: ShippingWish, *, but: UUID | None = None) -> None:
    problem = bracket_problem(wish.tariff.brackets)
    if problem:
        raise Invalid({"brackets": [problem]})
    statement = select(ShippingMethod.id).where(ShippingMethod.name_key == identity_key(wish.name))
    taken = uow.session.scalar(statement)
    if taken not in {None, but}:
        raise ShippingMethodTaken(name=wish.name)


def _next_position(uow: UnitOfWork) -> int:
    last = uow.session.scalar(select(func.max(ShippingMethod.position)))
    return 0 if last is None else last + 1
