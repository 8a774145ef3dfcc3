"""Who asks. Every read and every use case takes the actor; nothing below the doors guesses."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    SELLER = "seller"
    BRAND_ADMIN = "brand_admin"
    CUSTOMER_SERVICE = "customer_service"
    FINANCE = "finance"
    HOST = "host"
    """By her personal link."""
    CUSTOMER = "customer"
    """By a link to order with: hers, or that of a meeting, which does not say yet who she is."""
    SYSTEM = "system"


BY_LINK = frozenset({Role.HOST, Role.CUSTOMER})
"""They hold a link and have no account."""


@dataclass(frozen=True, slots=True)
class Actor:
    """One person (or the system) acting within one brand.

    `customer_id` is the person's own card; `meeting_id` is set for the holder of a personal
    link, who may act on that meeting only. A customer's link outside meetings names the seller.
    """

    brand_id: UUID
    role: Role
    user_id: UUID | None = None
    seller_id: UUID | None = None
    customer_id: UUID | None = None
    meeting_id: UUID | None = None

    @property
    def is_system(self) -> bool:
        return self.role is Role.SYSTEM

    @property
    def label(self) -> str:
        """For ledgers and logs: the role and the most precise id known."""
        return f"{self.role}:{self.user_id or self.customer_id or 'convive'}"


def system(brand_id: UUID) -> Actor:
    """Jobs and the command line act as the platform, within one brand."""
    return Actor(brand_id=brand_id, role=Role.SYSTEM)
