"""What somebody won, wins or was promised: awards of an open meeting and grants look the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from app.catalog import queries as catalog
from app.customers import queries as customers
from app.kernel.conditions import leaves
from app.rewards.domain.imagined import is_nobody
from app.rewards.domain.outcome import (
    PROMISED,
    Award,
    Explanation,
    Miss,
    explanation_from_json,
)
from app.rewards.domain.programme import Programme
from app.rewards.domain.references import references_of
from app.rewards.domain.terms import UNIT_OF, RewardKind
from app.rewards.presenters.reasons import Source, Speech, reasons
from app.rewards.presenters.shapes import Reader, Won
from app.rewards.presenters.titles import Names, Terms, family, products_of, reward_title
from app.rewards.queries import GrantView, RevisionView
from app.rewards.queries.programme import programmes_by_version

NO_PROGRAMMES: Mapping[int, Programme] = {}


@dataclass(frozen=True, slots=True)
class Winning:
    """One reward of one person, stored or projected."""

    grant_id: UUID | None
    rule_id: str
    occurrence: str
    beneficiary: str
    customer_id: UUID
    value: int
    terms: Terms
    status: str
    """projected, promised, granted or reversed"""
    explanation: Explanation
    version: int = 0
    """Of the programme; 0: the one that judges what is not granted yet."""
    scope_type: str = "meeting"

    @property
    def source(self) -> Source:
        return Source(self.rule_id, self.version)

    @property
    def kind(self) -> str:
        return family(self.terms["kind"])

    @property
    def unit(self) -> str:
        return UNIT_OF[RewardKind(self.terms["kind"])]


def of_award(award: Award) -> Winning:
    """While the meeting is open: a projection, or the promise of a booking."""
    return Winning(
        grant_id=None,
        rule_id=award.rule_id,
        occurrence=award.occurrence,
        beneficiary=award.beneficiary,
        customer_id=UUID(award.customer_id),
        value=award.value,
        terms=award.reward,
        status="promised" if award.status == PROMISED else "projected",
        explanation=award.explanation,
        scope_type=award.scope_type,
    )


def of_grant(grant: GrantView) -> Winning:
    return Winning(
        grant_id=grant.id,
        rule_id=grant.rule_id,
        occurrence=grant.occurrence,
        beneficiary=grant.beneficiary,
        customer_id=grant.beneficiary_id,
        value=grant.value,
        terms=grant.reward,
        status=str(grant.status),
        explanation=explanation_from_json(grant.explanation),
        version=grant.programme_version,
        scope_type=grant.scope_type,
    )


def title_of(winning: Winning, names: Names) -> str:
    return reward_title(winning.terms, names, winning.value)


def why_of(
    winning: Winning, speech: Speech, *, open_end: bool = True, rule: bool = True
) -> list[str]:
    """The next step is told unless told elsewhere, of what is granted only where rules are;
    `rule`: so is the rule itself, where the speech knows it."""
    is_over = winning.status != "projected"
    has_next = not is_over or bool(speech.programmes and winning.status == "granted")
    return reasons(
        winning.explanation,
        winning.unit,
        winning.value,
        speech,
        open_end=open_end and has_next,
        over=is_over,
        source=winning.source if rule else None,
    )


def won(winning: Winning, speech: Speech) -> Won:
    return Won(
        kind=winning.kind,
        title=title_of(winning, speech.products),
        status=winning.status,
        why=why_of(winning, speech),
    )


def of_revision(grant: GrantView, revision: RevisionView) -> Winning:
    """The grant as it was after one of its changes."""
    return replace(
        of_grant(grant),
        value=revision.value,
        status=str(revision.status),
        explanation=explanation_from_json(revision.explanation),
    )


def present_grants(
    session: Session, grants: Sequence[GrantView], reader: Reader, *, rules: bool = False
) -> dict[UUID, Won]:
    """By grant id, for pages and e-mails; with their rules, if wanted. The same statements,
    however many grants."""
    told = tell_winnings(session, [of_grant(grant) for grant in grants], reader, rules=rules)
    return {grant.id: one for grant, one in zip(grants, told, strict=True)}


def tell_winnings(
    session: Session, winnings: Sequence[Winning], reader: Reader, *, rules: bool = False
) -> list[Won]:
    """In the order given; with their rules, if wanted. Two statements, three with rules."""
    programmes = programmes_by_version(session, {one.version for one in winnings}) if rules else {}
    speech = speech_for(session, reader, winnings, programmes=programmes)
    return [won(one, speech) for one in winnings]


def speech_for(
    session: Session,
    reader: Reader,
    winnings: Iterable[Winning],
    misses: Iterable[Miss] = (),
    *,
    others: Iterable[UUID] = (),
    programmes: Mapping[int, Programme] = NO_PROGRAMMES,
) -> Speech:
    """The names of everybody and everything the sentences may mention, the rules of these
    programmes included. Two statements."""
    winnings, misses = list(winnings), list(misses)
    explanations = [one.explanation for one in winnings] + [one.explanation for one in misses]
    ids = {one.customer_id for one in winnings} | set(others) | _mentioned(explanations)
    people = customers.people(session, {one for one in ids if not is_nobody(str(one))})
    told = {(one.version, one.rule_id) for one in winnings} | {(0, one.rule_id) for one in misses}
    wanted = [*_references(winnings, misses, explanations), *_of_rules(told, programmes)]
    products = catalog.products_by_reference(session, wanted)
    return Speech(
        reader=reader,
        people={str(person.id): person.name for person in people.values()},
        first_names={str(person.id): person.first_name for person in people.values()},
        products={key: product.name for key, product in products.items()},
        programmes=programmes,
    )


def _of_rules(
    told: Collection[tuple[int, str]], programmes: Mapping[int, Programme]
) -> Iterator[str]:
    """The products that these rules speak of."""
    for version, programme in programmes.items():
        for rule in programme.rules:
            if (version, rule.id) in told:
                for reward in rule.all_rewards:
                    yield from references_of(dict(reward.terms))
                for comparison, _ in leaves(rule.conditions):
                    yield from comparison.subject.products


def _mentioned(explanations: Iterable[Explanation]) -> set[UUID]:
    found: set[str] = set()
    for explanation in explanations:
        found |= {order.customer_id for order in explanation.orders_counted}
        found |= {order.customer_id for order in explanation.orders_left_out}
    return {UUID(customer_id) for customer_id in found}


def _references(
    winnings: Iterable[Winning], misses: Iterable[Miss], explanations: Iterable[Explanation]
) -> list[str]:
    terms = [winning.terms for winning in winnings]
    terms += [reward for miss in misses for reward in miss.rewards]
    terms += [reward for one in explanations if one.next_tier for reward in one.next_tier.rewards]
    return [reference for reward in terms for reference in products_of(reward)]
