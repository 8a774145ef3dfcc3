"""`flask brand …`: what the platform's operators type."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from app.brands import queries, services
from app.brands.errors import BrandUnknown
from app.brands.theme import DEFAULT_ACCENT
from app.http.words import say
from app.infra.uow import UnitOfWork, unit_of_work
from app.kernel.actor import Actor, system
from app.kernel.errors import ConviveError, Invalid

brand = AppGroup("brand", help="Create brands and change their settings.")


@brand.command("create")
@click.argument("slug")
@click.argument("name")
@click.option("--country", default="FR", show_default=True)
@click.option("--currency", default="EUR", show_default=True)
@click.option("--timezone", default="Europe/Paris", show_default=True)
@click.option("--locale", default="fr", show_default=True)
@click.option("--accent", default=DEFAULT_ACCENT, show_default=True)
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


@brand.command("theme")
@click.argument("slug")
@click.option("--name", help="The name everybody sees.")
@click.option("--accent", help="The one colour, such as #8a3b5c.")
@click.option("--logo", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--no-logo", is_flag=True, help="Show the name in place of the logo.")
def theme(
    slug: str, name: str | None, accent: str | None, logo: Path | None, no_logo: bool
) -> None:
    """Print how a brand looks, after the changes if any: all of them or none."""

    def change(uow: UnitOfWork, actor: Actor) -> None:
        services.change_theme(uow, actor, name=name, accent=accent)
        if logo:
            services.set_logo(uow, actor, logo.read_bytes(), clock=uow.clock)
        if no_logo:
            services.remove_logo(uow, actor)

    found = _changed(slug, change)
    click.echo(f"name={found.name}\naccent={found.accent}\nlogo={found.logo_url or ''}")


@brand.command("domains")
@click.argument("slug")
@click.option("--add", "added", multiple=True, metavar="HOST", help="Serve the brand there too.")
@click.option("--remove", "removed", multiple=True, metavar="HOST")
def domains(slug: str, added: tuple[str, ...], removed: tuple[str, ...]) -> None:
    """Print the host names of a brand, after the changes if any: all of them or none."""

    def change(uow: UnitOfWork, actor: Actor) -> None:
        for host in removed:
            services.remove_domain(uow, actor, host)
        for host in added:
            services.add_domain(uow, actor, host, clock=uow.clock)

    for host in _changed(slug, change).domains:
        click.echo(host)


def _changed(slug: str, change: Callable[[UnitOfWork, Actor], None]) -> queries.BrandView:
    """The brand after the platform changed it."""
    try:
        found = _brand(slug)
        with unit_of_work(found.id) as uow:
            change(uow, system(found.id))
    except ConviveError as error:
        raise _told(error) from None
    return _brand(slug)


def _brand(slug: str) -> queries.BrandView:
    with unit_of_work(None) as uow:
        found = queries.brand_by_slug(uow.session, slug)
    if found is None:
        raise BrandUnknown(slug=slug)
    return found


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


def brand_called(slug: str) -> queries.BrandView:
    """What other commands name a brand by; an unknown one ends them with the words to say."""
    with unit_of_work(None) as uow:
        found = queries.brand_by_slug(uow.session, slug)
    if found is None:
        raise click.ClickException(f"There is no brand {slug!r}: see `flask brand list`.")
    return found
