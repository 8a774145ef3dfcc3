"""Pin, with hashes, what requirements/*.in names: one lock for every supported Python."""

import subprocess
import sys
from pathlib import Path

if not __package__:  # started as a program
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from scripts.places import PYTHON, ROOT
from scripts.setup import environment, inside_venv

COMPILE = ["--quiet", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"]


def main() -> None:
    inside_venv(__file__, "dev")
    for source in sorted((ROOT / "requirements").glob("*.in")):
        lock = source.with_suffix(".txt").relative_to(ROOT)
        command = [PYTHON, "-m", "uv", "pip", "compile", *COMPILE, "-o", lock]
        subprocess.run(
            [*command, source.relative_to(ROOT)], cwd=ROOT, env=environment(), check=True
        )


if __name__ == "__main__":
    main()
