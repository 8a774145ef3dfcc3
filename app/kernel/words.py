"""Words in pure code: marked here, translated where they are shown."""


def N_(message: str) -> str:  # noqa: N802 -- the name the extraction tool looks for
    """Mark a source sentence (English) for translation; it is translated at the edge."""
    return message
