"""Claims due rows one after the other, carries out their effects, and stamps how it went."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from functools import partial
from uuid import UUID

from flask import current_app
from rq.timeouts import JobTimeoutException

from app.infra.jobs import claims
from app.infra.jobs.effects import (
    Claim,
    Effect,
    EffectUnknown,
    Outside,
    TryLater,
    resolve,
)
from app.infra.logging import get_logger
from app.infra.uow import UnitOfWork, transact, unit_of_work

log = get_logger(__name__)

DEPLOYMENT_PAUSE = timedelta(seconds=30)


class Fate(StrEnum):
    DONE = "done"
    AGAIN = "again"
    FAILED = "failed"
    LOST = "lost"
    """Its lease ran out meanwhile: someone else's work now."""


def drain(budget: float | None = None) -> Counter[Fate]:
    """Until nothing is due, or `budget` seconds have passed: the bell is rung again then."""
    fates: Counter[Fate] = Counter()
    end = time.monotonic() + budget if budget else None
    while end is None or time.monotonic() < end:
        mine = _claim_next()
        if mine is None:
            break
        with current_app.app_context():  # its own session and its own `g`
            fates[carry_out(mine)] += 1
    return fates


def sweep() -> int:
    """Give up on rows whose workers died at every try. Leases that ran out with tries left need
    no sweeper: they are claimable as they are."""
    with unit_of_work(None) as uow:
        rows = claims.exhausted(uow.session)
    return sum(transact(partial(_bury, row_id), brand_id) for row_id, brand_id in rows)


def carry_out(mine: Claim) -> Fate:
    """Whatever happens to the effect, the row says so afterwards, or its lease runs out."""
    try:
        _run(resolve(mine.effect), mine)
    except JobTimeoutException:
        log.warning("outbox.too_long", **_facts(mine))
        raise
    except claims.LeaseLost:
        return _told(mine, Fate.LOST)
    except EffectUnknown:
        return _settle(mine, _later(mine, "no code for it yet", DEPLOYMENT_PAUSE))
    except TryLater as later:
        return _settle(mine, _later(mine, str(later), later.after))
    except Exception as error:
        log.exception("outbox.error", **_facts(mine))
        return _settle(mine, _after_error(mine, f"{type(error).__name__}: {error}"))
    return _told(mine, Fate.DONE)


Settled = tuple[Fate, Callable[[UnitOfWork], None]]


def _claim_next() -> Claim | None:
    with unit_of_work(None) as uow:
        return claims.claim(uow.session)


def _run(effect: Effect | Outside, mine: Claim) -> None:
    if isinstance(effect, Outside):
        effect.run(mine)
    else:
        transact(partial(_once, effect, mine), mine.brand_id)


def _once(effect: Effect, mine: Claim, uow: UnitOfWork) -> None:
    effect(uow, mine, clock=uow.clock)
    uow.session.flush()
    claims.finish(uow.session, mine)


def _after_error(mine: Claim, error: str) -> Settled:
    if mine.attempts >= claims.TRIES:
        return Fate.FAILED, partial(_fail, mine, error)
    after = claims.pause_after(mine.attempts)
    return Fate.AGAIN, lambda uow: claims.put_back(uow.session, mine, error, after=after)


def _later(mine: Claim, reason: str, after: timedelta) -> Settled:
    if mine.age >= claims.PATIENCE:
        return Fate.FAILED, partial(_fail, mine, reason)
    return Fate.AGAIN, lambda uow: claims.put_back(
        uow.session, mine, reason, after=after, counted=False, known=True
    )


def _settle(mine: Claim, settled: Settled) -> Fate:
    fate, stamp = settled
    try:
        transact(stamp, mine.brand_id)
    except claims.LeaseLost:
        return _told(mine, Fate.LOST)
    return _told(mine, fate)


def _fail(mine: Claim, error: str, uow: UnitOfWork) -> None:
    claims.fail(uow.session, mine, error)
    _tell_given_up(uow, mine, error)


def _bury(row_id: UUID, uow: UnitOfWork) -> int:
    buried = claims.fail_exhausted(uow.session, row_id)
    if buried is None:
        return 0
    _tell_given_up(uow, buried, "its worker died each time")
    log.error("outbox.failed", **_facts(buried))
    return 1


def _tell_given_up(uow: UnitOfWork, mine: Claim, error: str) -> None:
    try:
        effect = resolve(mine.effect)
    except EffectUnknown:
        return
    if isinstance(effect, Outside):
        effect.given_up(uow, mine, error)


def _told(mine: Claim, fate: Fate) -> Fate:
    tell = log.error if fate is Fate.FAILED else log.info
    tell(f"outbox.{fate}", **_facts(mine))
    return fate


def _facts(mine: Claim) -> dict[str, str]:
    return {
        "effect": mine.effect,
        "outbox_id": str(mine.id),
        "brand": str(mine.brand_id),
        "attempt": str(mine.attempts),
    }
