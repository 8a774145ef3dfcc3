"""A test client that reads the pages it gets, and sends forms with the token they hold."""

import re
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

VOID = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr", "path", "circle", "rect", "line", "use",
}  # fmt: skip


class Browser(FlaskClient):
    """Speaks to one brand. Every page it is shown must be well made."""

    origin = "http://localhost"
    token = ""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("base_url", self.origin)
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            self._look_at(response.get_data(as_text=True))
        return response

    def submit(
        self, path: str, /, *, headers: dict[str, str] | None = None, **data: Any
    ) -> TestResponse:
        """Send a form from a page of ours."""
        for page in ("/sign-in", "/any-page-holds-one"):
            if not self.token:
                self.get(page)
        headers = {"Referer": f"{self.origin}{path}", **(headers or {})}
        return self.post(path, data={"csrf_token": self.token, **data}, headers=headers)

    def follow(self, response: TestResponse) -> TestResponse:
        """Go where a 303 leads."""
        assert response.status_code == 303, (response.status_code, response.get_data(as_text=True))
        return self.get(response.location)

    def _look_at(self, html: str) -> None:
        found = re.search(r'name="csrf[_-]token"\s+(?:value|content)="([^"]+)"', html)
        if found:
            self.token = found.group(1)
        check_page(html)


def check_page(html: str) -> None:
    """Parses, one h1, a title, a label for each input, an action for each form, no inline style."""
    page = _Page()
    page.feed(html)
    page.close()
    if not page.is_document:
        return
    assert not page.open, f"never closed: {page.open}"
    assert page.h1 == 1, f"{page.h1} headings of the first level"
    assert page.title.strip(), "no title"
    assert not (page.inputs - page.labelled), f"without label: {page.inputs - page.labelled}"
    assert not page.wrong, page.wrong


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.h1 = 0
        self.title = ""
        self.is_document = False
        self.inputs: set[str] = set()
        self.labelled: set[str] = set()
        self.wrong: list[str] = []

    def handle_decl(self, decl: str) -> None:
        self.is_document = decl.lower().startswith("doctype")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        self.h1 += tag == "h1"
        if "style" in named:
            self.wrong.append(f"<{tag}> has a style attribute")
        if tag == "script" and not named.get("src") and named.get("type") != "application/json":
            self.wrong.append("an inline script")
        if tag == "form" and named.get("method", "").lower() == "post" and not named.get("action"):
            self.wrong.append("a form without action")
        self._note_label(tag, named)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.wrong.append(f"</{tag}> closes nothing (open: {self.open[-3:]})")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["title"] and "svg" not in self.open:
            self.title += data

    def _note_label(self, tag: str, named: dict[str, str | None]) -> None:
        if tag == "label" and named.get("for"):
            self.labelled.add(str(named["for"]))
        silent = {"hidden", "submit", "button", "image"}
        if tag not in {"input", "select", "textarea"} or named.get("type") in silent:
            return
        name = str(named.get("id") or named.get("name"))
        self.inputs.add(name)
        if "aria-label" in named or "aria-labelledby" in named or "label" in self.open:
            self.labelled.add(name)
