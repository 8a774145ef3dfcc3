"""Every check that is not a test: python3 scripts/lint.py

Runs them all before it fails, so that one look shows everything there is to mend.
"""

import subprocess
import sys
from pathlib import Path

if not __package__:  # started as a program
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from scripts.places import ROOT, VENV
from scripts.setup import environment, inside_venv

WORDS = ["README.md", "docs", "app", "scripts", "templates", "tests", "migrations"]

CHECKS = {
    "style": ["ruff", "check"],
    "format": ["ruff", "format", "--check"],
    "types": ["mypy"],
    "imports": ["lint-imports"],
    "templates": ["djlint", "--lint", "--quiet", "templates"],
    "spelling": ["codespell", *WORDS],
    "translations": ["python", "scripts/translations.py", "check"],
}


def main(names: list[str]) -> int:
    inside_venv(__file__, "dev")
    failed = [name for name in names or CHECKS if not _passes(name)]
    print(f"\nNot clean: {', '.join(failed)}" if failed else "\nAll clean.")
    return 1 if failed else 0


def _passes(name: str) -> bool:
    program, *arguments = CHECKS[name]
    command = [str(VENV / "bin" / program), *(a for a in arguments if _is_there(a))]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    print(f"{'ok ' if done.returncode == 0 else 'NOT'} {name}", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


def _is_there(argument: str) -> bool:
    return argument not in WORDS or (ROOT / argument).exists()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
