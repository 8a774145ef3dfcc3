"""`flask seed` fills the demo brand once; `flask demo-accounts` says how to enter it."""

import click
from flask import Flask

from app.brands.queries import BrandView, brand_by_slug
from app.brands.services import create_brand
from app.demo.people import PASSWORD, SELLERS
from app.demo.story import tell
from app.infra.locks import start_over
from app.infra.uow import UnitOfWork, transact, unit_of_work
from app.rewards.queries import programme_versions

SLUG, NAME, ACCENT = "maison-olive", "Maison Olive", "#9d3f6b"


def register(app: Flask) -> None:
    app.cli.add_command(seed)
    app.cli.add_command(demo_accounts)


@click.command()
def seed() -> None:
    """Fill the demo brand; where it exists already, nothing happens."""
    with unit_of_work(None) as uow:
        brand = brand_by_slug(uow.session, SLUG)
    if brand is None:
        brand = transact(_create, None)
    click.echo("Seeded." if transact(lambda uow: _fill(uow, brand), brand.id) else "Seeded before.")


@click.command("demo-accounts")
def demo_accounts() -> None:
    """Who can sign in to the demo."""
    for person in SELLERS:
        click.echo(f"{person.first_name} {person.last_name}: {person.email} / {PASSWORD}")


def _create(uow: UnitOfWork) -> BrandView:
    create_brand(uow, slug=SLUG, name=NAME, accent=ACCENT, clock=uow.clock)
    uow.session.flush()
    brand = brand_by_slug(uow.session, SLUG)
    assert brand is not None
    return brand


def _fill(uow: UnitOfWork, brand: BrandView) -> bool:
    """False when the brand has its programme, hence everything, already."""
    if programme_versions(uow.session):
        return False
    start_over(uow.session)
    tell(uow, brand)
    return True
