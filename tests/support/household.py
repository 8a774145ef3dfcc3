"""All processes of an installation on servers of the tests: web, relay, worker, mailbox."""

import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.infra.mailbox import KeptMail, newest
from scripts import processes
from scripts.places import PYTHON, ROOT, VENV
from scripts.services import free_port
from scripts.settings import base_environment

FLASK = (str(PYTHON), "-m", "flask", "--app", "wsgi")
READY_SECONDS = 60
ALL_MAIL = 1_000


@dataclass(frozen=True)
class Household:
    port: int
    folder: Path
    env: dict[str, str]

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    def flask(self, *words: str) -> str:
        """One command to its end; what it printed."""
        done = subprocess.run(
            [*FLASK, *words],
            env=self.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    def mails(self, address: str = "") -> list[KeptMail]:
        """What the mail server accepted for her, oldest first."""
        kept = newest(self.folder / "mailbox", ALL_MAIL)[::-1]
        return [mail for mail in kept if address in mail.to]

    def logs(self) -> str:
        return "\n".join(
            f"--- {path.stem}\n{path.read_text()}" for path in self.folder.glob("*.log")
        )


@contextmanager
def keeping_house(
    database: str, redis: str, folder: Path, *, with_demo: bool = True
) -> Iterator[Household]:
    port, mail_port = free_port(), free_port()
    env = base_environment(
        DATABASE_URL=database,
        REDIS_URL=redis,
        PORT=str(port),
        MAIL_SERVER="127.0.0.1",
        MAIL_PORT=str(mail_port),
        MAILBOX_DIR=str(folder / "mailbox"),
        CONVIVE_VAR=str(folder),
        SECRET_KEY="for tests only, and long enough to be taken",
        WEB_CONCURRENCY="1",
    )
    house = Household(port, folder, env)
    gunicorn = (VENV / "bin" / "gunicorn", "--config", ROOT / "scripts" / "gunicorn.conf.py")
    with ExitStack() as stack:

        def keep(name: str, *command: str | Path) -> None:
            with (folder / f"{name}.log").open("ab") as log:
                process = processes.start(command, log, env=env)
            stack.callback(processes.stop, process)

        keep("mailbox", PYTHON, ROOT / "scripts" / "mailbox.py", str(mail_port), folder / "mailbox")
        if with_demo:
            house.flask("seed")
        keep("web", *gunicorn, "wsgi:app")
        keep("relay", *FLASK, "outbox", "relay")
        keep("worker", *FLASK, "worker")
        wait_for(lambda: _is_ready(port), READY_SECONDS, house.logs)
        yield house


def other_database(redis_url: str, highest: int) -> str:
    """One that the tests of this worker do not use themselves."""
    server, _, number = redis_url.rpartition("/")
    return f"{server}/{highest - int(number)}"


def wait_for(happened: Callable[[], object], seconds: float, why: Callable[[], str]) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, why()
        time.sleep(0.1)


def _is_ready(port: int) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        answer = opener.open(f"http://127.0.0.1:{port}/health/ready", timeout=5)
    except (urllib.error.URLError, OSError):
        return False
    with answer:
        return bool(answer.status == 200)
