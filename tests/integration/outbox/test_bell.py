"""The doorbell: JSON without data, rung only when needed, never trusted."""

import json
import time
import zlib
from threading import Event, Thread

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from app.infra.jobs import bell, worker
from tests.support.outbox import change, put, row, teach


@pytest.fixture
def queue(app, app_context) -> Queue:
    return bell.queue(bell.connection())


def do_nothing(_uow, _message, *, clock) -> None:
    """An effect like any other."""


def burst(app) -> None:
    """What `flask worker --burst` does, without forking the test."""
    from rq import SimpleWorker

    redis = bell.connection()
    made = SimpleWorker(
        [bell.queue(redis)],
        connection=redis,
        serializer=JSONSerializer,
        job_class=bell.BellJob,
    )
    made.work(burst=True, logging_level="ERROR")


def test_it_rings_only_when_something_is_due(uow, brand, queue) -> None:
    assert not bell.beat(queue)
    row_id = put(uow, brand.id)
    change(uow, row_id, "next_at = now() + interval '1 minute'")
    assert not bell.beat(queue)
    change(uow, row_id, "next_at = now()")

    assert bell.beat(queue)
    assert len(queue) == 1


def test_rings_do_not_pile_up(uow, brand, queue) -> None:
    for _ in range(50):
        put(uow, brand.id)

    rung = [bell.beat(queue) for _ in range(20)]

    assert sum(rung) == len(queue) == bell.SHORT


def test_a_ring_is_json_and_says_nothing(uow, brand, queue, redis_url) -> None:
    put(uow, brand.id)
    bell.beat(queue)

    with Redis.from_url(redis_url) as redis:
        [key] = [key for key in redis.keys("rq:job:*") if redis.type(key) == b"hash"]
        stored = zlib.decompress(redis.hget(key, "data"))

    assert json.loads(stored) == [bell.ANSWER, None, [], {}]


def test_answering_does_what_is_due(app, uow, brand, queue, monkeypatch) -> None:
    teach(monkeypatch, note=do_nothing)
    row_id = put(uow, brand.id)
    bell.beat(queue)

    burst(app)

    assert row(uow, row_id).status == "done"


@pytest.mark.parametrize(
    ("function", "arguments"),
    [("os.system", ["true"]), ("app.infra.jobs.doors.answer", ["x"]), ("builtins.exit", [])],
)
def test_a_forged_job_is_refused(app, queue, function, arguments) -> None:
    job = queue.enqueue_call(function, args=arguments)

    burst(app)

    assert job.get_status(refresh=True) == "failed"
    assert "ForgedJob" in job.latest_result().exc_string


def test_cron_rings_in_json_too(app, queue) -> None:
    scheduler = worker.make_scheduler()

    scheduler.enqueue_jobs()

    [job] = queue.jobs
    assert (job.func_name, job.args, job.kwargs) == (bell.TICK, [], {})


def test_the_relay_outlives_redis_and_stops_when_told(app, uow, brand, monkeypatch) -> None:
    put(uow, brand.id)
    monkeypatch.setitem(app.config, "REDIS_URL", "redis://127.0.0.1:1/0")
    stop = Event()

    def run() -> None:
        with app.app_context():
            bell.relay(stop, pause=0.02)

    thread = Thread(target=run)
    thread.start()
    time.sleep(0.3)
    assert thread.is_alive()
    stop.set()
    thread.join(5)

    assert not thread.is_alive()
