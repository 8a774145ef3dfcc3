"""`flask import` and `flask export`: the same files, rows and refusals as the console's."""

import sys
from pathlib import Path

import click
from flask import g
from flask.cli import with_appcontext
from flask_babel import force_locale

from app.brands.queries import BrandView, brand_by_slug
from app.http.words import say
from app.imports import services, writing
from app.imports.errors import FileUnreadable
from app.imports.kinds import Kind, all_kinds, kind_named
from app.imports.presenters import done_words, error_text
from app.imports.services import Report
from app.imports.sheets import MAX_BYTES, read_sheet
from app.infra.uow import transact, unit_of_work
from app.kernel.actor import system
from app.kernel.errors import ConviveError

STDOUT = "-"


def register(cli: click.Group) -> None:
    """Add these commands to the application's."""
    cli.add_command(import_command)
    cli.add_command(export_command)


@click.command("import")
@click.argument("kind")
@click.argument("brand")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--skip-bad-rows", is_flag=True, help="Import the good rows of a file with errors.")
@with_appcontext
def import_command(kind: str, brand: str, file: Path, dry_run: bool, skip_bad_rows: bool) -> None:
    """Import FILE (CSV or XLSX) into BRAND (a slug): KIND is products, categories, stock…

    Nothing is written from a file with errors, unless its bad rows may be left out.
    """
    wanted, owner = _kind(kind), _brand(brand)
    with force_locale(owner.locale):
        try:
            report = _looked_at(wanted, owner, file)
            _tell(wanted, report)
            if dry_run or (report.bad and not (skip_bad_rows and not report.header_wrong)):
                sys.exit(1 if report.bad else 0)
            report = transact(
                lambda uow: services.apply(
                    uow,
                    system(owner.id),
                    wanted,
                    read_sheet(_content(file)),
                    skip_bad_rows=skip_bad_rows,
                    clock=uow.clock,
                ),
                owner.id,
            )
        except ConviveError as refusal:
            raise click.ClickException(say(refusal)) from None
    click.echo("✓ " + ", ".join(done_words(report)))


@click.command("export")
@click.argument("kind")
@click.argument("brand")
@click.option("--format", "form", type=click.Choice(["csv", "xlsx"]), default="csv")
@click.option("--template", is_flag=True, help="An empty file with examples, to fill in.")
@click.option("--output", "-o", type=click.Path(path_type=Path), default=Path(STDOUT))
@with_appcontext
def export_command(kind: str, brand: str, form: str, template: bool, output: Path) -> None:
    """All of a KIND of BRAND, as a file that `flask import` reads back."""
    wanted, owner = _kind(kind), _brand(brand)
    with force_locale(owner.locale):
        if template:
            content = writing.template(wanted.layout, form)
        else:
            with unit_of_work(owner.id) as uow:
                content = services.export(uow, system(owner.id), wanted, form)
    try:
        if str(output) == STDOUT:
            sys.stdout.buffer.write(content)
        else:
            output.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"{output}: {error.strerror}") from None


def _looked_at(kind: Kind, owner: BrandView, file: Path) -> Report:
    sheet = read_sheet(_content(file))
    with unit_of_work(owner.id) as uow:
        return services.look(uow, system(owner.id), kind, sheet)


def _content(file: Path) -> bytes:
    """Never more than a little beyond what is read anyway."""
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError:
        raise FileUnreadable from None


def _tell(kind: Kind, report: Report) -> None:
    for cell in report.bad:
        click.echo(error_text(kind, cell), err=True)
    click.echo(", ".join(done_words(report, only_looked_at=True)))


def _kind(name: str) -> Kind:
    try:
        return kind_named(name)
    except ConviveError:
        offered = ", ".join(kind.name for kind in all_kinds())
        raise click.UsageError(f"{name}: choose one of {offered}") from None


def _brand(slug: str) -> BrandView:
    with unit_of_work(None) as uow:
        found = brand_by_slug(uow.session, slug)
    if found is None:
        raise click.UsageError(f"There is no brand called {slug}.")
    g.brand = found
    return found
