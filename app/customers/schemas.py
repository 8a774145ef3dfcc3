"""What looking for customers looks like when it arrives."""

from dataclasses import dataclass
from typing import Any

from marshmallow import post_load

from app.http.fields import Count, StrictSchema, Text

MOST_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class FindCustomers:
    text: str = ""
    page: int = 1


class FindCustomersSchema(StrictSchema):
    q = Text(maximum=100, load_default="")
    page = Count(minimum=1, maximum=MOST_PAGES, load_default=1)

    @post_load
    def to_question(self, data: dict[str, Any], **_: Any) -> FindCustomers:
        return FindCustomers(data["q"], data["page"])
