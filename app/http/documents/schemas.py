"""`flask schema …`: one group, to which each package adds the documents it knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import click

from app.http.documents.writing import JsonObject, write_indented

Schemas = Mapping[str, Callable[[], JsonObject]]


def add_schemas(cli: click.Group, name: str, schemas: Schemas) -> None:
    """`flask schema NAME` prints all of them, `flask schema NAME WHICH` one."""
    _group_of(cli).add_command(_command(name, schemas))


def _group_of(cli: click.Group) -> click.Group:
    found = cli.commands.get("schema")
    if not isinstance(found, click.Group):
        found = click.Group(
            "schema", help="Print the JSON Schemas of what commands read and write."
        )
        cli.add_command(found)
    return found


def _command(name: str, schemas: Schemas) -> click.Command:
    def printed(which: str | None) -> None:
        write_indented(
            schemas[which]() if which else {key: make() for key, make in schemas.items()}
        )

    named = f"{', '.join(list(schemas)[:-1])} and {list(schemas)[-1]}"
    return click.Command(
        name,
        params=[click.Argument(["which"], required=False, type=click.Choice(tuple(schemas)))],
        callback=printed,
        help=f"JSON Schemas (draft 2020-12) of {named}; WHICH prints that one alone.",
    )
