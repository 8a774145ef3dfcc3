"""Outcomes and explanations as JSON, and back for those kept with a grant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from app.rewards.domain.outcome import (
    Award,
    Check,
    Explanation,
    Miss,
    NextTier,
    OrderCounted,
    OrderLeftOut,
    Outcome,
    Progress,
    Slice,
    TierReached,
)

OUTCOME_FORMAT = "convive.outcome/1"
OUTCOME_SCHEMA_ID = "urn:convive:outcome:1"

JsonObject = dict[str, Any]

FIELDS: Mapping[type, tuple[str, ...]] = {
    cls: tuple(cls.__slots__)
    for cls in (
        Award,
        Check,
        Explanation,
        Miss,
        NextTier,
        OrderCounted,
        OrderLeftOut,
        Progress,
        Slice,
        TierReached,
    )
}


def to_json(outcome: Outcome) -> JsonObject:
    """The whole outcome, always in the same order."""
    return {
        "format": OUTCOME_FORMAT,
        "totals": totals_of(outcome),
        "awards": [_dump(award) for award in outcome.awards],
        "misses": [_dump(miss) for miss in outcome.misses],
    }


def totals_of(outcome: Outcome) -> list[JsonObject]:
    """What each person gets in all, by unit and status."""
    sums: dict[tuple[str, str, str, str], int] = defaultdict(int)
    for award in outcome.awards:
        sums[award.customer_id, award.beneficiary, award.unit, award.status] += award.value
    return [
        {
            "customer_id": customer_id,
            "beneficiary": beneficiary,
            "unit": unit,
            "status": status,
            "value": value,
        }
        for (customer_id, beneficiary, unit, status), value in sorted(sums.items())
    ]


def explanation_to_json(explanation: Explanation) -> JsonObject:
    found: JsonObject = _dump(explanation)
    return found


def check_to_json(check: Check) -> JsonObject:
    found: JsonObject = _dump(check)
    return found


def _dump(value: Any) -> Any:
    fields = FIELDS.get(type(value))
    if fields is not None:
        return {name: _dump(getattr(value, name)) for name in fields}
    if isinstance(value, tuple):
        return [_dump(item) for item in value]
    return value


def explanation_from_json(document: Mapping[str, Any]) -> Explanation:
    """An explanation kept with a grant; fields added since then take their defaults."""
    values = _known(Explanation, document)
    return Explanation(
        **{
            **values,
            "orders_counted": _each(OrderCounted, values.get("orders_counted")),
            "orders_left_out": _each(OrderLeftOut, values.get("orders_left_out")),
            "checks": _checks(values.get("checks")),
            "slices": _each(Slice, values.get("slices")),
            "tier": _one(TierReached, values.get("tier")),
            "next_tier": _one(_next_tier, values.get("next_tier")),
        }
    )


def check_from_json(document: Mapping[str, Any]) -> Check:
    values = _known(Check, document)
    return Check(
        **{
            **values,
            "narrowed": tuple(values.get("narrowed") or ()),
            "children": _checks(values.get("children")),
        }
    )


def _checks(documents: Any) -> tuple[Check, ...]:
    return tuple(check_from_json(document) for document in documents or ())


def _next_tier(**values: Any) -> NextTier:
    return NextTier(**{**values, "rewards": tuple(values["rewards"])})


def _each(make: type, documents: Any) -> tuple[Any, ...]:
    return tuple(make(**_known(make, document)) for document in documents or ())


def _one(make: Callable[..., Any], document: Any) -> Any:
    return None if document is None else make(**document)


def _known(cls: type, document: Mapping[str, Any]) -> JsonObject:
    return {name: document[name] for name in FIELDS[cls] if name in document}


# ---------------------------------------------------------------- schema


def outcome_schema() -> JsonObject:
    """JSON Schema of what `to_json` writes, draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": OUTCOME_SCHEMA_ID,
        "title": "What the calculator answers",
        **_object(
            format={"const": OUTCOME_FORMAT},
            totals=_list("total"),
            awards=_list("award"),
            misses=_list("miss"),
        ),
        "$defs": _DEFS,
    }


def _object(**properties: Any) -> JsonObject:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(name: str) -> JsonObject:
    return {"type": "array", "items": {"$ref": f"#/$defs/{name}"}}


def _or_null(schema: JsonObject) -> JsonObject:
    return {"anyOf": [schema, {"type": "null"}]}


_TEXT: JsonObject = {"type": "string"}
_WHOLE: JsonObject = {"type": "integer"}
_VALUE: JsonObject = {"type": ["integer", "string", "boolean", "null"]}
_BENEFICIARY: JsonObject = {"enum": ["host", "guest", "seller"]}
_UNIT: JsonObject = {
    "enum": ["points", "units", "codes", "cents"],
    "description": "What value counts.",
}
_STATUS: JsonObject = {
    "enum": ["earned", "promised"],
    "description": "promised: a booking that stands and has not been held yet.",
}
_SCOPE: JsonObject = {
    "scope_type": {"enum": ["meeting", "order"]},
    "scope_id": _TEXT,
    "occurrence": {"type": "string", "description": "Id of the booked meeting, or empty."},
}
_REWARD: JsonObject = {
    "type": "object",
    "description": "The reward's terms as in the programme, defaults filled in, with its id.",
    "properties": {"id": _TEXT, "kind": _TEXT},
    "required": ["id", "kind"],
}
_RULE: JsonObject = {
    "rule_id": _TEXT,
    "rule_name": _TEXT,
}
_DEFS: JsonObject = {
    "total": _object(
        customer_id=_TEXT, beneficiary=_BENEFICIARY, unit=_UNIT, status=_STATUS, value=_WHOLE
    ),
    "award": _object(
        **_RULE,
        reward_id=_TEXT,
        programme_version=_TEXT,
        beneficiary=_BENEFICIARY,
        customer_id=_TEXT,
        **_SCOPE,
        kind=_TEXT,
        value={"type": "integer", "minimum": 1},
        unit=_UNIT,
        status=_STATUS,
        reward={"$ref": "#/$defs/reward"},
        explanation={"$ref": "#/$defs/explanation"},
    ),
    "miss": _object(
        **_RULE,
        programme_version=_TEXT,
        beneficiary=_BENEFICIARY,
        customer_id=_or_null(_TEXT),
        **_SCOPE,
        rewards=_list("reward"),
        lacks=_list("check"),
        explanation={"$ref": "#/$defs/explanation"},
        progress=_or_null(_object(measure=_TEXT, unit=_TEXT, current=_WHOLE, target=_WHOLE)),
    ),
    "reward": _REWARD,
    "check": _object(
        code=_TEXT,
        passed={"type": "boolean"},
        measure=_TEXT,
        op=_TEXT,
        value=_VALUE,
        expected=_VALUE,
        upper={"type": ["integer", "string", "null"]},
        missing=_or_null(_WHOLE),
        unit=_TEXT,
        subject=_TEXT,
        narrowed={"type": "array", "items": _TEXT},
        children=_list("check"),
    ),
    "explanation": _object(
        base=_TEXT,
        base_cents=_or_null(_WHOLE),
        orders_counted={
            "type": "array",
            "items": _object(order_id=_TEXT, customer_id=_TEXT, amount_cents=_WHOLE),
        },
        orders_left_out={
            "type": "array",
            "items": _object(order_id=_TEXT, customer_id=_TEXT, code=_TEXT, amount_cents=_WHOLE),
        },
        checks=_list("check"),
        tier_mode=_TEXT,
        tier=_or_null(_object(measure=_TEXT, start=_WHOLE, value=_WHOLE, times=_WHOLE)),
        next_tier=_or_null(
            _object(
                measure=_TEXT,
                unit=_TEXT,
                start=_WHOLE,
                value=_WHOLE,
                missing=_WHOLE,
                rewards=_list("reward"),
            )
        ),
        slices={
            "type": "array",
            "items": _object(start=_WHOLE, amount_cents=_WHOLE, rate_bp=_WHOLE),
        },
        rate_bp=_or_null(_WHOLE),
        exact=_TEXT,
        rounding=_TEXT,
        share_bp=_or_null(_WHOLE),
        whole_value=_or_null(_WHOLE),
    ),
}
