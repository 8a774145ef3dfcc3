"""What every test may ask for. Nothing of ours is replaced: PostgreSQL, Valkey, SMTP are real."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any
from uuid import UUID

import pytest
import pytest_socket
import redis as redis_client
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as examples

from app import create_app
from app.accounts.services import create_user
from app.brands.queries import BrandView, brand_by_slug
from app.brands.services import create_brand
from app.config import Settings
from app.infra.extensions import db, limiter
from app.infra.uow import UnitOfWork, unit_of_work
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock
from scripts.setup import compile_words
from tests.support.browser import Browser
from tests.support.chance import SOAKING
from tests.support.clock import StillClock
from tests.support.databases import clone, sqlalchemy_url, wipe
from tests.support.gathering import Stage, set_stage
from tests.support.mail import Mailbox, mail_server
from tests.support.queries import Counted, counted

PASSWORD = "a long enough password"
SERVERS = pytest.StashKey[ExitStack]()

Uow = Callable[..., AbstractContextManager[UnitOfWork]]


def pytest_configure(config: pytest.Config) -> None:
    """Before workers start, so that they share the servers this process started."""
    # A shell that starts us in the background makes Ctrl-C ignored, also by what we start and stop.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # A busy machine is slow to make examples, which says nothing about them.
    examples.register_profile(
        "here", derandomize=not SOAKING, suppress_health_check=[HealthCheck.too_slow]
    )
    examples.load_profile("here")
    config.stash[SERVERS] = ExitStack()
    if not hasattr(config, "workerinput"):
        compile_words()
    if getattr(config.option, "numprocesses", None):
        _start_servers(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[SERVERS].close()


def pytest_runtest_setup() -> None:
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


def _start_servers(config: pytest.Config) -> None:
    if os.environ.get("TEST_DATABASE_URL") and os.environ.get("TEST_REDIS_URL"):
        return
    from scripts.services import throwaway_services

    urls = config.stash[SERVERS].enter_context(throwaway_services())
    os.environ |= {"TEST_DATABASE_URL": urls.database, "TEST_REDIS_URL": urls.redis}


# ---------------------------------------------------------------------------- servers
@pytest.fixture(scope="session")
def server_url(pytestconfig: pytest.Config) -> str:
    """A PostgreSQL where databases may be made."""
    _start_servers(pytestconfig)
    return os.environ["TEST_DATABASE_URL"]


@pytest.fixture(scope="session")
def database_url(server_url: str) -> Iterator[str]:
    """This worker's own database, migrated."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    with clone(server_url, worker) as url:
        yield url


@pytest.fixture(scope="session")
def redis_url(server_url: str) -> str:
    """This worker's own database of the Redis server."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    number = 1 + int(worker.removeprefix("gw") or 0) if worker else 0
    return f"{os.environ['TEST_REDIS_URL'].rsplit('/', 1)[0]}/{number}"


@pytest.fixture(scope="session")
def mail_port() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture(scope="session")
def settings(
    database_url: str,
    redis_url: str,
    mail_port: Mailbox,
    tmp_path_factory: pytest.TempPathFactory,
) -> Settings:
    var = tmp_path_factory.mktemp("var")
    return Settings(
        database_url=sqlalchemy_url(database_url),
        redis_url=redis_url,
        secret_key="for tests only, and long enough to be taken",
        var=var,
        mailbox=var / "mailbox",
        mail={
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": mail_port.port,
            "MAIL_DEFAULT_SENDER": "convive@example.org",
        },
        argon2_cheap=True,
    )


@pytest.fixture(scope="session")
def built_app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.test_client_class = Browser
    yield app
    with app.app_context():
        db.engine.dispose()


# ---------------------------------------------------------------------------- the application
@pytest.fixture
def app(built_app: Flask, database_url: str, redis_url: str) -> Iterator[Flask]:
    """The application on an empty database; what the test wrote is gone afterwards.

    No context is pushed: each request gets its own, as when it is served. Code that needs one
    outside of requests takes `uow`, or `app_context`.
    """
    yield built_app
    wipe(database_url)
    with redis_client.Redis.from_url(redis_url) as client:
        client.flushdb()
    limiter.reset()


@pytest.fixture
def app_context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def mailbox(mail_port: Mailbox) -> Iterator[Mailbox]:
    """What the mail server has accepted in this test."""
    mail_port.clear()
    yield mail_port
    mail_port.clear()


# ---------------------------------------------------------------------------- brands, people
@pytest.fixture
def make_brand(app: Flask) -> Callable[..., BrandView]:
    def make(slug: str, **options: Any) -> BrandView:
        with app.app_context():
            with unit_of_work(None) as work:
                name = slug.title()
                create_brand(work, slug=slug, **{"name": name, "clock": work.clock} | options)
            with unit_of_work(None) as work:
                found = brand_by_slug(work.session, slug)
        assert found is not None
        return found

    return make


@pytest.fixture
def brand(make_brand: Callable[..., BrandView]) -> BrandView:
    return make_brand("maison")


@pytest.fixture
def second_brand(brand: BrandView, make_brand: Callable[..., BrandView]) -> BrandView:
    """Another tenant, of which nothing may ever be seen."""
    return make_brand("voisine")


@pytest.fixture
def uow(app: Flask, brand: BrandView) -> Uow:
    """`with uow() as u:` -- one committed unit of work of `brand`, or of `brand_id=`."""

    @contextmanager
    def open_one(
        brand_id: UUID | None = brand.id, clock: Clock | None = None
    ) -> Iterator[UnitOfWork]:
        with app.app_context(), unit_of_work(brand_id, clock) as work:
            yield work

    return open_one


@pytest.fixture
def actor(brand: BrandView) -> Callable[..., Actor]:
    """`actor(Role.SELLER, seller_id=…)`: somebody to hand to a service."""
    return lambda role=Role.SELLER, **ids: Actor(**{"brand_id": brand.id, "role": role} | ids)


@pytest.fixture
def make_user(uow: Uow, brand: BrandView) -> Callable[..., Actor]:
    """An account of `brand` whose password is PASSWORD."""

    def make(email: str = "sophie@example.org", role: Role = Role.SELLER, **options: Any) -> Actor:
        brand_id = options.pop("brand_id", brand.id)
        given = {"display_name": "Sophie Marchand", "password": PASSWORD, **options}
        with uow(brand_id) as work:
            user_id = create_user(work, email=email, role=role, clock=work.clock, **given)
        ids = {name: options.get(name) for name in ("seller_id", "customer_id")}
        return Actor(brand_id=brand_id, role=role, user_id=user_id, **ids)

    return make


# ---------------------------------------------------------------------------- browsers
@pytest.fixture
def new_client(app: Flask) -> Callable[[BrandView], Browser]:
    """A browser of its own, at the brand's address, that prefers French."""

    def make(brand: BrandView) -> Browser:
        browser = app.test_client()
        assert isinstance(browser, Browser)
        browser.origin = f"http://{brand.slug}.localhost"
        browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr"
        return browser

    return make


@pytest.fixture
def client(new_client: Callable[[BrandView], Browser], brand: BrandView) -> Browser:
    return new_client(brand)


@pytest.fixture
def stage(uow: Uow, brand: BrandView) -> Stage:
    """A seller and a few products, and short words for what happens at a meeting."""
    return set_stage(uow, brand.id)


@pytest.fixture
def sign_in(client: Browser, make_user: Callable[..., Actor]) -> Callable[..., Actor]:
    """Make an account and sign `client` in with it; the actor its requests will have.

    `sign_in(seller_id=…)`, `sign_in(role=Role.BRAND_ADMIN)`, `sign_in(browser=other)`.
    """

    def do(browser: Browser = client, **options: Any) -> Actor:
        actor = make_user(**options)
        email = options.get("email", "sophie@example.org")
        answer = browser.submit("/sign-in", email=email, password=PASSWORD)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        browser.token = ""
        return actor

    return do


@pytest.fixture
def admin(client: Browser, sign_in: Callable[..., Actor]) -> Browser:
    """`client`, signed in as an administrator of the brand."""
    sign_in(role=Role.BRAND_ADMIN, email="claire@example.org", display_name="Claire Dubois")
    return client


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], AbstractContextManager[Counted]]:
    """`with count_queries() as found:` -- then `found.count` and `found.statements`."""

    @contextmanager
    def count() -> Iterator[Counted]:
        with app.app_context():
            engine = db.engine
        with counted(engine) as found:
            yield found

    return count
