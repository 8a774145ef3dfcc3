"""Rosewood & Fern: a small Irish brand of natural cosmetics, in English."""

from functools import partial

from app.demo.brand import DemoBrand
from app.demo.catalogue import Item
from app.demo.people import Member, Person
from app.demo.promotions import FERN_PLAN
from app.demo.season import Plan, Season, Slot, Words
from app.demo.story import Content, Story, in_order
from app.kernel.actor import Role

DOMAIN = "rosewood-fern.example"
CATEGORIES = ("Face", "Body", "Bath")
ITEMS = (
    Item("CRM50", "Rose day cream 50 ml", "Face", 3_200, "jar", 40),
    Item("NGT50", "Fern night balm 50 ml", "Face", 3_600, "jar", 40),
    Item("OIL30", "Facial oil 30 ml", "Face", 2_900, "jar", 50),
    Item("TON20", "Rosewater toner 200 ml", "Face", 1_800, "jar", 60, giftable=True),
    Item("LIP01", "Beeswax lip balm", "Face", 650, "cup", 120, giftable=True),
    Item("BUT20", "Shea body butter 200 ml", "Body", 2_400, "bowl", 45),
    Item("SCR25", "Sea salt scrub 250 g", "Body", 2_100, "bowl", 45),
    Item("HND75", "Hand cream 75 ml", "Body", 1_250, "jar", 80, giftable=True),
    Item("BRU01", "Dry brush in beech", "Body", 1_450, "whisk", 60),
    Item("SOA03", "Three oat soaps", "Bath", 1_500, "dish", 90),
    Item("SLT50", "Bath salts 500 g", "Bath", 1_700, "jar", 70),
    Item("CLO02", "Two muslin cloths", "Bath", 950, "cloth", 100),
)
GIFTS = tuple(item.reference for item in ITEMS if item.giftable)
PROGRAMME = {
    "format": "convive.programme/1",
    "name": "Rosewood & Fern rewards",
    "rules": [
        {
            "id": "host-sales",
            "name": "A tenth of the sales in points",
            "beneficiary": "host",
            "trigger": "during_meeting",
            "rewards": [{"id": "points", "kind": "points_percent_turnover", "rate_bp": 1_000}],
        },
        {
            "id": "host-gift",
            "name": "A gift for three buyers",
            "beneficiary": "host",
            "trigger": "during_meeting",
            "conditions": {"measure": "buyers", "op": ">=", "value": 3},
            "rewards": [{"id": "gift", "kind": "gift_choice", "products": list(GIFTS)}],
        },
        {
            "id": "guest-points",
            "name": "Five points for every order",
            "beneficiary": "guest",
            "trigger": "meeting_sale",
            "rewards": [{"id": "points", "kind": "points_fixed", "points": 5}],
        },
    ],
}


def _person(first_name: str, last_name: str, city: str, postcode: str) -> Person:
    return Person(first_name, last_name, city, postcode, "en", DOMAIN)


MOLLY = _person("Molly", "Byrne", "Dublin", "D06")
OF_MOLLY = (
    _person("Aoife", "Kelly", "Dublin", "D08"),
    _person("Ciara", "Walsh", "Bray", "A98"),
    _person("Niamh", "Doyle", "Dublin", "D14"),
    _person("Orla", "Murphy", "Howth", "D13"),
    _person("Sinead", "Nolan", "Dublin", "D04"),
    _person("Grainne", "Power", "Naas", "W91"),
    _person("Roisin", "Quinn", "Dublin", "D02"),
    _person("Eimear", "Ryan", "Greystones", "A63"),
)
WORDS = Words(items=ITEMS, themes=("Winter skin", "An evening for oneself"), gifts=GIFTS)
DISCOUNTS_SINCE = -10
SLOTS = (Slot(-24, "closed"), Slot(0, "open"), Slot(16, "planned"))


def _season(story: Story) -> None:
    plan = Plan(MOLLY.key, OF_MOLLY, SLOTS, direct=1)
    discounts = (DISCOUNTS_SINCE, partial(story.take_off, DISCOUNTS_SINCE))
    in_order([discounts, *Season(story, WORDS, seed=1987).steps([plan])])


FERN = DemoBrand(
    slug="rosewood-fern",
    name="Rosewood & Fern",
    accent="#2c6e5b",
    content=Content(
        categories=CATEGORIES,
        items=ITEMS,
        programme=PROGRAMME,
        plan=FERN_PLAN,
        books=((MOLLY, OF_MOLLY),),
        staff=(Member("Fiona Byrne", f"fiona.byrne@{DOMAIN}", Role.BRAND_ADMIN),),
    ),
    season=_season,
    options={"country": "IE", "timezone": "Europe/Dublin", "locale": "en"},
)
