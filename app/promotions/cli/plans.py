"""`flask plan …`: a brand's whole plan of prices, out to a file and in from one."""

import json
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
from app.infra.uow import transact, unit_of_work
from app.kernel.actor import system
from app.kernel.errors import Conflict
from app.kernel.words import N_
from app.promotions.domain.plan_format import plan_warnings, read_plan
from app.promotions.errors import PlanInvalid
from app.promotions.services.plan_files import PlanChanges, compare_plan, export_plan, import_plan

plan = AppGroup("plan", help="The pricing plan of a brand: discounts, segments, points.")

PARTS = (
    "added", "changed", "archived",
    "segments_added", "segments_changed", "segments_removed", "settings",
)  # fmt: skip


@plan.command("check")
@click.argument("file", metavar="PLAN.json")
@in_language
def check(file: str, lang: str) -> None:
    """Say whether FILE could be imported, and what in it looks like a mistake."""
    with force_locale(lang):
        document = _checked(file)
        for warning in plan_warnings(read_plan(document)):
            click.echo(f"{warning.path}: {say((warning.words, warning.params))}", err=True)
        click.echo(say(N_("This plan can be imported.")))


@plan.command("export")
@click.argument("brand")
def export(brand: str) -> None:
    """Print what BRAND has in force as JSON: what import and price read."""
    with unit_of_work(brand_called(brand).id) as uow:
        document = export_plan(uow.session)
    write(json.dumps(document, ensure_ascii=False, indent=2))


@plan.command("import")
@click.argument("brand")
@click.argument("file", metavar="PLAN.json")
@click.option("--dry-run", is_flag=True, help="Print what would change, and change nothing.")
@in_language
def import_file(brand: str, file: str, dry_run: bool, lang: str) -> None:
    """Make FILE the plan of BRAND: what it does not name is archived. Prints what changes."""
    with force_locale(lang):
        document, found = _checked(file), brand_called(brand)
        try:
            changes = _compare(found, document) if dry_run else _import(found, document)
        except PlanInvalid as error:
            give_up(Unusable(error.code, error.words, error.problems))
        except Conflict as error:
            raise click.ClickException(say(error)) from None
        for part in PARTS:
            for key in getattr(changes, part):
                click.echo(f"{part}\t{key}")
        if changes.is_empty:
            click.echo(say(N_("Nothing: the plan says the same already.")))


def _compare(brand: BrandView, document: Any) -> PlanChanges:
    with unit_of_work(brand.id) as uow:
        return compare_plan(uow.session, document)


def _import(brand: BrandView, document: Any) -> PlanChanges:
    return transact(
        lambda uow: import_plan(uow, system(brand.id), document, clock=uow.clock), brand.id
    )


def _checked(file: str) -> Any:
    try:
        document = read_document(bytes_of(file), file)
        read_plan(document)
    except PlanInvalid as error:
        give_up(Unusable(error.code, error.words, error.problems))
    except Unusable as error:
        give_up(error)
    return document
