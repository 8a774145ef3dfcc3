"""What happened to files."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class FileSent(Event):
    topic: ClassVar[str] = "imports.file_sent"


@dataclass(frozen=True, slots=True)
class ImportConfirmed(Event):
    """Somebody has read what the file would do, and said yes."""

    topic: ClassVar[str] = "imports.import_confirmed"
