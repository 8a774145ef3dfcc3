"""What happened to papers."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class DocumentIssued(Event):
    """It has its number: what it looks like is drawn once, and kept."""

    topic: ClassVar[str] = "documents.document_issued"
