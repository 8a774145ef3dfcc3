"""A brand begins with nothing: files, a seller and a rule later, its first meeting pays."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from tests.support.chromium import LAPTOP, Visitor
from tests.support.databases import clone
from tests.support.household import Household, keeping_house, other_database, wait_for
from tests.support.office import Office
from tests.support.portal import Portal, words

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

Visit = Callable[..., Visitor]

SLUG = "atelier-lin"
ADMIN = ("claire@atelier-lin.example", "trois mots pour moi")
INES = ("ines.faure@atelier-lin.example", "des aiguilles et du fil")
MAIL_SECONDS = 60

CATEGORIES = """\
Nom;Catégorie parente
Maison;
Table;Maison
"""
PRODUCTS = """\
Référence;Nom;Catégorie;Prix TTC;Stock
NAP-170;Nappe en lin 170 cm;Table;90,00;12
SER-06;"Six serviettes; brodées";Table;{price};30
TOR-02;Deux torchons;Maison;24,00;
"""
CUSTOMERS = """\
Prénom;Nom;Adresse e-mail;Téléphone;Ville;Vendeur
Hélène;Aubry;helene.aubry@lin.example;06 12 34 56 78;Nantes;{seller}
Inaya;Bensaïd;inaya.bensaid@lin.example;;Rezé;{seller}
"""


@pytest.fixture(scope="module")
def bare_house(
    server_url: str,
    redis_url: str,
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
) -> Iterator[Household]:
    """An installation of two brands that hold nothing but one administrator."""
    folder = tmp_path_factory.mktemp("bare")
    redis = other_database(redis_url, 10)
    with (
        clone(server_url, f"bare_{worker_id}") as url,
        keeping_house(url, redis, folder, with_demo=False) as house,
    ):
        email, password = ADMIN
        house.flask("brand", "create", "voisins", "Les Voisins")
        house.flask("brand", "create", SLUG, "Atelier Lin")
        house.flask("user", "create", SLUG, email, "Claire Morel", "--password", password)
        yield house
        assert "Traceback" not in house.logs()


@pytest.fixture
def arrive(chromium: Browser, bare_house: Household) -> Iterator[Visit]:
    """Somebody before a browser of her own, at the brand's own address."""
    origin = bare_house.origin.replace("localhost", f"{SLUG}.localhost")
    with ExitStack() as stack:

        def come(**options: object) -> Visitor:
            visitor = Visitor(chromium, origin, **options)
            stack.callback(_leave, visitor)
            return visitor

        yield come


def _leave(visitor: Visitor) -> None:
    """What it showed last is printed for the one who reads a failure."""
    print(visitor.page.url, visitor.page.locator("body").inner_text(), sep="\n")
    visitor.context.close()


def test_a_new_brand_sells_discounts_and_rewards(arrive: Visit, bare_house: Household) -> None:
    office = Office(arrive(width=LAPTOP))
    office.sign_in(*ADMIN)
    _bring_in_the_catalogue(office)
    _take_in_a_seller(office)
    _bring_in_the_customers(office)
    _write_the_first_rule(office)
    _offer_the_first_discount(office)

    phone = Portal(arrive())
    _choose_a_password(phone, bare_house)
    phone.sign_in(*INES)
    _hold_a_meeting(phone)
    _card_says_why(phone)
    assert bare_house.flask("audit-ledger")


def _bring_in_the_catalogue(office: Office) -> None:
    office.send_file("Catégories", "categories.csv", CATEGORIES)
    office.import_it()

    office.send_file("Produits", "produits.csv", PRODUCTS.format(price="soixante"))
    assert office.foreseen() == {
        "Lignes du fichier": "3",
        "À créer": "2",
        "À modifier": "0",
        "Inchangées": "0",
        "En erreur": "1",
    }
    reason, accepted = "Écrivez le montant comme ceci : 12,50.", "un montant, par exemple 12,50"
    assert office.wrong_cells() == [("3", "Prix TTC", "soixante", reason, accepted)]
    assert office.page.get_by_role("button", name="Importer", exact=True).count() == 0

    office.follow("Envoyer un autre fichier")
    office.choose_file("produits.csv", PRODUCTS.format(price="60,00"))
    assert office.foreseen()["À créer"] == "3"
    office.import_it()
    office.open("Catalogue")
    assert "Six serviettes; brodées" in office.says()


def _take_in_a_seller(office: Office) -> None:
    office.open("Vendeurs")
    office.follow("Nouveau vendeur")
    office.fill(first_name="Inès", last_name="Faure", email=INES[0])
    office.press("Créer le vendeur")
    assert f"Une invitation part à {INES[0]}." in office.says()


def _bring_in_the_customers(office: Office) -> None:
    office.send_file("Clients", "clients.csv", CUSTOMERS.format(seller=INES[0]))
    assert office.foreseen()["À créer"] == "2"
    office.import_it()
    office.open("Clients")
    assert "Hélène Aubry" in office.says()


def _write_the_first_rule(office: Office) -> None:
    office.open("Programme")
    office.press("Préparer une nouvelle version")
    office.follow("Écrire la première règle")
    office.fill(name="Merci à l’hôte")
    office.add_condition("Ventes de la réunion", "100")
    office.choose_reward("Points : un pourcentage des ventes", "10")
    office.visitor.look(afresh=True)
    assert office.sentence() == (
        "Pour l’hôte, quand la réunion se termine, si au moins 100,00 € de ventes, "
        "donner 10 % des ventes en points"
    )
    office.press("Enregistrer dans le brouillon")
    office.follow("Publier…")
    office.press("Publier la version 1")
    office.visitor.look(afresh=True)
    assert "La version 1 est publiée" in office.says()


def _offer_the_first_discount(office: Office) -> None:
    office.open("Réductions")
    office.follow("Nouvelle réduction")
    office.fill(name="Dix pour cent dès 120 €")
    office.fill_in("Pourcentage", "10")
    office.add_condition("panier", "120")
    office.visitor.look(afresh=True)
    assert office.discount_told() == (
        "10 % de réduction sur la commande. S’applique d’elle-même. "
        "Condition : un panier d’au moins 120,00 €."
    )
    assert "Elle s’applique" in office.says()
    office.press("Enregistrer et publier")
    assert "« Dix pour cent dès 120 € » est en cours." in office.says()


def _choose_a_password(phone: Portal, house: Household) -> None:
    email, password = INES
    wait_for(lambda: house.mails(email), MAIL_SECONDS, house.logs)
    phone.visitor.goto("/mailbox")
    phone.visitor.look()
    phone.follow(email)
    phone.follow("Choisir mon mot de passe")
    phone.page.get_by_label("Nouveau mot de passe").fill(password)
    phone.press("Choisir ce mot de passe")


def _hold_a_meeting(phone: Portal) -> None:
    phone.plan_meeting("Hélène Aubry", datetime.now(ZoneInfo("Europe/Paris")).date())
    phone.list_guests()
    phone.add_from_book("Inaya Bensaïd")
    phone.back_to_meeting()
    phone.tick("Inaya Bensaïd")
    phone.start_order("Inaya Bensaïd")
    phone.put("Nappe en lin 170 cm", search="nappe")
    phone.put("Six serviettes; brodées", search="serviettes")
    phone.take("135,00 €")
    assert phone.turnover() == "135,00 €"
    assert phone.preview_closing() == {"Hélène Aubry": ["14 points"]}
    assert phone.close() == {"Hélène Aubry": ["14 points"]}


def _card_says_why(phone: Portal) -> None:
    phone.see_card("Hélène Aubry")
    assert "14 points" in words(phone.page.locator("main"))
    reasons = phone.open_reasons()
    assert "10 % de 135,00 € font 13,5, arrondis à 14 points." in reasons
    assert "Ventes de la réunion : 135,00 € (il faut au moins 100,00 €)" in reasons
