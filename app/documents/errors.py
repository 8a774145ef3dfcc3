"""What can go wrong with papers."""

from app.kernel.errors import NotFound
from app.kernel.words import N_


class DocumentNotFound(NotFound):
    code = "document_not_found"
    words = N_("This document does not exist.")
