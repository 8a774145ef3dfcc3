"""Words in pure code: marked here, translated where they are shown."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple


def N_(message: str) -> str:  # noqa: N802 -- the name the extraction tool looks for
    """Mark a source sentence (English) for translation; it is translated at the edge."""
    return message


class Sentence(NamedTuple):
    """A marked sentence and its values, of which some may be sentences themselves."""

    words: str
    params: Mapping[str, Any] = MappingProxyType({})
