"""What makes a brand of the demo."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.demo.story import Content, Story


@dataclass(frozen=True, slots=True)
class DemoBrand:
    slug: str
    name: str
    accent: str
    content: Content
    season: Callable[[Story], None]
    hosts: tuple[str, ...] = ()
    """Host names of its own, beside `<slug>.localhost`."""
    options: dict[str, Any] = field(default_factory=dict)
    """Country, language and the like, where they are not France's."""
