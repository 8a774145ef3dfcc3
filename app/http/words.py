"""Words for the reader: translated, with amounts, dates and numbers in her language and zone."""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from flask import g, has_app_context
from flask_babel import get_locale, gettext, ngettext

from app.kernel.errors import ConviveError
from app.kernel.money import BASIS
from app.kernel.words import Sentence

D = TypeVar("D", bound=date)

CENTS = 100
FALLBACK_ZONE = "Europe/Paris"


class Said(str):
    """Words in one reader's language that remember the sentence they were made of, for others."""

    __slots__ = ("sentence",)
    sentence: Sentence

    @classmethod
    def of(cls, sentence: Sentence) -> "Said":
        said = cls(say(sentence))
        said.sentence = sentence
        return said


def say(message: Any, params: Mapping[str, Any] | None = None) -> str:
    """An error, an `N_()` sentence with its values, or a pair of both, in the reader's words."""
    if isinstance(message, ConviveError):
        return say(message.words, message.params)
    if isinstance(message, tuple):
        return say(message[0], message[1])
    text: str = gettext(str(message)) if str(message) else ""
    return text % {name: spoken(name, value) for name, value in params.items()} if params else text


def spoken(name: str, value: Any) -> Any:
    """One value of a sentence. The parameter's name tells its unit, as column names do."""
    if isinstance(value, Sentence):
        return say(value)
    if isinstance(value, bool) or value is None:
        return gettext("yes") if value else gettext("no")
    if isinstance(value, int) and name.endswith("cents"):
        return money(value)
    if isinstance(value, int) and name.endswith("_bp"):
        return percent(value)
    if isinstance(value, int) and name.endswith("points"):
        return points(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, int):
        return number(value)
    if isinstance(value, date):
        return date_long(value)
    if isinstance(value, list | tuple):
        return ", ".join(str(spoken(name, item)) for item in value)
    return value


def locale() -> Locale:
    return get_locale() or Locale.parse("fr")


def zone() -> tzinfo:
    brand = g.get("brand") if has_app_context() else None
    return ZoneInfo(brand.timezone if brand else FALLBACK_ZONE)


def money(cents: int | None) -> str:
    """1 234,50 €; the amount never breaks over two lines. Nothing for nothing."""
    if cents is None:
        return ""
    brand = g.get("brand") if has_app_context() else None
    amount = Decimal(cents) / CENTS
    return numbers.format_currency(amount, brand.currency if brand else "EUR", locale=locale())


def number(value: int | None) -> str:
    return "" if value is None else numbers.format_decimal(value, locale=locale())


def percent(rate_bp: int) -> str:
    rate = Decimal(rate_bp) / BASIS
    return numbers.format_percent(rate, locale=locale(), decimal_quantization=False)


def points(value: int | None) -> str:
    """30 points, with the word and its plural, never broken over two lines."""
    if value is None:
        return ""
    text: str = ngettext("%(points)s point", "%(points)s points", value, points=number(value))
    return text.replace(" ", "\u00a0")


def date_long(value: date | None) -> str:
    """samedi 10 octobre, 14 h 30 -- the year only when it is another one."""
    if value is None:
        return ""
    local = _local(value)
    day = day_text(local, _day_pattern(local))
    return day if not isinstance(local, datetime) else f"{day}, {time_of_day(local)}"


def date_short(value: date | None) -> str:
    """10 oct."""
    if value is None:
        return ""
    local = _local(value)
    return day_text(local, "d MMM" if local.year == _this_year() else "d MMM y")


def day_text(day: date, pattern: str) -> str:
    """By Unicode's pattern; the first of a month is 1er in French."""
    if day.day == 1 and locale().language == "fr":
        pattern = pattern.replace("d", "d'er'")
    return dates.format_date(day, pattern, locale=locale())


def time_of_day(value: datetime) -> str:
    """14 h 30 or 2:30 PM; full hours without their minutes."""
    local = _local(value)
    if locale().language != "fr":
        pattern = "h:mm a" if local.minute else "h a"
        text: str = dates.format_time(local, pattern, locale=locale())
        return text.replace(" ", "\u00a0")
    hour = f"{local.hour}\u00a0h"  # no-break spaces, as French typography asks
    return f"{hour}\u00a0{local.minute:02d}" if local.minute else hour


def initials(name: str | None) -> str:
    """Sophie Marchand -> SM."""
    words = [word for word in (name or "").split() if word[0].isalnum()]
    return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper()


def _local(value: D) -> D:
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(zone())
    return value


def _day_pattern(day: date) -> str:
    return "EEEE d MMMM" if day.year == _this_year() else "EEEE d MMMM y"


def _this_year() -> int:
    return datetime.now(zone()).year
