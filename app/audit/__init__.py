"""Who did what, when, and what it changed: entries that nobody can alter afterwards.

A service records what it did in the transaction that does it:

    record(uow, actor, "order.cancel", "order", order.id, before={...}, after={...}, reason="...")

What was refused is recorded by the doors, after the rollback, in a transaction of its own
(`refused`, wired in `app.http.attempts`).
"""
