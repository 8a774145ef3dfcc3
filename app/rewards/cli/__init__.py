"""`flask evaluate`, `flask schema evaluate`, `flask programme`, `flask settle`."""

import click

from app.http.documents.schemas import add_schemas
from app.rewards.cli.evaluation import SCHEMAS, evaluate_command
from app.rewards.cli.programme import programme
from app.rewards.cli.settling import settle_command


def register(cli: click.Group) -> None:
    """Add these commands to the application's."""
    cli.add_command(evaluate_command)
    add_schemas(cli, "evaluate", SCHEMAS)
    cli.add_command(programme)
    cli.add_command(settle_command)
