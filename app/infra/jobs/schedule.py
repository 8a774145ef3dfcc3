"""What the clock starts: named in `app.subscriptions`, done brand by brand in that order."""

from collections import Counter
from collections.abc import Callable
from uuid import UUID

from flask import current_app
from sqlalchemy import text

from app.infra.jobs.effects import named
from app.infra.logging import get_logger
from app.infra.uow import unit_of_work

log = get_logger(__name__)

Scheduled = Callable[[UUID], int]
"""Does what is due in one brand, one transaction a thing, and says how much it did. It may run
twice at once: locks and states decide, not the schedule."""

_schedule: list[str] = []


def keep(names: tuple[str, ...]) -> None:
    """Told once by the composition root."""
    _schedule[:] = names


def run_due() -> Counter[str]:
    """One step that fails does not hold up the next one; it is tried again at the next tick."""
    done: Counter[str] = Counter()
    for brand_id in _brands():
        for name in _schedule:
            with current_app.app_context():
                done[name] += _run(name, brand_id)
    return done


def _run(name: str, brand_id: UUID) -> int:
    step: Scheduled = named(name)
    try:
        return step(brand_id)
    except Exception:
        log.exception("schedule.error", task=name, brand=str(brand_id))
        return 0


def _brands() -> list[UUID]:
    with unit_of_work(None) as uow:
        return list(uow.session.scalars(text("SELECT id FROM brands ORDER BY created_at, id")))
