"""Sessions that open nothing are swept at night, some at a time."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from app.accounts import jobs
from app.accounts.sessions import forget_expired

INSERT = text("""
    INSERT INTO sessions (id, token_hash, brand_id, created_at, last_seen_at, expires_at,
                          revoked_at)
    SELECT gen_random_uuid(), decode(md5(random()::text), 'hex'), :brand, now(), :seen, :until,
           :revoked
    FROM generate_series(1, :many)
""")
ANSWERS = text("""
    INSERT INTO idempotency_keys (brand_id, id, actor, route, key, body_hash, status, content,
                                  answered_at)
    VALUES (:brand, gen_random_uuid(), 'a', 'r', 'old', '', 200, '', :old),
           (:brand, gen_random_uuid(), 'a', 'r', 'young', '', 200, '', :young)
""")
NIGHT = datetime(2026, 10, 11, jobs.NIGHT, 30, tzinfo=UTC)
DAY = NIGHT.replace(hour=15)
BEFORE, AFTER = NIGHT.replace(day=1), NIGHT.replace(day=30)


@pytest.fixture
def left_behind(uow, brand):
    """`left_behind(3, until=…)`: that many sessions, good until the end of the month."""

    def leave(many: int, *, seen=NIGHT, until=AFTER, revoked=None) -> None:
        values = {"brand": brand.id, "seen": seen, "until": until, "revoked": revoked}
        with uow(None) as work:
            work.session.execute(INSERT, values | {"many": many})

    return leave


def kept(uow) -> int:
    with uow(None) as work:
        return work.session.scalar(text("SELECT count(*) FROM sessions"))


def swept(uow, brand, now: datetime) -> int:
    with uow(brand.id, clock=lambda: now) as work:
        return jobs.forget_now(work)


def test_what_opens_nothing_is_forgotten_and_the_rest_kept(uow, brand, left_behind) -> None:
    left_behind(1)
    left_behind(2, until=BEFORE)
    left_behind(3, seen=BEFORE)
    left_behind(4, revoked=BEFORE)

    assert swept(uow, brand, NIGHT) == 9
    assert kept(uow) == 1


def test_by_day_nothing_is_swept(uow, brand, left_behind) -> None:
    left_behind(2, until=BEFORE)

    assert swept(uow, brand, DAY) == 0
    assert kept(uow) == 2


def test_a_sweep_takes_no_more_than_it_is_told(uow, left_behind) -> None:
    left_behind(5, until=BEFORE)
    with uow(clock=lambda: NIGHT) as work:
        assert forget_expired(work, most=3) == 3

    with uow(clock=lambda: NIGHT) as work:
        assert forget_expired(work, most=3) == 2


def test_another_brand_keeps_its_own(uow, brand, second_brand, left_behind) -> None:
    left_behind(2, until=BEFORE)

    assert swept(uow, second_brand, NIGHT) == 0
    assert kept(uow) == 2


def test_old_answers_to_programs_are_forgotten_too(uow, brand) -> None:
    kept_for = {"brand": brand.id, "old": BEFORE.replace(month=8), "young": NIGHT}
    with uow() as work:
        work.session.execute(ANSWERS, kept_for)

    assert swept(uow, brand, NIGHT) == 1
    with uow() as work:
        assert work.session.scalars(text("SELECT key FROM idempotency_keys")).all() == ["young"]
