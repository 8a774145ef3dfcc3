"""How texts are compared: folded for identity, folded further for searching and sorting."""

import re
import unicodedata


def identity_key(text: str) -> str:
    """Two e-mails, codes or references with the same key are the same one."""
    return unicodedata.normalize("NFC", text).strip().casefold()


def search_key(text: str) -> str:
    """Lower case without accents or repeated spaces: `Évasée  XL` is found by `evasee xl`.

    Computed here and stored, so that every PostgreSQL sorts French names alike.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe"))
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(r"\s+", " ", plain).strip()
