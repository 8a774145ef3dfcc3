"""The doorbell: a queue of empty jobs, and the relay that rings it when something is due."""

from threading import Event

from flask import current_app
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy.exc import SQLAlchemyError

from app.infra.jobs import claims, drain
from app.infra.logging import get_logger
from app.infra.uow import unit_of_work

log = get_logger(__name__)

QUEUE = "convive"
ANSWER = "app.infra.jobs.doors.answer"
TICK = "app.infra.jobs.doors.tick"
DOORS = frozenset({ANSWER, TICK})
"""The only functions a job may name."""

PAUSE = 0.5
SWEEP_EACH = 20
"""Beats between two sweeps: ten seconds."""
SHORT = 2
"""Rings waiting per worker: more would only be more empty jobs."""

JOB_SECONDS = 60
BUDGET_SECONDS = 20.0
"""How long one ring may keep a worker busy before others get their turn."""
SOCKET_SECONDS = 5


class ForgedJob(Exception):
    """Whoever can write to the queue could otherwise choose what the workers run."""


class BellJob(Job):
    """Runs one of our doors, without arguments, and nothing else."""

    def perform(self) -> object:
        if self.func_name not in DOORS or self.args or self.kwargs:
            raise ForgedJob(self.id)
        return super().perform()

    @property
    def success_callback(self) -> None:
        """Never: a job's callbacks, too, are named by whoever wrote it."""

    failure_callback = stopped_callback = success_callback

    def send_webhooks(self, *_: object, **__: object) -> None:
        """Never: a job's addresses come from the queue."""


def connection() -> Redis:
    return Redis.from_url(
        current_app.config["REDIS_URL"],
        socket_connect_timeout=SOCKET_SECONDS,
        health_check_interval=30,
    )


def queue(redis: Redis) -> Queue:
    return Queue(QUEUE, connection=redis, serializer=JSONSerializer, job_class=BellJob)


def ring(bell: Queue) -> bool:
    """One more empty job, unless enough are waiting: retries must not pile up."""
    if len(bell) >= SHORT * max(1, Worker.count(queue=bell)):
        return False
    bell.enqueue(ANSWER, job_timeout=JOB_SECONDS, result_ttl=0, failure_ttl=3600)
    return True


def relay(stop: Event, *, pause: float = PAUSE) -> None:
    """Rings while something is due, until `stop` is set. Outlives the loss of either server."""
    bell, beats, ailing = queue(connection()), 0, False
    while not stop.is_set():
        try:
            beat(bell, sweeping=beats % SWEEP_EACH == 0)
            if ailing:
                log.info("relay.recovered")
            ailing = False
        except (RedisError, SQLAlchemyError) as error:
            if not ailing:
                log.warning("relay.waiting", error=type(error).__name__)
            ailing = True
        beats += 1
        stop.wait(pause)


def beat(bell: Queue, *, sweeping: bool = False) -> bool:
    with current_app.app_context():
        if sweeping:
            drain.sweep()
        with unit_of_work(None) as uow:
            due = claims.is_due(uow.session)
    return due and ring(bell)
