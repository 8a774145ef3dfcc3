"""Maison Olive: French cookware, six sellers, a whole season."""

from functools import partial

from app.demo.brand import DemoBrand
from app.demo.catalogue import CATEGORIES, ITEMS, LATER
from app.demo.people import CAMILLE, NADIA, OF_CAMILLE, OF_NADIA, OTHERS, SELLERS, STAFF
from app.demo.programme import PROGRAMME
from app.demo.promotions import (
    OLIVE_DRAFT,
    OLIVE_LOYALTY,
    OLIVE_PLAN,
    OLIVE_REWARDS,
    OLIVE_SHIPPING,
)
from app.demo.season import Plan, Season, Slot, Words
from app.demo.story import Content, Story, in_order

WORDS = Words(
    items=LATER,
    themes=("Cuisine du soir", "Pains et tartes", "Le grand service", "Thé d’hiver"),
    gifts=("PLA26", "BOL04", "TAS02"),
)
DISCOUNTS_SINCE = -25
LONG = (
    Slot(-100, "closed"),
    Slot(-79, "closed", booked=True),
    Slot(-58, "closed"),
    Slot(-30, "closed", booked=True),
    Slot(-12, "cancelled"),
    Slot(0, "open"),
    Slot(13, "planned", booked=True),
)
OTHER = (
    Slot(-92, "closed"),
    Slot(-66, "closed", booked=True),
    Slot(-45, "closed"),
    Slot(-21, "closed"),
    Slot(-5, "closed"),
    Slot(9, "planned", booked=True),
    Slot(24, "planned"),
)
SHORT = (Slot(-95, "closed"), Slot(-73, "closed", booked=True), Slot(-52, "closed"))
FIRST_BOOKS = {CAMILLE: OTHERS[:12], NADIA: OTHERS[12:24]}
LATER_BOOKS = {
    person: OTHERS[24 + 19 * number : 43 + 19 * number] for number, person in enumerate(SELLERS[2:])
}


def _plans() -> list[Plan]:
    first = [Plan(person.key, book, SHORT, direct=2) for person, book in FIRST_BOOKS.items()]
    later = [
        Plan(person.key, book, LONG if number % 2 == 0 else OTHER, direct=3)
        for number, (person, book) in enumerate(LATER_BOOKS.items())
    ]
    return [*first, *later]


def _season(story: Story) -> None:
    plans, season = _plans(), Season(story, WORDS, seed=1966)
    in_order(
        [
            (DISCOUNTS_SINCE, partial(story.take_off, DISCOUNTS_SINCE)),
            *season.steps(plans),
            *story.first_meetings(),
            (0, partial(season.use_points, plans[-1])),
            (0, story.end_gifts),
        ]
    )


OLIVE = DemoBrand(
    slug="maison-olive",
    name="Maison Olive",
    accent="#9d3f6b",
    content=Content(
        categories=CATEGORIES,
        items=ITEMS,
        programme=PROGRAMME,
        books=(
            (CAMILLE, (*OF_CAMILLE, *FIRST_BOOKS[CAMILLE])),
            (NADIA, (*OF_NADIA, *FIRST_BOOKS[NADIA])),
            *LATER_BOOKS.items(),
        ),
        staff=STAFF,
        pot_pictures={"slice-voucher": "pot", "stamp-card": "cup"},
        plan=OLIVE_PLAN,
        drafts=(OLIVE_DRAFT,),
        code_batches={"atelier": 200},
        shipping=OLIVE_SHIPPING,
        rewards=OLIVE_REWARDS,
        loyalty=OLIVE_LOYALTY,
    ),
    season=_season,
    hosts=("localhost",),
)
