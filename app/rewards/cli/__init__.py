"""`flask evaluate`, `flask schema evaluate`, `flask programme`, `flask settle`."""

import click

from app.rewards.cli.evaluation import evaluate_command, schema_command
from app.rewards.cli.programme import programme
from app.rewards.cli.settling import settle_command


def register(cli: click.Group) -> None:
    """Add these commands to the application's."""
    cli.add_command(evaluate_command)
    cli.add_command(schema_command)
    cli.add_command(programme)
    cli.add_command(settle_command)
