"""`flask price`, `flask schema price`, `flask plan …`."""

import click

from app.http.documents.schemas import add_schemas
from app.promotions.cli.plans import plan
from app.promotions.cli.pricing import SCHEMAS, price_command


def register(cli: click.Group) -> None:
    """Add these commands to the application's."""
    cli.add_command(price_command)
    cli.add_command(plan)
    add_schemas(cli, "price", SCHEMAS)
