"""One unit of work at a time: one within another would commit half of what it stands in."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from app.brands.queries import BrandView
from app.infra.uow import UnitOfWorkNested, unit_of_work

RENAME = text("UPDATE brands SET name = :name")
NAME = text("SELECT name FROM brands")


def test_one_within_another_raises_and_nothing_is_committed(
    uow: Callable, brand: BrandView
) -> None:
    with pytest.raises(UnitOfWorkNested), uow(None) as outer:
        outer.session.execute(RENAME, {"name": "Half done"})
        with unit_of_work(brand.id):
            pass

    with uow(None) as work:
        assert work.session.scalar(NAME) == brand.name


def test_after_a_failure_the_next_one_begins(uow: Callable) -> None:
    with pytest.raises(ZeroDivisionError), uow():
        raise ZeroDivisionError

    with uow() as work:
        assert work.session.scalar(NAME)
