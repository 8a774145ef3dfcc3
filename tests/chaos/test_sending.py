"""Real workers, a real relay, a real queue, a real mail server; processes die at every step."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from redis import Redis

from app.customers.services import NewCustomer, create_customer
from app.kernel.actor import system
from app.notifications.services.writing import Written, write_email
from scripts.places import ROOT
from scripts.processes import kill_session

pytestmark = pytest.mark.chaos

STEPS = ("claim", "rcpt", "intent", "accepted", "sent")
EACH = 10
LEASE = 2
PATIENCE = 60


class Rig:
    """Processes of our own, ended by their number."""

    def __init__(self, env: dict[str, str], log: Any) -> None:
        self.env, self.log = env, log
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.env,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        self.running.append(process)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        return self.start("tests/chaos/dying_worker.py")

    def relay(self) -> subprocess.Popen[bytes]:
        return self.start("-m", "flask", "--app", "wsgi", "outbox", "relay")

    def stop(self) -> None:
        for process in self.running:
            process.kill()
            process.wait()
            kill_session(process.pid)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    return folder


@pytest.fixture
def rig(
    app: Any, database_url: str, redis_url: str, mailbox: Any, notes: Path, tmp_path: Path
) -> Iterator[Rig]:
    env = os.environ | {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": str(mailbox.port),
        "SECRET_KEY": "for tests only, and long enough to be taken",
        "CONVIVE_LEASE_SECONDS": str(LEASE),
        "CHAOS_NOTES": str(notes),
        "PYTHONPATH": str(ROOT),
    }
    with (tmp_path / "rig.log").open("wb") as log:
        found = Rig(env, log)
        try:
            yield found
        finally:
            found.stop()


@pytest.fixture
def write(uow: Any, brand: Any) -> Callable[[str], None]:
    """`write("rcpt-3@example.org")`: a mail whose sending dies once, where its address says."""

    def do(address: str) -> None:
        with uow() as work:
            new = NewCustomer("Chloé", "Petit", email=address)
            customer = create_customer(work, system(brand.id), new, clock=work.clock)
            message = Written(
                key=f"chaos:{address}",
                kind="winnings",
                customer_id=customer,
                meeting_id=None,
                to_address=address,
                locale="fr",
                subject="Vous avez gagné",
                text="Bonjour\n",
                html="<p>Bonjour</p>",
            )
            write_email(work, message, clock=work.clock)

    return do


@pytest.fixture
def fates(database_url: str) -> Callable[[], Counter[str]]:
    def count() -> Counter[str]:
        with psycopg.connect(database_url) as connection:
            rows = connection.execute("SELECT fate, count(*) FROM emails GROUP BY fate")
            return Counter(dict(rows.fetchall()))

    return count


@pytest.fixture
def log(database_url: str) -> Callable[[], dict[str, tuple[str, str, int]]]:
    """By address: Message-ID, fate and counted repeats."""

    def read() -> dict[str, tuple[str, str, int]]:
        with psycopg.connect(database_url) as connection:
            rows = connection.execute("SELECT to_address, message_id, fate, repeats FROM emails")
            return {address: tuple(rest) for address, *rest in rows.fetchall()}

    return read


def until(happened: Callable[[], bool], *, seconds: float = PATIENCE) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happened():
            return True
        time.sleep(0.1)
    return happened()


def received(mailbox: Any) -> Counter[str]:
    return Counter(str(message["Message-ID"]) for message in mailbox.messages)


def test_a_worker_killed_at_each_step_of_sending_loses_nothing_and_repeats_only_the_unknowable(
    rig, write, fates, log, mailbox, notes
) -> None:
    addresses = [f"{step}-{n}@example.org" for step in STEPS for n in range(EACH)]
    for address in addresses:
        write(address)

    for _ in range(2):
        rig.worker()
    rig.relay()
    assert until(lambda: fates()["sent"] == len(addresses)), fates()
    assert until(lambda: len(list(notes.iterdir())) == len(addresses)), "somebody did not die"

    copies = received(mailbox)
    for address, (message_id, fate, repeats) in log().items():
        step = address.partition("-")[0]
        assert fate == "sent"
        assert copies[message_id] == (2 if step == "accepted" else 1), address
        assert repeats == (1 if step in {"intent", "accepted"} else 0), address
    assert sum(copies.values()) == len(addresses) + EACH


def test_an_emptied_queue_and_killed_workers_lose_nothing_and_repeat_nothing(
    rig, write, fates, mailbox, redis_url
) -> None:
    """Only the worker is killed, as happens: its work-horse goes on as an orphan."""
    for n in range(60):
        write(f"calm-{n}@example.org")
    workers = [rig.worker(), rig.worker()]
    rig.relay()

    with Redis.from_url(redis_url) as redis:
        for turn in range(6):
            until(lambda: bool(mailbox.messages))
            redis.flushdb()
            if turn % 2:
                workers[turn % 2].kill()
                workers[turn % 2] = rig.worker()
            time.sleep(0.3)
    assert until(lambda: fates()["sent"] == 60), fates()

    assert set(received(mailbox).values()) == {1}
    assert len(received(mailbox)) == 60


@pytest.mark.parametrize(("mutant", "copies"), [("", 1), ("no_fence", 2)], ids=["ours", "mutant"])
def test_a_worker_that_sleeps_beyond_its_lease_wakes_up_to_nothing(
    rig, write, fates, mailbox, notes, mutant, copies
) -> None:
    """The mutant shows that a second mail would be noticed."""
    rig.env["CHAOS_MUTANT"] = mutant
    address = "sleep-1@example.org"
    write(address)
    for _ in range(2):
        rig.worker()
    rig.relay()
    note = notes / address
    assert until(lambda: note.exists() and note.read_text() != "")
    assert until(lambda: fates()["sent"] == 1)

    os.kill(int(note.read_text()), signal.SIGCONT)
    until(lambda: len(mailbox.messages) > 1, seconds=2)

    assert len(mailbox.messages) == copies
    assert fates() == {"sent": 1}
