"""What a seller does on her phone, by the words of its buttons."""

import re
from datetime import date

from playwright.sync_api import Locator, expect

from tests.support.chromium import Visitor

Won = dict[str, list[str]]

LATE = "23:59"
"""Whatever the hour of the test, a meeting planned for today is still to be opened."""


class Journey:
    """Each step ends on a page that was looked at."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.page = visitor.page

    def sign_in(self, email: str, password: str) -> None:
        self.visitor.goto("/sign-in")
        self.visitor.look()
        self.visitor.sign_in(email, password)
        self.visitor.look()

    def follow(self, name: str) -> None:
        self.visitor.tap(name)
        self.visitor.look()


class Portal(Journey):
    # ------------------------------------------------------------------------------ a meeting

    def plan_meeting(self, host: str, on: date) -> None:
        self.follow("Réunion")
        self.search(host)
        self.follow(host)
        self._when(on, LATE)
        self.press("Créer la réunion")
        self.press("Ouvrir")

    def list_guests(self) -> None:
        """Where they are added, one after the other."""
        self.follow("Ajouter des invités")

    def add_from_book(self, name: str) -> None:
        self.search(name)
        self.press(f"Ajouter {name}")

    def add_somebody_new(self, first_name: str, last_name: str, email: str) -> None:
        for field, typed in {
            "first_name": first_name,
            "last_name": last_name,
            "email": email,
        }.items():
            self.page.locator(f"#field-{field}").fill(typed)
        self.press("Ajouter à la réunion")

    def tick(self, name: str) -> None:
        """She is there; with scripts, the page stays where it is."""
        button = self.page.get_by_role("button", name=f"Présence de {name}")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        self.visitor.look()

    def book(self, name: str, on: date) -> None:
        self.follow(f"Prendre date pour {name}")
        self._when(on)
        self.press("Prendre cette date")

    def see_tab(self, name: str) -> None:
        tabs = self.page.get_by_role("navigation", name="Parties de la réunion")
        with self.page.expect_navigation():
            tabs.get_by_role("link", name=re.compile(f"^{name}")).click()
        self.visitor.look()

    def turnover(self) -> str:
        return words(self.page.locator("#figures .big"))

    def missing(self) -> list[str]:
        """What the host still lacks, nearest first."""
        return [words(line) for line in self.page.locator("#figures .ahead p").all()]

    def see_order(self, name: str) -> None:
        self.follow(name)

    # ------------------------------------------------------------------------------ an order

    def start_order(self, name: str) -> None:
        self.follow("Commande")
        self.press(f"Commande pour {name}")

    def put(self, product: str, *, search: str) -> None:
        """Find it among the products, and tap its plus."""
        self.search(search)
        self.press(f"Ajouter {product}", navigates=not self.visitor.scripts)
        expect(self.lines).to_contain_text(product)
        self.visitor.look()

    def one_more(self, product: str) -> None:
        line = self.lines.get_by_role("listitem").filter(has_text=product)
        before = int(words(line.locator("output")))
        line.get_by_role("button", name="un de plus").click()
        expect(line.locator("output")).to_have_text(str(before + 1))
        self.visitor.look()

    def take(self, amount: str) -> None:
        self.press(f"Encaisser {amount}")

    def leave_unpaid(self) -> None:
        self.press("Payer plus tard")

    def back_to_meeting(self) -> None:
        self.follow("Retour")

    @property
    def lines(self) -> Locator:
        return self.page.locator("#lines")

    # ------------------------------------------------------------------------------ the end

    def preview_closing(self) -> Won:
        self.follow("Clôturer")
        return self.won()

    def close(self) -> Won:
        self.press("Clôturer et attribuer")
        return self.won()

    def won(self) -> Won:
        """Who wins or won what, as the page says it."""
        title = re.compile("Ce que chacun va gagner|Ce qui a été gagné")
        card = self.page.locator("section", has=self.page.get_by_role("heading", name=title))
        found = {}
        for line in card.locator(".rows > li").all():
            rewards = [words(pill) for pill in line.locator(".pill:not(.pill-state)").all()]
            found[words(line.locator(".row-title"))] = sorted(rewards)
        return found

    def finalise_gift(self) -> None:
        self.press("Finaliser le cadeau")

    def see_card(self, name: str) -> None:
        self.visitor.goto("/customers")
        self.search(name)
        self.follow(name)

    def open_reasons(self) -> str:
        """Every "Pourquoi ?" of the page, opened by hand; all they say."""
        for reason in self.page.locator("main details.why > summary").all():
            if reason.is_visible():  # not within something that is folded up
                reason.click()
        self.visitor.look()
        return " ".join(words(body) for body in self.page.locator("main .why-body").all())

    # ------------------------------------------------------------------------------ taps

    def search(self, typed: str) -> None:
        """With scripts the list follows the typing, without them the magnifier sends the form."""
        box = self.page.get_by_role("searchbox")
        box.fill(typed)
        if self.visitor.scripts:
            with self.page.expect_response(lambda answer: "q=" in answer.url):
                pass
        else:
            with self.page.expect_navigation():
                box.press("Enter")
        expect(self.page.locator("#results")).to_contain_text(typed, ignore_case=True)
        self.visitor.look()

    def press(self, name: str, *, navigates: bool = True) -> None:
        button = self.page.get_by_role("button", name=name, exact=True)
        if navigates:
            with self.page.expect_navigation():
                button.click()
            self.visitor.look()
        else:
            button.click()

    def _when(self, on: date, time: str = "14:30") -> None:
        self.page.locator("#field-date").fill(on.isoformat())
        self.page.locator("#field-time").fill(time)


def words(part: Locator) -> str:
    """What it says, each space a plain one."""
    return " ".join(part.inner_text().split())
