"""`flask outbox …`, `flask worker`, `flask cron`: what keeps promises after the page was sent."""

import signal
from threading import Event
from uuid import UUID

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import text

from app.infra.jobs import bell, drain, schedule, worker
from app.infra.outbox import OutboxStatus
from app.infra.uow import unit_of_work

outbox = AppGroup("outbox", help="Work that waits to be done, and what became of it.")

_COUNTS = text("SELECT status, count(*) FROM outbox GROUP BY status ORDER BY status")
_LIST = text(
    "SELECT id, status, effect, attempts, next_at, last_error FROM outbox"
    " WHERE status = :status ORDER BY created_at DESC LIMIT :limit"
)
_RETRY = text(
    "UPDATE outbox SET status = 'new', attempts = 0, next_at = now(), token = NULL,"
    " lease_until = NULL WHERE id = :id AND status = 'failed'"
)


@outbox.command("relay")
def relay() -> None:
    """Ring the workers' bell while something is due. Runs until it is told to stop."""
    stop = Event()
    for asked in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked, lambda *_: stop.set())
    bell.relay(stop)


@outbox.command("drain")
@click.option("--scheduled", is_flag=True, help="First do what the clock would start.")
def drain_now(scheduled: bool) -> None:
    """Do everything that is due right now, here, without queue or worker."""
    if scheduled:
        for name, count in schedule.run_due().items():
            click.echo(f"{name}: {count}")
    buried = drain.sweep()
    fates = drain.drain()
    for fate in drain.Fate:
        click.echo(f"{fate}: {fates[fate] + (buried if fate is drain.Fate.FAILED else 0)}")


@outbox.command("list")
@click.option("--status", type=click.Choice([str(status) for status in OutboxStatus]))
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
def show(status: str | None, limit: int) -> None:
    """How much there is in each state; with --status, the rows in it."""
    with unit_of_work(None) as uow:
        if status is None:
            for row in uow.session.execute(_COUNTS):
                click.echo(f"{row[0]}: {row[1]}")
            return
        for row in uow.session.execute(_LIST, {"status": status, "limit": limit}):
            error = " ".join((row.last_error or "").split())
            click.echo(
                f"{row.id}  {row.effect}  attempts={row.attempts}"
                f"  next={row.next_at:%Y-%m-%dT%H:%M:%SZ}  {error}"
            )


@outbox.command("retry")
@click.argument("ids", nargs=-1, required=True, type=click.UUID)
def retry(ids: tuple[UUID, ...]) -> None:
    """Give failed rows another five tries."""
    with unit_of_work(None) as uow:
        missing = [
            row_id
            for row_id in ids
            if not uow.session.execute(_RETRY, {"id": row_id}).rowcount  # type: ignore[attr-defined]
        ]
    for row_id in missing:
        click.echo(f"{row_id} is not a failed row (flask outbox list --status failed)", err=True)
    if missing:
        raise SystemExit(1)


@click.command("worker")
@click.option("--burst", is_flag=True, help="Stop when the queue is empty.")
@with_appcontext
def run_worker(burst: bool) -> None:
    """Answer the bell: carry out what is due, again and again."""
    worker.work(_app(), burst=burst)


@click.command("cron")
@with_appcontext
def run_cron() -> None:
    """Ring the bell each minute for what the clock starts."""
    worker.keep_time()


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app
