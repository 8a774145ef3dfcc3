"""`flask audit-ledger`: proves the books, or names what does not balance."""

import click
from flask import Flask
from flask.cli import with_appcontext

from app.brands.queries import BrandView, all_brands
from app.infra.uow import unit_of_work
from app.reports.audit import CHECKS, audit


def register(app: Flask) -> None:
    app.cli.add_command(audit_ledger)


@click.command("audit-ledger")
@click.option("--brand", "slug", help="Only this brand.")
@with_appcontext
def audit_ledger(slug: str | None) -> None:
    """Check every sum, lot, grant and order; exit 1 and name each thing that differs."""
    with unit_of_work(None) as uow:
        brands = [brand for brand in all_brands(uow.session) if slug in {None, brand.slug}]
    if slug and not brands:
        raise click.UsageError(f"There is no brand {slug!r}.")
    if sum([_audit(brand) for brand in brands]):
        raise SystemExit(1)


def _audit(brand: BrandView) -> int:
    with unit_of_work(brand.id) as uow:
        findings = list(audit(uow.session))
    for finding in findings:
        details = ", ".join(f"{name} {value}" for name, value in finding.row.items())
        click.echo(f"{brand.slug}: {finding.check}: {details}")
    click.echo(f"{brand.slug}: {len(CHECKS)} checks, {len(findings)} findings")
    return len(findings)
