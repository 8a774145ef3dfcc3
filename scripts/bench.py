"""What things cost, measured: python3 scripts/bench.py [--json] [names of benchmarks/*.py]"""

import subprocess
import sys
from pathlib import Path

if not __package__:  # started as a program
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from scripts.places import PYTHON, ROOT
from scripts.setup import environment, inside_venv


def main(words: list[str]) -> int:
    inside_venv(__file__, "dev")
    options = [word for word in words if word.startswith("-")]
    names = [word for word in words if word not in options]
    files = sorted((ROOT / "benchmarks").glob("*.py"))
    return max(
        [_run(file, options) for file in files if not names or file.stem in names], default=2
    )


def _run(file: Path, options: list[str]) -> int:
    print(f"\n{file.stem}", flush=True)
    command = [PYTHON, file, *options]
    return subprocess.run(command, cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
