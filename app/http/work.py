"""Units of work for the brand at hand: what views open around queries and services."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from flask_babel import get_locale

from app.http.attempts import tell_refused
from app.http.brand import current_brand
from app.infra.uow import UnitOfWork, transact, unit_of_work
from app.kernel.errors import ConviveError

T = TypeVar("T")


@contextmanager
def reading() -> Iterator[UnitOfWork]:
    """One short transaction for a page's queries; gone before the template is rendered."""
    _know_the_language()
    with unit_of_work(current_brand().id) as uow:
        yield uow


def writing(work: Callable[[UnitOfWork], T]) -> T:
    """One use case, started over when the database asks for that: no effect but the database's."""
    _know_the_language()
    try:
        return transact(work, current_brand().id)
    except ConviveError as refusal:
        tell_refused(refusal)
        raise


def _know_the_language() -> None:
    """It may stand in the session, whose reading is a transaction of its own: before this one."""
    get_locale()
