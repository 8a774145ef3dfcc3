"""What can be had of the gifts offered, beside those who wait for them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from app.catalog import queries as catalog
from app.catalog.queries import ProductView
from app.kernel.text import identity_key
from app.rewards.models import ClaimStatus, GiftClaim
from app.rewards.queries.claims import ClaimView

Queues = Mapping[UUID, Sequence[UUID]]
"""By product, the claims that wait for it, the first come first."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The gifts of one claim, in the programme's order; those that left the catalogue are not."""

    claim: ClaimView
    choices: Sequence[ProductView]
    substitutes: Sequence[ProductView]
    queues: Queues

    @property
    def offered(self) -> list[ProductView]:
        """Substitutes only when none of the gifts themselves can be had."""
        if any(self.can_be_had(one) for one in self.choices):
            return list(self.choices)
        return [*self.choices, *self.substitutes]

    @property
    def is_empty(self) -> bool:
        return not any(self.can_be_had(one) for one in [*self.choices, *self.substitutes])

    def can_be_had(self, product: ProductView) -> bool:
        """What others wait for is theirs first."""
        if not product.can_be_had:
            return False
        return product.available is None or product.available > self.ahead(product.id)

    def ahead(self, product_id: UUID) -> int:
        queue = list(self.queues.get(product_id, ()))
        return queue.index(self.claim.id) if self.claim.id in queue else len(queue)

    @property
    def dearest_cents(self) -> int:
        """By today's list prices."""
        return max((one.price_cents for one in self.choices), default=0)


def shelves(session: Session, claims: Sequence[ClaimView]) -> dict[UUID, Shelf]:
    """By claim. Two statements, however many; none for no claim."""
    references = {reference for claim in claims for reference in claim.offered}
    products = catalog.products_by_reference(session, references)
    queues = _queues(session, [one.id for one in products.values()])
    return {
        claim.id: Shelf(
            claim,
            _found(claim.choices, products),
            _found(claim.kept.substitutes, products),
            queues,
        )
        for claim in claims
    }


def queues(session: Session) -> Queues:
    """All that are waited for."""
    return _queues(session, None)


def _found(
    references: Iterable[str], products: Mapping[str, ProductView]
) -> tuple[ProductView, ...]:
    found = (products.get(identity_key(reference)) for reference in references)
    return tuple(one for one in found if one)


def _queues(session: Session, product_ids: Sequence[UUID] | None) -> Queues:
    if product_ids is not None and not product_ids:
        return {}
    order = aggregate_order_by(GiftClaim.id, GiftClaim.waiting_since.asc(), GiftClaim.id.asc())
    waiting = (
        select(GiftClaim.waits_for_id, func.array_agg(order))
        .where(GiftClaim.status == ClaimStatus.WAITING)
        .group_by(GiftClaim.waits_for_id)
    )
    if product_ids is not None:
        waiting = waiting.where(GiftClaim.waits_for_id.in_(product_ids))
    return {row[0]: row[1] for row in session.execute(waiting) if row[0]}
