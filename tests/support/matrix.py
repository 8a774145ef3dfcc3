"""Two brands with somebody in every role, and for each name in an address an object of theirs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import count
from typing import Any
from uuid import UUID

import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy import select, text

from app.accounts.app_tokens import issue_tokens
from app.accounts.domain import LinkPurpose
from app.accounts.models import PasswordLink
from app.accounts.queries import devices_of, user_by_email
from app.accounts.services import arm_password_link, create_user, issue_link
from app.brands.queries import BrandView, brand_by_slug
from app.brands.services import add_domain, create_brand, set_logo
from app.brands.terms import publish_terms, terms_in_force
from app.catalog.domain import Basis, Bracket, Tariff
from app.catalog.queries import products_by_reference
from app.catalog.services import (
    ShippingWish,
    add_picture,
    create_category,
    create_shipping_method,
)
from app.customers.services import write_note
from app.demo.pictures import picture
from app.documents.queries import documents_of
from app.imports.kinds import kind_named
from app.imports.services import keep_upload
from app.infra.extensions import limiter
from app.infra.uow import UnitOfWork, unit_of_work
from app.kernel.actor import Actor, Role, system
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.meetings.services import ordering
from app.meetings.services.calendar import create_calendar_link
from app.meetings.services.order_links import create_guests_link, create_order_link
from app.meetings.services.shopping import place_own_order, put_in_basket
from app.notifications.services.writing import Written, write_email
from app.orders import queries as orders
from app.orders.services import RecordPayment
from app.promotions.services.codes import generate_codes
from app.promotions.services.promotions import create_promotion
from app.promotions.services.segments import create_segment
from app.rewards.domain.offers import Offer, OfferKind
from app.rewards.queries import claim, claims_of_meeting
from app.rewards.queries.drafts import latest_version, programme_draft
from app.rewards.services.gift_choice import GiftChosen, choose_gift
from app.rewards.services.pictures import add_reward_picture
from app.rewards.services.programme_draft import import_draft
from app.rewards.services.simulation import cancel_simulation, start_simulation
from app.rewards.services.templates import Published, publish_template
from tests.support.browser import Browser
from tests.support.databases import plain
from tests.support.gathering import PASSWORD, Stage, set_stage
from tests.support.pictures import small_picture
from tests.support.rewards import programme, rule
from tests.support.season import Season, every_reward

STAFF = (Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, Role.FINANCE)
ROLES = ("anonymous", Role.SELLER, *STAFF)
SCOPES = ("own", "same_brand_other", "other_brand", "missing")
NOBODYS_TOKEN = "x" * 43

_numbers = count(1)


@dataclass
class Things:
    """What one seller has. A name that occurs in an address is a property here."""

    world: "World"
    brand: BrandView
    email: str
    stage: Stage

    # -- her meeting, with a guest and the guest's draft
    @cached_property
    def meeting_id(self) -> UUID:
        return self.stage.meeting(days=-1)

    @cached_property
    def participant_id(self) -> UUID:
        participant_id, self.customer_id = self.stage.guest(self.meeting_id, attended=True)
        return participant_id

    @cached_property
    def customer_id(self) -> UUID:
        _ = self.participant_id
        return self.customer_id

    @property
    def a_new_address(self) -> str:
        return f"rosa{next(_numbers)}@example.org"

    @cached_property
    def other_customer_id(self) -> UUID:
        return self.stage.customer()

    @cached_property
    def order_id(self) -> UUID:
        _ = self.participant_id
        return self.stage.cart(self.meeting_id, self.customer_id)

    @cached_property
    def line_id(self) -> UUID:
        order_id = self.order_id
        with self.stage.uow(self.brand.id) as work:
            return orders.order_page(work.session, self.stage.seller, order_id).order.lines[0].id

    @cached_property
    def placed_order_id(self) -> UUID:
        """Not paid yet; of another guest than the one whose draft is above."""
        return self.stage.order(self.meeting_id, self.stage.guest(self.meeting_id)[1], paid=False)

    # -- one that is paid, and has its invoice
    @cached_property
    def invoiced_order_id(self) -> UUID:
        return self.stage.order(self.meeting_id, self.stage.guest(self.meeting_id)[1])

    @cached_property
    def payment_id(self) -> UUID:
        order_id = self.invoiced_order_id
        with self.stage.uow(self.brand.id) as work:
            return orders.order_page(work.session, self.stage.seller, order_id).payments[0].id

    @property
    def second_payment_id(self) -> UUID:
        """One that counts still: a payment is refused once."""
        order_id = self.invoiced_order_id
        with self.stage.uow(self.brand.id) as work:
            page = orders.order_page(work.session, self.stage.seller, order_id)
        if page.order.due_cents:
            self.stage.do(ordering.pay_order, order_id, RecordPayment("cash", page.order.due_cents))
        with self.stage.uow(self.brand.id) as work:
            return orders.order_page(work.session, self.stage.seller, order_id).payments[-1].id

    @cached_property
    def document_id(self) -> UUID:
        order_id = self.invoiced_order_id
        with self.stage.uow(self.brand.id) as work:
            return documents_of(work.session, order_id)[0].id

    # -- a meeting she closed, with a gift for its host
    @cached_property
    def won_meeting_id(self) -> UUID:
        season = Season(self.stage)
        self.world.publish(season, f"WOK-{self.email}")
        return self._won(season)

    @staticmethod
    def _won(season: Season) -> UUID:
        meeting_id = season.sold(1)
        season.close(meeting_id)
        return meeting_id

    @cached_property
    def claim_id(self) -> UUID:
        return self._claim_in(self.won_meeting_id)

    def _claim_in(self, meeting_id: UUID) -> UUID:
        with self.stage.uow(self.brand.id) as work:
            return claims_of_meeting(work.session, meeting_id)[0].id

    @cached_property
    def gift_order_id(self) -> UUID:
        """Of a gift won elsewhere, so that the claim above stays open in whatever order."""
        _ = self.won_meeting_id
        claim_id = self._claim_in(self._won(Season(self.stage)))
        with self.stage.uow(self.brand.id) as work:
            wish = claim(work.session, claim_id)
            offered = products_by_reference(work.session, wish.choices)
            product = next(iter(offered.values()))
        chosen: GiftChosen = self.stage.do(choose_gift, claim_id, product.id)
        return chosen.order_id

    @property
    def feed_token(self) -> str:
        """Of her calendar; a new one each time, since making one ends the one before."""
        token: str = self.stage.do(create_calendar_link)
        return token

    @cached_property
    def token(self) -> str:
        """Her host's personal link."""
        claim_id = self.claim_id
        with self.stage.uow(self.brand.id) as work:
            found = claims_of_meeting(work.session, self.won_meeting_id)
            hers = next(claim for claim in found if claim.id == claim_id)
            until = work.clock() + timedelta(days=10)
            return issue_link(work, LinkPurpose.HOST, self.won_meeting_id, hers.customer_id, until)

    # -- what is ordered by link
    @cached_property
    def guests_token(self) -> str:
        token: str = self.stage.do(create_guests_link, self.meeting_id)
        return token

    @cached_property
    def order_token(self) -> str:
        """Of her guest, who has something in her basket and has ordered before."""
        customer_id = self.customer_id
        self._publish_terms()
        token: str = self.stage.do(create_order_link, customer_id, meeting_id=self.meeting_id)
        actor = Actor(
            self.brand.id, Role.CUSTOMER, customer_id=customer_id, meeting_id=self.meeting_id
        )
        with self.stage.uow(self.brand.id) as work:
            order_id = put_in_basket(work, actor, self.product_id, 1, clock=work.clock)
        with self.stage.uow(self.brand.id) as work:
            terms = terms_in_force(work.session)
            assert terms
            version = terms.version
            place_own_order(work, actor, order_id, terms_version=version, clock=work.clock)
        self.online_order_id = order_id
        with self.stage.uow(self.brand.id) as work:
            draft_id = put_in_basket(work, actor, self.product_id, 1, clock=work.clock)
        with self.stage.uow(self.brand.id) as work:
            draft = orders.order_page(work.session, self.stage.seller, draft_id)
            self.own_line_id = draft.order.lines[0].id
        return token

    def _publish_terms(self) -> None:
        with self.stage.uow(self.brand.id) as work:
            if terms_in_force(work.session) is None:
                publish_terms(work, system(self.brand.id), "Terms.", clock=work.clock)

    @cached_property
    def online_order_id(self) -> UUID:
        _ = self.order_token
        return self.online_order_id

    @cached_property
    def own_document_id(self) -> UUID:
        """Of what she ordered by her link, and paid meanwhile."""
        order_id = self.online_order_id
        with self.stage.uow(self.brand.id) as work:
            due = orders.order_page(work.session, self.stage.seller, order_id).order.due_cents
        self.stage.do(ordering.pay_order, order_id, RecordPayment("cash", due))
        with self.stage.uow(self.brand.id) as work:
            return documents_of(work.session, order_id)[0].id

    @cached_property
    def own_line_id(self) -> UUID:
        _ = self.order_token
        return self.own_line_id

    # -- the brand's
    @cached_property
    def product_id(self) -> UUID:
        return self.stage.product_id

    @cached_property
    def image_id(self) -> UUID:
        with self.stage.uow(self.brand.id) as work:
            staff = system(self.brand.id)
            return add_picture(work, staff, self.product_id, picture("pan", 1))

    @cached_property
    def reward_image_id(self) -> UUID:
        with self.stage.uow(self.brand.id) as work:
            drawn = picture("cup", 2)
            return add_reward_picture(work, system(self.brand.id), drawn, clock=work.clock)

    @cached_property
    def logo_id(self) -> UUID:
        with self.stage.uow(self.brand.id) as work:
            found = brand_by_slug(work.session, self.brand.slug)
            assert found
            if found.logo_url:
                return UUID(found.logo_url.rpartition("/")[2])
            return set_logo(work, system(self.brand.id), small_picture(), clock=work.clock)

    @cached_property
    def email_id(self) -> UUID:
        """Nobody reads it: there was no address."""
        customer_id = self.customer_id
        with self.stage.uow(self.brand.id) as work:
            told = {"text": "Hello", "html": "<p>Hello</p>", "to_address": None}
            letter = Written(
                key=f"test:{new_id()}",
                kind="winnings",
                customer_id=customer_id,
                meeting_id=None,
                locale="fr",
                subject="Hello",
                **told,
            )
            return write_email(work, letter, clock=work.clock)

    @cached_property
    def domain(self) -> str:
        with self.stage.uow(self.brand.id) as work:
            host = f"shop{next(_numbers)}.example"
            return add_domain(work, system(self.brand.id), host, clock=work.clock)

    @cached_property
    def seller_id(self) -> UUID:
        assert self.stage.seller.seller_id
        return self.stage.seller.seller_id

    @cached_property
    def user_id(self) -> UUID:
        return self.world.member(self.brand, Role.CUSTOMER_SERVICE)[1]

    @cached_property
    def invited_user_id(self) -> UUID:
        with self.world.uow(self.brand.id) as work:
            return create_user(
                work,
                email=f"invited{next(_numbers)}@example.org",
                password=None,
                role=Role.FINANCE,
                display_name="Somebody invited",
                clock=work.clock,
            )

    @cached_property
    def device_id(self) -> UUID:
        """The seller's mobile app."""
        with self.world.uow(self.brand.id) as work:
            user = user_by_email(work.session, self.brand.id, f"{self.email}@example.org")
            assert user is not None
            issue_tokens(work, user, device="Tablet", clock=work.clock)
        with self.world.uow(self.brand.id) as work:
            found = devices_of(work.session, self.brand.id, user.id, work.clock())
            return next(one.id for one in found if one.device == "Tablet")

    @cached_property
    def reset_token(self) -> str:
        """Of a link to choose a password, as the letter would carry it."""
        user_id = self.invited_user_id
        with self.world.uow(self.brand.id) as work:
            link = select(PasswordLink.id).where(PasswordLink.user_id == user_id)
            link_id = work.session.scalars(link).one()
            return arm_password_link(work, link_id, clock=work.clock)[1]

    @cached_property
    def correction(self) -> str:
        return "presence"

    @cached_property
    def season_id(self) -> UUID:
        """A catalogue of a season: there is none."""
        return new_id()

    @cached_property
    def a_coming_day(self) -> date:
        return (self.stage.now() + timedelta(days=100)).date()

    @cached_property
    def work_id(self) -> UUID:
        """Failed work: there is none."""
        return new_id()

    @cached_property
    def note_id(self) -> UUID:
        customer_id = self.customer_id
        with self.stage.uow(self.brand.id) as work:
            author = user_by_email(work.session, self.brand.id, f"{self.email}@example.org")
            assert author
            return write_note(work, author.actor, customer_id, "Likes blue", clock=work.clock)

    @cached_property
    def category_id(self) -> UUID:
        with self.stage.uow(self.brand.id) as work:
            staff = system(self.brand.id)
            return create_category(work, staff, f"Category {next(_numbers)}", position=0)

    @cached_property
    def shipping_method_id(self) -> UUID:
        tariff = Tariff((), Basis.BASKET, (Bracket(0, 690),))
        with self.stage.uow(self.brand.id) as work:
            wish = ShippingWish(f"Parcel {next(_numbers)}", tariff)
            return create_shipping_method(work, system(self.brand.id), wish)

    @cached_property
    def upload_id(self) -> UUID:
        """A file of categories that waits for a yes."""
        content = f"name\nFile {next(_numbers)}\n".encode()
        with self.stage.uow(self.brand.id) as work:
            staff, kind = system(self.brand.id), kind_named(self.kind_name)
            return keep_upload(work, staff, kind, "categories.csv", content, clock=work.clock)

    @cached_property
    def version(self) -> int:
        """The newest of the brand's programme. Brands number their own, so elsewhere there is
        one more: the same number would be ours too."""
        season, product = Season(self.stage), f"WOK-{self.email}"
        self.world.publish(season, product)
        with self.stage.uow(self.brand.id) as work:
            found = latest_version(work.session)
        is_ours = self.brand.id == self.world.brand.id
        return found if is_ours or found > 1 else season.publish(every_reward(product))

    @cached_property
    def draft_rule(self) -> str:
        """A rule of the programme the brand is preparing."""
        with self.stage.uow(self.brand.id) as work:
            if programme_draft(work.session) is None:
                staff, document = system(self.brand.id), programme(rule(id="thanks"))
                import_draft(work, staff, document, revision=None, clock=work.clock)
        return "thanks"

    @cached_property
    def simulation_id(self) -> UUID:
        """One that stopped."""
        season = Season(self.stage)
        season.close(season.sold(1))
        day = self.stage.now().date()
        with self.stage.uow(self.brand.id) as work:
            staff = system(self.brand.id)
            one_at_a_time = "UPDATE simulations SET status = 'cancelled' WHERE status = 'running'"
            work.session.execute(text(one_at_a_time))
            found = start_simulation(
                work,
                staff,
                from_on=day - timedelta(days=400),
                until_on=day,
                document=programme(rule(id="thanks")),
                clock=work.clock,
            )
            cancel_simulation(work, staff, found)
        return found

    @cached_property
    def template_id(self) -> UUID:
        wanted = Published("A voucher", Offer(OfferKind.VOUCHER, {"amount_cents": 500}), 50)
        with self.stage.uow(self.brand.id) as work:
            return publish_template(work, system(self.brand.id), wanted, clock=work.clock)

    @cached_property
    def promotion_id(self) -> UUID:
        effect = {"kind": "order_percent", "rate_bp": 1_000}
        document = {"name": f"Discount {next(_numbers)}", "effect": effect, "entry": "code"}
        with self.stage.uow(self.brand.id) as work:
            return create_promotion(
                work,
                system(self.brand.id),
                {**document, "codes_elsewhere": True},
                clock=work.clock,
            )

    @cached_property
    def batch_id(self) -> UUID:
        with self.stage.uow(self.brand.id) as work:
            staff = system(self.brand.id)
            return generate_codes(work, staff, self.promotion_id, count=2, clock=work.clock)

    @cached_property
    def segment_key(self) -> str:
        condition = {"measure": "past_orders", "op": ">=", "value": 5}
        document = {"name": f"Segment {next(_numbers)}", "conditions": condition}
        with self.stage.uow(self.brand.id) as work:
            return create_segment(work, system(self.brand.id), document, clock=work.clock)

    a_file = "css/convive.css"
    docs_file = "swagger-ui.css"
    kind_name = "categories"
    form = "csv"


class Missing:
    """Looks right, and is nothing."""

    token = reset_token = order_token = guests_token = NOBODYS_TOKEN
    a_file = "css/nothing.css"
    docs_file = "nothing.css"
    kind_name = "nothing"
    form = "csv"
    domain = "nobodys.example"
    version = 999_999

    def __getattr__(self, _name: str) -> UUID:
        return new_id()


@dataclass
class World:
    app: Flask
    database: str
    published: set[UUID] = field(default_factory=set)

    # -- where it plays
    @cached_property
    def brand(self) -> BrandView:
        return self._brand("maison")

    @cached_property
    def elsewhere(self) -> BrandView:
        return self._brand("voisine")

    def things(self, brand: BrandView) -> Things:
        email = f"seller{next(_numbers)}"
        return Things(self, brand, email, set_stage(self.uow, brand.id, email=email))

    @cached_property
    def scopes(self) -> dict[str, Any]:
        """Made once: only for what is refused, or changes nothing."""
        return {
            "own": self.things(self.brand),
            "same_brand_other": self.things(self.brand),
            "other_brand": self.things(self.elsewhere),
            "missing": Missing(),
        }

    @cached_property
    def visitors(self) -> "dict[str, Visitor]":
        own = self.scopes["own"]
        return {role: self.visitor(role, own) for role in ROLES}

    def passer_by(self) -> "Visitor":
        """Nothing remembered of any visit before."""
        return self.visitor("anonymous", self.scopes["own"])

    # -- who plays
    def visitor(self, role: str, own: Things) -> "Visitor":
        """A browser and a token of her own, so that a test may end her sessions."""
        browser = self.app.test_client()
        assert isinstance(browser, Browser)
        browser.origin = f"http://{self.brand.slug}.localhost"
        browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr"
        if role == "anonymous":
            return Visitor(browser, "")
        email = (
            f"{own.email}@example.org"
            if role == Role.SELLER
            else self.member(self.brand, Role(role))[0]
        )
        limiter.reset()
        answer = browser.submit("/sign-in", email=email, password=PASSWORD)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        browser.token = ""
        return Visitor(browser, self._token(email))

    def member(self, brand: BrandView, role: Role) -> tuple[str, UUID]:
        email = f"{role}{next(_numbers)}@example.org"
        with self.uow(brand.id) as work:
            user_id = create_user(
                work,
                email=email,
                password=PASSWORD,
                role=role,
                display_name=f"Somebody in {role}",
                clock=work.clock,
            )
        return email, user_id

    def publish(self, season: Season, product: str) -> None:
        if season.brand_id not in self.published:
            self.published.add(season.brand_id)
            season.publish(every_reward(product))

    @contextmanager
    def uow(self, brand_id: UUID | None, clock: Clock | None = None) -> Iterator[UnitOfWork]:
        with self.app.app_context(), unit_of_work(brand_id, clock) as work:
            yield work

    def _brand(self, slug: str) -> BrandView:
        with self.uow(None) as work:
            create_brand(work, slug=slug, name=slug.title(), clock=work.clock)
        with self.uow(None) as work:
            found = brand_by_slug(work.session, slug)
        assert found is not None
        return found

    def _token(self, email: str) -> str:
        with self.uow(self.brand.id) as work:
            user = user_by_email(work.session, self.brand.id, email)
            assert user is not None
            return issue_tokens(work, user, device="test", clock=work.clock).access_token

    # -- what it leaves behind
    def state(self) -> dict[str, str]:
        """Table by table, but for what every visit may leave: sessions and the audit log."""
        left_out = {"alembic_version", "audit_entries", "sessions", "token_families"}
        with psycopg.connect(plain(self.database)) as connection:
            rows = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
            ).fetchall()
            digest = "SELECT md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {} t"
            return {
                name: connection.execute(sql.SQL(digest).format(sql.Identifier(name))).fetchone()[0]  # type: ignore[index]
                for (name,) in rows
                if name not in left_out
            }

    def refusals(self) -> int:
        with psycopg.connect(plain(self.database)) as connection:
            statement = "SELECT count(*) FROM audit_entries WHERE outcome = 'refused'"
            row = connection.execute(statement).fetchone()
            assert row is not None
            return int(row[0])


@dataclass
class Visitor:
    browser: Browser
    token: str

    def ask(self, method: str, path: str, **sent: Any) -> int:
        if path.startswith("/api/"):
            return self._ask_api(method, path, **sent)
        query = sent.get("query")
        if method == "GET":
            with self.browser.get(path, query_string=query) as answer:
                return answer.status_code
        return self.browser.submit(path, **sent.get("form", {})).status_code

    def _ask_api(self, method: str, path: str, **sent: Any) -> int:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers["Idempotency-Key"] = str(new_id())
        more = {} if method == "GET" else {"json": sent.get("json", {})}
        with self.browser.open(
            path, method=method, headers=headers, query_string=sent.get("query"), **more
        ) as answer:
            return answer.status_code


def filled(value: Any, own: Things) -> Any:
    """What is sent: "{product_id}" stands for one of her own."""
    if isinstance(value, list):
        return [{name: filled(part, own) for name, part in one.items()} for one in value]
    is_name = isinstance(value, str) and value.startswith("{")
    return str(getattr(own, value.strip("{}"))) if is_name else value
