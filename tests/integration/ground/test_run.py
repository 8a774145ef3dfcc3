"""`make run`: one address, served whole, stopped whole, resumed after the worst."""

import os
import shutil
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from scripts import processes
from scripts.places import PYTHON, ROOT
from scripts.services import free_port, public_twin

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]

GIVEN = ("DATABASE_URL", "REDIS_URL", "MAIL_SERVER", "SECRET_KEY", "MAILBOX_DIR")


class Run:
    """scripts/run.py over a folder and a port of its own."""

    def __init__(self, var: Path) -> None:
        self.var, self.port = var, free_port()
        self.env = {name: value for name, value in os.environ.items() if name not in GIVEN}
        self.env |= {"CONVIVE_VAR": str(var), "PORT": str(self.port)}
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> str:
        """All that it says until it serves."""
        self.process = self._popen()
        said = ""
        for line in self.process.stdout:
            said += line
            if "Ctrl-C" in line:
                return said
        raise AssertionError(said)

    def refuse(self, **env: str) -> tuple[int, str]:
        process = self._popen(**env)
        said, _ = process.communicate(timeout=60)
        return process.returncode, said

    def _popen(self, **env: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [PYTHON, ROOT / "scripts" / "run.py"],
            env=self.env | env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        self.process.communicate(timeout=60)
        return self.process.returncode

    def status(self, path: str) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.status

    def is_ready(self) -> bool:
        try:
            return self.status("/health/ready") == 200
        except OSError:
            return False

    def living(self) -> list[int]:
        """Every process that was started over our folder, by its environment."""
        mark = f"CONVIVE_VAR={self.var}\0".encode()
        return [
            int(p.parent.name) for p in Path("/proc").glob("[0-9]*/environ") if mark in _read(p)
        ]

    def have_ended(self) -> bool:
        return processes.wait_until(lambda: not self.living(), seconds=30)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    run = Run(tmp_path)
    yield run
    for pid in run.living():
        os.kill(pid, signal.SIGKILL)
    if run.process is not None:
        run.process.communicate(timeout=30)
    shutil.rmtree(public_twin(tmp_path / "services"), ignore_errors=True)


def test_it_serves_stops_without_a_trace_and_resumes(run) -> None:
    said = run.start()
    ready = run.status("/health/ready")
    left = run.end(signal.SIGINT), run.have_ended()
    said_again = run.start()

    assert f"http://localhost:{run.port}/" in said
    assert (ready, left) == (200, (0, True))
    assert said_again.splitlines()[-3:] == said.splitlines()[-3:]
    assert run.status("/health/ready") == 200
    assert run.end(signal.SIGTERM) == 0
    assert run.have_ended()


def test_killed_at_once_it_leaves_nothing_running_and_starts_again(run) -> None:
    run.start()

    run.end(signal.SIGKILL)

    assert run.have_ended()
    run.start()
    assert run.status("/health/ready") == 200


def test_whatever_is_killed_below_it_comes_back(run) -> None:
    run.start()

    for pid in set(run.living()) - {run.process.pid}:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    assert processes.wait_until(run.is_ready, seconds=60)
    assert run.end(signal.SIGTERM) == 0
    assert run.have_ended()


def test_a_second_one_over_the_same_folder_is_refused(run) -> None:
    run.start()

    code, said = run.refuse()

    assert code == 1
    assert f"(process {run.process.pid})" in said


@pytest.mark.parametrize(
    ("env", "words"),
    [
        pytest.param({"DATABASE_URL": "sqlite:///x.db"}, "SQLite", id="SQLite"),
        pytest.param({"PORT": "http"}, "between 1 and 65535", id="a port in letters"),
        pytest.param({"PORT": "65536"}, "between 1 and 65535", id="a port too high"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_starts(run, env, words) -> None:
    code, said = run.refuse(**env)

    assert (code, run.living()) == (1, [])
    assert words in said


def test_a_taken_port_is_named(run) -> None:
    run.start()

    code, said = run.refuse(CONVIVE_VAR=f"{run.var}/other")

    assert code == 1
    assert f"Port {run.port}" in said
