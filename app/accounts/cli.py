"""`flask user …`: accounts, for operators."""

import click
from flask.cli import AppGroup

from app.accounts import services
from app.accounts.schemas import PEOPLE, NewUserSchema
from app.accounts.sessions import forget_expired
from app.brands.queries import all_brands, brand_by_slug
from app.http.forms import load
from app.http.words import say
from app.infra.uow import unit_of_work
from app.kernel.actor import Role
from app.kernel.errors import ConviveError, Invalid

user = AppGroup("user", help="Create accounts, suspend them, forget old sessions.")


@user.command("create")
@click.argument("brand")
@click.argument("email")
@click.argument("name")
@click.option("--role", type=click.Choice([str(role) for role in PEOPLE]), default="brand_admin")
@click.password_option()
def create(brand: str, email: str, name: str, role: str, password: str) -> None:
    """Somebody who can sign in to BRAND (a slug)."""
    with unit_of_work(None) as uow:
        found = brand_by_slug(uow.session, brand)
    if found is None:
        raise click.ClickException(f"There is no brand called {brand}.")
    try:
        typed = load(NewUserSchema, {"email": email, "name": name})
        with unit_of_work(found.id) as uow:
            services.create_user(
                uow,
                email=typed["email"],
                password=password,
                role=Role(role),
                display_name=typed["name"],
                clock=uow.clock,
            )
    except Invalid as error:
        messages = [say(message) for listed in error.fields.values() for message in listed]
        raise click.ClickException("\n".join(messages)) from None
    except ConviveError as error:
        raise click.ClickException(say(error)) from None
    click.echo(typed["email"])


@user.command("forget-sessions")
def forget_sessions() -> None:
    """Delete the sessions and tokens that can open nothing any more."""
    with unit_of_work(None) as uow:
        gone, brands = forget_expired(uow), all_brands(uow.session)
    for brand in brands:
        with unit_of_work(brand.id) as uow:
            gone += services.forget_dead_tokens(uow)
    click.echo(gone)
