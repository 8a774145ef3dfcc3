"""Files of categories: a row may name a parent that stands on a later one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.catalog import queries
from app.catalog.domain import DEEPEST, depth_of
from app.catalog.errors import (
    CategoryTooDeep,
    CategoryUnknown,
    CategoryWithinItself,
)
from app.catalog.exchange.rights import READERS, STAFF
from app.catalog.queries import CategoryView
from app.catalog.schemas import CategoryRow
from app.catalog.services import filing
from app.imports.checking import BadCell, Row
from app.imports.kinds import Comparison, Kind
from app.imports.layout import Column, Layout
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.text import identity_key
from app.kernel.words import N_

CATEGORY_LAYOUT = Layout(
    schema=CategoryRow,
    key=("name",),
    columns=(
        Column("name", N_("Name"), ("Cuisson", "Fonte")),
        Column("parent", N_("Parent category"), ("", "Cuisson"), N_("Blank: at the top.")),
        Column("position", N_("Position"), ("1", "1"), N_("Smaller ones come first.")),
    ),
)


def compare_categories(uow: UnitOfWork, _actor: Actor, rows: Sequence[Row]) -> Comparison:
    tree = queries.category_tree(uow.session)
    names = {view.id: identity_key(view.name) for view in tree}
    there = by_name(tree)
    parents = {names[view.id]: _above(view, names) for view in tree}
    parents |= {identity_key(row.values["name"]): _parent_key(row, parents) for row in rows}
    created, updated, unchanged, bad = [], [], [], []
    for row in rows:
        view = there.get(identity_key(row.values["name"]))
        problem = _tree_problem(row, parents)
        if problem:
            bad.append(problem)
        elif view is None:
            created.append(row)
        elif _category_is_so(row, view, parents, names):
            unchanged.append(row)
        else:
            updated.append(row)
    return Comparison(tuple(created), tuple(updated), tuple(unchanged), tuple(bad))


def write_categories(uow: UnitOfWork, actor: Actor, found: Comparison, **_: Any) -> None:
    filing.save_categories(uow, actor, [row.values for row in (*found.created, *found.updated)])


def all_categories(uow: UnitOfWork, _actor: Actor) -> Iterator[Mapping[str, Any]]:
    tree = queries.category_tree(uow.session)
    names = {view.id: view.name for view in tree}
    for view in tree:
        parent = names[view.parent_id] if view.parent_id else None
        yield {"name": view.name, "parent": parent, "position": view.position}


def by_name(tree: Sequence[CategoryView]) -> dict[str, CategoryView]:
    return {identity_key(view.name): view for view in tree}


def _above(view: CategoryView, names: Mapping[Any, str]) -> str | None:
    return names[view.parent_id] if view.parent_id else None


def _parent_key(row: Row, parents: Mapping[str, str | None]) -> str | None:
    if "parent" not in row.values:
        return parents.get(identity_key(row.values["name"]))
    parent = row.values["parent"]
    return identity_key(parent) if parent else None


def _tree_problem(row: Row, parents: Mapping[str, str | None]) -> BadCell | None:
    key = identity_key(row.values["name"])
    parent = parents[key]
    if parent is not None and parent not in parents:
        return row.bad("parent", CategoryUnknown(name=row.values["parent"]))
    depth = depth_of(key, parents.get)
    if depth is None:
        return row.bad("parent", CategoryWithinItself())
    if depth > DEEPEST:
        return row.bad("parent", CategoryTooDeep(most=DEEPEST))
    return None


def _category_is_so(
    row: Row, view: CategoryView, parents: Mapping[str, str | None], names: Mapping[Any, str]
) -> bool:
    above = _above(view, names)
    position = row.values.get("position")
    return above == parents[identity_key(view.name)] and position in {None, view.position}


CATEGORIES = Kind(
    name="categories",
    title=N_("Categories"),
    layout=CATEGORY_LAYOUT,
    compare=compare_categories,
    write=write_categories,
    export=all_categories,
    roles=STAFF,
    readers=READERS,
)
