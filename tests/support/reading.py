"""Reading a page as a person does: its words only, with plain spaces."""

import html
import re
from typing import Any

HIDDEN = re.compile(r"<(script|style|svg|head)\b.*?</\1>", re.DOTALL)


def text_of(answer: Any) -> str:
    """The words of an answer's page, in their order."""
    page = HIDDEN.sub(" ", answer.get_data(as_text=True))
    words = html.unescape(re.sub(r"<[^>]+>", " ", page))
    return re.sub(r"\s+", " ", words)
