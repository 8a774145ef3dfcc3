"""The language of messages on a terminal."""

from __future__ import annotations

import os

import click

LANGUAGES = ("en", "fr")


def spoken_language(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str:
    """As asked, else as the terminal is set, else English."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    spoken = value or next((os.environ[name] for name in names if os.environ.get(name)), "")
    return "fr" if spoken.lower().startswith("fr") else "en"


in_language = click.option(
    "--lang", type=click.Choice(LANGUAGES), callback=spoken_language, help="Of error messages."
)
