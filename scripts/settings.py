"""The environment in which our own commands run, under `make run` or one by one."""

import secrets

from scripts.places import ROOT, VAR
from scripts.setup import environment


def base_environment(**more: str) -> dict[str, str]:
    env = environment() | {
        "CONVIVE_VAR": str(VAR),
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "TZ": "UTC",
    }
    return env | {"SECRET_KEY": env.get("SECRET_KEY") or secret_key()} | more


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
