"""What pages and e-mails receive: words in the reader's language, nothing left to work out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Voice(StrEnum):
    SELLER = "seller"
    """Sees names and amounts."""
    WINNER = "winner"
    """The host or a guest: her own amounts only, never those of others."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the voice, and her own card when it is about her."""

    voice: Voice
    customer_id: UUID | None = None

    def may_see_amounts_of(self, customer_id: str) -> bool:
        return self.reads_of(customer_id)

    def reads_of(self, customer_id: str | None) -> bool:
        """Whether rewards of this customer are hers to read about."""
        return self.voice is Voice.SELLER or customer_id == str(self.customer_id)


@dataclass(frozen=True, slots=True)
class Badge:
    kind: str
    """points, gift, code, voucher, date, warn or ok"""
    text: str
    hint: str | None = None
    url: str | None = None

    def times(self, number: int) -> Badge:
        """Several that are alike, as one."""
        return self if number == 1 else replace(self, text=f"{number} × {self.text}")


@dataclass(frozen=True, slots=True)
class RewardLine:
    """One reward of the host's, won or within reach."""

    kind: str
    title: str
    status: str
    """projected, promised, granted or reversed"""
    detail: str | None = None
    beneficiary: str | None = None
    current: str | None = None
    target: str | None = None
    ratio: int | None = None
    missing_text: str | None = None
    why: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Won:
    kind: str
    title: str
    status: str
    why: list[str]


@dataclass(frozen=True, slots=True)
class WinnerLine:
    name: str
    role_label: str | None
    customer_id: UUID
    rewards: list[Won]


@dataclass(frozen=True, slots=True)
class MissLine:
    """Something that nobody has yet, or nobody will have."""

    kind: str
    beneficiary: str | None
    title: str
    missing_text: str
    """What is still to go; of what cannot be reached, why not."""
    ratio: int | None
    why: list[str]
    reach: str = "ahead"
    """ahead, waiting, outdone, used_up or blocked"""
    role: str = "host"
    """host, guest or seller"""


@dataclass(frozen=True, slots=True)
class Nearest:
    """What the host of a meeting is nearest to."""

    missing_text: str
    title: str
    ratio: int


@dataclass(frozen=True, slots=True)
class ImaginedLine:
    """What somebody would win more, or no longer, if things were as imagined."""

    kind: str
    title: str
    change: str
    """new, more, less or gone"""
    beneficiary: str | None
    detail: str | None
    """What it is as things are."""
    why: list[str]
    role: str = "host"


@dataclass(frozen=True, slots=True)
class Imagined:
    """A meeting as it would be, against what it is."""

    turnover_cents: int
    """Of the imagined meeting, by the brand's definition."""
    lines: list[ImaginedLine]
    ahead: list[RewardLine]
    """What would be nearest to the host then."""


@dataclass(frozen=True, slots=True)
class MeetingRewards:
    turnover_cents: int | None
    """By the brand's definition; None while it has no programme."""
    turnover_why: list[str] = field(default_factory=list)
    host_lines: list[RewardLine] = field(default_factory=list)
    badges: dict[UUID, list[Badge]] = field(default_factory=dict)
    winners: list[WinnerLine] = field(default_factory=list)
    misses: list[MissLine] = field(default_factory=list)
    """What is within reach, the nearest first."""
    unreached: list[MissLine] = field(default_factory=list)
    """What is not, and why: of a closed meeting, all that was not won."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the gifts to choose among."""

    id: UUID
    name: str
    image_url: str | None
    stock_text: str
    available: bool
    is_substitute: bool = False


@dataclass(frozen=True, slots=True)
class ParcelOption:
    """A way for the gift to leave; `value` is what the form sends."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class GiftLine:
    """A gift somebody won: to_choose, waiting, chosen, ordered, done, converted, expired or
    reversed."""

    claim_id: UUID
    title: str
    status: str
    customer_id: UUID
    meeting_id: UUID | None
    choose_by: date | None
    choices: list[Choice]
    chosen_id: UUID | None
    chosen_name: str | None
    order_id: UUID | None
    earned_text: str | None
    why: list[str]
    notice: list[str] = field(default_factory=list)
    """Until when it is chosen, and what happens otherwise; or what became of it."""
    can_wait: bool = False
    """Nothing is left, and there is a waiting list."""
    can_convert: bool = False
    """Nothing is left, and it becomes a voucher."""
    can_change: bool = False
    """Chosen, on a gift order that is still a draft."""
    waits_for_id: UUID | None = None
    parcels: list[ParcelOption] = field(default_factory=list)
    """Ways for it to leave, where there is more than one."""
    choose_url: str | None = None
    """Where her choice is sent; only the door knows."""


@dataclass(frozen=True, slots=True)
class PointsLine:
    """One movement of points, with its reason."""

    at: datetime
    text: str
    points: int
    status: str
    """available, pending, spent, expired or reversed"""
    why: list[str]


@dataclass(frozen=True, slots=True)
class PendingLine:
    """Points on their way: which, from when they can be used, and what they wait for."""

    points: int
    text: str
    when: str


@dataclass(frozen=True, slots=True)
class ExpiryLine:
    points: int
    last_day: date


@dataclass(frozen=True, slots=True)
class UsedIn:
    """An order that has something of a code or voucher."""

    order_id: UUID
    number: str
    amount_cents: int
    is_open: bool
    """Whether the reader may look at it."""


@dataclass(frozen=True, slots=True)
class CodeLine:
    code: str
    title: str
    conditions: list[str]
    valid_until: date | None
    status: str
    why: list[str]
    used_in: list[UsedIn] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class VoucherLine:
    id: UUID
    code: str
    title: str
    amount_cents: int
    remaining_cents: int | None
    """Only when something of it was used."""
    remaining_units: int | None
    """Of one for units of products, likewise."""
    conditions: list[str]
    valid_until: date | None
    status: str
    why: list[str]
    used_in: list[UsedIn] = field(default_factory=list)
