"""What a ring of the bell runs. No arguments: what there is to do, the database knows."""

from app.infra.jobs import bell, schedule
from app.infra.jobs.drain import drain, sweep


def answer() -> None:
    """Do what is due in the outbox."""
    drain(bell.BUDGET_SECONDS)


def tick() -> None:
    """Do what the clock starts."""
    sweep()
    schedule.run_due()
    drain(bell.BUDGET_SECONDS)
