"""A child of this process that is killed at one moment of its work with the database."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress

from flask import Flask
from sqlalchemy import Engine, event

from app.infra.extensions import db


class Death:
    """Kills this process at the n-th statement, or right before or after the commit."""

    def __init__(self, at: int | str) -> None:
        self.at, self.seen = at, 0

    def arm(self) -> None:
        event.listen(Engine, "after_cursor_execute", self._statement)
        event.listen(Engine, "commit", self._before_commit)

    def _statement(self, *_args: object) -> None:
        self.seen += 1
        self.strike(self.seen)

    def _before_commit(self, *_args: object) -> None:
        self.strike("before commit")

    def strike(self, moment: int | str) -> None:
        if moment == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


class DeathAtAnyStep(Death):
    """Of work in many transactions: each commit is a step like each statement."""

    def _before_commit(self, *args: object) -> None:
        self._statement(*args)


def lives_through(app: Flask, death: Death, work: Callable[[], object]) -> bool:
    """Whether a child that does the work lives to its end. It may die, but not fail."""
    child = os.fork()
    if child == 0:
        with suppress(BaseException), app.app_context():
            db.engine.dispose(close=False)
            death.arm()
            work()
            death.strike("after commit")
            os._exit(0)
        os._exit(4)
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False
    assert os.WEXITSTATUS(status) == 0, f"the work failed instead of dying at {death.at}"
    return True
