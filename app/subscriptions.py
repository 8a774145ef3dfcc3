"""Who reacts to what: the whole asynchronous story on one screen.

An effect is the name of a function in a `jobs` module. It runs in the worker, in a transaction
of its own in which its outbox row is also marked done: what it writes happens exactly once.
"""

from app.kernel.events import Event

SUBSCRIPTIONS: dict[type[Event], tuple[str, ...]] = {}
