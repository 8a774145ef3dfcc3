"""What happened to somebody's access, and has to be told to her."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class PasswordLinkWanted(Event):
    """`entity_id` is the link; its token does not exist before the letter is written."""

    topic: ClassVar[str] = "accounts.password_link_wanted"


@dataclass(frozen=True, slots=True)
class AddressChanged(Event):
    """Somebody signs in with another address: both are written to."""

    topic: ClassVar[str] = "accounts.address_changed"
    user_id: UUID
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PasswordChanged(Event):
    topic: ClassVar[str] = "accounts.password_changed"
    user_id: UUID
