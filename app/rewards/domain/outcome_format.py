"""JSON Schema of what the calculator answers."""

from __future__ import annotations

from typing import Any

from app.rewards.domain.outcome import OUTCOME_FORMAT

OUTCOME_SCHEMA_ID = "urn:convive:outcome:1"

JsonObject = dict[str, Any]


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
            pots=_list("pot"),
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
    "scope_type": {"enum": ["meeting", "order", "pot"]},
    "scope_id": _TEXT,
    "occurrence": {
        "type": "string",
        "description": "Id of the booked meeting; of a pot, 1 for its first reward; or empty.",
    },
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
    "pot": _object(
        **_RULE,
        programme_version=_TEXT,
        beneficiary=_BENEFICIARY,
        customer_id=_TEXT,
        id=_TEXT,
        period=_TEXT,
        measure={"enum": ["spend", "units", "baskets", "meetings"]},
        unit={"enum": ["cents", "count"]},
        threshold=_WHOLE,
        before=_WHOLE,
        feedings=_list("feeding"),
        after=_WHOLE,
        missing={"type": "integer", "minimum": 0},
        rewards=_list("reward"),
    ),
    "feeding": _object(
        source_type={"enum": ["order", "meeting"]},
        source_id=_TEXT,
        on=_or_null(_TEXT),
        amount=_WHOLE,
        after=_WHOLE,
        lacks=_list("check"),
        left_out=_list("left_out"),
        issued={"type": "array", "items": _WHOLE},
        withdrawn={"type": "array", "items": _WHOLE},
        held_back=_list("check"),
    ),
    "left_out": _object(order_id=_TEXT, customer_id=_TEXT, code=_TEXT, amount_cents=_WHOLE),
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
        orders_left_out=_list("left_out"),
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
