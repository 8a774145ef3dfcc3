"""Start, recognise and stop processes so that none outlives the one that started it."""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

from scripts.places import ROOT

_LINUX = sys.platform == "linux"
_LIBC = ctypes.CDLL(None) if _LINUX else None
_PR_SET_PDEATHSIG = 1


class Busy(Exception):
    """Someone else holds the lock; the message is the number of its process."""


def start(
    command: Sequence[str | Path],
    log: IO[Any],
    *,
    env: Mapping[str, str] | None = None,
    goodbye: signal.Signals = signal.SIGTERM,
    **identity: Any,
) -> subprocess.Popen[bytes]:
    """Start in a session of its own, out of reach of the terminal's Ctrl-C.

    `goodbye` is what the kernel sends it (Linux) when we die, even of kill -9.
    """
    return subprocess.Popen(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=env,
        cwd="/" if identity else ROOT,
        start_new_session=True,
        preexec_fn=partial(_die_with, os.getpid(), goodbye) if _LINUX else None,  # noqa: PLW1509
        **identity,
    )


def _die_with(parent: int, goodbye: signal.Signals) -> None:
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(goodbye))
    if os.getppid() != parent:
        os._exit(1)


def stop(
    process: subprocess.Popen[bytes],
    *,
    by: signal.Signals = signal.SIGTERM,
    patience: float = 15,
) -> None:
    """Ask, wait, then end whatever is left of its session (a work-horse has its own group)."""
    if process.poll() is None:
        process.send_signal(by)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    kill_session(process.pid)


def kill_session(leader: int) -> None:
    for pid in _session(leader):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _session(leader: int) -> Iterator[int]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader:
            yield int(stat.parent.name)


def works_in(pid: int, folder: Path) -> bool:
    """Is this living process ours? A number in a stale file may belong to anyone by now."""
    try:
        return (Path("/proc") / str(pid) / "cwd").resolve(strict=True) == folder
    except OSError:
        return not _LINUX and is_alive(pid)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def end_leftover(pid: int, folder: Path, *, by: signal.Signals) -> None:
    """End a server that outlived the kill -9 of everything around it."""
    for ask in (by, signal.SIGKILL):
        if not works_in(pid, folder):
            return
        os.kill(pid, ask)
        wait_until(lambda: not works_in(pid, folder), seconds=10)


def wait_until(happened: Callable[[], bool], *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.03)
    return True


@contextmanager
def held(lock: Path) -> Iterator[None]:
    """Hold a lock that the kernel gives back however we end. Raises Busy."""
    with lock.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(lock.read_text().strip()) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
