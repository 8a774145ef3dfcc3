"""Everything, set up and serving, with one command: python3 scripts/run.py

Prints one address. Ctrl-C stops all of it and leaves no process; a second start resumes.
With DATABASE_URL, REDIS_URL or MAIL_SERVER set, that server is used and none is started.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

if not __package__:  # started as a program
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from scripts import processes
from scripts.places import PYTHON, ROOT, VAR, VENV
from scripts.services import Server, ServiceFailed, free_port, services
from scripts.settings import RUNNING, base_environment, remember_choices
from scripts.setup import inside_venv

FLASK = [PYTHON, "-m", "flask", "--app", "wsgi"]
LOGS = VAR / "log"
LONGEST_PAUSE = 30
PATIENCE = 15


# --------------------------------------------------------------------------- before anything


def check_environment() -> int:
    """The port, or the end with a sentence that says the mend."""
    if os.environ.get("DATABASE_URL", "").startswith("sqlite"):
        sys.exit(
            "DATABASE_URL names SQLite, which cannot hold Convive's locks.\n"
            "Unset it to use the embedded PostgreSQL, or give a postgresql:// address."
        )
    port = os.environ.get("PORT") or "8000"
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
        sys.exit(f"PORT must be a number between 1 and 65535, not {port!r}.")
    return int(port)


def check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((os.environ.get("CONVIVE_BIND", "127.0.0.1"), port))
        except OSError as error:
            sys.exit(
                f"Port {port} cannot be used ({error.strerror}). "
                f"Choose another one: PORT={8001 if port == 8000 else 8000} make run"
            )


# ------------------------------------------------------------------------------- supervision


@dataclass
class Child:
    """One process that must run as long as we do."""

    name: str
    command: list[str | Path]
    env: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0
    pause: float = 0
    due: float = 0

    def start(self) -> None:
        with (LOGS / f"{self.name}.log").open("ab") as log:
            self.process = processes.start(self.command, log, env=self.env)
        self.started = time.monotonic()

    def look_after(self) -> None:
        """Start again what died, after pauses that grow while it keeps dying young."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self.start()
        elif self.process.poll() is not None:
            processes.kill_session(self.process.pid)
            died_young = now - self.started < 60
            self.pause = min(self.pause * 2 or 1, LONGEST_PAUSE) if died_young else 1
            say(f"{self.name} ended ({_fate(self.process.returncode)}); again in {self.pause:g} s")
            self.process, self.due = None, now + self.pause


@dataclass
class Household:
    """All children, started in order and stopped in reverse; and the servers below them."""

    env: dict[str, str]
    children: list[Child] = field(default_factory=list)
    servers: Sequence[Server] = ()
    stops_asked: int = 0

    def add(self, name: str, *command: str | Path) -> None:
        child = Child(name, list(command), self.env)
        child.start()
        self.children.append(child)

    def run(self, *command: str | Path) -> str:
        """One command to its end; gives what it printed. Raises StartFailed."""
        words = [str(word) for word in command]
        with (
            (LOGS / "start.log").open("a") as log,
            subprocess.Popen(
                words, env=self.env, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True
            ) as process,
        ):
            try:
                output, _ = process.communicate()
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            raise StartFailed(f"The database could not be prepared.\n{output}{tail('start')}")
        return output

    def watch(self) -> None:
        while not self.stops_asked:
            for server in self.servers:
                if server.process is not None and server.process.poll() is not None:
                    say(f"{server.name} ended ({_fate(server.process.returncode)}); again")
                    server.start()
            for child in self.children:
                child.look_after()
            time.sleep(0.2)

    def stop(self) -> None:
        for child in reversed(self.children):
            if child.process is not None:
                processes.stop(child.process, patience=PATIENCE)

    def ask_to_stop(self, *_: object) -> None:
        """First time kindly, second time at once."""
        self.stops_asked += 1
        if self.stops_asked == 1:
            say("\nStopping (once more to stop at once)…")
            raise KeyboardInterrupt
        for child in self.children:
            if child.process is not None:
                processes.kill_session(child.process.pid)


class StartFailed(Exception):
    """The message says which step, and the end of what it printed."""


def _fate(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def say(words: str) -> None:
    with suppress(OSError):  # whoever was reading has gone; we serve on
        print(words, flush=True)


# ------------------------------------------------------------------------------------ a start


@contextmanager
def backing_services(home: Household) -> Iterator[None]:
    given = {
        "database": home.env.get("DATABASE_URL", ""),
        "redis": home.env.get("REDIS_URL", ""),
    }
    with services(VAR / "services", **given) as urls:
        home.env |= {"DATABASE_URL": urls.database, "REDIS_URL": urls.redis}
        home.servers = urls.servers
        yield


def add_mailbox(home: Household) -> None:
    """Unless mail goes to a real server."""
    if home.env.get("MAIL_SERVER"):
        return
    port, folder = free_port(), VAR / "mailbox"
    chosen = {
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": str(port),
        "MAILBOX_DIR": str(folder),
    }
    home.env |= chosen
    remember_choices(PORT=home.env["PORT"], **chosen)
    home.add("mailbox", PYTHON, ROOT / "scripts" / "mailbox.py", str(port), folder)


def add_web(home: Household) -> None:
    settings = ROOT / "scripts" / "gunicorn.conf.py"
    home.add("web", VENV / "bin" / "gunicorn", "--config", settings, "wsgi:app")


def add_background(home: Household) -> None:
    home.add("relay", *FLASK, "outbox", "relay")
    home.add("worker", *FLASK, "worker")
    home.add("cron", *FLASK, "cron")


def wait_until_served(home: Household, port: int) -> None:
    web = next(child for child in home.children if child.name == "web")
    deadline = time.monotonic() + 90
    while not is_served(port):
        if web.process is not None and web.process.poll() is not None:
            raise StartFailed(f"The web server ended while starting.\n{tail('web')}")
        if time.monotonic() > deadline:
            raise StartFailed(f"The web server is not ready after 90 s.\n{tail('web')}")
        time.sleep(0.1)


def is_served(port: int) -> bool:
    host = os.environ.get("CONVIVE_BIND", "127.0.0.1").replace("0.0.0.0", "127.0.0.1")  # noqa: S104
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        return opener.open(f"http://{host}:{port}/health/ready", timeout=5).status == 200
    except (urllib.error.URLError, OSError):
        return False


def tail(name: str) -> str:
    path = LOGS / f"{name}.log"
    lines = path.read_text(errors="replace").splitlines()[-20:] if path.exists() else []
    return "\n".join([*lines, f"(all of it: {path})"])


def serve(home: Household, port: int) -> None:
    """From servers that run to pages that are served, and on until asked to stop."""
    add_mailbox(home)
    say("· Preparing the database and the demo")
    accounts = home.run(PYTHON, ROOT / "scripts" / "prepare.py").strip()
    say("· Starting the application")
    add_web(home)
    wait_until_served(home, port)
    add_background(home)  # after the pages, which somebody is waiting for
    say(f"\nConvive is ready:  http://localhost:{port}/\n\n{accounts}\n")
    say(f"Logs: {LOGS}    Stop: Ctrl-C")
    home.watch()


def main() -> int:
    port = check_environment()
    inside_venv(__file__)
    LOGS.mkdir(mode=0o700, parents=True, exist_ok=True)
    home = Household({})
    for asked in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(asked, home.ask_to_stop)
    try:
        with processes.held(VAR / "run.lock"):
            check_port(port)
            say("· Starting PostgreSQL and Valkey")
            RUNNING.unlink(missing_ok=True)  # of a run that was killed
            home.env = base_environment(PORT=str(port))
            with backing_services(home):
                try:
                    serve(home, port)
                finally:
                    home.stop()
                    RUNNING.unlink(missing_ok=True)
    except KeyboardInterrupt:
        say("Stopped.")
    except processes.Busy as busy:
        sys.exit(f"Convive runs already from {VAR} (process {busy}). Stop that one first.")
    except (ServiceFailed, StartFailed) as failure:
        sys.exit(f"\n{failure}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
