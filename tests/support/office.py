"""What a brand's administrator does in her console, by the words of its menu and buttons."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator

from tests.support.portal import Journey, words

Cells = tuple[str, ...]

LISTEN = """() => {
  window.toldAgain = new Promise((done) =>
    document.addEventListener("htmx:afterSettle", () => done(), { once: true }));
}"""


class Office(Journey):
    def open(self, entry: str) -> None:
        menu = self.page.get_by_role("navigation", name="Menu principal")
        with self.page.expect_navigation():
            menu.get_by_role("link", name=entry, exact=True).click()
        self.visitor.look()

    def press(self, name: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).first.click()
        self.visitor.look()

    def fill(self, **fields: str) -> None:
        for name, typed in fields.items():
            self.page.locator(f"#field-{name}").fill(typed)

    def says(self) -> str:
        return words(self.page.locator("main"))

    # ------------------------------------------------------------------------------ files

    def send_file(self, kind: str, name: str, text: str) -> None:
        """It is only checked: the page says what it would do."""
        self.open("Imports et exports")
        self.follow(f"Importer {kind}")
        self.choose_file(name, text)

    def choose_file(self, name: str, text: str) -> None:
        content = text.encode("utf-8-sig")
        file = {"name": name, "mimeType": "text/csv", "buffer": content}
        self.page.get_by_label("Fichier CSV ou XLSX").set_input_files(file)
        self._press_and_wait("Vérifier le fichier")

    def import_it(self) -> None:
        self._press_and_wait("Importer")
        assert "L’import est terminé." in self.says()

    def _press_and_wait(self, name: str) -> None:
        """The page says by itself when a worker has done with the file."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).first.click()
        self.page.wait_for_selector("#file:not([hx-get])")
        self.visitor.look()

    def foreseen(self) -> dict[str, str]:
        """Rows of the file by what would become of them."""
        tiles = [words(tile) for tile in self.page.locator(".tile").all()]
        return {name: number for name, _, number in (tile.rpartition(" ") for tile in tiles)}

    def wrong_cells(self) -> list[Cells]:
        """Line, column, value, reason, what is accepted."""
        rows = self.page.get_by_role("table", name="Erreurs").locator("tbody tr").all()
        return [tuple(words(cell) for cell in row.locator("td").all()) for row in rows]

    # ------------------------------------------------------------------------------ a rule

    def add_condition(self, measure: str, value: str) -> None:
        self.press("Condition")
        condition = self.page.get_by_role("group", name="condition 1")
        self._choose(condition.get_by_label("Quoi"), measure)
        self._type(condition.get_by_label("Valeur"), value)

    def choose_reward(self, kind: str, percentage: str) -> None:
        reward = self.page.get_by_role("group", name="récompense 1")
        self._choose(reward.get_by_label("Récompense"), kind)
        self._type(reward.get_by_label("Pourcentage"), percentage)

    # ------------------------------------------------------------------------------ a discount

    def fill_in(self, label: str, typed: str) -> None:
        self._type(self.page.get_by_label(label, exact=True).first, typed)

    def discount_told(self) -> str:
        """The discount as the page tells it now."""
        return words(self.page.get_by_role("region", name="La réduction en une phrase"))

    def sentence(self) -> str:
        """The rule as the page tells it now."""
        return words(self.page.get_by_role("region", name="La règle en une phrase"))

    def _choose(self, field: Locator, choice: str) -> None:
        with self._told_again():
            field.select_option(label=choice)

    def _type(self, field: Locator, typed: str) -> None:
        with self._told_again():
            field.fill(typed)
            self.page.keyboard.press("Tab")

    @contextmanager
    def _told_again(self) -> Iterator[None]:
        """The page follows what is written; the next step waits for it, as a reader would."""
        self.page.evaluate(LISTEN)
        yield
        self.page.evaluate("() => window.toldAgain")
