"""Leases and fencing tokens: who may still change a row."""

import pytest

from app.infra.jobs import claims
from app.infra.jobs.claims import LeaseLost
from tests.support.outbox import change, claim, put, row


def test_a_claimed_row_is_nobody_elses(uow, brand) -> None:
    row_id = put(uow, brand.id)

    first, second = claim(uow), claim(uow)

    assert first is not None
    assert (first.id, second) == (row_id, None)


def test_a_lease_that_ran_out_lets_another_worker_take_over(uow, brand) -> None:
    row_id = put(uow, brand.id)
    first = claim(uow)
    change(uow, row_id, "lease_until = now() - interval '1 second'")

    second = claim(uow)

    assert second is not None
    assert second.attempts == 2
    assert second.token != first.token


@pytest.mark.parametrize(
    "late", [claims.finish, claims.stamp, claims.intend, claims.renew], ids=lambda f: f.__name__
)
def test_an_orphan_with_a_stale_token_changes_nothing(uow, brand, late) -> None:
    row_id = put(uow, brand.id)
    orphan = claim(uow)
    change(uow, row_id, "lease_until = now() - interval '1 second'")
    claim(uow)
    before = row(uow, row_id)

    with pytest.raises(LeaseLost), uow(None) as work:
        late(work.session, orphan)

    assert row(uow, row_id) == before


@pytest.mark.parametrize("late", [claims.finish, claims.intend], ids=lambda f: f.__name__)
def test_a_lease_that_ran_out_is_lost_even_when_nobody_took_over(uow, brand, late) -> None:
    row_id = put(uow, brand.id)
    mine = claim(uow)
    change(uow, row_id, "lease_until = now() - interval '1 second'")

    with pytest.raises(LeaseLost), uow(None) as work:
        late(work.session, mine)


def test_what_the_outside_accepted_is_stamped_after_the_lease_if_nobody_took_over(
    uow, brand
) -> None:
    row_id = put(uow, brand.id)
    mine = claim(uow)
    with uow(None) as work:
        claims.intend(work.session, mine)
    change(uow, row_id, "lease_until = now() - interval '1 second'")

    with uow(None) as work:
        claims.stamp(work.session, mine)

    assert row(uow, row_id).status == "done"


def test_whoever_takes_over_from_data_knows_that_it_may_be_a_repeat(uow, brand) -> None:
    row_id = put(uow, brand.id)
    with uow(None) as work:
        claims.intend(work.session, claims.claim(work.session))
    change(uow, row_id, "lease_until = now() - interval '1 second'")

    assert claim(uow).ambiguous == 1


def test_pauses_grow_and_stay_within_half_an_hour() -> None:
    pauses = [claims.pause_after(attempts).total_seconds() for attempts in (1, 2, 5, 40)]

    assert 5 <= pauses[0] <= 6.25
    assert pauses == sorted(pauses)
    assert pauses[-1] <= 1.25 * 1800
