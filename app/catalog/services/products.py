"""Products: what they are called, cost, weigh, and when they are sold."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert

from app.audit.services import changed, record
from app.catalog.domain import MAX_STOCK
from app.catalog.errors import CategoryNotFound, ProductNotFound, ReferenceTaken
from app.catalog.models import Category, Product
from app.catalog.services.rights import must_manage_catalogue
from app.infra.locks import Rank, lock
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.kernel.money import BASIS, MAX_CENTS
from app.kernel.text import identity_key, search_key
from app.kernel.words import N_


@dataclass(frozen=True, slots=True)
class ProductCard:
    """All that staff write about a product, but its stock and its picture."""

    reference: str
    name: str
    category_id: UUID
    price_cents: int
    vat_rate_bp: int = 2_000
    description: str = ""
    giftable: bool = False
    in_turnover: bool = True
    active: bool = True
    excluded_from_discounts: bool = False
    weight_grams: int | None = None
    minimum_price_cents: int | None = None
    sold_from: date | None = None
    sold_until: date | None = None
    points_override: int | None = None


@dataclass(frozen=True, slots=True)
class NewProduct(ProductCard):
    stock: int | None = None
    """Units on hand; None: stock is not tracked."""

    def card(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "stock"}


def create_product(uow: UnitOfWork, actor: Actor, new: NewProduct, *, clock: Clock) -> UUID:
    """Raises ReferenceTaken: two products never share a reference, however it is written.

    Raises CategoryNotFound, Invalid.
    """
    must_manage_catalogue(actor)
    if new.stock is not None and not 0 <= new.stock <= MAX_STOCK:
        raise Invalid({"stock": [NOT_POSSIBLE]})
    _must_be_possible(new)
    _must_have_category(uow, new.category_id)
    statement = (
        insert(Product)
        .values(
            brand_id=uow.brand_id,
            id=new_id(),
            reference_key=identity_key(new.reference),
            search_key=product_search_key(new.name, new.reference),
            stock_tracked=new.stock is not None,
            stock_on_hand=new.stock or 0,
            stock_reserved=0,
            created_at=clock(),
            **new.card(),
        )
        .on_conflict_do_nothing(index_elements=["brand_id", "reference_key"])
        .returning(Product.id)
    )
    product_id = uow.session.scalar(statement)
    if product_id is None:
        raise ReferenceTaken(reference=new.reference)
    record(uow, actor, "product.create", "product", product_id, after=asdict(new))
    return product_id


def change_product(uow: UnitOfWork, actor: Actor, product_id: UUID, card: ProductCard) -> None:
    """Orders that were placed keep what they were placed with.

    Rewards know products by their references: doors call `rewards.services.renaming`, which asks
    them.

    Raises ProductNotFound, CategoryNotFound, ReferenceTaken.
    """
    must_manage_catalogue(actor)
    _must_be_possible(card)
    held = lock(uow.session, Rank.STOCK, Product, [product_id])
    if not held:
        raise ProductNotFound
    product, wanted = held[0], asdict(card)
    _must_be_free(uow, product_id, card.reference)
    _must_have_category(uow, card.category_id)
    before, after = changed({name: getattr(product, name) for name in wanted}, wanted)
    product.rename(wanted.pop("reference"), wanted.pop("name"))
    for name, value in wanted.items():
        setattr(product, name, value)
    uow.session.flush()
    if after:
        record(uow, actor, "product.change", "product", product_id, before, after)


def product_search_key(name: str, reference: str) -> str:
    return search_key(f"{name} {reference}")


def card_problems(values: dict[str, Any]) -> dict[str, list[Any]]:
    """What cannot stand together on one card, by field; nothing when all is well."""
    wrong: dict[str, list[Any]] = {}
    least, price = values.get("minimum_price_cents"), values["price_cents"]
    if least is not None and least > price:
        wrong["minimum_price_cents"] = [
            (
                N_("The minimum price cannot exceed the price, %(price_cents)s."),
                {"price_cents": price},
            )
        ]
    first, last = values.get("sold_from"), values.get("sold_until")
    if first and last and last < first:
        wrong["sold_until"] = [N_("The last day of sale comes before the first one.")]
    return wrong


NOT_POSSIBLE = N_("This value is not possible.")


def _must_have_category(uow: UnitOfWork, category_id: UUID) -> None:
    if uow.session.scalar(select(Category.id).where(Category.id == category_id)) is None:
        raise CategoryNotFound


def _must_be_free(uow: UnitOfWork, product_id: UUID, reference: str) -> None:
    taken = exists().where(
        Product.reference_key == identity_key(reference), Product.id != product_id
    )
    if uow.session.scalar(select(taken)):
        raise ReferenceTaken(reference=reference)


def _must_be_possible(card: ProductCard) -> None:
    problems = {
        "reference": not 1 <= len(card.reference.strip()) <= 60,
        "name": not 1 <= len(card.name.strip()) <= 200,
        "price_cents": not 0 <= card.price_cents <= MAX_CENTS,
        "vat_rate_bp": not 0 <= card.vat_rate_bp <= BASIS,
    }
    wrong = {field: [NOT_POSSIBLE] for field, bad in problems.items() if bad}
    wrong |= card_problems(asdict(card))
    if wrong:
        raise Invalid(wrong)
