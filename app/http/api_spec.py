"""What the description of the API says everywhere: problems, keys, who may ask, our field types."""

import re
from typing import Any

from app.http import api_fields as answers
from app.http.fields import (
    Cents,
    Choice,
    Count,
    Date,
    Email,
    Flag,
    Id,
    ListOf,
    Phone,
    Secret,
    Text,
    Time,
)

BEARER, LINK = "token", "personalLink"
IDEMPOTENCY_HEADER = "Idempotency-Key"
KEY_GRAMMAR = re.compile(r"[A-Za-z0-9_-]{8,100}", re.ASCII)

ABOUT = """
All that a seller does with her meetings, orders, customers and gifts, and what the host of a
meeting does with her personal link.

* Sign in with `POST /api/tokens`; send the access token as `Authorization: Bearer …`. It lives a
  quarter of an hour; `POST /api/tokens/refresh` gives the next pair, once for each refresh token.
* Amounts are whole cents, dates ISO 8601, instants carry their offset.
* What creates something or moves money takes an `Idempotency-Key`: asked again with the same key
  and the same body, the answer is the same and nothing happens twice.
* Refusals are `application/problem+json`: `code` is for programs, `title` for people, `errors`
  holds what is wrong with each field.
* Lists come in pages: send `next_cursor` as `cursor` to get the next one; null: there is none.
* Answers to GET carry an `ETag`.
""".strip()

INFO: dict[str, Any] = {
    "title": "Convive",
    "version": "1",
    "openapi_version": "3.1.0",
    "info": {"description": ABOUT},
}
SECURITY_SCHEMES: dict[str, dict[str, str]] = {
    BEARER: {"type": "http", "scheme": "bearer", "description": "An access token."},
    LINK: {"type": "http", "scheme": "bearer", "description": "The token of a host's link."},
}
KEY_PARAMETER = {
    "name": IDEMPOTENCY_HEADER,
    "in": "header",
    "required": True,
    "description": "Your own name for this request; the same when you ask again.",
    "schema": {"type": "string", "pattern": f"^{KEY_GRAMMAR.pattern}$"},
}
COMMON_PROBLEMS = {
    400: "NotReadable",
    401: "NotSignedIn",
    403: "NotAllowed",
    404: "NotFound",
    409: "Conflict",
    413: "TooLarge",
    415: "NotJson",
    422: "Refused",
    429: "TooMany",
    503: "Busy",
}
TOLD = {
    400: "The body is no JSON that we read.",
    401: "No token, or one that opens nothing any more.",
    403: "Not open to this role.",
    404: "There is no such thing, or it belongs to somebody else.",
    409: "The state of things has moved on, or the same request is still running.",
    413: "Too much at once.",
    415: "The body is not JSON.",
    422: "Understood, but not possible; `errors` tells which field to mend.",
    429: "Too many requests; wait a little.",
    503: "Ask again in a moment.",
}


class ProblemAnswer(answers.Answer):
    """RFC 9457, with a code for programs."""

    type = answers.Text()
    title = answers.Text()
    status = answers.Number()
    code = answers.Text()
    request_id = answers.Text()


CHANGE = {
    "type": "object",
    "required": ["kind", "key", "name", "before", "after"],
    "additionalProperties": False,
    "properties": {
        "kind": {
            "type": "string",
            "enum": [
                "price",
                "line",
                "promotion",
                "advantage",
                "voucher",
                "points",
                "gift",
                "shipping",
                "total",
            ],
        },
        "key": {"type": "string"},
        "name": {"type": "string"},
        "before": {"type": ["integer", "null"]},
        "after": {"type": ["integer", "null"]},
    },
}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "request_id"],
    "additionalProperties": False,
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "total_cents": {
            "type": "integer",
            "description": "Of `cart_has_changed`: what the order comes to now.",
        },
        "changes": {
            "type": "array",
            "description": "Of `cart_has_changed`: what was shown and what applies now, in cents;"
            " of gifts, units. `null`: it was not there, or is not any more.",
            "items": CHANGE,
        },
    },
}


def problem_response(status: int) -> dict[str, Any]:
    return {
        "description": TOLD[status],
        "content": {"application/problem+json": {"schema": PROBLEM}},
    }


def name_of_schema(schema: Any) -> str:
    """`MeetingAnswer` is described as Meeting, `PlanMeetingSchema` as PlanMeeting."""
    kind = schema if isinstance(schema, type) else type(schema)
    return str(kind.__name__.removesuffix("Schema").removesuffix("Answer"))


def our_fields(_converter: Any, field: Any, **_: Any) -> dict[str, Any]:
    """The strict field types, as JSON Schema."""
    told = _told(field)
    if told and field.allow_none:
        told["type"] = [told["type"], "null"]
        if "enum" in told:
            told["enum"] = [*told["enum"], None]
    return told


def _told(field: Any) -> dict[str, Any]:
    if isinstance(field, Text):
        return {"type": "string", "minLength": field.minimum, "maxLength": field.maximum}
    if isinstance(field, Secret):
        return {"type": "string", "format": "password", "maxLength": field.maximum}
    if isinstance(field, Cents | Count):
        return {"type": "integer", "minimum": field.minimum, "maximum": field.maximum}
    if isinstance(field, Choice):
        return {"type": "string", "enum": list(field.choices)}
    return next((dict(told) for kind, told in PLAIN.items() if isinstance(field, kind)), {})


PLAIN: dict[type, dict[str, Any]] = {
    Date: {"type": "string", "format": "date", "examples": ["2026-10-10"]},
    Time: {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"},
    Email: {"type": "string", "format": "email", "maxLength": 254},
    Phone: {"type": "string", "maxLength": 40, "examples": ["+33612345678"]},
    Id: {"type": "string", "format": "uuid"},
    Flag: {"type": "boolean"},
    ListOf: {"type": "array"},
}
