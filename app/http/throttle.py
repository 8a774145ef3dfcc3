"""What somebody who tried too often is told: when the next try counts."""

import time

from app.infra.extensions import limiter


def seconds_to_wait() -> int:
    """Until the limit that this request broke lets somebody through again."""
    broken = limiter.current_limit
    return max(1, int(broken.reset_at - time.time())) if broken else 1
