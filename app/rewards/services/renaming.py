"""A product keeps its reference while rewards call it by that."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from app.brands.queries import this_brand
from app.catalog.queries import product_view
from app.catalog.services import ProductCard, change_product
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock, local_day
from app.kernel.text import identity_key
from app.meetings.queries import earliest_unsettled
from app.rewards.domain.references import references_of
from app.rewards.errors import (
    DraftNamesReference,
    GiftsAwaitReference,
    ProgrammeNamesReference,
    TemplateNamesReference,
)
from app.rewards.queries.awaited import references_awaited
from app.rewards.queries.drafts import programme_draft
from app.rewards.queries.programme import ProgrammeView, programme_versions
from app.rewards.queries.templates import active_templates


def change_product_card(
    uow: UnitOfWork, actor: Actor, product_id: UUID, card: ProductCard, *, clock: Clock
) -> None:
    """As `change_product`, which rewards let go ahead.

    Raises GiftsAwaitReference, ProgrammeNamesReference, DraftNamesReference,
    TemplateNamesReference besides.
    """
    reference = product_view(uow.session, product_id).reference
    change_product(uow, actor, product_id, card)
    if identity_key(reference) != identity_key(card.reference):
        _must_not_be_named(uow, reference, clock=clock)


def _must_not_be_named(uow: UnitOfWork, reference: str, *, clock: Clock) -> None:
    if _names(reference, references_awaited(uow.session, clock())):
        raise GiftsAwaitReference(reference=reference)
    for view in _still_judging(uow, clock=clock):
        if _names(reference, references_of(view.document)):
            raise ProgrammeNamesReference(reference=reference, version=view.version)
    draft = programme_draft(uow.session)
    if draft and _names(reference, references_of(draft.document)):
        raise DraftNamesReference(reference=reference)
    for one in active_templates(uow.session):
        if _names(reference, one.offer.products):
            raise TemplateNamesReference(reference=reference, name=one.name)


def _still_judging(uow: UnitOfWork, *, clock: Clock) -> list[ProgrammeView]:
    """Versions for meetings to come, and for those held that are not closed yet; newest first."""
    brand = this_brand(uow.session)
    since = min(clock(), earliest_unsettled(uow.session) or clock())
    day = local_day(since, brand.timezone)
    views = programme_versions(uow.session)
    begun = [view for view in views if view.effective_on <= day]
    first = max(begun, key=lambda view: (view.effective_on, view.version), default=None)
    return [view for view in views if view is first or view.effective_on > day]


def _names(reference: str, named: Iterable[Any]) -> bool:
    return identity_key(reference) in {identity_key(one) for one in named}
