"""The tree that products hang in."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit.services import changed, record
from app.catalog.domain import DEEPEST, depth_of
from app.catalog.errors import (
    CategoryNotEmpty,
    CategoryNotFound,
    CategoryTaken,
    CategoryTooDeep,
    CategoryWithinItself,
)
from app.catalog.models import Category, Product
from app.catalog.services.rights import must_manage_catalogue
from app.infra.locks import Rank, lock_where
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.ids import new_id


@dataclass(frozen=True, slots=True)
class CategoryWish:
    name: str
    parent_id: UUID | None = None


def create_category(
    uow: UnitOfWork,
    actor: Actor,
    name: str,
    *,
    position: int | None = None,
    parent_id: UUID | None = None,
) -> UUID:
    """At the end, unless a position is given.

    Raises CategoryTaken, CategoryNotFound (the one above it), CategoryTooDeep.
    """
    must_manage_catalogue(actor)
    new = new_id()
    if parent_id is not None or position is None:
        tree = _locked_tree(uow.session)
        _must_fit(tree, new, parent_id)
        position = _last(tree, parent_id) + 1 if position is None else position
    statement = (
        insert(Category)
        .values(brand_id=uow.brand_id, id=new, name=name, position=position, parent_id=parent_id)
        .on_conflict_do_nothing(index_elements=["brand_id", "name"])
        .returning(Category.id)
    )
    category_id = uow.session.scalar(statement)
    if category_id is None:
        raise CategoryTaken(name=name)
    record(uow, actor, "category.create", "category", category_id, after={"name": name})
    return category_id


def change_category(uow: UnitOfWork, actor: Actor, category_id: UUID, wish: CategoryWish) -> None:
    """Raises CategoryNotFound, CategoryTaken, CategoryWithinItself, CategoryTooDeep."""
    must_manage_catalogue(actor)
    tree = _locked_tree(uow.session)
    category = _of(tree, category_id)
    _must_fit(tree, category_id, wish.parent_id)
    if any(other.name == wish.name for other in tree.values() if other is not category):
        raise CategoryTaken(name=wish.name)
    before = {"name": category.name, "parent_id": category.parent_id}
    if category.parent_id != wish.parent_id:
        category.position = _last(tree, wish.parent_id) + 1
    category.name, category.parent_id = wish.name, wish.parent_id
    old, new = changed(before, {"name": wish.name, "parent_id": wish.parent_id})
    record(uow, actor, "category.change", "category", category_id, old, new)


def move_category(uow: UnitOfWork, actor: Actor, category_id: UUID, *, up: bool) -> None:
    """One place up or down among its siblings; at the end of the row nothing happens."""
    must_manage_catalogue(actor)
    tree = _locked_tree(uow.session)
    category = _of(tree, category_id)
    row = sorted(
        (other for other in tree.values() if other.parent_id == category.parent_id),
        key=lambda other: (other.position, other.name, other.id),
    )
    at = row.index(category)
    to = at - 1 if up else at + 1
    if 0 <= to < len(row):
        row[at], row[to] = row[to], row[at]
    for position, other in enumerate(row):
        other.position = position
    record(uow, actor, "category.move", "category", category_id, after={"up": up})


def delete_category(uow: UnitOfWork, actor: Actor, category_id: UUID) -> None:
    """Raises CategoryNotEmpty while products or categories lie in it."""
    must_manage_catalogue(actor)
    tree = _locked_tree(uow.session)
    category = _of(tree, category_id)
    holds_products = uow.session.scalar(select(exists().where(Product.category_id == category_id)))
    if holds_products or any(other.parent_id == category_id for other in tree.values()):
        raise CategoryNotEmpty
    record(uow, actor, "category.delete", "category", category_id, {"name": category.name})
    uow.session.delete(category)
    uow.session.flush()


def _locked_tree(session: Session) -> dict[UUID, Category]:
    """All of them: who moves one must see where the others hang."""
    return {found.id: found for found in lock_where(session, Rank.STOCK, Category, true())}


def _of(tree: dict[UUID, Category], category_id: UUID) -> Category:
    if category_id not in tree:
        raise CategoryNotFound
    return tree[category_id]


def _last(tree: dict[UUID, Category], parent_id: UUID | None) -> int:
    positions = [found.position for found in tree.values() if found.parent_id == parent_id]
    return max(positions, default=-1)


def _must_fit(tree: dict[UUID, Category], category_id: UUID, parent_id: UUID | None) -> None:
    if parent_id is not None and parent_id not in tree:
        raise CategoryNotFound
    parents = {found.id: found.parent_id for found in tree.values()} | {category_id: parent_id}
    below = [key for key in parents if _lies_in(parents, key, category_id)]
    depths = [depth_of(key, parents.get) for key in below]
    if None in depths:
        raise CategoryWithinItself
    if max(depth or 0 for depth in depths) > DEEPEST:
        raise CategoryTooDeep(most=DEEPEST)


def _lies_in(parents: dict[UUID, UUID | None], key: UUID, category_id: UUID) -> bool:
    seen: set[UUID] = set()
    at: UUID | None = key
    while at is not None and at not in seen:
        if at == category_id:
            return True
        seen.add(at)
        at = parents.get(at)
    return False
