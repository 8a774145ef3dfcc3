"""`flask worker` that dies of kill -9, or falls asleep, in the middle of sending a mail.

What happens to a mail is said by its address: `rcpt-3@…` kills the process that sends it for the
first time right after the server has accepted the recipient. CHAOS_NOTES is a folder where each
death leaves a note, so that the second try lives.

    claim     the row is claimed and the mail is about to be sent
    rcpt      the server has accepted the recipient
    intent    the intent to send is written down, nothing was sent
    accepted  the server said 250, we have not written it down
    sent      it is written down
    sleep     stopped (SIGSTOP) where `rcpt` would die, until somebody wakes it
    calm      nothing happens

CHAOS_MUTANT=no_fence takes the check of the lease away, to show that the tests would notice.
"""

import os
import signal
import smtplib
import sys
from pathlib import Path
from typing import Any

from app import create_app
from app.infra import mailer
from app.infra.jobs import worker
from app.notifications.services import sending

NOTES = Path(os.environ["CHAOS_NOTES"])
current = {"address": ""}


def reached(step: str) -> None:
    address = current["address"]
    if not address.startswith(f"{step}-"):
        return
    try:
        (NOTES / address).touch(exist_ok=False)
    except FileExistsError:
        return
    if step == "sleep":
        (NOTES / address).write_text(str(os.getpid()))
        os.kill(os.getpid(), signal.SIGSTOP)
    else:
        os.kill(os.getpid(), signal.SIGKILL)


def hooked(function: Any, *, before: tuple[str, ...] = (), after: tuple[str, ...] = ()) -> Any:
    def run(*args: Any, **named: Any) -> Any:
        for step in before:
            reached(step)
        result = function(*args, **named)
        for step in after:
            reached(step)
        return result

    return run


def named_first(deliver: Any) -> Any:
    def run(mail: Any, about_to_send: Any) -> Any:
        current["address"] = mail.to_address
        reached("claim")
        return deliver(mail, about_to_send)

    return run


mailer.deliver = named_first(mailer.deliver)
smtplib.SMTP.rcpt = hooked(smtplib.SMTP.rcpt, after=("rcpt", "sleep"))  # type: ignore[method-assign]
smtplib.SMTP.data = hooked(smtplib.SMTP.data, before=("intent",), after=("accepted",))  # type: ignore[method-assign]
sending.send = hooked(sending.send, after=("sent",))

if os.environ.get("CHAOS_MUTANT") == "no_fence":
    sending._intend = lambda _message: None

if __name__ == "__main__":
    app = create_app()
    with app.app_context():
        worker.work(app)
    sys.exit(0)
