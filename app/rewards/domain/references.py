"""What a programme, or a reward of it, calls products by: their references."""

from typing import Any

REFERENCES = {"product", "products", "without_products", "substitutes"}


def references_of(document: Any) -> set[str]:
    """Every product the document speaks of."""
    if isinstance(document, list):
        return {name for part in document for name in references_of(part)}
    if not isinstance(document, dict):
        return set()
    found: set[str] = set()
    for name, value in document.items():
        if name in REFERENCES:
            listed = [value] if isinstance(value, str) else value
            found |= {one for one in listed if isinstance(one, str)}
        else:
            found |= references_of(value)
    return found
