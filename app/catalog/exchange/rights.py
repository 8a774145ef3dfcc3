"""Whose files these are: the brand's administrators send them, others may read."""

from app.kernel.actor import Role

STAFF = frozenset({Role.BRAND_ADMIN})
READERS = frozenset({Role.CUSTOMER_SERVICE, Role.FINANCE})
