"""How many statements something costs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


class Counted:
    def __init__(self) -> None:
        self.statements: list[str] = []

    @property
    def count(self) -> int:
        return len(self.statements)


@contextmanager
def counted(engine: Engine) -> Iterator[Counted]:
    """Every statement sent to the database inside, the one that names the brand included."""
    found = Counted()

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
