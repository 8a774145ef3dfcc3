"""What the pages about papers may be asked."""

from app.documents.domain import PaperKind
from app.http.fields import Choice, Count, Date, StrictSchema, Text


class DocumentsSchema(StrictSchema):
    kind = Choice(PaperKind, load_default="")
    q = Text(maximum=20, load_default="")
    """A number, with or without its letters."""
    since = Date(load_default=None)
    until = Date(load_default=None)
    page = Count(minimum=1, maximum=5_000, load_default=1)
