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


def search_words(text: str, *, most: int = 8) -> tuple[str, ...]:
    """What somebody typed into a search box, as folded words; what cannot be read is left out."""
    readable = "".join(" " if unicodedata.category(char)[0] == "C" else char for char in text[:200])
    return tuple(search_key(readable).split(" ")[:most]) if readable.strip() else ()


def digits_key(phone: str) -> str:
    """The digits of a number as they are dialled at home: +33 6 12… and 06 12… are one."""
    digits = re.sub(r"[^0-9+]", "", phone)
    national = re.sub(r"^(?:\+33|0033)(?:0)?(?=[1-9])", "0", digits)
    return national.replace("+", "")


def containing(word: str) -> str:
    """The LIKE pattern (escape character: backslash) of texts that contain `word` literally."""
    escaped = re.sub(r"([\\%_])", r"\\\1", word)
    return f"%{escaped}%"
