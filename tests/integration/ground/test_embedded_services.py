"""The embedded servers keep their data and leave no process, however they are ended."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from scripts import processes
from scripts.places import PYTHON, ROOT
from scripts.services import public_twin

pytestmark = pytest.mark.chaos


class Launcher:
    """scripts/services.py in a process of its own, over one folder."""

    def __init__(self, var: Path) -> None:
        self.data = var / "services"
        self.env = os.environ | {"CONVIVE_VAR": str(var), "DATABASE_URL": "", "REDIS_URL": ""}
        self.started: list[subprocess.Popen[str]] = []

    def start(self) -> dict[str, str]:
        process = subprocess.Popen(
            [PYTHON, ROOT / "scripts" / "services.py"],
            env=self.env,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        lines = [process.stdout.readline() for _ in range(2)]
        return dict(line.removeprefix("export ").strip().split("=", 1) for line in lines)

    def run(self, *command: str) -> str:
        script = ROOT / "scripts" / "services.py"
        return subprocess.check_output([PYTHON, script, *command], env=self.env, text=True)

    def end(self, how: signal.Signals) -> int:
        self.started[-1].send_signal(how)
        return self.started[-1].wait(30)

    def servers(self) -> list[int]:
        """The processes that work in our folders, found without asking our own code."""
        found = []
        for cwd in Path("/proc").glob("[0-9]*/cwd"):
            try:
                folder = str(cwd.resolve(strict=True))
            except OSError:
                continue
            if folder.startswith((str(self.data), str(public_twin(self.data)))):
                found.append(int(cwd.parent.name))
        return found

    def have_ended(self) -> bool:
        return processes.wait_until(lambda: not self.servers(), seconds=20)


@pytest.fixture
def launcher(tmp_path: Path) -> Iterator[Launcher]:
    launcher = Launcher(tmp_path)
    yield launcher
    for process in launcher.started:
        if process.poll() is None:
            process.terminate()
            process.wait(30)
        process.stdout.close()
    shutil.rmtree(public_twin(launcher.data), ignore_errors=True)


def write_in_both(urls: dict[str, str]) -> tuple[int, int]:
    """One more row and one more count; how many there are now."""
    with psycopg.connect(urls["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS seen (at timestamptz)")
        connection.execute("INSERT INTO seen VALUES (now())")
        rows = connection.execute("SELECT count(*) FROM seen").fetchone()
    with redis.Redis.from_url(urls["REDIS_URL"]) as client:
        return rows[0], client.incr("seen")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=lambda how: how.name)
def test_asked_to_stop_they_leave_no_process_and_keep_their_data(launcher, how) -> None:
    write_in_both(launcher.start())

    assert launcher.end(how) == 0
    assert launcher.have_ended()
    assert write_in_both(launcher.start()) == (2, 2)


def test_servers_do_not_outlive_a_launcher_killed_at_once(launcher) -> None:
    write_in_both(launcher.start())

    launcher.end(signal.SIGKILL)

    assert launcher.have_ended()


def test_after_kill_9_of_everything_the_next_start_has_all_that_was_committed(launcher) -> None:
    write_in_both(launcher.start())
    servers = launcher.servers()

    launcher.end(signal.SIGKILL)
    for server in servers:
        try:
            os.kill(server, signal.SIGKILL)
        except ProcessLookupError:
            continue
    rows, _count = write_in_both(launcher.start())

    assert rows == 2


def test_a_stale_pid_file_that_names_a_stranger_harms_nobody(launcher) -> None:
    write_in_both(launcher.start())
    launcher.end(signal.SIGINT)
    stranger = subprocess.Popen(["sleep", "60"])
    for folder in (launcher.data, public_twin(launcher.data)):
        for data in folder.glob("postgres-*/data"):
            (data / "postmaster.pid").write_text(f"{stranger.pid}\n{data}\n")

    assert write_in_both(launcher.start()) == (2, 2)
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_second_start_shares_the_servers_that_run(launcher) -> None:
    urls = launcher.start()

    assert f"DATABASE_URL={urls['DATABASE_URL']}" in launcher.run("env").splitlines()


def test_nobody_enters_without_the_password(launcher) -> None:
    urls = {name: urlsplit(url) for name, url in launcher.start().items()}
    database, queue = urls["DATABASE_URL"], urls["REDIS_URL"]

    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(
            database._replace(netloc=f"convive:guess@127.0.0.1:{database.port}").geturl()
        )
    with pytest.raises(redis.AuthenticationError), redis.Redis(port=queue.port) as client:
        client.ping()
