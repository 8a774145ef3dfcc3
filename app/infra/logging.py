"""Logs: one JSON object a line, only fields that are on the list, e-mails masked.

Free text never carries values: messages are fixed words, values are fields. What may hold a
person's data (SQL parameters, request paths with tokens, form values) is not on the list.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset({
    "event", "level", "timestamp", "logger", "exception", "request_id", "job_id", "brand",
    "route", "method", "status", "ms", "error", "code", "sqlstate", "constraint", "actor",
    "effect", "outbox_id", "message_id", "recipient", "attempt", "worker", "queue", "task",
    "count", "pid", "signal", "reason", "version", "port",
})  # fmt: skip
"""What a log line may say. A field that is missing here is dropped, not printed."""

EMAIL = re.compile(r"([\w.+-])[\w.+-]*@([\w-]+(?:\.[\w-]+)*)")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")
TOKEN = re.compile(r"\b[A-Za-z0-9_-]{43}\b")

Line = MutableMapping[str, Any]


def configure_logging(level: str = "INFO") -> None:
    """Every logger, ours and the libraries', writes the same lines to standard error."""
    chain: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*chain, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = _handler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=chain,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                only_allowed,
                masked,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [other for other in root.handlers if not _is_ours(other)] + [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("app").setLevel(level)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def bound(**fields: Any) -> Any:
    """Fields for every line written within: `with bound(job_id=...):`."""
    return structlog.contextvars.bound_contextvars(**fields)


def only_allowed(_logger: Any, _method: str, line: Line) -> Line:
    return {name: value for name, value in line.items() if name in ALLOWED}


def masked(_logger: Any, _method: str, line: Line) -> Line:
    return {name: mask(value) for name, value in line.items()}


def mask(value: Any) -> Any:
    """marie@example.org -> m***@example.org; tokens go; a line stays one line."""
    if not isinstance(value, str):
        return value if isinstance(value, int | float | bool | type(None)) else mask(str(value))
    return TOKEN.sub("[token]", EMAIL.sub(r"\1***@\2", CONTROL.sub(" ", value)))


def _handler() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.set_name("convive")
    return handler


def _is_ours(handler: logging.Handler) -> bool:
    return handler.get_name() == "convive"
