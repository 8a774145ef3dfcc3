"""Every page that can be reached by links, and of those that look alike only the first."""

from collections import deque
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import APIRequestContext

from tests.support.chromium import kind_of

NOT_PAGES = ("/static/", "/pictures/", "/theme.css", "/health/")
MOST_PAGES = 400


@dataclass(frozen=True)
class Walk:
    met: set[str]
    """All addresses that links lead to."""
    telling: list[str]
    """Those of pages that show something no earlier page of their kind has shown."""


def wander(request: APIRequestContext, origin: str, starts: list[str]) -> Walk:
    waiting, met, shown, telling = deque(starts), set(starts), set[tuple[str, str]](), []
    while waiting:
        assert len(met) < MOST_PAGES, "links without end"
        path = waiting.popleft()
        answer = request.get(f"{origin}{path}")
        assert answer.status == 200, (path, answer.status)
        if "text/html" not in answer.headers["content-type"]:
            continue
        page = _Page(answer.text())
        kind = kind_of(path).partition("&")[0]
        if page.looks - {look for of, look in shown if of == kind}:
            telling.append(path)
            shown |= {(kind, look) for look in page.looks}
        for link in page.links:
            address = urlsplit(urljoin(f"{origin}{path}", link))
            whole = address.path + (f"?{address.query}" if address.query else "")
            if f"{address.scheme}://{address.netloc}" != origin or whole in met:
                continue
            if not address.path.startswith(NOT_PAGES):
                met.add(whole)
                waiting.append(whole)
    return Walk(met, telling)


class _Page(HTMLParser):
    """Where it leads, and what it is made of: the classes and the forms it has."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.looks: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.looks |= set((named.get("class") or "").split())
        if tag == "form":
            self.looks.add(kind_of(named.get("action") or ""))
        if tag == "a" and named.get("href"):
            self.links.append(str(named["href"]))
