"""Each kind of reward, in both languages, word for word: the pictures are in `snapshots/`.

UPDATE_SNAPSHOTS=1 draws them again; look at the difference before you keep it.
"""

import os
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from uuid import UUID

import pytest

from app import create_app
from app.brands.queries import BrandView
from app.brands.settings import BrandSettings
from app.config import Settings
from app.http.letters import Letter, render
from app.notifications.presenters import Block, Holding, Invitation, Winnings

SNAPSHOTS = Path(__file__).parent / "snapshots"
PAGE = "http://localhost:8000/h/token"
WHY = ["10 % of €258.40: 26 points.", "4 orders counted."]
LACK = ["Turnover: €258.40, €41.60 short of €300."]
CODE = Holding("ABCD-EFGH-JKLM", ["−10 % on the whole order.", "From €50."], "Until 3 March.")
BRAND = BrandView(
    id=UUID(int=1),
    slug="maison",
    name="Maison Céleste",
    country="FR",
    currency="EUR",
    timezone="Europe/Paris",
    locale="fr",
    accent="#8a3b5c",
    settings=BrandSettings(),
    origin="http://localhost:8000",
)

BLOCKS = {
    "points": Block("granted", "points", "26 points", WHY),
    "gift": Block("granted", "gift", "Gift", WHY, choices=["Dish", "Knife"], choosing="Choose."),
    "gift_defined": Block("granted", "gift", "Gift: Dish", WHY),
    "code": Block("granted", "code", "Code −10 %", WHY, holdings=[CODE]),
    "voucher": Block("granted", "voucher", "Voucher €15", WHY, holdings=[CODE]),
    "promised": Block("promised", "points", "20 points", WHY, after="After the meeting."),
    "confirmed": Block("confirmed", "points", "20 points", WHY, after="It was held."),
    "changed": Block("changed", "points", "28 points", WHY, after="Replaces."),
    "reversed": Block("reversed", "voucher", "Voucher €15", LACK, after="Taken back."),
}


@pytest.fixture(scope="module")
def app():
    """No database is asked: letters are words."""
    return create_app(Settings(secret_key="for tests only", argon2_cheap=True))


def winnings(app, locale: str, *blocks: Block, page: str | None = None, **names: str) -> Letter:
    told = Winnings(
        first_name=names.get("first_name", "Sophie"),
        seller_name=names.get("seller_name", "Nadia Roux"),
        about="",
        blocks=list(blocks),
        page_url=page,
        balance="On your card." if blocks[0].kind == "points" else "",
    )
    with app.app_context():
        return render("winnings", BRAND, locale, letter=told)


def invitation(app, locale: str, *, has_begun: bool) -> Letter:
    told = Invitation(
        first_name="Sophie",
        seller_name="Nadia Roux",
        starts_at=datetime(2031, 10, 11, 12, 30, tzinfo=UTC),
        address="3 rue des Lilas",
        has_begun=has_begun,
        page_url=PAGE,
    )
    with app.app_context():
        return render("invitation", BRAND, locale, letter=told)


def compare(name: str, letter: Letter) -> None:
    drawn = f"{letter.subject}\n\n{letter.text}"
    file = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOTS.mkdir(exist_ok=True)
        file.write_text(drawn)
    assert drawn == file.read_text()


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("kind", BLOCKS)
def test_a_message_about_one_reward(app, kind: str, locale: str) -> None:
    compare(f"{kind}.{locale}", winnings(app, locale, BLOCKS[kind]))


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_a_host_s_message_about_several_rewards(app, locale: str) -> None:
    several = [BLOCKS[kind] for kind in ("points", "gift", "voucher")]
    compare(f"several.{locale}", winnings(app, locale, *several, page=PAGE))


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_a_message_in_which_things_moved_both_ways(app, locale: str) -> None:
    both = [BLOCKS["points"], BLOCKS["reversed"]]
    compare(f"both_ways.{locale}", winnings(app, locale, *both))


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("has_begun", [True, False], ids=["late", "planned"])
def test_an_invitation(app, locale: str, has_begun: bool) -> None:
    name = "invitation_late" if has_begun else "invitation"
    compare(f"{name}.{locale}", invitation(app, locale, has_begun=has_begun))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> _Words:
    words = _Words()
    words.feed(html)
    return words


@pytest.mark.parametrize("kind", BLOCKS)
def test_the_formatted_part_says_the_same(app, kind: str) -> None:
    block = BLOCKS[kind]

    words = read(winnings(app, "en", block).html).text

    said = [block.title, block.after, block.choosing, *block.choices]
    said += [] if block.change == "reversed" else block.why
    assert [sentence for sentence in said if sentence not in words] == []


def test_rules_are_inlined_and_nothing_is_fetched_or_run(app) -> None:
    html = winnings(app, "fr", *BLOCKS.values(), page=PAGE).html

    assert read(html).tags.isdisjoint({"style", "link", "script", "img", "iframe"})
    assert BRAND.accent in html
    assert PAGE in html


def test_hostile_names_are_words_in_both_parts(app) -> None:
    evil = '<script>alert(1)</script>{{ 7*7 }}%(x)s"'
    block = Block("granted", "gift", evil, [evil], choices=[evil], choosing=evil, after=evil)

    letter = winnings(app, "fr", block, first_name=evil, seller_name=evil)

    assert "<script>" not in letter.html
    assert letter.text.count(evil) == 7
    assert "\n" not in letter.subject
