"""The plan file: everything that lowers prices for a brand's customers, in one document."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from app.kernel.shape import (
    BAD,
    Choice,
    Many,
    Problem,
    Problems,
    Record,
    Text,
    Whole,
    absent,
    json_schema,
    optional,
    required,
)
from app.kernel.words import N_
from app.promotions.domain.advantage_format import (
    FIRST_ORDER,
    POINTS,
    SEGMENT,
    first_order_to_json,
    points_to_json,
    segment_to_json,
)
from app.promotions.domain.condition_format import MAX_COUNT
from app.promotions.domain.plan import Plan
from app.promotions.domain.promotion_format import PROMOTION, promotion_to_json, without_defaults
from app.promotions.domain.terms import (
    AdvantageKind,
    PlanSettings,
    Promotion,
    Segment,
    Selection,
    Spending,
)
from app.promotions.domain.validation import (
    plan_warnings,
    refuse_impossible_plan,
    refuse_impossible_promotion,
    refuse_impossible_segment,
)
from app.promotions.errors import PlanInvalid

PLAN_FORMAT = "convive.plan/1"
PLAN_SCHEMA_ID = "urn:convive:plan:1"

MAX_PROMOTIONS = 5_000
MAX_SEGMENTS = 200
KINDS = len(AdvantageKind)

T = TypeVar("T")


def _settings(values: dict[str, Any], path: str, problems: Problems) -> PlanSettings:
    if not (values["currency"].isascii() and values["currency"].isupper()):
        words = N_("Write the three capital letters of a currency, like EUR.")
        problems.append(Problem(f"{path}.currency", "not_a_currency", words))
    return PlanSettings(**values)


SETTINGS = Record(
    "plan_settings",
    {
        "timezone": optional(Text("Of every day and hour in the plan."), "Europe/Paris"),
        "currency": optional(Text("Three letters.", 3, 3), "EUR"),
        "selection": optional(
            Choice(tuple(Selection), "Which combination wins.", build=Selection), Selection.BEST
        ),
        "advantage_order": optional(
            Many(
                Choice(tuple(AdvantageKind), build=AdvantageKind),
                KINDS,
                KINDS,
                "All three; the first one that can serve does.",
                distinct=True,
            ),
            tuple(AdvantageKind),
        ),
        "segments_used": optional(
            Whole(0, MAX_SEGMENTS, "So many segments carry an advantage, from the first."), 3
        ),
    },
    build=_settings,
)


def _plan(values: dict[str, Any], _path: str, problems: Problems) -> Plan:
    points: Mapping[str, Any] = values["points"] or {}
    plan = Plan(
        version=values["version"],
        settings=values["settings"] or PlanSettings(),
        promotions=values["promotions"],
        segments=values["segments"],
        first_order=values["first_order"],
        earning=points.get("earning"),
        spending=points.get("spending") or Spending(),
    )
    refuse_impossible_plan(plan, problems)
    return plan


PLAN = Record(
    "plan",
    {
        "format": required(Choice((PLAN_FORMAT,))),
        "version": optional(Whole(0, MAX_COUNT, "Shown in the quotes made with it."), 0),
        "settings": absent(SETTINGS),
        "promotions": optional(Many(PROMOTION, most=MAX_PROMOTIONS), ()),
        "segments": optional(Many(SEGMENT, most=MAX_SEGMENTS, about="Highest priority first."), ()),
        "first_order": absent(FIRST_ORDER),
        "points": absent(POINTS),
    },
    "What a brand takes off, for whom, when, and what points are worth.",
    _plan,
)


def plan_schema() -> dict[str, Any]:
    return json_schema(PLAN, "Pricing plan", PLAN_SCHEMA_ID)


def read_plan(document: Any) -> Plan:
    """Read a plan strictly, or raise `PlanInvalid` with everything wrong in it."""
    return _read(lambda problems: PLAN.read(document, "", problems), Plan)


def read_promotion(document: Any, segments: Collection[str] | None = None) -> Promotion:
    """One promotion by itself, paths without prefix. `segments`: known ids; None: not judged.

    Raises `PlanInvalid`.
    """

    def read(problems: Problems) -> Any:
        promotion = PROMOTION.read(document, "", problems)
        if promotion is not BAD:
            refuse_impossible_promotion(promotion, "", problems, segments)
        return promotion

    return _read(read, Promotion)


def read_segment(document: Any) -> Segment:
    """One segment by itself, paths without prefix. Raises `PlanInvalid`."""

    def read(problems: Problems) -> Any:
        segment = SEGMENT.read(document, "", problems)
        if segment is not BAD:
            refuse_impossible_segment(segment, "", problems)
        return segment

    return _read(read, Segment)


def _read(read: Callable[[Problems], Any], kind: type[T]) -> T:
    problems: Problems = []
    found = read(problems)
    if problems:
        raise PlanInvalid(problems)
    assert isinstance(found, kind)
    return found


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """The shortest document that reads back as this plan."""
    settings = plan.settings
    values = {
        "format": PLAN_FORMAT,
        "version": plan.version,
        "settings": without_defaults(SETTINGS, {n: getattr(settings, n) for n in SETTINGS.fields}),
        "promotions": [promotion_to_json(promotion) for promotion in plan.promotions],
        "segments": [segment_to_json(segment) for segment in plan.segments],
        "first_order": None if plan.first_order is None else first_order_to_json(plan.first_order),
        "points": points_to_json(plan.earning, plan.spending),
    }
    kept = {"format", "promotions"} | ({"first_order"} if plan.first_order is not None else set())
    return {name: value for name, value in values.items() if value or name in kept}


__all__ = [
    "PLAN_FORMAT",
    "plan_schema",
    "plan_to_json",
    "plan_warnings",
    "promotion_to_json",
    "read_plan",
    "read_promotion",
    "read_segment",
    "segment_to_json",
]
