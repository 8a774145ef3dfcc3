"""Nothing leaks between two brands: through no page, no mixed address, no form, no statement."""

from pathlib import Path

import psycopg
import pytest
import redis as redis_client
import yaml
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.routing import UUIDConverter

from app import create_app
from app.config import Settings
from app.infra.extensions import limiter
from app.infra.orm import Base
from tests.support.databases import plain, wipe
from tests.support.matrix import ROLES, World, filled

plain_app = create_app(Settings(secret_key="only to list the routes, never to serve"))
SAFE = {"HEAD", "OPTIONS"}
ODD_NAMES = {"host": "domain"}
SHUT = {401, 403, 404}
MATRIX = yaml.safe_load(Path(__file__).with_name("permissions.yaml").read_text("utf-8"))["routes"]
WITHOUT_THIS_NOTHING_IS_LOOKED_FOR = {"host.choose": {"form": {"product_id": "{product_id}"}}}


def ids(rule):
    """The parts of an address that name a thing of a brand; other parts mean the same to all."""
    return sorted(
        part
        for part in rule.arguments
        if isinstance(rule._converters[part], UUIDConverter) or part in {"token", "host"}
    )


RULES = [rule for rule in plain_app.url_map.iter_rules() if ids(rule)]
BRANDS_TABLES = sorted(
    name for name, table in Base.metadata.tables.items() if "brand_id" in table.columns
)
READ_BY_ALL = {"brand_domains"}
"""Asked before any brand is known: which brand a host name means."""


@pytest.fixture(scope="module")
def world(built_app, database_url, redis_url):
    yield World(built_app, database_url)
    wipe(database_url)
    with redis_client.Redis.from_url(redis_url) as client:
        client.flushdb()
    limiter.reset()


def value(things, rule, part):
    """Names that the matrix does not know are ids like any other, or words with few meanings."""
    found = getattr(things, ODD_NAMES.get(part, part), None)
    if found is not None:
        return found
    if part in ids(rule):
        return things.customer_id
    return getattr(rule._converters[part], "items", ["1"])[0]


def path(rule, values):
    adapter = plain_app.url_map.bind("localhost")
    return adapter.build(rule.endpoint, values, force_external=False)


def ask(world, rule, address):
    """Each role's answer, to what could well be sent there."""
    for method in (rule.methods or set()) - SAFE:
        told = WITHOUT_THIS_NOTHING_IS_LOOKED_FOR.get(rule.endpoint) or MATRIX.get(
            f"{method} {rule.endpoint}"
        )
        sent = {
            kind: {key: filled(text, world.scopes["own"]) for key, text in told[kind].items()}
            for kind in ("form", "json")
            if isinstance(told, dict) and kind in told
        }
        for role in ROLES:
            limiter.reset()
            yield role, method, world.visitors[role].ask(method, address, **sent)


def is_shut(role, status):
    return status in SHUT or (role == "anonymous" and status == 303)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.endpoint} {rule.rule}")
def test_nobody_of_one_brand_gets_at_another_brands(world, rule):
    theirs = world.scopes["other_brand"]
    address = path(rule, {part: value(theirs, rule, part) for part in rule.arguments})

    found = [*ask(world, rule, address)]

    assert [one for one in found if not is_shut(one[0], one[2])] == []


@pytest.mark.parametrize(
    "rule",
    [rule for rule in RULES if len(ids(rule)) > 1],
    ids=lambda rule: f"{rule.endpoint} {rule.rule}",
)
def test_half_an_address_of_ones_own_opens_nothing(world, rule):
    own, theirs = world.scopes["own"], world.scopes["other_brand"]
    for foreign in ids(rule):
        values = {
            part: value(theirs if part == foreign else own, rule, part) for part in rule.arguments
        }

        found = [*ask(world, rule, path(rule, values))]

        assert [(foreign, *one) for one in found if not is_shut(one[0], one[2])] == []


FORMS = [
    ("/meetings/new", {"host_id": "customer_id", "date": "2030-01-10", "time": "14:00"}),
    ("/meetings/{meeting_id}/participants/new", {"customer_id": "customer_id"}),
    ("/orders/{order_id}/lines", {"product_id": "product_id", "quantity": "1"}),
    ("/meetings/{meeting_id}/orders/new", {"participant_id": "participant_id"}),
    ("/gifts/{claim_id}", {"product_id": "product_id"}),
]


@pytest.mark.parametrize(("address", "form"), FORMS, ids=[address for address, _ in FORMS])
def test_another_brands_id_in_a_form_is_nobody(world, address, form):
    own, theirs = world.scopes["own"], world.scopes["other_brand"]
    address = address.format_map(
        {name: getattr(own, name) for name in ("meeting_id", "order_id", "claim_id")}
    )
    sent = {name: getattr(theirs, said, said) for name, said in form.items()}
    seller = world.visitors["seller"]
    before = world.state()

    status = seller.ask("POST", address, form=sent)

    assert status in {303, 404, 409, 422}
    assert world.state() == before


# ------------------------------------------------------------------------- statements


@pytest.fixture(scope="module")
def two_full_brands(world):
    """Something of each brand in as many tables as the matrix can fill."""
    for scope in ("own", "other_brand"):
        things = world.scopes[scope]
        for rule in RULES:
            for part in rule.arguments:
                value(things, rule, part)
    return world


def owned(world, table, brand_id):
    """What is really there, seen by the owner of the tables."""
    with psycopg.connect(plain(world.database)) as connection:
        statement = sql.SQL("SELECT count(*) FROM {} WHERE brand_id = %s").format(
            sql.Identifier(table)
        )
        return connection.execute(statement, [brand_id]).fetchone()[0]


@pytest.mark.parametrize("table", BRANDS_TABLES)
def test_statements_see_the_rows_of_their_own_brand_and_no_other(two_full_brands, table):
    world = two_full_brands
    for mine, other in ((world.brand, world.elsewhere), (world.elsewhere, world.brand)):
        with world.uow(mine.id) as work:
            assert str(work.session.scalar(text("SELECT current_user"))) == "convive_app"
            total = work.session.scalar(text(f"SELECT count(*) FROM {table}"))
            theirs = work.session.scalar(
                text(f"SELECT count(*) FROM {table} WHERE brand_id = :brand"), {"brand": other.id}
            )

        if table in READ_BY_ALL:
            continue
        assert theirs == 0
        assert total == owned(world, table, mine.id)


@pytest.mark.parametrize("table", BRANDS_TABLES)
def test_statements_change_nothing_of_another_brand(two_full_brands, table):
    world = two_full_brands
    before = owned(world, table, world.elsewhere.id)
    for statement in (
        f"DELETE FROM {table} WHERE brand_id = :other",
        f"UPDATE {table} SET brand_id = :mine WHERE brand_id = :other",
    ):
        names = {"mine": world.brand.id, "other": world.elsewhere.id}
        try:
            with world.uow(world.brand.id) as work:
                changed = work.session.execute(text(statement), names).rowcount
        except DBAPIError:
            continue  # append-only: refused whoever asks
        assert changed == 0

    assert owned(world, table, world.elsewhere.id) == before


def test_most_tables_are_put_to_the_test(two_full_brands):
    """An empty table proves nothing: keep the matrix's objects rich."""
    world = two_full_brands
    empty = [name for name in BRANDS_TABLES if not owned(world, name, world.elsewhere.id)]

    assert len(empty) <= len(BRANDS_TABLES) // 2, empty


def test_row_cannot_be_written_into_another_brand(two_full_brands):
    world = two_full_brands
    with pytest.raises(DBAPIError), world.uow(world.brand.id) as work:
        work.session.execute(
            text(
                "INSERT INTO counters SELECT (jsonb_populate_record(c, :brand)).*"
                " FROM counters c LIMIT 1"
            ),
            {"brand": f'{{"brand_id": "{world.elsewhere.id}"}}'},
        )
