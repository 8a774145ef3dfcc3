"""A clock that stands still until it is told to go on."""

from datetime import UTC, datetime, timedelta


class StillClock:
    """Called, it answers `now`, as `app.kernel.clock.Clock` does."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now or datetime(2026, 10, 10, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **passed: float) -> datetime:
        self.now += timedelta(**passed)
        return self.now
