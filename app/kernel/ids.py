"""Identifiers, minted in Python so that nothing needs a flush to learn its own name."""

import os
import time
from uuid import UUID


def new_id() -> UUID:
    """A time-ordered UUID (version 7, RFC 9562): new rows land at the end of their indexes, and
    those of one process stand in the order they were made in. After the milliseconds come their
    4096 parts, then chance."""
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    part = rest * 4096 // 1_000_000
    chance = int.from_bytes(os.urandom(8)) >> 2
    return UUID(int=milliseconds << 80 | 0x7 << 76 | part << 64 | 0x2 << 62 | chance)
