"""What the smaller forms about prices send: filters, buttons, settings, codes."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations
from typing import Any

from marshmallow import post_load

from app.http.fields import Choice, Count, Date, Id, StrictSchema, Text
from app.promotions.domain.condition_format import MAX_COUNT
from app.promotions.domain.plan_format import MAX_SEGMENTS
from app.promotions.domain.terms import AdvantageKind, Entry, Selection

STATES = ("draft", "live", "paused", "archived")
ACTS = ("publish", "pause", "resume", "copy", "archive")
MOVES = ("up", "down", "delete")
ORDERS = tuple(" ".join(order) for order in permutations(AdvantageKind))
MOST_CODES = 50_000


class Revision(Count):
    """Which state of a thing was on the page; always a hidden field of ours."""

    def __init__(self, **options: Any) -> None:
        super().__init__(maximum=2_000_000_000, **options)


class FindPromotionsSchema(StrictSchema):
    q = Text(maximum=100, load_default="")
    state = Choice(STATES, load_default="")
    entry = Choice(tuple(Entry), load_default="")
    page = Count(minimum=1, maximum=1_000, load_default=1)


class ActSchema(StrictSchema):
    revision = Revision(required=True)
    do = Choice(ACTS, required=True)


class MoveSchema(StrictSchema):
    revision = Revision(load_default=None)
    do = Choice(MOVES, required=True)


class SettingsSchema(StrictSchema):
    revision = Revision(required=True)
    selection = Choice(tuple(Selection), required=True)
    advantage_order = Choice(ORDERS, required=True)
    segments_used = Count(maximum=MAX_SEGMENTS, required=True)

    @post_load
    def to_document(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The revision, and `settings` as the plan writes them."""
        settings = {
            "selection": str(data["selection"]),
            "advantage_order": data["advantage_order"].split(" "),
            "segments_used": data["segments_used"],
        }
        return {"revision": data["revision"], "settings": settings}


def settings_values(document: Mapping[str, Any]) -> dict[str, str]:
    settings = document.get("settings", {})
    return {
        "selection": settings.get("selection", "best"),
        "advantage_order": " ".join(settings.get("advantage_order", AdvantageKind)),
        "segments_used": str(settings.get("segments_used", 3)),
    }


# ---------------------------------------------------------------- codes


class MakeCodesSchema(StrictSchema):
    count = Count(minimum=1, maximum=MOST_CODES, required=True)
    prefix = Text(maximum=12, load_default="")
    uses = Count(minimum=1, maximum=MAX_COUNT, load_default=1)
    until = Date(load_default=None)


class AssignSchema(StrictSchema):
    customers = Text(maximum=20_000, multiline=True, load_default="")
    segment = Text(maximum=100, load_default="")
    until = Date(load_default=None)


class FindCodeSchema(StrictSchema):
    q = Text(maximum=100, load_default="")


class StopBatchSchema(StrictSchema):
    batch = Id(required=True)


class StopCodeSchema(StrictSchema):
    code = Id(required=True)
