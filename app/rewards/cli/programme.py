"""`flask programme …`: a brand's reward programme, version by version."""

import json
import time
from datetime import date, datetime
from typing import Any
from uuid import UUID

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
from app.kernel.errors import Conflict, NotFound, Refused
from app.kernel.words import N_
from app.rewards.domain.changes import compare
from app.rewards.domain.programme import ProgrammeInvalid, compile_programme
from app.rewards.errors import ProgrammeVersionOutOfOrder
from app.rewards.presenters.changes import tell_changes
from app.rewards.presenters.programme import product_names
from app.rewards.queries import programme_versions
from app.rewards.queries.drafts import programme_version
from app.rewards.queries.simulations import simulation as simulation_view
from app.rewards.services import simulation
from app.rewards.services.programme import publish_programme

DAY = click.DateTime(["%Y-%m-%d"])
PAUSE_SECONDS = 0.1
"""Between looks at a simulation that a worker has the rest of."""

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
    type=DAY,
    help="First day whose meetings it judges; today when left out.",
)
@in_language
def publish(brand: str, file: str, effective_on: datetime | None, lang: str) -> None:
    """Make FILE the next version of BRAND's programme; what could never work is refused."""
    with force_locale(lang):
        document = _read(file)
        found = brand_called(brand)
        first_day = effective_on.date() if effective_on else None
        try:
            version, published = transact(
                lambda uow: _publish(uow, found, document, first_day), found.id
            )
        except ProgrammeInvalid as error:
            give_up(Unusable(error.code, error.words, error.problems))
        except ProgrammeVersionOutOfOrder as error:
            raise click.ClickException(say(error)) from None
        _warn_of_oddities(published)
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


@programme.command("diff")
@click.argument("brand")
@click.argument("before", type=int)
@click.argument("after", type=int)
@in_language
def diff(brand: str, before: int, after: int, lang: str) -> None:
    """Say in words what version AFTER of BRAND's programme changed of version BEFORE."""
    found = brand_called(brand)
    with force_locale(lang):
        try:
            with unit_of_work(found.id) as uow:
                was, now = (programme_version(uow.session, one) for one in (before, after))
                names = product_names(uow.session, was.document, now.document)
        except NotFound:
            raise click.ClickException(say(N_("There is no such version."))) from None
        for line in tell_changes(compare(was.document, now.document), names):
            click.echo(" ".join(part for part in (line.label, line.title) if part))
            for mark, texts in (("-", line.before), ("+", line.after)):
                for told in texts:
                    click.echo(f"  {mark} {told}")


@programme.command("simulate")
@click.argument("brand")
@click.argument("file", metavar="[PROGRAMME.json]", required=False)
@click.option("--version", type=int, help="A published version; the draft without it and a file.")
@click.option("--from", "first", type=DAY, required=True, help="First day of meetings.")
@click.option("--until", "last", type=DAY, required=True, help="Last day of meetings.")
@in_language
def simulate(
    brand: str, file: str | None, version: int | None, first: datetime, last: datetime, lang: str
) -> None:
    """Say, as JSON, what a programme would have given BRAND's people, beside the one in force.

    Of FILE, of a published version, or of the draft; judged here, with the help of workers where
    there are any, who also end what was begun here. What it found is kept, and can be read in the
    console too.
    """
    found = brand_called(brand)
    with force_locale(lang):
        document = _checked(file) if file else None
        try:
            told = _simulated(found, document, version, (first.date(), last.date()))
        except (Conflict, Refused, NotFound) as refusal:
            raise click.ClickException(say(refusal)) from None
        write(json.dumps(told, ensure_ascii=False, indent=2))


def _simulated(
    brand: BrandView, document: Any, version: int | None, period: tuple[date, date]
) -> dict[str, Any]:
    def start(uow: UnitOfWork) -> UUID:
        return simulation.start_simulation(
            uow,
            system(brand.id),
            from_on=period[0],
            until_on=period[1],
            version=version,
            document=document,
            clock=uow.clock,
        )

    def judge(uow: UnitOfWork) -> bool:
        return simulation.judge_next_chunk(uow, bench, clock=uow.clock)

    def is_busy(uow: UnitOfWork) -> bool:
        simulation.sum_up(uow, simulation_id, clock=uow.clock)
        uow.session.flush()
        return simulation_view(uow.session, simulation_id).line.is_busy

    simulation_id = transact(start, brand.id)
    bench = transact(lambda uow: simulation.Bench(uow, simulation_id), brand.id)
    while transact(is_busy, brand.id):
        while transact(judge, brand.id):
            pass
        time.sleep(PAUSE_SECONDS)
    with unit_of_work(brand.id) as uow:
        found = simulation_view(uow.session, simulation_id).result or {}
    return {"simulation": str(simulation_id), **found}


def _publish(
    uow: UnitOfWork, brand: BrandView, document: Any, first_day: date | None
) -> tuple[int, Any]:
    """Its number, and the document with the published rewards it names. Only a brand's first
    version may reach back: what was judged stays judged."""
    today = local_day(uow.clock(), brand.timezone)
    if first_day and first_day < today and programme_versions(uow.session):
        raise ProgrammeVersionOutOfOrder(effective_on=first_day)
    version = publish_programme(
        uow, system(brand.id), document, effective_on=first_day or today, clock=uow.clock
    )
    return version, programme_version(uow.session, version).document


def _checked(file: str) -> Any:
    document = _read(file)
    try:
        compile_programme(document)
    except ProgrammeInvalid as error:
        give_up(Unusable(error.code, error.words, error.problems))
    return document


def _read(file: str) -> Any:
    try:
        return read_document(bytes_of(file), file)
    except Unusable as error:
        give_up(error)


def _warn_of_oddities(document: Any) -> None:
    for warning in compile_programme(document).warnings:
        click.echo(f"{warning.path}: {say((warning.words, warning.params))}", err=True)
