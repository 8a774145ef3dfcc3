"""Identifiers, minted in Python so that nothing needs a flush to learn its own name."""

import os
import time
from uuid import UUID


def new_id() -> UUID:
    """A time-ordered UUID (version 7, RFC 9562): new rows land at the end of their indexes."""
    milliseconds = time.time_ns() // 1_000_000
    value = int.from_bytes(milliseconds.to_bytes(6) + os.urandom(10))
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)
