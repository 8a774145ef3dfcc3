"""The environment in which our own commands run, under `make run` or one by one."""

import json
import secrets

from scripts.places import ROOT, VAR
from scripts.setup import environment

RUNNING = VAR / "run.json"
"""What `make run` has chosen, for commands given beside it."""


def base_environment(**more: str) -> dict[str, str]:
    env = (
        _chosen_by_run()
        | environment()
        | {
            "CONVIVE_VAR": str(VAR),
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "TZ": "UTC",
        }
    )
    return env | {"SECRET_KEY": env.get("SECRET_KEY") or secret_key()} | more


def remember_choices(**choices: str) -> None:
    RUNNING.touch(mode=0o600)
    RUNNING.write_text(json.dumps(choices))


def _chosen_by_run() -> dict[str, str]:
    try:
        return dict(json.loads(RUNNING.read_text()))
    except (OSError, ValueError):
        return {}


def secret_key() -> str:
    """Made once, so that people stay signed in over a restart."""
    path = VAR / "secret_key"
    if not path.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        draft.rename(path)
    return path.read_text()
