"""Migrate, fill the demo, say who can sign in to it.

One process for the three, because loading the application takes longer than any of them.
"""

import sys
from contextlib import redirect_stdout
from pathlib import Path

if not __package__:  # started as a program
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from flask.cli import FlaskGroup

from wsgi import app


def flask(*words: str) -> None:
    FlaskGroup(create_app=lambda: app).main(words, standalone_mode=False)


if __name__ == "__main__":
    with redirect_stdout(sys.stderr):
        flask("db", "upgrade")
        flask("seed")
    flask("demo-accounts")
