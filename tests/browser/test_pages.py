"""Every page, on a phone and on a laptop, in French and in English, as the demo shows it."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from app.demo.people import CAMILLE, PASSWORD
from tests.support.chromium import LAPTOP, PHONE, Visitor
from tests.support.household import Household, wait_for
from tests.support.wandering import telling_pages

pytestmark = pytest.mark.browser

Visit = Callable[..., Visitor]

NOT_PAGES = {"static", "brands.theme_css", "catalog.image", "health.live", "health.ready"}
MAIL_WINDOW = 600
OF_PAGES = frozenset({"landmark-one-main", "region"})
"""What mail readers have around the mail."""
HOST_LINK = re.compile(r"/h/[\w-]{20,}")


@pytest.fixture(scope="module")
def host_pages(house: Household) -> list[str]:
    """What the links of the demo's mails lead to."""
    wait_for(lambda: "new" not in house.flask("outbox", "list"), 60, house.logs)
    found = [HOST_LINK.search(mail.text) for mail in house.mails()]
    return sorted({link.group(0) for link in found if link})


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("width", [PHONE, LAPTOP])
def test_every_page_fits_its_screen_and_is_accessible(
    built_app: Flask, visit: Visit, host_pages: list[str], width: int, language: str
) -> None:
    visitor = visit(width=width, language=language)
    visitor.goto("/sign-in")
    visitor.look()
    visitor.sign_in(CAMILLE.email, PASSWORD)
    visitor.speak()
    starts = ["/", "/mailbox", *host_pages]
    pages = telling_pages(visitor.context.request, visitor.origin, starts)

    for path in pages:
        visitor.goto(path)
        visitor.look(afresh=language == "fr")

    met = {_door(built_app, path) for path in pages} | {"accounts.sign_in"}
    assert _doors(built_app) - met == {"mailbox.formatted"}  # see the mails below


@pytest.mark.parametrize("width", [PHONE, MAIL_WINDOW])
def test_every_mail_fits_its_window_and_is_accessible(
    visit: Visit, host_pages: list[str], house: Household, width: int
) -> None:
    assert host_pages
    reader = visit(width=width)
    for mail in house.mails():
        reader.page.set_content(mail.html)
        reader.language = "en" if "Hello" in mail.text else "fr"
        reader.look(afresh=True, but=OF_PAGES)


@pytest.mark.parametrize("width", [PHONE, LAPTOP])
def test_what_goes_wrong_is_shown_as_well_as_what_goes_right(visit: Visit, width: int) -> None:
    stranger = visit(width=width)
    for path in ("/h/nobody-has-this-link", "/no-such-page"):
        stranger.goto(path, status=404)
        stranger.look(afresh=True)
    stranger.goto("/sign-in")
    stranger.submit()
    stranger.look(afresh=True)

    seller = visit(width=width)
    seller.sign_in(CAMILLE.email, PASSWORD)
    seller.goto("/meetings/new?host=new")
    seller.submit()
    seller.look(afresh=True)


def _doors(app: Flask) -> set[str]:
    """All that answers GET with a page."""
    rules = app.url_map.iter_rules()
    return {rule.endpoint for rule in rules if "GET" in (rule.methods or ())} - NOT_PAGES


def _door(app: Flask, path: str) -> str:
    endpoint, _arguments = app.url_map.bind("localhost").match(path.partition("?")[0])
    return str(endpoint)
