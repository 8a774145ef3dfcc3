"""Somebody at a real browser, and an eye on everything that no page may do."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

from scripts.chromium import chromium

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, LAPTOP = 360, 1280
HEIGHT = 800
PATIENCE_MS = 10_000

UNIQUE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{10,}-[0-9a-f]{6}|(?<=/[hog]/)[^/?]+")
REFUSED_PAGE = re.compile(r"the server responded with a status of 4(04|10|22)\b")

LAYOUT = """() => {
  const right = (part) => part.getBoundingClientRect().right;
  const scrolls = (part) => ["auto", "scroll"].includes(getComputedStyle(part).overflowX);
  const spills = (part) => {
    const box = part.closest(".card, .topbar, .actions");
    if (!part.checkVisibility() || part.matches(".visually-hidden")) return false;
    for (let around = part; around !== box; around = around.parentElement)
      if (scrolls(around)) return false;
    return !scrolls(box) && right(part) > right(box) + 1;
  };
  const parts = (where) => [...document.querySelectorAll(where)];
  const shown = (found) => found.slice(0, 3).map((part) => part.outerHTML.slice(0, 120));
  return {
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    culprits: shown(parts("body *").filter((part) => right(part) > innerWidth + 1)),
    spilt: shown(parts(".card *, .topbar *, .actions *").filter(spills)),
    headings: parts("h1").length,
    title: document.title.trim(),
    language: document.documentElement.lang,
  };
}"""


@contextmanager
def running_chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def kind_of(url: str) -> str:
    """The address without what names one thing: pages of a kind look alike."""
    parts = urlsplit(url)
    return UNIQUE.sub("*", parts.path + ("?" + parts.query if parts.query else ""))


class Visitor:
    """Has one page open, and complains of console messages, strangers and broken answers."""

    def __init__(
        self,
        browser: Browser,
        origin: str,
        *,
        width: int = PHONE,
        language: str = "fr",
        scripts: bool = True,
        **options: Any,
    ) -> None:
        self.origin = origin
        self.language = language
        self.scripts = scripts
        self.complaints: list[str] = []
        self.examined: set[str] = set()
        self.context = browser.new_context(
            viewport={"width": width, "height": HEIGHT},
            locale={"fr": "fr-FR", "en": "en-GB"}[language],
            timezone_id="Europe/Paris",
            base_url=origin,
            java_script_enabled=scripts,
            reduced_motion="reduce",
            **options,
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.context.on("request", self._meet)
        self.context.on("response", self._weigh)
        self.page: Page = self.context.new_page()

    def goto(self, path: str, *, status: int = 200) -> None:
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status, (path, answer.status)

    def sign_in(self, email: str, password: str) -> None:
        self.goto("/sign-in")
        self.page.locator("#field-email").fill(email)
        self.page.locator("#field-password").fill(password)
        self.submit()
        assert not self.page.url.endswith("/sign-in"), "she was not let in"

    def tap(self, name: str | re.Pattern[str]) -> None:
        """Follow the first link of that name."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name).first.click()

    def submit(self) -> None:
        """Send the main form of the page as it stands."""
        with self.page.expect_navigation():
            self.page.locator("main button.btn-primary").first.click()

    def speak(self) -> None:
        """Choose her language, whatever her account says."""
        token = self.page.locator("meta[name=csrf-token]").get_attribute("content") or ""
        form = {"csrf_token": token, "lang": self.language}
        assert self.context.request.post("/language", form=form).ok

    def look(self, *, afresh: bool = False, but: frozenset[str] = frozenset()) -> None:
        """The page fits its screen, says what it is, and nothing was wrong until now.

        axe examines one page of each kind, or this one too when it is looked at `afresh`, by all
        rules `but` these.
        """
        found = self.page.evaluate(LAYOUT)
        kind = kind_of(self.page.url)
        assert found["wide"] <= 0, (kind, found["wide"], found["culprits"])
        assert not found["spilt"], (kind, found["spilt"])
        assert found["headings"] == 1, (kind, found["headings"])
        assert found["title"], kind
        assert found["language"] == self.language, (kind, found["language"])
        if self.scripts and (afresh or kind not in self.examined):  # axe is a script itself
            self.examined.add(kind)
            self.complaints += [f"{kind}: {wrong}" for wrong in _violations(self.page, but)]
        assert not self.complaints, (kind, self.complaints)

    def _hear(self, message: ConsoleMessage) -> None:
        expected = REFUSED_PAGE.search(message.text)
        if message.type in {"error", "warning", "assert"} and not expected:
            self.complaints.append(f"console {message.type}: {message.text}")

    def _meet(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and parts.netloc != urlsplit(self.origin).netloc:
            self.complaints.append(f"a request to a stranger: {request.url}")

    def _weigh(self, response: Response) -> None:
        if response.status >= 500 or (response.status == 404 and _is_part(response)):
            self.complaints.append(f"{response.status} {response.url}")


def _is_part(response: Response) -> bool:
    return response.request.resource_type != "document"


def _violations(page: Page, but: frozenset[str]) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"axe {rule['id']}: {node['html'][:160]} ({node.get('failureSummary', '')[:200]})"
        for rule in found
        if rule["id"] not in but
        for node in rule["nodes"][:3]
    ]
