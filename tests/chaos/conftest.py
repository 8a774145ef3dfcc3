"""A crowd: many clients who do the same at the same instant."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from app import create_app
from app.config import Settings
from app.infra.extensions import db

CLIENTS = 50


@pytest.fixture
def crowd(app: Flask, settings: Settings) -> Iterator[Callable[..., list[str]]]:
    """Fifty clients do the same at the same instant, each over a connection of its own."""
    own = create_app(replace(settings, database_pool=CLIENTS))

    def all_do(do: Callable[[], str]) -> list[str]:
        barrier = Barrier(CLIENTS)

        def one(_number: int) -> str:
            with own.app_context():
                db.session.execute(select(1))
                db.session.rollback()
                barrier.wait()
                return do()

        with ThreadPoolExecutor(CLIENTS) as pool:
            return list(pool.map(one, range(CLIENTS)))

    yield all_do
    with own.app_context():
        db.engine.dispose()
