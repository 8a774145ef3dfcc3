"""The strict field types: the only ones schemas use.

ASCII digits, fixed grammars, lengths checked before anything is converted, exact amounts, a
range on everything. JSON values and what a form sends give the same result. Each message names
the mend, in the reader's language.
"""

import re
import unicodedata
from collections import ChainMap
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any, ClassVar, NoReturn
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext
from marshmallow import RAISE, Schema, ValidationError, fields

from app.http.words import Said
from app.kernel.money import MAX_CENTS
from app.kernel.words import N_, Sentence

MAX_COUNT = 1_000_000
EARLIEST = date(1900, 1, 1)
LATEST = date(2200, 12, 31)

BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
BLANKS = set("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs, says Unicode, that draw nothing."""
SPACES = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009\u2007", " "))

REQUIRED = N_("Please fill this in.")


class StrictSchema(Schema):
    """Nothing unknown is let through: what we do not read, nobody may believe we took."""

    error_messages: dict[str, Any] = {  # noqa: RUF012 -- marshmallow merges it by instance
        "unknown": lazy_gettext("We do not know this field; leave it out."),
        "type": lazy_gettext("Send a set of named fields."),
    }

    class Meta:
        unknown = RAISE


class Strict(fields.Field[Any]):
    """Says its messages in the reader's language."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "required": REQUIRED,
        "null": REQUIRED,
        "validator_failed": N_("This value is not possible."),
        "type": N_("This kind of value does not belong here."),
    }

    def make_error(self, key: str, **params: Any) -> ValidationError:
        spoken = (vars(kind).get("WORDS", {}) for kind in type(self).__mro__)
        return ValidationError([Said.of(Sentence(ChainMap(*spoken)[key], params))])

    def refuse(self, key: str, **params: Any) -> NoReturn:
        raise self.make_error(key, **params)

    def text(self, value: Any, longest: int) -> str:
        if not isinstance(value, str):
            self.refuse("type")
        if len(value) > longest:
            self.refuse(
                "too_long" if "too_long" in self.error_messages else "grammar", most=longest
            )
        return value.translate(SPACES).strip()


class Text(Strict):
    """NFC, trimmed, without control or direction characters, stored as typed otherwise."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "too_long": N_("This is too long: %(most)s characters at most."),
        "too_short": N_("This is too short: %(least)s characters at least."),
        "unreadable": N_("This holds characters that cannot be read; please type it again."),
    }

    def __init__(
        self, *, maximum: int = 200, minimum: int = 1, multiline: bool = False, **options: Any
    ) -> None:
        super().__init__(**options)
        self.maximum, self.minimum, self.multiline = maximum, minimum, multiline

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        if not isinstance(value, str):
            self.refuse("type")
        if len(value) > 4 * self.maximum:
            self.refuse("too_long", most=self.maximum)
        text = unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
        if any(self._is_unreadable(char) for char in text):
            self.refuse("unreadable")
        if len(text) > self.maximum:
            self.refuse("too_long", most=self.maximum)
        if text and not any(self._is_seen(char) for char in text):
            self.refuse("unreadable")
        if len(text) < self.minimum:
            self.refuse("required" if not text else "too_short", least=self.minimum)
        return text

    def _is_unreadable(self, char: str) -> bool:
        if self.multiline and char in "\n\t":
            return False
        return char in BIDI or unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}

    def _is_seen(self, char: str) -> bool:
        """Joiners and blanks of no width shape what stands beside them; alone they are nothing."""
        return char not in BLANKS and unicodedata.category(char)[0] not in "CMZ"


class Secret(Strict):
    """A password: taken as typed, only its length is looked at before it is hashed."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "too_long": N_("This is too long: %(most)s characters at most."),
    }

    def __init__(self, *, maximum: int = 128, **options: Any) -> None:
        super().__init__(**options)
        self.maximum = maximum

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        if not isinstance(value, str):
            self.refuse("type")
        if len(value) > self.maximum:
            self.refuse("too_long", most=self.maximum)
        if any(unicodedata.category(char) == "Cs" for char in value):
            self.refuse("type")
        return value


class Cents(Strict):
    """An amount: whole cents as a JSON number; `12,50` or `1 234,50 €` as text."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "grammar": N_("Write the amount like 12,50."),
        "range": N_("Give an amount from %(least_cents)s to %(most_cents)s."),
    }
    GRAMMAR = re.compile(r"(-?)(\d{1,3}(?: \d{3})+|\d{1,12})(?:[.,](\d{1,2}))?", re.ASCII)

    def __init__(self, *, minimum: int = 0, maximum: int = MAX_CENTS, **options: Any) -> None:
        super().__init__(**options)
        self.minimum, self.maximum = minimum, maximum

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> int:
        is_count = isinstance(value, int) and not isinstance(value, bool)
        cents: int = value if is_count else self._read(value)
        if not self.minimum <= cents <= self.maximum:
            self.refuse("range", least_cents=self.minimum, most_cents=self.maximum)
        return cents

    def _read(self, value: Any) -> int:
        text = self.text(value, 40).removesuffix("€").removesuffix("EUR").removeprefix("€").strip()
        match = self.GRAMMAR.fullmatch(text)
        if match is None:
            self.refuse("grammar")
        sign, whole, fraction = match.groups()
        cents = int(whole.replace(" ", "")) * 100 + int((fraction or "").ljust(2, "0"))
        return -cents if sign else cents


class Rate(Strict):
    """A percentage with at most two decimals, as basis points."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "grammar": N_("Write the percentage like 12,5."),
        "range": N_("Give a percentage from %(least_bp)s to %(most_bp)s."),
    }
    GRAMMAR = re.compile(r"(\d{1,4})(?:[.,](\d{1,2}))?", re.ASCII)

    def __init__(self, *, minimum: int = 0, maximum: int = 100_000, **options: Any) -> None:
        super().__init__(**options)
        self.minimum, self.maximum = minimum, maximum

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> int:
        match = self.GRAMMAR.fullmatch(self.text(value, 40).removesuffix("%").strip())
        if match is None:
            self.refuse("grammar")
        whole, fraction = match.groups()
        rate = int(whole) * 100 + int((fraction or "").ljust(2, "0"))
        if not self.minimum <= rate <= self.maximum:
            self.refuse("range", least_bp=self.minimum, most_bp=self.maximum)
        return rate


class Count(Strict):
    """A whole number within bounds."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "grammar": N_("Give a whole number, such as 3."),
        "range": N_("Give a whole number from %(least)s to %(most)s."),
    }
    GRAMMAR = re.compile(r"-?\d{1,12}", re.ASCII)

    def __init__(self, *, minimum: int = 0, maximum: int = MAX_COUNT, **options: Any) -> None:
        super().__init__(**options)
        self.minimum, self.maximum = minimum, maximum

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | str):
            self.refuse("grammar")
        count = value if isinstance(value, int) else self._read(value)
        if not self.minimum <= count <= self.maximum:
            self.refuse("range", least=self.minimum, most=self.maximum)
        return count

    def _read(self, value: str) -> int:
        text = self.text(value, 40)
        if not self.GRAMMAR.fullmatch(text):
            self.refuse("grammar")
        return int(text)


class Date(Strict):
    """A calendar day, as date inputs send it."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "grammar": N_("Give a date, such as 2026-10-10."),
        "range": N_("Give a date from %(earliest)s to %(latest)s."),
    }
    GRAMMAR = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

    def __init__(
        self,
        *,
        earliest: date = EARLIEST,
        latest: date = LATEST,
        past: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.earliest, self.latest, self.past = earliest, latest, past

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> date:
        text = self.text(value, 20)
        if not self.GRAMMAR.fullmatch(text):
            self.refuse("grammar")
        try:
            day = date.fromisoformat(text)
        except ValueError:
            self.refuse("grammar")
        latest = datetime.now(UTC).date() if self.past else self.latest
        if not self.earliest <= day <= latest:
            self.refuse("range", earliest=self.earliest, latest=latest)
        return day


class Time(Strict):
    """A time of day, as time inputs send it."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "grammar": N_("Give a time, such as 14:30."),
    }
    GRAMMAR = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?", re.ASCII)

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> time:
        text = self.text(value, 20)
        if not self.GRAMMAR.fullmatch(text):
            self.refuse("grammar")
        return time.fromisoformat(text)


class LocalDateTime(Strict):
    """What a wall clock in the brand's zone shows; `at_wall_time` makes an instant of it."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "grammar": N_("Give a date and a time, such as 2026-10-10T14:30."),
    }
    GRAMMAR = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?", re.ASCII)

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> datetime:
        text = self.text(value, 30)
        if not self.GRAMMAR.fullmatch(text):
            self.refuse("grammar")
        try:
            local = datetime.fromisoformat(text)  # a wall time: naive on purpose
        except ValueError:
            self.refuse("grammar")
        if not EARLIEST <= local.date() <= LATEST:
            self.refuse("grammar")
        return local


class Email(Strict):
    """An address our mail server can write to; no question is asked of the network."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "grammar": N_("Give an e-mail address, such as marie@example.org."),
    }

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        text = self.text(value, 254)
        try:
            found = validate_email(
                text, check_deliverability=False, allow_smtputf8=False, test_environment=True
            )
        except (EmailNotValidError, UnicodeError):
            self.refuse("grammar")
        return found.normalized


class Phone(Strict):
    """Digits, kept without the spaces people write between them."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "grammar": N_("Give a phone number, such as 06 12 34 56 78 or +33 6 12 34 56 78."),
    }
    GRAMMAR = re.compile(r"\+?\d{6,15}", re.ASCII)

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        text = re.sub(r"[ .\-()/]", "", self.text(value, 40))
        if not self.GRAMMAR.fullmatch(text):
            self.refuse("grammar")
        return text


class Choice(Strict):
    """One of a StrEnum's values (the member comes back) or of some texts."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "unknown": N_("Choose one of the answers offered."),
    }

    def __init__(self, choices: type[StrEnum] | Iterable[str], **options: Any) -> None:
        super().__init__(**options)
        self.choices: Mapping[str, Any] = {str(choice): choice for choice in choices}

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Any:
        if not isinstance(value, str) or value not in self.choices:
            self.refuse("unknown")
        return self.choices[value]


class Id(Strict):
    """An identifier as we print it."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "grammar": N_("This does not name anything; choose from the list."),
    }
    GRAMMAR = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> UUID:
        text = self.text(value, 36)
        if not self.GRAMMAR.fullmatch(text):
            self.refuse("grammar")
        return UUID(text)


class Flag(Strict):
    """Yes or no: a JSON boolean, or what a box or a button sends."""

    WORDS: ClassVar[Mapping[str, str]] = {"unknown": N_("Answer yes or no.")}
    ANSWERS: ClassVar[dict[Any, bool]] = {
        "1": True, "on": True, "true": True, "0": False, "off": False, "false": False,
    }  # fmt: skip

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> bool:
        if isinstance(value, bool):
            return value
        if not isinstance(value, str) or value not in self.ANSWERS:
            self.refuse("unknown")
        return self.ANSWERS[value]


class ListOf(Strict, fields.List[Any]):
    """Several of one kind, never more than `maximum`."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "too_many": N_("This is too many: %(most)s at most."),
        "invalid": N_("Send a list."),
    }

    def __init__(self, inner: fields.Field[Any], *, maximum: int = 100, **options: Any) -> None:
        super().__init__(inner, **options)
        self.maximum = maximum

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> list[Any]:
        if isinstance(value, list) and len(value) > self.maximum:
            self.refuse("too_many", most=self.maximum)
        return super()._deserialize(value, attr, data, **options)


class Part(Strict, fields.Nested):
    """A set of named fields within another."""

    WORDS: ClassVar[Mapping[str, str]] = {"type": N_("Send a set of named fields.")}
