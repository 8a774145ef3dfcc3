"""`flask seed` fills the demo brands once; `flask demo-accounts` says how to enter them."""

from functools import partial

import click
from flask import Flask

from app.brands.queries import BrandView, brand_by_slug
from app.brands.services import add_domain, create_brand
from app.demo.brand import DemoBrand
from app.demo.fern import FERN
from app.demo.olive import OLIVE
from app.demo.people import PASSWORD
from app.demo.story import tell
from app.infra.locks import start_over
from app.infra.uow import UnitOfWork, transact, unit_of_work
from app.kernel.actor import Role, system
from app.rewards.queries import programme_versions

BRANDS = (OLIVE, FERN)
SLUG = OLIVE.slug
TITLES = {
    Role.SELLER: "seller",
    Role.BRAND_ADMIN: "brand admin",
    Role.CUSTOMER_SERVICE: "customer service",
    Role.FINANCE: "finance",
}


def register(app: Flask) -> None:
    app.cli.add_command(seed)
    app.cli.add_command(demo_accounts)


@click.command()
def seed() -> None:
    """Fill the demo brands; where one exists already, nothing happens to it."""
    for demo in BRANDS:
        brand = _brand(demo) or transact(partial(_create, demo), None)
        filled = transact(partial(_fill, demo, brand), brand.id)
        click.echo(f"{demo.name}: {'seeded' if filled else 'seeded before'}.")


@click.command("demo-accounts")
def demo_accounts() -> None:
    """Who can sign in to the demo, and where."""
    for demo in BRANDS:
        brand = _brand(demo)
        if brand is None:
            continue
        click.echo(f"{brand.name}: {brand.origin}/  (password of everybody: {PASSWORD})")
        for seller, _book in demo.content.books:
            _tell(f"{seller.first_name} {seller.last_name}", Role.SELLER, seller.email)
        for member in demo.content.staff:
            _tell(member.name, member.role, member.email)


def _tell(name: str, role: Role, email: str) -> None:
    click.echo(f"  {name:<18} {TITLES[role]:<17} {email}")


def _brand(demo: DemoBrand) -> BrandView | None:
    with unit_of_work(None) as uow:
        return brand_by_slug(uow.session, demo.slug)


def _create(demo: DemoBrand, uow: UnitOfWork) -> BrandView:
    create_brand(
        uow,
        slug=demo.slug,
        name=demo.name,
        accent=demo.accent,
        clock=uow.clock,
        **demo.options,
    )
    uow.session.flush()
    brand = brand_by_slug(uow.session, demo.slug)
    assert brand is not None
    return brand


def _fill(demo: DemoBrand, brand: BrandView, uow: UnitOfWork) -> bool:
    """False when the brand has its programme, hence everything, already."""
    if programme_versions(uow.session):
        return False
    start_over(uow.session)
    for host in demo.hosts:
        add_domain(uow, system(brand.id), host, clock=uow.clock)
    demo.season(tell(uow, brand, demo.content))
    return True
