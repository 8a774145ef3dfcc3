"""How spreadsheets write what forms write otherwise: yes and no, days, percentages."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from app.http.fields import Date, Flag, Strict
from app.kernel.money import BASIS
from app.kernel.text import search_key
from app.kernel.words import N_

YES = ("yes", "oui", "o", "y", "x", "vrai", "true", "1", "on")
NO = ("no", "non", "n", "faux", "false", "0", "off")


class YesNo(Flag):
    WORDS: ClassVar[Mapping[str, str]] = {"unknown": N_("Answer yes or no.")}

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> bool:
        if isinstance(value, str):
            answer = search_key(value[:10])
            value = True if answer in YES else False if answer in NO else value
        return super()._deserialize(value, attr, data, **options)


class Day(Date):
    """31/12/2026, as French spreadsheets show it, or 2026-12-31."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "grammar": N_("Give a date, such as 31/12/2026 or 2026-12-31."),
    }
    FRENCH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> date:
        text = self.text(value, 20)
        match = self.FRENCH.fullmatch(text)
        if match:
            day, month, year = match.groups()
            text = f"{year}-{month:0>2}-{day:0>2}"
        return super()._deserialize(text, attr, data, **options)


class Percentage(Strict):
    """5,5 or 5,5 % becomes 550 basis points."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "grammar": N_("Write the rate like 20 or 5.5."),
        "range": N_("Give a rate from %(least_bp)s to %(most_bp)s."),
    }
    GRAMMAR = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))?", re.ASCII)

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> int:
        match = self.GRAMMAR.fullmatch(self.text(value, 20).removesuffix("%").strip())
        if match is None:
            self.refuse("grammar")
        whole, fraction = match.groups()
        rate_bp = int(whole) * 100 + int((fraction or "").ljust(2, "0"))
        if rate_bp > BASIS:
            self.refuse("range", least_bp=0, most_bp=BASIS)
        return rate_bp
