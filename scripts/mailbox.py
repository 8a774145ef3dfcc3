"""The demo's mail server: keeps each message it accepts as one .eml file, and sends nothing on.

python3 scripts/mailbox.py 1025 var/mailbox
"""

import os
import sys
import time
from email.utils import formatdate
from pathlib import Path

if not __package__:  # started as a program
    sys.path[0] = str(Path(__file__).resolve().parents[1])


class Mailbox:
    """Says 250 only once the whole message is on the disk under its final name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server, session, envelope) -> str:  # type: ignore[no-untyped-def]  # noqa: N802
        name = f"{time.time_ns()}-{os.urandom(3).hex()}"
        draft = self.folder / f".{name}.draft"
        with draft.open("wb") as file:
            file.write(_envelope(envelope) + envelope.original_content)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self.folder / f"{name}.eml")
        return "250 Kept"


def _envelope(envelope) -> bytes:  # type: ignore[no-untyped-def]
    """Who it was really for, and when: a message's own headers may say otherwise."""
    headers = {
        "X-MailFrom": envelope.mail_from,
        "X-RcptTo": ", ".join(envelope.rcpt_tos),
        "X-Received-At": formatdate(usegmt=True),
    }
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()


def main(port: int, folder: Path) -> None:
    import asyncio

    from aiosmtpd.smtp import SMTP

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(Mailbox(folder), hostname="mailbox.localhost", enable_SMTPUTF8=True),
            "127.0.0.1",
            port,
        )
        await server.serve_forever()

    asyncio.run(serve())


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
