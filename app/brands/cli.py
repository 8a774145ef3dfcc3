"""`flask brand …`: what the platform's operators type."""

import json
from dataclasses import asdict
from typing import Any

import click
from flask.cli import AppGroup

from app.brands import queries, services
from app.http.words import say
from app.infra.uow import unit_of_work
from app.kernel.errors import ConviveError, Invalid

brand = AppGroup("brand", help="Create brands and change their settings.")


@brand.command("create")
@click.argument("slug")
@click.argument("name")
@click.option("--country", default="FR", show_default=True)
@click.option("--currency", default="EUR", show_default=True)
@click.option("--timezone", default="Europe/Paris", show_default=True)
@click.option("--locale", default="fr", show_default=True)
@click.option("--accent", default="#8a3b5c", show_default=True)
def create(slug: str, name: str, **options: Any) -> None:
    """A new brand, served at SLUG.localhost or at its own address."""
    try:
        with unit_of_work(None) as uow:
            services.create_brand(uow, slug=slug, name=name, clock=uow.clock, **options)
    except ConviveError as error:
        raise _told(error) from None
    click.echo(slug)


@brand.command("list")
def show_all() -> None:
    """Every brand: its slug, name and address."""
    with unit_of_work(None) as uow:
        for found in queries.all_brands(uow.session):
            click.echo(f"{found.slug}\t{found.name}\t{found.origin}")


@brand.command("settings")
@click.argument("slug")
@click.argument("changes", nargs=-1, metavar="[NAME=VALUE]…")
def settings(slug: str, changes: tuple[str, ...]) -> None:
    """Print the settings of a brand, after the changes if any: all of them or none."""
    try:
        with unit_of_work(None) as uow:
            found = services.change_settings(uow, slug, dict(map(_pair, changes)))
    except ConviveError as error:
        raise _told(error) from None
    for name, value in asdict(found).items():
        click.echo(f"{name}={value}")


def _pair(change: str) -> tuple[str, Any]:
    name, sign, value = change.partition("=")
    if not sign:
        raise click.UsageError(f"{change}: write NAME=VALUE")
    return name, _value(value)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _told(error: ConviveError) -> click.ClickException:
    if not isinstance(error, Invalid):
        return click.ClickException(say(error))
    lines = (
        f"{name}: {say(message)}" for name, messages in error.fields.items() for message in messages
    )
    return click.ClickException("\n".join(lines))
