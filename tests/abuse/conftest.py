"""Two sellers of one brand and one of another, each with everything an address can name."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from tests.support.browser import Browser
from tests.support.databases import plain
from tests.support.gathering import PASSWORD
from tests.support.winning import GIFTS, Winning, set_winning_stage

UNREMARKABLE = {"sessions", "audit_entries", "alembic_version"}
"""Written to by whoever merely looks, or is refused."""


@dataclass
class Estate:
    """What one seller has; `ids` under the names they bear in addresses."""

    stage: Winning
    email: str
    ids: dict[str, UUID] = field(default_factory=dict)
    browser: Browser | None = None

    def enter(self, browser: Browser) -> Browser:
        answer = browser.submit("/sign-in", email=self.email, password=PASSWORD)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        browser.token = ""
        browser.get("/")
        self.browser = browser
        return browser


def build(uow, brand_id: UUID, name: str, *, publishes: bool) -> Estate:
    """A closed meeting with a gift to choose, and an open one with a guest and her cart."""
    stage = set_winning_stage(uow, brand_id, email=name)
    if publishes:
        for reference in GIFTS:
            stage.gift(reference)
        stage.publish()
    closed = stage.won()
    meeting_id = stage.meeting()
    participant_id, customer_id = stage.guest(meeting_id)
    order_id = stage.cart(meeting_id, customer_id)
    line = "SELECT id FROM order_lines WHERE order_id = :order"
    ids = {
        "meeting_id": meeting_id,
        "participant_id": participant_id,
        "customer_id": customer_id,
        "order_id": order_id,
        "line_id": stage.read(lambda work: work.session.scalar(text(line), {"order": order_id})),
        "product_id": stage.product_id,
        "claim_id": stage.claims(closed)[0].id,
        "closed_meeting_id": closed,
        "host_id": stage.claims(closed)[0].customer_id,
    }
    return Estate(stage, f"{name}@example.org", ids)


@pytest.fixture
def mine(uow, brand, client) -> Estate:
    estate = build(uow, brand.id, "mine", publishes=True)
    estate.enter(client)
    return estate


@pytest.fixture
def colleague(uow, brand, mine, new_client) -> Estate:
    estate = build(uow, brand.id, "colleague", publishes=False)
    estate.enter(new_client(brand))
    return estate


@pytest.fixture
def stranger(uow, second_brand, new_client) -> Estate:
    estate = build(uow, second_brand.id, "stranger", publishes=True)
    estate.enter(new_client(second_brand))
    return estate


@pytest.fixture
def unchanged(database_url: str) -> Callable[[], Iterator[None]]:
    """`with unchanged():` -- not one row of what the application knows is another afterwards."""

    def checksums() -> dict[str, str]:
        listed = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        content = "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} t"
        with psycopg.connect(plain(database_url)) as connection:
            names = {name for (name,) in connection.execute(listed)} - UNREMARKABLE
            return {
                name: connection.execute(sql.SQL(content).format(sql.Identifier(name))).fetchone()[
                    0
                ]
                for name in names
            }

    @contextmanager
    def compare() -> Iterator[None]:
        before = checksums()
        yield
        after = checksums()
        assert [name for name in before if before[name] != after[name]] == []

    return compare
