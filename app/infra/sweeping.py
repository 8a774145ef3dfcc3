"""Rows whose time is over, deleted some at a time."""

from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session


def sweep(session: Session, model: Any, over: ColumnElement[bool], most: int | None) -> int:
    """Delete such rows, `most` of them or all; how many there were. Rows somebody else holds are
    left for the next time.

    The rows are chosen once, beforehand: PostgreSQL may ask a plain subquery again for each row it
    deletes, and `most` more would go each time.
    """
    found = select(model.id).where(over).limit(most).with_for_update(skip_locked=True).cte()
    gone = delete(model).where(model.id.in_(select(found.c.id))).returning(model.id)
    return len(session.execute(gone).all())
