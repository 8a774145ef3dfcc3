"""The main job from end to end, on a phone: a meeting is held and closed, its winners are told."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from app.demo.people import CAMILLE, NADIA, OF_NADIA, PASSWORD
from app.infra.mailbox import KeptMail
from tests.support.chromium import Visitor
from tests.support.household import Household, wait_for
from tests.support.portal import Portal, words

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

Visit = Callable[..., Visitor]

ROSA, ELISE, KARIM, GRACE = (
    next(person for person in OF_NADIA if person.first_name == name)
    for name in ("Rosa", "Élise", "Karim", "Grace")
)
JEANNE = "jeanne.dubreuil@maison-olive.example"
MAIL_SECONDS = 60

EXPECTED = {
    "Rosa Alvarez": ["20 points", "35 points", "Bon d’achat 15 €", "Cadeau au choix"],
    "Élise Renard": ["20 points", "7 points", "Code promo −10 %"],
    "Grace Miller": ["5 points", "Code promo −10 %"],
    "Karim Haddad": ["3 points"],
    "Jeanne Dubreuil": ["2 points"],
    "Nadia Benali": ["15 points"],
}


@pytest.fixture
def phone(visit: Visit, house: Household) -> Iterator[Portal]:
    yield Portal(visit())
    assert "Traceback" not in house.logs()


def test_a_meeting_is_held_closed_and_its_winners_are_told(
    phone: Portal, visit: Visit, house: Household
) -> None:
    today = datetime.now(ZoneInfo("Europe/Paris")).date()
    phone.sign_in(NADIA.email, PASSWORD)
    phone.plan_meeting("Rosa Alvarez", today)
    _welcome_guests(phone)
    _sell(phone)
    phone.book("Élise Renard", today + timedelta(days=30))
    assert phone.missing() == ["Encore 249,50 € → Rosa : 12 % des ventes en points"]

    meeting = phone.page.url
    expected = phone.preview_closing()
    assert expected == EXPECTED
    assert "10 % de 350,50 € font 35,05" in phone.open_reasons()
    assert phone.close() == expected
    assert "points en cours" not in words(phone.page.locator("main"))

    _everybody_is_told_once(house)
    _host_chooses_her_gift(visit())
    _gift_is_finalised(phone, meeting)
    _cards_say_why(phone)
    assert house.flask("audit-ledger")


def _welcome_guests(phone: Portal) -> None:
    phone.list_guests()
    for guest in (ELISE, KARIM, GRACE):
        phone.add_from_book(f"{guest.first_name} {guest.last_name}")
    phone.add_somebody_new("Jeanne", "Dubreuil", JEANNE)
    phone.back_to_meeting()
    assert phone.turnover() == "0,00 €"
    for name in ("Élise Renard", "Karim Haddad", "Grace Miller"):
        phone.tick(name)
    expect(phone.page.locator("#figures")).to_contain_text("3 présences")


def _sell(phone: Portal) -> None:
    """Four orders; after each, the host is nearer to something."""
    phone.start_order("Élise Renard")
    phone.put("Cocotte en fonte 24 cm", search="cocotte")
    phone.put("Planche à découper en noyer", search="noyer")
    phone.take("131,00 €")
    assert phone.turnover() == "131,00 €"
    assert "Encore 19,00 € → Rosa : 8 % des ventes en points" in phone.missing()

    phone.start_order("Karim Haddad")
    phone.put("Wok en fonte 30 cm", search="wok")
    phone.leave_unpaid()
    assert phone.turnover() == "131,00 €", "what is not paid does not count"
    phone.see_order("Karim Haddad")
    phone.take("62,00 €")
    phone.back_to_meeting()
    assert phone.turnover() == "193,00 €"

    phone.start_order("Grace Miller")
    phone.put("Couteau de chef 20 cm", search="chef")
    phone.one_more("Couteau de chef 20 cm")
    phone.take("108,00 €")
    assert phone.turnover() == "301,00 €"

    phone.start_order("Jeanne Dubreuil")
    phone.put("Poêle en acier 28 cm", search="acier")
    phone.take("49,50 €")
    assert phone.turnover() == "350,50 €"
    assert "Encore 1 prise de date → Rosa : Cadeau au choix" in phone.missing()
    phone.see_tab("Hôte")
    assert "35 points" in words(phone.page.locator("main"))
    phone.see_tab("Invités")


def _everybody_is_told_once(house: Household) -> None:
    addresses = [ROSA.email, ELISE.email, KARIM.email, GRACE.email, JEANNE, NADIA.email]
    wait_for(lambda: all(_news(house, to) for to in addresses), MAIL_SECONDS, house.logs)
    wait_for(lambda: "new" not in house.flask("outbox", "list"), MAIL_SECONDS, house.logs)
    told = {to: _news(house, to) for to in addresses}
    for to, mails in told.items():  # what fills a pot is told when it is paid, apart
        assert len({mail.text for mail in mails}) == len(mails) <= 2, to
    assert len(told[ROSA.email]) == len(told[GRACE.email]) == len(told[NADIA.email]) == 1
    assert "Bonjour Rosa" in told[ROSA.email][0].text
    assert "35,05" in told[ROSA.email][0].text
    assert "Hello Grace" in told[GRACE.email][0].text
    assert "Your code" in told[GRACE.email][0].text


def _news(house: Household, address: str) -> list[KeptMail]:
    """Mails about what was won; the others invite."""
    about = re.compile("gagné|won", re.IGNORECASE)
    return [mail for mail in house.mails(address) if about.search(mail.subject)]


def _host_chooses_her_gift(host: Visitor) -> None:
    host.goto("/mailbox")
    host.look()
    host.tap(re.compile(f"Vous avez gagné.*{re.escape(ROSA.email)}", re.DOTALL))
    host.look()
    host.tap("Voir ma page")
    host.look()
    assert "Bonjour Rosa" in words(host.page.locator("header"))
    assert "350,50 €" in words(host.page.locator("main"))
    host.page.get_by_role("radio", name="Quatre bols en grès").check()
    host.submit()
    host.look()
    assert "Votre choix : Quatre bols en grès" in words(host.page.locator("main"))


def _gift_is_finalised(phone: Portal, meeting: str) -> None:
    phone.visitor.goto("/")
    phone.visitor.look()
    phone.visitor.tap(re.compile("cadeau de Rosa Alvarez"))
    phone.visitor.look()
    assert "Quatre bols en grès" in words(phone.page.locator("main"))
    phone.finalise_gift()
    phone.visitor.goto(meeting)
    phone.see_tab("Commandes")
    assert "Cadeau à remettre" in words(phone.page.locator("main"))


def _cards_say_why(phone: Portal) -> None:
    phone.see_card("Rosa Alvarez")
    card = words(phone.page.locator("main"))
    assert "55 points" in card
    assert "Bon d’achat 15 €" in card
    assert "Quatre bols en grès" in card
    reasons = phone.open_reasons()
    assert "10 % de 350,50 € font 35,05, arrondis à 35 points." in reasons
    assert "Ventes de la réunion : 350,50 € (il faut au moins 250,00 €)" in reasons

    phone.see_card("Élise Renard")
    card = words(phone.page.locator("main"))
    assert "7 points" in card
    assert "20 points" in card
    assert re.search(r"Code promo −10 % Disponible [A-Z0-9]{12}", card)
    assert "Montant de la commande : 131,00 € (il faut au moins 80,00 €)" in phone.open_reasons()


def test_the_same_can_be_done_without_scripts(visit: Visit, house: Household) -> None:
    phone = Portal(visit(scripts=False))
    today = datetime.now(ZoneInfo("Europe/Paris")).date()
    phone.sign_in(CAMILLE.email, PASSWORD)
    phone.plan_meeting("Anaïs Chevalier", today)
    phone.list_guests()
    phone.add_from_book("Judith Okafor")
    phone.back_to_meeting()
    phone.tick("Judith Okafor")
    phone.start_order("Judith Okafor")
    phone.put("Plat à gratin 32 cm", search="gratin")
    phone.put("Spatule en bois d’olivier", search="olivier")
    phone.one_more("Spatule en bois d’olivier")
    phone.take("63,00 €")
    assert phone.turnover() == "63,00 €"

    won = {"Anaïs Chevalier": ["20 points"], "Judith Okafor": ["3 points"]}
    assert phone.preview_closing() == won
    assert phone.close() == won
    assert "Traceback" not in house.logs()
