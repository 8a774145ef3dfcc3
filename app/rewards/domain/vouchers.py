"""How many vouchers a reward becomes."""

from __future__ import annotations

MOST_AT_ONCE = 100


def faces(value: int, each: int) -> list[int]:
    """What each of the vouchers is worth, in cents or units: full ones, then the rest. Beyond a
    hundred, the last one is worth all that is left."""
    full = min((value - 1) // each, MOST_AT_ONCE - 1)
    return [each] * full + [value - full * each]
