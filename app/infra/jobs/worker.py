"""The worker and the cron process: RQ's, with our serializer, our context, our allow-list."""

import functools
import gc
import os
import time
from typing import Any

import rq.cron
from flask import Flask
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.cron import CronScheduler
from rq.job import Job
from rq.serializers import JSONSerializer

from app.infra.extensions import db
from app.infra.jobs import bell, doors
from app.infra.logging import bound, get_logger

log = get_logger(__name__)

TICK_SECONDS = 60
TICK_JOB_SECONDS = 300


class AppWorker(Worker):
    """Gives each job a fresh application context.

    Timings as measured: with these an abandoned job is noticed within 90 s instead of 410 s. It
    matters little, since what the job was doing has its own lease in the database.
    """

    app: Flask

    def perform_job(self, job: Job, queue: Queue) -> bool:
        with self.app.app_context(), bound(job_id=job.id):
            return super().perform_job(job, queue)


def make_worker(app: Flask) -> AppWorker:
    redis = bell.connection()
    worker = AppWorker(
        [bell.queue(redis)],
        connection=redis,
        serializer=JSONSerializer,
        job_class=bell.BellJob,
        worker_ttl=30,
        maintenance_interval=15,
        job_monitoring_interval=5,
        log_job_description=False,
    )
    worker.app = app
    return worker


def work(app: Flask, *, burst: bool = False) -> None:
    live_in_utc()
    forget_connections_after_fork(app)
    gc.collect()
    gc.freeze()  # the program itself is no garbage: jobs, each in a fork, need not look through it
    make_worker(app).work(burst=burst, logging_level="WARNING")


def keep_time() -> None:
    """RQ's scheduler for one empty job a minute. Two of them at once do no harm."""
    live_in_utc()
    while True:
        try:
            make_scheduler().start()  # type: ignore[no-untyped-call]
        except RedisError as error:
            log.warning("cron.waiting", error=type(error).__name__)
            time.sleep(2)
        else:
            return


def make_scheduler() -> CronScheduler:
    # RQ's cron builds its queue with the default serializer (pickle), which our workers refuse.
    cron: Any = rq.cron
    cron.Queue = functools.partial(Queue, serializer=JSONSerializer)
    scheduler = CronScheduler(connection=bell.connection(), logging_level="WARNING")
    scheduler.register(
        doors.tick,
        bell.QUEUE,
        interval=TICK_SECONDS,
        job_timeout=TICK_JOB_SECONDS,
        result_ttl=0,
        failure_ttl=3600,
    )
    return scheduler


def forget_connections_after_fork(app: Flask) -> None:
    """A work-horse that used its parent's database connection would read another's answers."""
    with app.app_context():
        engines = list(db.engines.values())

    def forget() -> None:
        for engine in engines:
            engine.dispose(close=False)

    os.register_at_fork(after_in_child=forget)


def live_in_utc() -> None:
    os.environ["TZ"] = "UTC"
    time.tzset()
