"""Every page that can be reached by links, and of those that look alike only the first."""

import re
from collections import Counter, deque
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import APIRequestContext

from tests.support.chromium import kind_of

NOT_PAGES = ("/static/", "/pictures/", "/reward-pictures/", "/theme.css", "/health/")
TURNED = re.compile(r"\b(sort|page|month|rule|seller|category)=[^&]*")
"""The same page in another order, further on, or about another thing."""
MOST_PAGES = 2_000
ENOUGH_OF_A_KIND = 6
"""A long season has hundreds of cards and orders: the first ones show what there is to be seen."""


@dataclass(frozen=True)
class Walk:
    met: set[str]
    """All addresses that links lead to."""
    telling: list[str]
    """Those of pages that show something no earlier page of their kind has shown."""


def wander(request: APIRequestContext, origin: str, starts: list[str]) -> Walk:
    waiting, met, shown, telling = deque(starts), set(starts), set[tuple[str, str]](), []
    opened = Counter[str]()
    while waiting:
        assert len(met) < MOST_PAGES, "links without end"
        path = waiting.popleft()
        kind = _sort_of(path)
        opened[kind] += 1
        if opened[kind] > ENOUGH_OF_A_KIND:
            continue
        answer = request.get(f"{origin}{path}")
        assert answer.status == 200, (path, answer.status)
        if "text/html" not in answer.headers["content-type"]:
            continue
        page = _Page(answer.text())
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


def _sort_of(path: str) -> str:
    return TURNED.sub(r"\1", kind_of(path)).partition("&")[0]


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
