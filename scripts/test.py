"""All tests, from nothing: python3 scripts/test.py [what to hand to pytest]

TEST_DATABASE_URL and TEST_REDIS_URL name servers to use; otherwise throw-away ones are started.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

if not __package__:  # started as a program
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from scripts.places import PYTHON, ROOT
from scripts.setup import environment, inside_venv


def test_environment(database: str, redis: str) -> dict[str, str]:
    from scripts.chromium import browser_environment

    ours = {
        "TEST_DATABASE_URL": database,
        "TEST_REDIS_URL": redis,
        "TZ": "UTC",
    }
    return environment() | ours | browser_environment()


def main(words: list[str]) -> int:
    inside_venv(__file__, "dev")
    from scripts.services import ServiceFailed, throwaway_services

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    workers = [] if "-n" in words else ["-n", os.environ.get("TEST_WORKERS", "2")]
    try:
        with throwaway_services() as urls:
            command = [PYTHON, "-m", "pytest", *workers, *words]
            env = test_environment(urls.database, urls.redis)
            return subprocess.run(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL).returncode
    except ServiceFailed as failure:
        sys.exit(f"\n{failure}")
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
