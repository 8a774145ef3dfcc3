"""What the pages about the programme send."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from marshmallow import ValidationError, post_load, validates_schema

from app.http.fields import (
    REQUIRED,
    Cents,
    Choice,
    Count,
    Date,
    Flag,
    Rate,
    Strict,
    StrictSchema,
    Text,
)
from app.http.words import say
from app.http.written import amount_text, names_in, rate_text
from app.kernel.money import BASIS, Rounding
from app.kernel.words import N_
from app.rewards.domain.facts import PLACES
from app.rewards.domain.programme_format import MAX_DAYS
from app.rewards.domain.trial import MOST_GUESTS, Trial, TrialItem

MOVES = ("up", "down", "enable", "disable", "copy", "delete")
MOST_REVISIONS = 2_000_000_000


class Revision(Count):
    """Which state of the draft was on the page; always a hidden field of ours."""

    def __init__(self, **options: Any) -> None:
        super().__init__(maximum=MOST_REVISIONS, **options)


class DraftSchema(StrictSchema):
    revision = Revision(required=True)


class StartSchema(StrictSchema):
    version = Revision(load_default=None)


class SimulationSchema(StrictSchema):
    """`what`: draft, or the number of a version."""

    what = Text(maximum=12, load_default="draft")
    from_on = Date(required=True)
    until_on = Date(required=True)

    @validates_schema
    def period_is_one(self, data: Mapping[str, Any], **_: Any) -> None:
        if data["from_on"] > data["until_on"]:
            raise ValidationError({"until_on": [say(N_("The last day comes after the first."))]})


class RuleActionSchema(DraftSchema):
    rule = Text(maximum=100, required=True)
    do = Choice(MOVES, required=True)


class PublishSchema(DraftSchema):
    latest = Revision(required=True)
    effective_on = Date(required=True)


class SettingsSchema(DraftSchema):
    """The whole of a programme's settings; what is usual is left out of the document."""

    name = Text(maximum=200, load_default="")
    tax = Choice(("incl", "excl"), load_default="incl")
    points_used = Choice(("deducted", "kept"), load_default="deducted")
    host_orders = Choice(
        ("included", "excluded", "excluded_from_counts", "paid_part"), load_default="included"
    )
    seller_orders = Choice(("excluded", "included"), load_default="excluded")
    window = Choice(("days", "any"), load_default="days")
    window_days = Count(maximum=MAX_DAYS, load_default=None)
    minimum = Cents(load_default=0)
    rounding = Choice(tuple(Rounding), load_default=str(Rounding.HALF_UP))
    host = Flag(load_default=False)

    @validates_schema
    def days_are_given(self, data: Mapping[str, Any], **_: Any) -> None:
        if data["window"] == "days" and data["window_days"] is None:
            raise ValidationError({"window_days": [say(REQUIRED)]})

    @post_load
    def to_document(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The name, the revision, and `settings` as the document writes them."""
        turnover = _unusual({name: data[name] for name in USUAL_TURNOVER}, USUAL_TURNOVER)
        days = data["window_days"] if data["window"] == "days" else None
        booking = _unusual(
            {"window_days": days, "minimum_turnover_cents": data["minimum"]}, USUAL_BOOKING
        )
        points = _unusual({"rounding": str(data["rounding"])}, {"rounding": "half_up"})
        participants = {"host": "included"} if data["host"] else {}
        parts = {
            "turnover": turnover, "booking": booking, "points": points,
            "participants": participants,
        }  # fmt: skip
        settings = {name: part for name, part in parts.items() if part}
        return {"revision": data["revision"], "name": data["name"], "settings": settings}


USUAL_TURNOVER = {
    "tax": "incl", "points_used": "deducted", "host_orders": "included",
    "seller_orders": "excluded",
}  # fmt: skip
USUAL_BOOKING = {"window_days": 60, "minimum_turnover_cents": 0}


def _unusual(values: Mapping[str, Any], usual: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value != usual[name]}


def settings_values(document: Mapping[str, Any]) -> dict[str, str]:
    """The settings of a document as the form's fields."""
    settings = document.get("settings", {})
    turnover = {**USUAL_TURNOVER, **settings.get("turnover", {})}
    booking = {**USUAL_BOOKING, **settings.get("booking", {})}
    days = booking["window_days"]
    return {
        **turnover,
        "name": document.get("name", ""),
        "window": "any" if days is None else "days",
        "window_days": "" if days is None else str(days),
        "minimum": amount_text(booking["minimum_turnover_cents"]),
        "rounding": settings.get("points", {}).get("rounding", "half_up"),
        "host": "1" if settings.get("participants", {}).get("host") == "included" else "0",
    }


# ---------------------------------------------------------------- trying rules


class TrialField(Count):
    WORDS: ClassVar[Mapping[str, str]] = {
        "grammar": N_("Give a whole number, such as 3."),
    }

    def __init__(self) -> None:
        super().__init__(maximum=MOST_GUESTS)


class Items(Strict):
    """Products by reference, with how many units: WOK x 2, TARTE."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "grammar": N_("Write references between commas, such as WOK x 2, TARTE."),
    }
    ONE = re.compile(r"([^×\x00-\x1f\x7f]{1,60}?)(?:\s*(?:×|\bx)\s*(\d{1,3}))?", re.ASCII)

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> tuple[TrialItem, ...]:
        found = [self.ONE.fullmatch(name) for name in names_in(self.text(value, 2_000))]
        if not all(found):
            self.refuse("grammar")
        return tuple(TrialItem(one[1], int(one[2] or 1)) for one in found if one)


class Days(Count):
    def __init__(self) -> None:
        super().__init__(minimum=1, maximum=MAX_DAYS)


class Word(Text):
    def __init__(self) -> None:
        super().__init__(maximum=120)


class TrialPlace(Choice):
    def __init__(self) -> None:
        super().__init__(PLACES)


class TrialChannel(Choice):
    def __init__(self) -> None:
        super().__init__(("meeting", "web"))


class Share(Rate):
    def __init__(self) -> None:
        super().__init__(maximum=BASIS - 1)


TRIAL: Mapping[str, tuple[str, type[Strict]]] = {
    "try_sales": ("sales_cents", Cents),
    "try_buyers": ("buyers", TrialField),
    "try_attended": ("attended", TrialField),
    "try_invited": ("invited", TrialField),
    "try_new": ("new_customers", TrialField),
    "try_items": ("items", Count),
    "try_bookings": ("bookings", TrialField),
    "try_held": ("held", TrialField),
    "try_host": ("host_cents", Cents),
    "try_day": ("day", Date),
    "try_place": ("place", TrialPlace),
    "try_theme": ("theme", Word),
    "try_catalogue": ("catalogue", Word),
    "try_products": ("products", Items),
    "try_co_host": ("co_host_bp", Share),
    "try_seller_hosts": ("seller_hosts", Flag),
    "try_before": ("held_before", TrialField),
    "try_last": ("last_days", Days),
    "try_same_seller": ("same_seller", Flag),
    "try_role": ("role", Word),
    "try_segment": ("segment", Word),
    "try_country": ("country", Word),
    "try_department": ("department", Word),
    "try_channel": ("channel", TrialChannel),
    "try_first": ("first_orders", Flag),
    "try_booked": ("booked_in_another", Flag),
}
"""By field of the form: everything that conditions may look at."""


def trial_of(typed: Mapping[str, str], today: date) -> tuple[Trial, dict[str, list[str]]]:
    """The meeting imagined; what cannot be read keeps its usual value and has its message."""
    trial, errors = Trial(day=today), {}
    for field, (name, kind) in TRIAL.items():
        text = typed.get(field, "").strip()
        if not text:
            continue
        try:
            trial = replace(trial, **{name: kind().deserialize(text)})
        except ValidationError as error:
            errors[field] = [str(message) for message in error.messages]
    return trial, errors


def trial_values(trial: Trial) -> dict[str, str]:
    """The imagined meeting as the form's fields."""
    return {field: _typed(getattr(trial, name), kind) for field, (name, kind) in TRIAL.items()}


def _typed(value: Any, kind: type[Strict]) -> str:
    if value is None:
        return ""
    if kind is Cents:
        return amount_text(value)
    if kind is Share:
        return rate_text(value)
    if kind is Flag:
        return "1" if value else "0"
    if kind is Items:
        return ", ".join(
            one.reference if one.quantity == 1 else f"{one.reference} x {one.quantity}"
            for one in value
        )
    return str(value)
