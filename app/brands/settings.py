"""What a brand may set, read from its JSON with defaults; nothing here that no code uses."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from app.kernel.errors import Invalid
from app.kernel.words import N_

YEAR_HOURS = 8_760

WHOLE_NUMBERS: dict[str, tuple[int, int]] = {
    "closing_delay_hours": (1, YEAR_HOURS),
    "late_entry_hours": (0, YEAR_HOURS),
    "link_days": (1, 400),
    "abandoned_after_hours": (1, YEAR_HOURS),
}
"""The least and the most that each number may be."""

CLOSED_PARTS = ("host", "date", "participants", "presence", "bookings", "orders")
"""What of a closed meeting sellers may be left to change."""

CHOICES: dict[str, tuple[str, ...]] = {
    "programme_judged": ("held", "closed", "booked"),
    "programme_approval": ("none", "second_person"),
    **dict.fromkeys((f"closed_{part}" for part in CLOSED_PARTS), ("locked", "open")),
    "gifts_with_orders": ("yes", "no"),
    "gifts_with_host": ("yes", "no"),
}


TEXTS: dict[str, int] = {
    "legal_name": 120,
    "legal_address": 300,
    "registration": 120,
    "vat_number": 20,
    "paper_note": 600,
}
"""The longest that each may be."""

VAT_NUMBER = re.compile(r"[A-Z]{2}[0-9A-Z]{2,13}", re.ASCII)


@dataclass(frozen=True, slots=True)
class BrandSettings:
    closing_delay_hours: int = 48
    """From the meeting's date to its automatic closing, as a wall clock shows it."""
    late_entry_hours: int = 48
    """How long a meeting typed in late stays open, counted from its creation."""
    link_days: int = 90
    """How long a host's personal link works after the meeting's date."""
    abandoned_after_hours: int = 72
    """How long a placed order may stay wholly unpaid before it gives back all it took, from when
    payment was possible."""
    programme_judged: str = "held"
    """Which day of a meeting says by which version of the programme it is judged."""
    programme_approval: str = "none"
    """Whether somebody other than who proposes a version has to say yes to it."""
    closed_host: str = "locked"
    """Whether sellers may change it in a closed meeting; staff always may, with a reason."""
    closed_date: str = "locked"
    closed_participants: str = "locked"
    closed_presence: str = "locked"
    closed_bookings: str = "locked"
    closed_orders: str = "locked"
    legal_name: str = ""
    """Who sells, as invoices name it; empty: the brand's own name."""
    legal_address: str = ""
    registration: str = ""
    """What the law asks for beside the name: RCS, SIRET, share capital."""
    vat_number: str = ""
    paper_note: str = ""
    """What stands below each invoice and credit note."""
    gifts_with_orders: str = "yes"
    """Whether a gift may leave in the parcel of another order of its winner."""
    gifts_with_host: str = "yes"
    """Whether it may leave with what the host of the meeting is sent for everybody."""
    origin: str = ""
    """Where the brand's pages live, for links in mails; empty: the installation's own."""

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "BrandSettings":
        """What is stored, over the defaults; keys of other versions are left alone."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in stored.items() if name in known})

    def leaves_open(self, part: str) -> bool:
        """Whether sellers may change this part of a closed meeting."""
        return bool(getattr(self, f"closed_{part}") == "open")

    def changed(self, changes: Mapping[str, Any]) -> "BrandSettings":
        """Raises Invalid for what is not a setting and for what could never work."""
        known = asdict(self)
        problems: dict[str, list[Any]] = {}
        for name, value in changes.items():
            problem = _problem(name, value) if name in known else N_("There is no such setting.")
            if problem:
                problems[name] = [problem]
        if problems:
            raise Invalid(problems)
        return BrandSettings(**{**known, **changes})


def _problem(name: str, value: Any) -> Any:
    if name in CHOICES:
        return None if value in CHOICES[name] else N_("Choose one of what is offered.")
    if name in TEXTS:
        return _problem_of_text(name, value)
    if name not in WHOLE_NUMBERS:
        return None if _is_origin(value) else N_("Give an address such as https://brand.example.")
    least, most = WHOLE_NUMBERS[name]
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return None
    words = N_("Give a whole number from %(least)s to %(most)s.")
    return (words, {"least": least, "most": most})


def _problem_of_text(name: str, value: Any) -> Any:
    if not isinstance(value, str) or len(value) > TEXTS[name]:
        return (N_("Give a text of at most %(most)s characters."), {"most": TEXTS[name]})
    if name == "vat_number" and value and not VAT_NUMBER.fullmatch(value):
        return N_("Give a VAT number such as FR32123456789.")
    return None


def _is_origin(value: Any) -> bool:
    if value == "":
        return True
    parts = urlsplit(value) if isinstance(value, str) else urlsplit("")
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and not parts.path.strip("/")
