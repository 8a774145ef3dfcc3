"""`evaluate(facts, programme)`: same facts, same programme, same outcome."""

from __future__ import annotations

from typing import Any

from .facts import Facts
from .outcome import Outcome


def evaluate(facts: Facts, programme: Any) -> Outcome:
    """Judge one scope: used to preview, settle, explain and simulate."""
    raise NotImplementedError
