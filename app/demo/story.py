"""A brand's story, told through the services, each step at its own moment.

Everything happens in one transaction: the demo is there whole, or not at all.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from app.accounts.services import create_user
from app.brands.queries import BrandView
from app.brands.services import adjust_settings
from app.brands.terms import publish_terms
from app.catalog import queries as catalog
from app.catalog.services import NewProduct, add_picture, create_category, create_product
from app.catalog.services.shipping import ShippingWish, create_shipping_method
from app.customers.services import NewCustomer, create_customer
from app.demo.catalogue import Item
from app.demo.people import PASSWORD, Member, Person
from app.demo.pictures import picture
from app.demo.programme import AUTUMN, KNIVES
from app.infra.locks import start_over
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role, system
from app.kernel.clock import Clock, at_wall_time, local_day
from app.loyalty.queries import awaited
from app.loyalty.services import save_settings
from app.meetings.domain import MeetingSettings, Place, WallTime
from app.meetings.services.bookings import book_meeting
from app.meetings.services.guests import add_participant, set_attended
from app.meetings.services.lifecycle import cancel_meeting, open_meeting
from app.meetings.services.ordering import (
    add_line,
    finalise_gift_order,
    pay_order,
    place_order,
    ship_order,
    start_order,
)
from app.meetings.services.planning import Gathering, PlanMeeting, plan_meeting
from app.orders.services import RecordPayment, settle_points
from app.promotions.queries.promotions import promotions
from app.promotions.services.codes import generate_codes
from app.promotions.services.plan_files import import_plan
from app.promotions.services.promotions import create_promotion
from app.rewards.queries import claim, claims_of_meeting
from app.rewards.queries.claims import claims_due
from app.rewards.services.gift_choice import choose_gift
from app.rewards.services.gift_endings import end_due_gift, wait_for_gift
from app.rewards.services.pictures import add_reward_picture
from app.rewards.services.pots import feed_from_order
from app.rewards.services.programme import publish_programme
from app.rewards.services.settlement import close_and_settle, settle_meeting
from app.rewards.services.templates import Published, publish_template
from app.sellers.queries import seller
from app.sellers.services import NewSeller, create_seller

Basket = Sequence[tuple[str, int]]
Step = tuple[int, Callable[[], None]]
"""What happens, and on which day from today. Told in that order, numbers rise with dates."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody at a meeting: what she bought, how she paid (empty: not yet), whether she came."""

    who: str
    basket: Basket = ()
    paid_by: str = "card"
    attended: bool = True


@dataclass(frozen=True, slots=True)
class Content:
    """What a brand is made of before its first meeting."""

    categories: Sequence[str]
    items: Sequence[Item]
    programme: dict[str, Any]
    books: Sequence[tuple[Person, Sequence[Person]]]
    """Each seller with her customers."""
    staff: Sequence[Member] = ()
    pot_pictures: Mapping[str, str] = field(default_factory=dict)
    """Rule → the shape that stands for its pot."""
    plan: dict[str, Any] = field(default_factory=dict)
    """What it takes off, as in a plan file."""
    drafts: Sequence[dict[str, Any]] = ()
    """Promotions it is still thinking about."""
    code_batches: Mapping[str, int] = field(default_factory=dict)
    """Promotion → how many single codes were printed for it."""
    shipping: Sequence[ShippingWish] = ()
    rewards: Sequence[Published] = ()
    loyalty: dict[str, Any] = field(default_factory=dict)
    """How points live, where it is not as by default."""


TERMS = {
    "fr": "Article 1 – Prix. Les prix s’entendent toutes taxes comprises, hors livraison.\n\n"
    "Article 2 – Paiement. Rien n’est payé en ligne : vous réglez votre commande auprès de votre "
    "conseillère.\n\n"
    "Article 3 – Rétractation. Vous disposez de quatorze jours après réception pour renoncer au "
    "contrat, sans avoir à dire pourquoi.",
    "en": "1. Prices include tax; delivery is added.\n\n"
    "2. Nothing is paid online: you settle your order with your adviser.\n\n"
    "3. You have fourteen days after receiving your order to change your mind, whatever the "
    "reason.",
}
"""Of sale, as customers accept them who order by their link."""

IDENTITIES = {
    "fr": {
        "legal_name": "Maison Olive SAS",
        "legal_address": "12 rue des Oliviers\n69003 Lyon",
        "registration": "SAS au capital de 50 000 €, RCS Lyon 123 456 782",
        "vat_number": "FR42123456782",
        "paper_note": "Service clients : bonjour@maison-olive.example. Payé à réception.",
    },
    "en": {
        "legal_name": "Rosewood & Fern Ltd",
        "legal_address": "4 Garden Lane\nDublin D02 XY45",
        "registration": "Company No. 123456",
        "vat_number": "IE1234567T",
        "paper_note": "Customer care: hello@rosewood.example. Paid on receipt.",
    },
}
"""As invoices name who sells."""


class Story:
    """Tells the demo; remembers who and what is who and what."""

    def __init__(self, uow: UnitOfWork, brand: BrandView, today: date, content: Content) -> None:
        self.uow, self.brand, self.today, self.content = uow, brand, today, content
        self.staff = system(brand.id)
        self.sellers: dict[str, Actor] = {}
        self.people: dict[str, UUID] = {}
        self.booked: dict[str, UUID] = {}
        self.settings = MeetingSettings(
            zone=brand.timezone,
            closing_delay_hours=brand.settings.closing_delay_hours,
            late_entry_hours=brand.settings.late_entry_hours,
        )

    # -------------------------------------------------------------- before the season

    def open_shop(self) -> None:
        clock = self.at(-120, 9)
        categories = {
            name: create_category(self.uow, self.staff, name, position=position)
            for position, name in enumerate(self.content.categories)
        }
        for number, item in enumerate(self.content.items):
            new = NewProduct(
                reference=item.reference,
                name=item.name,
                category_id=categories[item.category],
                price_cents=item.price_cents,
                stock=item.stock,
                giftable=item.giftable,
            )
            product_id = create_product(self.uow, self.staff, new, clock=clock)
            add_picture(
                self.uow, self.staff, product_id, picture(item.shape, number), alt=item.name
            )
        publish_terms(self.uow, self.staff, TERMS[self.brand.locale], clock=clock)
        adjust_settings(self.uow, self.staff, IDENTITIES[self.brand.locale])
        start_over(self.uow.session)
        publish_programme(
            self.uow,
            self.staff,
            self._illustrated(clock),
            effective_on=self.today - timedelta(days=120),
            clock=clock,
        )
        start_over(self.uow.session)
        save_settings(self.uow, self.staff, self.content.loyalty, clock=clock)

    def _illustrated(self, clock: Clock) -> dict[str, Any]:
        """The programme, with a picture of each pot that has one."""
        rules = [dict(rule) for rule in self.content.programme["rules"]]
        for number, rule in enumerate(rules):
            shape = self.content.pot_pictures.get(rule["id"])
            if shape:
                drawn = picture(shape, number)
                image_id = add_reward_picture(self.uow, self.staff, drawn, clock=clock)
                rule["pot"] = {**rule["pot"], "images": [str(image_id)]}
        start_over(self.uow.session)
        return {**self.content.programme, "rules": rules}

    def hire(self) -> None:
        clock = self.at(-110, 10)
        for member in self.content.staff:
            create_user(
                self.uow,
                email=member.email,
                password=PASSWORD,
                role=member.role,
                display_name=member.name,
                clock=clock,
            )
        for person, book in self.content.books:
            start_over(self.uow.session)
            self.sellers[person.key] = self.seller(person, clock)
            for customer in book:
                self.people[customer.email] = create_customer(
                    self.uow, self.sellers[person.key], _card(customer), clock=clock
                )
                self.people.setdefault(customer.key, self.people[customer.email])

    def seller(self, person: Person, clock: Clock) -> Actor:
        new = NewSeller(
            person.first_name,
            person.last_name,
            person.email,
            PASSWORD,
            city=person.city,
            locale=person.locale,
        )
        seller_id = create_seller(self.uow, self.staff, new, clock=clock)
        card = seller(self.uow.session, seller_id)
        return Actor(
            brand_id=self.brand.id,
            role=Role.SELLER,
            seller_id=seller_id,
            customer_id=card.customer_id,
        )

    # -------------------------------------------------------------- meetings

    def first_meetings(self) -> Sequence[Step]:
        """Of Camille and Nadia, told one by one: what the tour through the demo meets."""
        return ((-36, self._at_claires), (-8, self._at_helenes), (0, self._today))

    def _at_claires(self) -> None:
        claire = self.plan("camille", "claire", -36, 14, AUTUMN)
        self.gather(claire, "camille", -36, CLAIRES_GUESTS)
        self.book(claire, "camille", "sophie", -36, 0, "Les essentiels")
        self.close(claire, "camille", -34)
        self.choose(claire, "camille", "PLA26", -30, "claire")
        for who in ("chloé", "maud", "anaïs"):
            self.choose(claire, "camille", "TOR02", -34, who, hand_over=True)

    def _at_helenes(self) -> None:
        helene = self.plan("camille", "hélène", -8, 19, KNIVES)
        self.gather(helene, "camille", -8, HELENES_GUESTS)
        self.book(helene, "camille", "inès", -8, 12, "Pain maison")
        self.close(helene, "camille", -6)
        for who in ("léa", "marion"):
            self.choose(helene, "camille", "COU09", -5, who)
        self.await_knife(helene, "paul", -5)

    def _today(self) -> None:
        self.gather(self.booked["sophie"], "camille", 0, SOPHIES_GUESTS)
        fatou = self.plan("nadia", "fatou", -1, 15, "Grand four", said=0)
        self.gather(fatou, "nadia", 0, FATOUS_GUESTS)
        odile = self.plan("nadia", "odile", 6, 18, "Conserves")
        start_over(self.uow.session)
        cancel_meeting(self.uow, self.sellers["nadia"], odile, clock=self.at(-1, 9))

    def plan(
        self, by: str, host: str, days: int, hour: int, theme: str, *, said: int | None = None
    ) -> UUID:
        """`said`: the day on which it was typed in; by default two weeks before."""
        start_over(self.uow.session)
        wish = PlanMeeting(self.people[host], self._gathering(days, hour, theme))
        typed_in = min(days, 0) - 14 if said is None else said
        return plan_meeting(
            self.uow,
            self.sellers[by],
            wish,
            clock=self.at(typed_in, 8),
            settings=self.settings,
        )

    def gather(self, meeting_id: UUID, by: str, days: int, guests: Sequence[Guest]) -> None:
        """They come, they buy; nothing happens later than now."""
        actor = self.sellers[by]
        if days <= 0:
            start_over(self.uow.session)
            open_meeting(self.uow, actor, meeting_id, clock=self.at(days, 8, 30))
        for guest in guests:
            start_over(self.uow.session)
            person = self.people[guest.who]
            clock = self.at(days, 8, 40)
            participant = add_participant(self.uow, actor, meeting_id, person, clock=clock)
            if guest.attended:
                set_attended(self.uow, actor, meeting_id, participant, attended=True, clock=clock)
            if guest.basket:
                self.order(meeting_id, actor, guest, days)

    def order(self, meeting_id: UUID, actor: Actor, guest: Guest, days: int) -> None:
        clock, person = self.at(days, 9), self.people[guest.who]
        start_over(self.uow.session)
        order = start_order(self.uow, actor, meeting_id, person, clock=clock)
        products = catalog.products_by_reference(
            self.uow.session, [reference for reference, _quantity in guest.basket]
        )
        for reference, quantity in guest.basket:
            start_over(self.uow.session)
            product = products[reference.casefold()]
            add_line(self.uow, actor, order.id, product.id, quantity, clock=clock)
        start_over(self.uow.session)
        order = place_order(self.uow, actor, order.id, clock=clock)
        if guest.paid_by:
            start_over(self.uow.session)
            payment = RecordPayment(
                method=guest.paid_by,
                amount_cents=order.total_cents,
                received_on=local_day(clock(), self.brand.timezone),
            )
            pay_order(self.uow, actor, order.id, payment, clock=clock)
            self.earn(order.id, days)

    def earn(self, order_id: UUID, days: int) -> None:
        """What an order brings, which is used once it has left: after four days."""
        start_over(self.uow.session)
        feed_from_order(self.uow, self.staff, order_id, clock=self.at(days, 12))
        start_over(self.uow.session)
        settle_points(self.uow, self.staff, order_id, clock=self.at(days, 13))
        if awaited(self.uow.session, "order", [order_id]) and days + 4 <= 0:
            start_over(self.uow.session)
            ship_order(self.uow, self.staff, order_id, clock=self.at(days + 4, 10))
            start_over(self.uow.session)
            settle_points(self.uow, self.staff, order_id, clock=self.at(days + 4, 10))

    def book(self, origin: UUID, by: str, who: str, days: int, ahead: int, theme: str) -> None:
        """A guest takes a date `ahead` days from today; the origin keeps its promise to her."""
        start_over(self.uow.session)
        actor, clock = self.sellers[by], self.at(days, 18)
        guest = add_participant(self.uow, actor, origin, self.people[who], clock=clock)
        set_attended(self.uow, actor, origin, guest, attended=True, clock=clock)
        wish = self._gathering(ahead, 20, theme)
        start_over(self.uow.session)
        self.booked[who] = book_meeting(
            self.uow, actor, origin, guest, wish, clock=clock, settings=self.settings
        )
        start_over(self.uow.session)
        settle_meeting(self.uow, self.staff, origin, clock=clock)

    def close(self, meeting_id: UUID, by: str, days: int) -> None:
        start_over(self.uow.session)
        close_and_settle(self.uow, self.sellers[by], meeting_id, clock=self.at(days, 18))

    def choose(
        self,
        meeting_id: UUID,
        by: str,
        reference: str,
        days: int,
        who: str,
        *,
        hand_over: bool = False,
    ) -> None:
        """Unless it is handed over at once, the gift order is still to be finalised: a to-do."""
        gift, actor, clock = self._product(reference), self.sellers[by], self.at(days, 11)
        for claim_id in self._claims(meeting_id, who):
            start_over(self.uow.session)
            chosen = choose_gift(self.uow, actor, claim_id, gift, clock=clock)
            if hand_over:
                start_over(self.uow.session)
                finalise_gift_order(self.uow, actor, chosen.order_id, clock=clock)

    def await_knife(self, meeting_id: UUID, who: str, days: int) -> None:
        """There were two; the third winner waits for the next one."""
        for claim_id in self._claims(meeting_id, who):
            start_over(self.uow.session)
            wait_for_gift(
                self.uow, self.staff, claim_id, self._product("COU09"), clock=self.at(days, 12)
            )

    def end_gifts(self) -> None:
        """What nobody chose in time, on the day on which its time was over."""
        session = self.uow.session
        for claim_id in claims_due(session, self.uow.clock(), most=1_000):
            over = claim(session, claim_id).choose_before or self.uow.clock()
            start_over(session)
            end_due_gift(self.uow, self.staff, claim_id, clock=partial(_same, over))

    def _product(self, reference: str) -> UUID:
        found = catalog.products_by_reference(self.uow.session, [reference])
        return found[reference.casefold()].id

    def _claims(self, meeting_id: UUID, who: str) -> list[UUID]:
        won = claims_of_meeting(self.uow.session, meeting_id)
        return [one.id for one in won if one.customer_id == self.people[who]]

    # -------------------------------------------------------------- discounts

    def take_off(self, days: int) -> None:
        """From that day on prices obey the plan; what was sold before keeps its own."""
        clock = self.at(days, 8)
        for wish in self.content.shipping:
            create_shipping_method(self.uow, self.staff, wish)
        start_over(self.uow.session)
        import_plan(self.uow, self.staff, self.content.plan, clock=clock)
        for draft in self.content.drafts:
            create_promotion(self.uow, self.staff, draft, clock=clock)
        ids = {one.key: one.id for one in promotions(self.uow.session, self.staff)}
        for key, count in self.content.code_batches.items():
            generate_codes(self.uow, self.staff, ids[key], count=count, clock=clock)
        start_over(self.uow.session)
        for reward in self.content.rewards:
            publish_template(self.uow, self.staff, reward, clock=clock)

    # -------------------------------------------------------------- time and place

    def _gathering(self, days: int, hour: int, theme: str) -> Gathering:
        when = WallTime(self.today + timedelta(days=days), time(hour))
        return Gathering(when=when, place=Place.HOST_HOME, theme=theme)

    def at(self, days: int, hour: int, minute: int = 0) -> Clock:
        """A clock that stands at that local time, or now if that has not come yet."""
        local = datetime.combine(self.today + timedelta(days=days), time(hour, minute))
        instant = min(at_wall_time(local, self.brand.timezone), self.uow.clock())
        return lambda: instant


def tell(uow: UnitOfWork, brand: BrandView, content: Content) -> Story:
    """Fill an empty brand, up to its first meeting."""
    story = Story(uow, brand, local_day(uow.clock(), brand.timezone), content)
    story.open_shop()
    story.hire()
    return story


def _same(instant: datetime) -> datetime:
    return instant


def in_order(steps: Iterable[Step]) -> None:
    for _days, happen in sorted(steps, key=lambda step: step[0]):
        happen()


def _card(person: Person) -> NewCustomer:
    return NewCustomer(
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
        postcode=person.postcode,
        city=person.city,
        locale=person.locale,
        professional=person.professional,
    )


CLAIRES_GUESTS = (
    Guest("chloé", (("COC24", 1), ("SPA01", 1))),
    Guest("maud", (("POE28", 1), ("CUI02", 2)), paid_by="cheque"),
    Guest("anaïs", (("PLA32", 1), ("MOU06", 1))),
    Guest("judith", (("COU20", 1), ("TOR02", 2))),
    Guest("thérèse", (), attended=False),
)
HELENES_GUESTS = (
    Guest("léa", (("COU20", 1), ("PLC40", 1))),
    Guest("marion", (("COUPA", 1), ("SPA01", 2))),
    Guest("paul", (("COC28", 1),), paid_by="transfer"),
)
SOPHIES_GUESTS = (
    Guest("inès", (("POE28", 1), ("BOC03", 1), ("CUI02", 1))),
    Guest("chloé", (("WOK30", 1),)),
    Guest("maud", (("FOU01", 1), ("TAS02", 1)), paid_by=""),
    Guest("léa", (("PLA32", 1), ("SPA01", 2))),
    Guest("zoé", (), attended=False),
)
FATOUS_GUESTS = (
    Guest("élise", (("PLA26", 2),)),
    Guest("karim", (("COC24", 1),)),
    Guest("manon", ()),
)
