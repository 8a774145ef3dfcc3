"""What links are for, how long a session lives: plain values."""

from datetime import timedelta
from enum import StrEnum

IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=30)
TOUCH_EVERY = timedelta(minutes=1)

LONGEST_PASSWORD = 128
SHORTEST_PASSWORD = 12


class LinkPurpose(StrEnum):
    """A link opens one door; a token of another purpose does not exist there."""

    HOST = "host"
