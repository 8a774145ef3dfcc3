"""The local mailbox: what the demo's own mail server has kept, read from its folder."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

MESSAGE_ID = re.compile(r"[0-9]{10,20}-[0-9a-f]{6}")
LINK = re.compile(r"https?://[^\s<>\"']+")
LONGEST_BYTES = 2 * 1024 * 1024
NANOSECONDS = 10**9
MOST = 100


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class KeptMail:
    id: str
    subject: str
    to: str
    sender: str
    at: datetime
    text: str
    html: str
    message_id: str

    @property
    def preview(self) -> str:
        return " ".join(self.text.split())[:120]

    @property
    def links(self) -> list[Link]:
        """Those of the formatted part with their words, then those only the text has."""
        named = {link.url: link for link in _Links.of(self.html)}
        plain = {url: Link(url, url) for url in _urls(self.text)}
        return list((plain | named).values())


def newest(folder: Path, most: int = MOST) -> list[KeptMail]:
    files = sorted(folder.glob("*.eml"), key=lambda file: file.name, reverse=True)[:most]
    return [mail for mail in map(_read, files) if mail is not None]


def one(folder: Path, mail_id: str) -> KeptMail | None:
    """None for anything that is no message of the folder."""
    return _read(folder / f"{mail_id}.eml") if MESSAGE_ID.fullmatch(mail_id) else None


def _read(file: Path) -> KeptMail | None:
    try:
        with file.open("rb") as content:
            message = message_from_bytes(content.read(LONGEST_BYTES), policy=policy.default)
    except OSError:
        return None
    assert isinstance(message, EmailMessage)
    return KeptMail(
        id=file.stem,
        subject=str(message["Subject"] or ""),
        to=str(message["X-RcptTo"] or message["To"] or ""),
        sender=str(message["From"] or ""),
        at=datetime.fromtimestamp(_instant(file.stem), UTC),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        message_id=str(message["Message-ID"] or ""),
    )


def _instant(name: str) -> float:
    digits = name.partition("-")[0]
    return int(digits) / NANOSECONDS if digits.isascii() and digits.isdigit() else 0


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        return ""
    content = part.get_content()
    return content if isinstance(content, str) else ""


def _urls(text: str) -> Iterator[str]:
    return (found.rstrip(".,;:)") for found in LINK.findall(text))


class _Links(HTMLParser):
    """Collects web addresses and the words they stand under."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Link] = []
        self._url = ""
        self._words: list[str] = []

    @classmethod
    def of(cls, html: str) -> list[Link]:
        parser = cls()
        parser.feed(html)
        return parser.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        url = dict(attrs).get("href") or ""
        if tag == "a" and url.startswith(("http://", "https://")):
            self._url, self._words = url, []

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._url:
            self.found.append(Link(" ".join("".join(self._words).split()), self._url))
            self._url = ""
