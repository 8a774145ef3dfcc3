"""`flask programme …`: a brand's reward programme, version by version."""

import json
from datetime import date, datetime
from typing import Any

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from app.brands.cli import brand_called
from app.brands.queries import BrandView
from app.http.documents.language import in_language
from app.http.documents.reading import Unusable, bytes_of, read_document
from app.http.documents.writing import give_up, write
from app.http.words import say
from app.infra.uow import UnitOfWork, transact, unit_of_work
from app.kernel.actor import system
from app.kernel.clock import local_day
from app.kernel.words import N_
from app.rewards.domain.programme import ProgrammeInvalid, compile_programme
from app.rewards.errors import ProgrammeVersionOutOfOrder
from app.rewards.queries import programme_versions
from app.rewards.services.programme import publish_programme

programme = AppGroup("programme", help="The reward programme of a brand, version by version.")


@programme.command("check")
@click.argument("file", metavar="PROGRAMME.json")
@in_language
def check(file: str, lang: str) -> None:
    """Say whether FILE could be published, and what in it looks like a mistake."""
    with force_locale(lang):
        _warn_of_oddities(_checked(file))
        click.echo(say(N_("This programme can be published.")))


@programme.command("publish")
@click.argument("brand")
@click.argument("file", metavar="PROGRAMME.json")
@click.option(
    "--effective-on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="First day whose meetings it judges; today when left out.",
)
@in_language
def publish(brand: str, file: str, effective_on: datetime | None, lang: str) -> None:
    """Make FILE the next version of BRAND's programme; what could never work is refused."""
    with force_locale(lang):
        document = _checked(file)
        found = brand_called(brand)
        first_day = effective_on.date() if effective_on else None
        try:
            version = transact(lambda uow: _publish(uow, found, document, first_day), found.id)
        except ProgrammeVersionOutOfOrder as error:
            raise click.ClickException(say(error)) from None
        _warn_of_oddities(document)
        words = N_("Version %(version)s of the programme is published.")
        click.echo(say(words, {"version": str(version)}))


@programme.command("list")
@click.argument("brand")
def show_versions(brand: str) -> None:
    """Every version of BRAND's programme: number, effective date, name; newest first."""
    found = brand_called(brand)
    with unit_of_work(found.id) as uow:
        for version in programme_versions(uow.session):
            name = version.document.get("name", "")
            click.echo(f"{version.version}\t{version.effective_on}\t{name}")


@programme.command("export")
@click.argument("brand")
@click.option("--version", type=int, help="The newest when left out.")
def export(brand: str, version: int | None) -> None:
    """Print a version of BRAND's programme as JSON: what publish and evaluate read."""
    found = brand_called(brand)
    with unit_of_work(found.id) as uow:
        known = {one.version: one.document for one in programme_versions(uow.session)}
    wanted = max(known, default=0) if version is None else version
    if wanted not in known:
        raise click.ClickException(f"There is no version {wanted} of this programme.")
    write(json.dumps(known[wanted], ensure_ascii=False, indent=2))


def _publish(uow: UnitOfWork, brand: BrandView, document: Any, first_day: date | None) -> int:
    """Only a brand's first version may reach back: what was judged stays judged."""
    today = local_day(uow.clock(), brand.timezone)
    if first_day and first_day < today and programme_versions(uow.session):
        raise ProgrammeVersionOutOfOrder(effective_on=first_day)
    return publish_programme(
        uow, system(brand.id), document, effective_on=first_day or today, clock=uow.clock
    )


def _checked(file: str) -> Any:
    try:
        document = read_document(bytes_of(file), file)
        compile_programme(document)
    except ProgrammeInvalid as error:
        give_up(Unusable(error.code, error.words, error.problems))
    except Unusable as error:
        give_up(error)
    return document


def _warn_of_oddities(document: Any) -> None:
    for warning in compile_programme(document).warnings:
        click.echo(f"{warning.path}: {say((warning.words, warning.params))}", err=True)
