"""Every page, on a phone and on a laptop, in French and in English, as the demo shows it."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser

from app.demo.cli import SLUG
from app.demo.people import CAMILLE, PASSWORD
from tests.support.chromium import LAPTOP, PHONE, Visitor
from tests.support.household import Household, wait_for
from tests.support.wandering import Walk, wander

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Visit = Callable[..., Visitor]

NOT_PAGES = {
    *("static", "health.live", "health.ready"),
    *("brands.theme_css", "brands_console.preview_css", "brands.logo"),
    *("catalog.image", "reward_pictures.show"),
    "imports_console.errors",
}
BY_OTHER_WAYS = {
    *("accounts.sign_in", "passwords.forgotten", "passwords.asked", "passwords.choose"),
    *("mailbox.formatted", "emails_console.formatted", "calendar_feed.feed"),
    *("papers_shop.document", "papers_shop.delivery_slip"),
}
"""Whoever is signed in has no use for the first four; the next stand in a frame or a calendar; what
customers ordered by link in the demo is neither paid nor shipped yet."""

ADMIN = "alice@example.org"
OF_A_LINK = re.compile(r"/[go]/[\w-]{20,}")
MAIL_WINDOW = 600
OF_PAGES = frozenset({"landmark-one-main", "region"})
"""What mail readers have around the mail."""
BAD_FILE = "reference;name;category;price\nNEW1;Moule à brioche;Four;abc\n"
HOST_LINK = re.compile(r"/h/[\w-]{20,}")


@pytest.fixture(scope="module")
def host_pages(house: Household) -> list[str]:
    """What the links of the demo's mails lead to."""
    wait_for(lambda: "new" not in house.flask("outbox", "list"), 60, house.logs)
    found = [HOST_LINK.search(mail.text) for mail in house.mails()]
    return sorted({link.group(0) for link in found if link})


@pytest.fixture(scope="module")
def walks(chromium: Browser, house: Household, host_pages: list[str]) -> dict[str, Walk]:
    """Who reaches which pages from where she starts."""
    house.flask("user", "create", SLUG, ADMIN, "Alice Olive", "--password", PASSWORD)
    starts = {CAMILLE.email: ["/", "/mailbox", *host_pages], ADMIN: ["/console"]}
    return {email: _walk(chromium, house, email, pages) for email, pages in starts.items()}


def _walk(chromium: Browser, house: Household, email: str, starts: list[str]) -> Walk:
    visitor = Visitor(chromium, house.origin)
    try:
        visitor.sign_in(email, PASSWORD)
        if email == ADMIN:
            starts = [*starts, *_begin_work(visitor), *_ship(visitor, "/console/orders")]
        if email == CAMILLE.email:
            starts = [*starts, *_order_by_link(visitor), *_ship(visitor, "/orders")]
        return wander(visitor.context.request, house.origin, starts)
    finally:
        visitor.context.close()


def _order_by_link(seller: Visitor) -> list[str]:
    """What links to order lead to: a guest's first page, and the shop of a customer who has
    ordered and begins again."""
    seller.goto("/customers")
    seller.tap(re.compile("Zoé"))
    seller.page.get_by_role("button", name="Créer un lien à copier").click()
    shop = _link_shown(seller)
    for _ in range(2):
        seller.goto(f"{shop}?q=cocotte")
        with seller.page.expect_navigation():
            seller.page.locator(".shelf form button").first.click()
        seller.goto(f"{shop}/basket")
        if seller.page.get_by_role("heading", name="Vos réductions").count() and _ == 0:
            seller.page.locator("#field-accepted").check()
            with seller.page.expect_navigation():
                seller.page.get_by_role("button", name=re.compile("^Commander")).click()
    seller.goto("/meetings")
    seller.tap(re.compile("Inès"))
    seller.page.goto(f"{seller.page.url}?tab=orders")
    seller.page.get_by_role("button", name="Créer le lien des invitées").click()
    return [shop, _link_shown(seller)]


def _link_shown(seller: Visitor) -> str:
    found = OF_A_LINK.search(seller.page.locator("#field-link").input_value())
    assert found
    return found.group()


def _ship(visitor: Visitor, orders: str) -> list[str]:
    """Two orders: one that has left can be taken back, one that has not can be cancelled."""
    left = _first(visitor, f"{orders}?payment=paid&kind=sale", "ship", "cancel")
    visitor.goto(f"{left}/ship")
    visitor.submit()
    return [left, _first(visitor, f"{orders}?kind=sale", "cancel")]


def _first(visitor: Visitor, orders: str, *acts: str) -> str:
    """The first order with which all this can be done: other stories of this house may have
    shipped some, and sellers take nothing back once a meeting is closed."""
    visitor.goto(orders)
    links = visitor.page.locator(f"main a[href*='{orders.partition('?')[0]}/0']").all()
    for order in [str(link.get_attribute("href")) for link in links]:
        visitor.goto(order)
        if all(visitor.page.locator(f"a[href='{order}/{act}']").count() for act in acts):
            return order
    raise AssertionError(f"no order can be handled: {acts}")


def _begin_work(admin: Visitor) -> list[str]:
    """What the demo leaves to its brand: a draft, a way of shipping, a file with a mistake.

    The report on that file and two cards of one person, which no link leads to.
    """
    admin.goto("/console/programme")
    admin.submit()
    with admin.page.expect_navigation():
        admin.page.get_by_role("button", name=re.compile("^Copier")).first.click()
    admin.goto("/console/catalog/shipping/new")
    for field, typed in {"name": "Point relais", "cost_1": "4,90"}.items():
        admin.page.locator(f"#field-{field}").fill(typed)
    admin.submit()
    _make_codes(admin)
    admin.goto("/console/programme/simulations")
    admin.submit()
    admin.goto("/console/imports/products")
    admin.page.locator("#field-file").set_input_files(
        {"name": "products.csv", "mimeType": "text/csv", "buffer": BAD_FILE.encode()}
    )
    admin.submit()
    pot = "/console/programme/draft/rule?rule=slice-voucher"
    return [urlsplit(admin.page.url).path, _same_person(admin), pot]


def _same_person(admin: Visitor) -> str:
    admin.goto("/console/customers?q=Zoé")
    admin.tap(re.compile("Zoé"))
    return f"{urlsplit(admin.page.url).path}/merge?q=Sophie"


def _make_codes(admin: Visitor) -> None:
    """Of a discount of the demo that comes with one."""
    admin.goto("/console/promotions?entry=code")
    admin.tap("Bienvenue")
    admin.tap("Codes")
    admin.page.locator("#field-count").fill("3")
    admin.submit()


@pytest.mark.parametrize(
    ("email", "width", "language"),
    [
        pytest.param(CAMILLE.email, PHONE, "fr", id="seller, phone, French"),
        pytest.param(CAMILLE.email, LAPTOP, "en", id="seller, laptop, English"),
        pytest.param(ADMIN, LAPTOP, "fr", id="administrator, laptop, French"),
        pytest.param(ADMIN, PHONE, "en", id="administrator, phone, English"),
    ],
)
def test_every_page_fits_its_screen_and_is_accessible(
    visit: Visit, walks: dict[str, Walk], email: str, width: int, language: str
) -> None:
    visitor = visit(width=width, language=language)
    visitor.goto("/sign-in")
    visitor.look()
    visitor.sign_in(email, PASSWORD)
    visitor.speak()
    for path in walks[email].telling:
        visitor.goto(path)
        visitor.look(afresh=language == "fr")


def test_every_page_is_reached_by_links(built_app: Flask, walks: dict[str, Walk]) -> None:
    doors = built_app.url_map.bind("localhost")
    paths = {path.partition("?")[0] for walk in walks.values() for path in walk.met}
    reached = {str(doors.match(path)[0]) for path in paths}
    assert _doors(built_app) - reached == BY_OTHER_WAYS


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
    for path in ("/sign-in", "/password/forgotten"):
        stranger.goto(path)
        stranger.submit()
        stranger.look(afresh=True)

    seller = visit(width=width)
    seller.sign_in(CAMILLE.email, PASSWORD)
    seller.goto("/meetings/new?host=new")
    seller.submit()
    seller.look(afresh=True)


def _doors(app: Flask) -> set[str]:
    """All that answers GET with a page; what programs read is none."""
    rules = app.url_map.iter_rules()
    found = {rule.endpoint for rule in rules if "GET" in (rule.methods or ())} - NOT_PAGES
    return {endpoint for endpoint in found if not endpoint.startswith("api_")}
