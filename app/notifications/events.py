"""What notifications announce, to themselves: writing and sending are two transactions."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class EmailWritten(Event):
    """An e-mail is logged and waits to be sent; `entity_id` is the e-mail."""

    topic: ClassVar[str] = "notifications.email_written"
