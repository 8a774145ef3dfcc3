"""What a draft is tried on: an imagined meeting's products, or a meeting that was."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from app.brands.queries import this_brand
from app.catalog import queries as catalog
from app.catalog.queries import ProductView
from app.customers import queries as customers
from app.kernel.actor import Actor
from app.kernel.clock import local_day
from app.kernel.text import identity_key
from app.meetings import queries as meetings
from app.rewards.domain.calculator import evaluate
from app.rewards.domain.outcome import Outcome
from app.rewards.domain.programme import Programme
from app.rewards.domain.trial import Trial, TrialItem, trial_like
from app.rewards.queries.caps import Taker, with_caps
from app.rewards.queries.facts import facts_of_meetings


def in_catalogue(session: Session, trial: Trial) -> Trial:
    """With the categories of its products, as far as the catalogue knows them."""
    if not trial.products:
        return trial
    wanted = [one.reference for one in trial.products]
    known, above = catalog.products_by_reference(session, wanted), catalog.names_above(session)
    found = []
    for one in trial.products:
        product = known.get(identity_key(one.reference))
        found.append(one if product is None else _known(one, product, above))
    return replace(trial, products=tuple(found))


def _known(one: TrialItem, product: ProductView, above: Mapping[str, tuple[str, ...]]) -> TrialItem:
    categories = above.get(product.category, (product.category,))
    return replace(one, reference=product.reference, categories=categories)


@dataclass(frozen=True, slots=True)
class Tried:
    """A meeting as a programme would judge it."""

    card: meetings.MeetingCard
    outcome: Outcome
    people: Mapping[str, str]
    """Names by customer."""
    alike: Trial
    """Something like it, to play with."""


def tried_on(session: Session, actor: Actor, programme: Programme, meeting_id: UUID) -> Tried:
    """Its facts as settlements read them, with what is left of caps. Raises NotFound."""
    card = meetings.meeting_card(session, actor, meeting_id)
    zone = this_brand(session).timezone
    meeting = meetings.meeting_for_rewards(session, meeting_id)
    facts = facts_of_meetings(session, [meeting], programme, zone)[meeting_id]
    taker = Taker(meeting_id, facts, local_day(meeting.starts_at, zone))
    facts = with_caps(session, [taker], programme)[meeting_id]
    guests = {one.customer_id for one in meeting.participants}
    named = {*(UUID(one) for one in facts.winners), *guests}
    people = {str(one.id): one.name for one in customers.people(session, named).values()}
    return Tried(card, evaluate(facts, programme), people, trial_like(facts, programme))
