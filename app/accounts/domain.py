"""What links are for, how long sessions, tokens and links live: plain values."""

from datetime import timedelta
from enum import StrEnum

from app.kernel.actor import Role

STAFF = (Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, Role.FINANCE)
"""Whom the brand's administrators invite; they work in the console."""

IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=30)
ANONYMOUS = timedelta(days=1)
"""Of a visitor who has not signed in: what she left behind is a form's token and a language."""
TOUCH_EVERY = timedelta(minutes=1)

IDLE_FOR_STAFF = timedelta(minutes=30)
"""Whoever sees the whole brand is asked again sooner."""

ACCESS = timedelta(minutes=15)
REFRESH = timedelta(days=30)
RESET = timedelta(minutes=30)
INVITATION = timedelta(days=7)
PAUSE_BETWEEN_RESETS = timedelta(minutes=5)

LONGEST_PASSWORD = 128
SHORTEST_PASSWORD = 8


class LinkPurpose(StrEnum):
    """A link opens one door; a token of another purpose does not exist there."""

    HOST = "host"
    """Her page, as host of a meeting."""
    ORDER = "order"
    """A customer orders: in a meeting, or from a seller outside meetings."""
    GUESTS = "guests"
    """Passed on among the guests of a meeting: whoever holds it says who she is, and gets her own
    by mail."""


class PasswordLinkPurpose(StrEnum):
    RESET = "reset"
    INVITATION = "invitation"
