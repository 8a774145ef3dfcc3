"""A seller shows what an order could still have; a guest orders from home, and it counts."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from app.demo.cli import SLUG
from app.demo.people import CAMILLE, PASSWORD
from tests.support.chromium import LAPTOP, PHONE, Visitor
from tests.support.household import Household, wait_for

pytestmark = pytest.mark.browser

Visit = Callable[..., Visitor]
LINK = re.compile(r"/[go]/[\w-]{20,}")
PLAN = """{"format": "convive.plan/1", "promotions": [
  {"id": "pots", "name": "Semaine de la cocotte", "group": "pots",
   "effect": {"kind": "product_percent", "rate_bp": 1000, "scope": {"products": ["COC24"]}}},
  {"id": "welcome", "name": "Bienvenue", "entry": "code", "codes": ["BIENVENUE"],
   "effect": {"kind": "order_amount", "amount_cents": 800}},
  {"id": "autumn", "name": "Automne",
   "effect": {"kind": "order_percent", "rate_bp": 1000},
   "conditions": {"measure": "basket_net", "op": ">=", "value": 10000}}]}"""


@pytest.fixture(scope="module", autouse=True)
def plan(house: Household, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Prices of this story's own; the demo's come back for the other stories."""
    folder = tmp_path_factory.mktemp("plan")
    before, ours = folder / "before.json", folder / "ours.json"
    before.write_text(house.flask("plan", "export", SLUG), "utf-8")
    ours.write_text(PLAN, "utf-8")
    house.flask("plan", "import", SLUG, str(ours))
    yield
    house.flask("plan", "import", SLUG, str(before))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_seller_sees_why_and_what_could_be_had(visit: Visit, scripts: bool) -> None:
    seller = visit(scripts=scripts)
    seller.sign_in(CAMILLE.email, PASSWORD)
    seller.goto("/orders/new?q=Maud" if scripts else "/orders/new?q=Marion")
    seller.page.locator("main li form button").first.click()
    seller.page.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}$"))
    here = seller.page.url
    seller.goto(f"{here}?q=COC24")
    seller.page.get_by_role("button", name="Ajouter Cocotte en fonte 24 cm").click()
    lines, deals = seller.page.locator("#lines"), seller.page.locator("#deals")
    expect(lines).to_contain_text("80,10 €")
    expect(deals).to_contain_text("Encore 19,90 €")
    expect(deals).to_contain_text("8,00 € de moins à payer")
    lines.locator("summary").first.click()
    expect(lines).to_contain_text("Prix catalogue")
    seller.look(afresh=True)

    _ask_code(seller, "NEXISTE")
    expect(seller.page.locator("#field-code")).to_have_value("NEXISTE")
    expect(deals.locator(".form-error")).to_be_visible()
    _ask_code(seller, "bienvenue")
    expect(seller.page.locator("#aside")).to_contain_text("72,10 €")
    seller.look()
    seller.page.get_by_role("button", name="Payer plus tard").click()
    expect(seller.page.locator("#flashes")).to_contain_text("72,10 €")


def _ask_code(seller: Visitor, code: str) -> None:
    seller.page.locator("#field-code").fill(code)
    seller.page.get_by_role("button", name="Appliquer le code").click()


def test_guest_orders_from_home_and_her_seller_sees_it(visit: Visit, house: Household) -> None:
    seller = visit()
    seller.sign_in(CAMILLE.email, PASSWORD)
    seller.goto("/meetings")
    seller.tap(re.compile("Inès"))
    meeting = seller.page.url
    seller.goto(f"{meeting}?tab=orders")
    seller.page.get_by_role("button", name="Créer le lien des invitées").click()
    shown = LINK.search(seller.page.locator("#field-link").input_value())
    assert shown

    guest = visit(width=LAPTOP)
    guest.goto(shown.group())
    guest.look(afresh=True)
    for field, typed in {
        "first_name": "Ana",
        "last_name": "Silva",
        "email": "ana.silva@example.org",
    }.items():
        guest.page.locator(f"#field-{field}").fill(typed)
    guest.submit()
    guest.look(afresh=True)
    wait_for(lambda: _own_link(house) is not None, 30, house.logs)

    phone = visit(width=PHONE)
    shop = _own_link(house)
    phone.goto(f"{shop}?q=COC24")
    phone.look(afresh=True)
    phone.page.get_by_role("button", name="Ajouter Cocotte en fonte 24 cm").click()
    phone.goto(f"{shop}/basket")
    phone.look(afresh=True)
    phone.page.get_by_role("button", name=re.compile("^Commander")).click()
    expect(phone.page.locator("#field-accepted-error")).to_be_visible()
    phone.page.locator("#field-accepted").check()
    phone.page.get_by_role("button", name=re.compile("^Commander")).click()
    expect(phone.page.get_by_role("heading", level=1)).to_contain_text("commande n°")
    phone.look(afresh=True)

    seller.goto(f"{meeting}?tab=orders")
    expect(seller.page.locator("main")).to_contain_text("Ana Silva")
    expect(seller.page.locator("main")).to_contain_text("80,10 €")


def _own_link(house: Household) -> str | None:
    letters = [mail.text for mail in house.mails() if "ana.silva@example.org" in mail.to]
    found = LINK.search(letters[0]) if letters else None
    return found.group() if found else None
