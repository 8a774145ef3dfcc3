"""`flask price`, `flask schema price`."""

import click

from app.http.documents.schemas import add_schemas
from app.promotions.cli.pricing import SCHEMAS, price_command


def register(cli: click.Group) -> None:
    """Add these commands to the application's."""
    cli.add_command(price_command)
    add_schemas(cli, "price", SCHEMAS)
