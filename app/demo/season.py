"""The rest of a season: many meetings that nobody has to tell one by one, always the same.

What happened months ago was told by mail months ago: none of it waits to be sent.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

from app.catalog import queries as catalog
from app.demo.catalogue import Item
from app.demo.people import Person
from app.demo.story import Basket, Guest, Step, Story
from app.infra.locks import start_over
from app.infra.uow import UnitOfWork
from app.kernel.clock import Clock, local_day
from app.kernel.events import Event
from app.loyalty.queries import balances
from app.meetings.services import ordering
from app.meetings.services.lifecycle import cancel_meeting
from app.orders.domain.wishes import UsePoints, Wish
from app.orders.services import RecordPayment
from app.promotions.services.converting import convert_points
from app.rewards.queries import claims_of_meeting
from app.rewards.services.gift_choice import choose_gift
from app.rewards.services.settlement import settle_direct_sale, settle_meeting

GUESTS_AT_LEAST, GUESTS_AT_MOST = 4, 6
METHODS = ("card", "terminal", "cheque", "cash", "transfer")


@dataclass(frozen=True, slots=True)
class Slot:
    """A meeting to be: how many days from now, and what has become of it by today."""

    days: int
    state: str
    """closed, open, planned or cancelled"""
    booked: bool = False
    """Taken by a guest of the meeting before."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one seller did."""

    seller: str
    book: Sequence[Person]
    slots: Sequence[Slot]
    direct: int = 0
    """Orders taken outside meetings; the last one is still to be paid."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the brand's people say and offer."""

    items: Sequence[Item]
    themes: Sequence[str]
    gifts: Sequence[str]
    """Chosen in turn."""


@dataclass(slots=True)
class Chain:
    """One seller's meetings, of which some are booked in the one before."""

    booked: UUID | None = None
    before: UUID | None = None


class Told(UnitOfWork):
    """Of things that everybody concerned was told of long ago."""

    def record(self, event: Event) -> None:
        """Nobody is told again."""


class Season:
    """Draws from one seed: two fillings of the demo differ in nothing but their ids."""

    def __init__(self, story: Story, words: Words, seed: int) -> None:
        self.story, self.words = story, words
        self.dice = Random(seed)  # noqa: S311 -- a story, no secret

    def steps(self, plans: Sequence[Plan]) -> Iterator[Step]:
        """What all of them did, for telling it day by day."""
        for plan in plans:
            chain = Chain()
            for number, slot in enumerate(plan.slots):
                yield slot.days, partial(self._meeting, plan, number, chain)
            for number in range(plan.direct):
                is_last = number + 1 == plan.direct
                days = -2 if is_last else -20 * (plan.direct - number)
                yield days, partial(self._direct, plan, days, paid=not is_last)

    @contextmanager
    def _long_ago(self) -> Iterator[None]:
        loud = self.story.uow
        self.story.uow = Told(loud.session, loud.brand_id, loud.clock)
        try:
            yield
        finally:
            self.story.uow = loud

    # -------------------------------------------------------------- meetings

    def _meeting(self, plan: Plan, number: int, chain: Chain) -> None:
        slot, host = plan.slots[number], plan.book[number % len(plan.book)]
        theme = self.words.themes[number % len(self.words.themes)]
        with self._long_ago():
            meeting_id = chain.booked or self.story.plan(
                plan.seller, host.email, slot.days, self.dice.choice((14, 15, 18, 19)), theme
            )
            following = plan.slots[number + 1] if number + 1 < len(plan.slots) else None
            next_host = plan.book[(number + 1) % len(plan.book)]
            chain.booked = self._held(plan, slot, meeting_id, host, following, next_host)
            if chain.before and slot.booked:
                self._keep_promise(chain.before, slot.days)
        chain.before = meeting_id

    def _keep_promise(self, origin: UUID, days: int) -> None:
        """What was taken there has been held."""
        start_over(self.story.uow.session)
        settle_meeting(self.story.uow, self.story.staff, origin, clock=self.story.at(days, 20))

    def _held(
        self,
        plan: Plan,
        slot: Slot,
        meeting_id: UUID,
        host: Person,
        following: Slot | None,
        next_host: Person,
    ) -> UUID | None:
        """What happened in it; the meeting booked there, if one was."""
        story, actor = self.story, self.story.sellers[plan.seller]
        if slot.state == "cancelled":
            start_over(story.uow.session)
            cancel_meeting(story.uow, actor, meeting_id, clock=story.at(min(slot.days, 0) - 3, 9))
        if slot.state in {"planned", "cancelled"}:
            return None
        guests = self._guests(plan.book, {host.email, next_host.email})
        if slot.state == "open":
            guests[-1] = Guest(guests[-1].who, guests[-1].basket, paid_by="")
        story.gather(meeting_id, plan.seller, slot.days, guests)
        booked = None
        if following and following.booked:
            theme = self.dice.choice(list(self.words.themes))
            story.book(meeting_id, plan.seller, next_host.email, slot.days, following.days, theme)
            booked = story.booked[next_host.email]
        if slot.state == "closed":
            story.close(meeting_id, plan.seller, min(slot.days + 2, 0))
            self._choose(plan, meeting_id, slot.days + 5)
        return booked

    def _guests(self, book: Sequence[Person], others: set[str]) -> list[Guest]:
        free = [person for person in book if person.email not in others]
        count = self.dice.randint(GUESTS_AT_LEAST, GUESTS_AT_MOST)
        came = self.dice.sample(free, min(count, len(free)))
        return [
            Guest(
                person.email,
                self._basket() if self.dice.random() < 0.8 else (),
                self.dice.choice(METHODS),
                attended=self.dice.random() < 0.9,
            )
            for person in came
        ]

    def _basket(self) -> Basket:
        chosen = self.dice.sample(list(self.words.items), self.dice.randint(1, 3))
        return [(item.reference, 2 if item.price_cents < 2_500 else 1) for item in chosen]

    def _choose(self, plan: Plan, meeting_id: UUID, days: int) -> None:
        """Of two gifts one is chosen, and of two chosen ones one is on its way."""
        story, actor = self.story, self.story.sellers[plan.seller]
        products = self._products(self.words.gifts)
        for claim in claims_of_meeting(story.uow.session, meeting_id):
            if days > 0 or self.dice.random() < 0.3:
                continue
            gift = products[self.dice.choice(list(self.words.gifts)).casefold()]
            start_over(story.uow.session)
            chosen = choose_gift(story.uow, actor, claim.id, gift.id, clock=story.at(days, 11))
            if self.dice.random() < 0.7:
                start_over(story.uow.session)
                ordering.finalise_gift_order(
                    story.uow, actor, chosen.order_id, clock=story.at(days + 2, 11)
                )

    # -------------------------------------------------------------- outside meetings

    def _direct(self, plan: Plan, days: int, *, paid: bool) -> None:
        with self._long_ago():
            self._sell(plan, self.dice.choice(list(plan.book)), days, paid=paid)

    def _sell(self, plan: Plan, person: Person, days: int, *, paid: bool) -> None:
        clock, customer_id = self.story.at(days, 12), self.story.people[person.email]
        order_id, total_cents = self._order(plan, customer_id, self._basket(), (), clock)
        if paid:
            self._receive(plan, order_id, total_cents, clock)
            start_over(self.story.uow.session)
            settle_direct_sale(self.story.uow, self.story.staff, order_id, clock=clock)
            self.story.earn(order_id, days)

    def _order(
        self, plan: Plan, customer_id: UUID, basket: Basket, wishes: Sequence[Wish], clock: Clock
    ) -> tuple[UUID, int]:
        """Placed; what it costs."""
        story, actor = self.story, self.story.sellers[plan.seller]
        assert actor.seller_id is not None
        start_over(story.uow.session)
        order = ordering.start_direct_order(
            story.uow, actor, actor.seller_id, customer_id, clock=clock
        )
        products = self._products([reference for reference, _ in basket])
        for reference, quantity in basket:
            product = products[reference.casefold()]
            start_over(story.uow.session)
            ordering.add_line(story.uow, actor, order.id, product.id, quantity, clock=clock)
        for wish in wishes:
            start_over(story.uow.session)
            ordering.ask(story.uow, actor, order.id, wish, clock=clock)
        start_over(story.uow.session)
        placed = ordering.place_order(story.uow, actor, order.id, clock=clock)
        return order.id, placed.total_cents

    def _receive(self, plan: Plan, order_id: UUID, amount_cents: int, clock: Clock) -> None:
        story, actor = self.story, self.story.sellers[plan.seller]
        day = local_day(clock(), story.brand.timezone)
        payment = RecordPayment(self.dice.choice(METHODS), amount_cents, day)
        start_over(story.uow.session)
        ordering.pay_order(story.uow, actor, order_id, payment, clock=clock)

    # -------------------------------------------------------------- points

    def use_points(self, plan: Plan) -> None:
        """Of those who have most of them today, one pays with half of hers, and one makes a code
        of as many."""
        story, clock = self.story, self.story.at(0, 10)
        book = [story.people[person.email] for person in plan.book]
        half = {card: has.available // 2 for card, has in balances(story.uow.session, book).items()}
        paying, converting = sorted(book, key=lambda card: (-half[card], book.index(card)))[:2]
        basket = [(self.words.items[0].reference, 1)]
        with self._long_ago():
            wish = UsePoints(half[paying])
            order_id, total_cents = self._order(plan, paying, basket, [wish], clock)
            self._receive(plan, order_id, total_cents, clock)
            story.earn(order_id, 0)
            start_over(story.uow.session)
            convert_points(
                story.uow,
                story.staff,
                converting,
                half[converting],
                name="Points convertis",
                clock=clock,
            )

    def _products(self, references: Sequence[str]) -> dict[str, Any]:
        return catalog.products_by_reference(self.story.uow.session, references)
