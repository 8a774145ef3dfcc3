"""Convive. This file is its composition root: what there is, in the order it is put together."""

from importlib import import_module
from pathlib import Path

from flask import Flask

from app.config import Settings

ROOT = Path(__file__).resolve().parents[1]

PACKAGES = (
    "audit",
    "imports",
    "brands",
    "accounts",
    "catalog",
    "customers",
    "sellers",
    "loyalty",
    "promotions",
    "documents",
    "orders",
    "meetings",
    "rewards",
    "notifications",
)


def create_app(settings: Settings | None = None) -> Flask:
    """Builds and connects nothing: the database and Redis are met at the first question."""
    settings = settings or Settings.from_environment()
    app = Flask(__name__, template_folder=str(ROOT / "templates"))
    app.config.from_mapping(settings.flask(), CONVIVE=settings, MIGRATIONS=str(ROOT / "migrations"))
    _foundations(app, settings)
    _plumbing(app, settings)
    _pages(app, settings)
    _programs(app)
    _commands(app)
    return app


def _foundations(app: Flask, settings: Settings) -> None:
    from app.accounts import passwords
    from app.brands.queries import configure_origin
    from app.exchanges import KINDS
    from app.imports import kinds
    from app.infra import extensions, outbox
    from app.infra.jobs import schedule
    from app.infra.logging import configure_logging
    from app.orders.services.future import foresee_by
    from app.rewards.queries.future import future_points
    from app.subscriptions import SCHEDULE, SUBSCRIPTIONS

    configure_logging()
    for package in PACKAGES:
        import_module(f"app.{package}.models")
    extensions.db.init_app(app)
    extensions.migrate.init_app(app, extensions.db)
    extensions.mail.init_app(app)
    outbox.subscribe(SUBSCRIPTIONS)
    schedule.keep(SCHEDULE)
    kinds.keep(KINDS)
    foresee_by(future_points)
    passwords.configure(cheap=settings.argon2_cheap)
    configure_origin(settings.origin, settings.hosts)


def _plumbing(app: Flask, settings: Settings) -> None:
    """What happens around every request, in this order."""
    from app.accounts.sessions import ServerSessionInterface
    from app.audit.web import note_attempt
    from app.brands.web import brand_of_host
    from app.http import (
        assets,
        attempts,
        auth,
        brand,
        headers,
        health,
        locale,
        pages,
        problems,
        requests,
    )
    from app.http.json import StrictJSONProvider
    from app.infra import extensions

    app.json = StrictJSONProvider(app)
    app.session_interface = ServerSessionInterface(secure=settings.secure_cookies)
    assets.install(app, proxies=settings.proxies)
    requests.install(app)
    headers.install(app, secure=settings.secure_cookies)
    brand.install(app, brand_of_host)
    auth.install(app)
    locale.install(app)
    extensions.csrf.init_app(app)
    extensions.limiter.init_app(app)
    pages.install(app)
    problems.install(app)
    attempts.install(app, note_attempt)
    health.install(app)


def _pages(app: Flask, settings: Settings) -> None:
    from app.accounts import web as accounts
    from app.accounts.web import my_account, team
    from app.accounts.web import password as passwords
    from app.audit import web as audit
    from app.brands import web as brands
    from app.brands.web import console as brands_console
    from app.catalog import web as catalog
    from app.catalog.web import categories as categories_console
    from app.catalog.web import products as catalog_console
    from app.catalog.web import seasons as seasons_console
    from app.catalog.web import shipping as shipping_console
    from app.catalog.web import stock as stock_console
    from app.customers import web as customers
    from app.customers.web import console as customers_console
    from app.customers.web import merging as merging_console
    from app.documents import web as documents
    from app.imports import web as imports
    from app.meetings import web as meetings
    from app.notifications.web import emails, mailbox
    from app.orders import web as orders
    from app.orders.web import console as orders_console
    from app.orders.web import guests, leaving, papers, withdrawing
    from app.promotions import web as promotions
    from app.reports.web import corrections, home
    from app.reports.web import meetings as meetings_of_all
    from app.reports.web import points as points_in_circulation
    from app.rewards import web as rewards
    from app.sellers import web as sellers

    app.register_blueprint(brands.bp)
    app.register_blueprint(brands_console.bp)
    app.register_blueprint(accounts.bp)
    app.register_blueprint(passwords.bp)
    app.register_blueprint(my_account.bp)
    app.register_blueprint(team.bp)
    app.register_blueprint(audit.bp)
    app.register_blueprint(meetings.bp)
    app.register_blueprint(corrections.bp)
    app.register_blueprint(meetings.feed_bp)
    app.register_blueprint(catalog.bp)
    app.register_blueprint(catalog_console.bp)
    app.register_blueprint(categories_console.bp)
    app.register_blueprint(seasons_console.bp)
    app.register_blueprint(stock_console.bp)
    app.register_blueprint(shipping_console.bp)
    app.register_blueprint(imports.bp)
    app.register_blueprint(orders.bp)
    app.register_blueprint(orders_console.bp)
    app.register_blueprint(leaving.seller_bp)
    app.register_blueprint(leaving.console_bp)
    for house in (papers.seller_bp, papers.console_bp, papers.shop_bp, documents.bp):
        app.register_blueprint(house)
    app.register_blueprint(withdrawing.bp)
    app.register_blueprint(guests.bp)
    app.register_blueprint(customers.bp)
    app.register_blueprint(customers_console.bp)
    app.register_blueprint(merging_console.bp)
    app.register_blueprint(sellers.bp)
    app.register_blueprint(promotions.bp)
    app.register_blueprint(promotions.admin_bp)
    app.register_blueprint(promotions.loyalty_bp)
    app.register_blueprint(rewards.bp)
    app.register_blueprint(rewards.host_bp)
    app.register_blueprint(rewards.mine.bp)
    app.register_blueprint(rewards.mine.host_bp)
    app.register_blueprint(rewards.giving.bp)
    app.register_blueprint(rewards.pictures.bp)
    app.register_blueprint(rewards.templates.bp)
    app.register_blueprint(rewards.templates.admin_bp)
    app.register_blueprint(rewards.mine.own_bp)
    app.register_blueprint(rewards.programme_bp)
    app.register_blueprint(rewards.draft_bp)
    app.register_blueprint(rewards.simulation_bp)
    app.register_blueprint(home.bp)
    app.register_blueprint(meetings_of_all.bp)
    app.register_blueprint(points_in_circulation.bp)
    app.register_blueprint(emails.bp)
    mailbox.install(app, settings.mailbox)


def _programs(app: Flask) -> None:
    """The JSON API, its subjects in the order its description tells them."""
    from app.accounts import api as accounts
    from app.catalog import api as catalog
    from app.customers import api as customers
    from app.http import api, api_docs
    from app.loyalty import api as loyalty
    from app.meetings import api as meetings
    from app.meetings.api import corrections
    from app.orders import api as orders
    from app.orders.api import leaving, papers, prices
    from app.orders.api import shop as shop_api
    from app.rewards import api as rewards
    from app.rewards.api import giving, own
    from app.rewards.api import templates as reward_templates
    from app.sellers import api as sellers

    api.install(
        app,
        accounts.tokens_bp,
        accounts.me_bp,
        meetings.bp,
        corrections.bp,
        orders.bp,
        prices.bp,
        leaving.bp,
        leaving.staff_bp,
        papers.bp,
        shop_api.bp,
        catalog.bp,
        customers.bp,
        customers.staff_bp,
        sellers.bp,
        loyalty.bp,
        loyalty.settings_bp,
        loyalty.report_bp,
        rewards.bp,
        rewards.host_bp,
        giving.bp,
        reward_templates.bp,
        own.seller_bp,
        own.shop_bp,
        own.host_bp,
    )
    app.register_blueprint(api_docs.bp)


def _commands(app: Flask) -> None:
    from app import cli
    from app.accounts import cli as accounts
    from app.brands import cli as brands
    from app.demo import cli as demo
    from app.imports import cli as imports
    from app.infra.jobs import cli as jobs
    from app.notifications import cli as notifications
    from app.promotions import cli as promotions
    from app.reports import cli as reports
    from app.rewards import cli as rewards

    app.cli.add_command(cli.doctor)
    app.cli.add_command(jobs.outbox)
    app.cli.add_command(jobs.run_worker)
    app.cli.add_command(jobs.run_cron)
    app.cli.add_command(notifications.emails)
    app.cli.add_command(brands.brand)
    app.cli.add_command(accounts.user)
    reports.register(app)
    demo.register(app)
    promotions.register(app.cli)
    rewards.register(app.cli)
    imports.register(app.cli)
