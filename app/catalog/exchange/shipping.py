"""Files of shipping methods."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.catalog import queries, services
from app.catalog.domain import Basis, Bracket, Tariff, bracket_problem
from app.catalog.exchange.rights import READERS, STAFF
from app.catalog.queries import ShippingMethodView
from app.catalog.schemas import ShippingRow
from app.catalog.services import ShippingWish
from app.http.words import say
from app.imports.checking import Row, missing_for_new
from app.imports.kinds import Comparison, Kind
from app.imports.layout import Column, Layout
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.text import identity_key
from app.kernel.words import N_

SHIPPING_LAYOUT = Layout(
    schema=ShippingRow,
    key=("name",),
    columns=(
        Column("name", N_("Name"), ("Colissimo domicile", "Retrait chez l’hôte")),
        Column(
            "zones",
            N_("Zones"),
            ("FR, BE, FR-20", ""),
            N_("Countries, or a country and the start of its postcodes; blank: everywhere."),
        ),
        Column("basis", N_("Steps of"), ("panier", "panier"), N_("The basket, or the weight.")),
        Column(
            "brackets",
            N_("Steps"),
            ("0:6,90 | 50:4,90", "0:0"),
            N_("Start and price of each: from 0 € it costs 6.90, from 50 € 4.90. Weights in g."),
        ),
        Column("free_from", N_("Free from"), ("120,00", ""), N_("Basket; blank: never.")),
        Column("active", N_("Active"), ("oui", "oui")),
        Column("position", N_("Position"), ("1", "2"), N_("Smaller ones come first.")),
    ),
)


def compare_shipping(uow: UnitOfWork, _actor: Actor, rows: Sequence[Row]) -> Comparison:
    there = {identity_key(view.name): view for view in queries.shipping_methods(uow.session)}
    created, updated, unchanged, bad = [], [], [], []
    for row in rows:
        view = there.get(identity_key(row.values["name"]))
        missing = [] if view else missing_for_new(SHIPPING_LAYOUT, row)
        wish = None if missing else shipping_wish(row.values, view)
        problem = bracket_problem(wish.tariff.brackets) if wish else None
        if missing or problem:
            bad += missing or [row.bad("brackets", problem)]
        elif view is None:
            created.append(replace(row, values=(None, wish)))
        elif wish == _wish_of(view):
            unchanged.append(row)
        else:
            updated.append(replace(row, values=(view.id, wish)))
    return Comparison(tuple(created), tuple(updated), tuple(unchanged), tuple(bad))


def write_shipping(uow: UnitOfWork, actor: Actor, found: Comparison, **_: Any) -> None:
    for row in found.created:
        services.create_shipping_method(uow, actor, row.values[1])
    for row in found.updated:
        services.change_shipping_method(uow, actor, *row.values)


def all_shipping(uow: UnitOfWork, _actor: Actor) -> Iterator[Mapping[str, Any]]:
    for view in queries.shipping_methods(uow.session):
        yield {
            "name": view.name,
            "zones": ", ".join(view.tariff.zones),
            "basis": say(BASIS_WORDS[view.tariff.basis]),
            "brackets": steps_text(view.tariff),
            "free_from": view.tariff.free_from_cents,
            "active": view.active,
            "position": view.position,
        }


BASIS_WORDS = {Basis.BASKET: N_("basket"), Basis.WEIGHT: N_("weight")}


def shipping_wish(values: Mapping[str, Any], view: ShippingMethodView | None) -> ShippingWish:
    """What a row or a form asks for, over what is there."""
    there = view.tariff if view else Tariff((), Basis.BASKET, ())
    basis = values.get("basis", there.basis)
    steps = values.get("brackets")
    tariff = Tariff(
        zones=values.get("zones", there.zones),
        basis=basis,
        brackets=_brackets(basis, steps) if steps is not None else there.brackets,
        free_from_cents=values.get("free_from_cents", there.free_from_cents),
    )
    position = values.get("position")
    return ShippingWish(
        name=values["name"],
        tariff=tariff,
        active=values.get("active", view.active if view else True),
        position=view.position if view and position is None else position,
    )


def steps_text(tariff: Tariff) -> str:
    """As the schema reads it back."""
    scale = 100 if tariff.basis is Basis.BASKET else 1
    steps = [
        f"{_decimal(bracket.start, scale)}:{_decimal(bracket.price_cents, 100)}"
        for bracket in tariff.brackets
    ]
    return " | ".join(steps)


def _brackets(basis: Basis, steps: Sequence[tuple[int, int]]) -> tuple[Bracket, ...]:
    """Starts come in hundredths: cents of a basket, hundredths of a gram that are dropped."""
    scale = 1 if basis is Basis.BASKET else 100
    return tuple(sorted((Bracket(start // scale, cents) for start, cents in steps), key=_start))


def _start(bracket: Bracket) -> int:
    return bracket.start


def _wish_of(view: ShippingMethodView) -> ShippingWish:
    return ShippingWish(view.name, view.tariff, view.active, view.position)


def _decimal(value: int, scale: int) -> str:
    whole, fraction = divmod(value, scale)
    return f"{whole},{fraction:02d}" if fraction else str(whole)


SHIPPING_METHODS = Kind(
    name="shipping-methods",
    title=N_("Shipping methods"),
    layout=SHIPPING_LAYOUT,
    compare=compare_shipping,
    write=write_shipping,
    export=all_shipping,
    roles=STAFF,
    readers=READERS,
)
