"""Every address with somebody else's ids in it, by every method: not found, and nothing changed.

The addresses are those of the application: a new route is tried on the day it appears.
"""

import re

import pytest

from app import create_app
from app.config import Settings

NOWHERE = "01890000-0000-7000-8000-000000000000"
FORGED = "A" * 43
PUBLIC_IDS = {"image_id"}
"""Pictures of products are for every visitor of their brand."""

plain_app = create_app(Settings(secret_key="only to list the routes, never to serve"))
API = "/api/"
EVERYTHING = [
    rule
    for rule in plain_app.url_map.iter_rules()
    if rule.arguments - {"filename"} and not rule.arguments & PUBLIC_IDS
]
RULES = [rule for rule in EVERYTHING if not rule.rule.startswith(API)]
WHEN = {"date": "2027-02-01", "time": "10:00", "place": "virtual"}
FORMS = {
    "meetings.book_post": WHEN,
    "meetings.set_attendance": {"attended": "1"},
    "meetings.add_participant_post": {"first_name": "Zoé", "last_name": "Roux"},
    "orders.new_post": {"participant_id": NOWHERE},
    "orders.add_line": {"product_id": NOWHERE},
    "orders.set_quantity": {"quantity": "3"},
    "orders.checkout": {"action": "later"},
    "orders.pay": {"method": "cash", "amount": "1"},
    "rewards.choose_gift_post": {"product_id": NOWHERE},
    "host.choose": {"product_id": NOWHERE},
    "own_rewards.choose": {"product_id": NOWHERE},
    "rewards.wait": {"product_id": NOWHERE},
    "own_rewards.wait": {"product_id": NOWHERE},
}
"""What each form would be taken for if the ids were one's own; the others need nothing."""


def address(rule, ids: dict) -> str:
    filled = re.sub(r"<uuid:(\w+)>", lambda found: str(ids.get(found[1], NOWHERE)), rule.rule)
    return re.sub(r"<[^>]+>", FORGED, filled)


def knock(browser, rule, ids: dict) -> set[int]:
    path = address(rule, ids)
    answers = {browser.get(path).status_code, browser.head(path).status_code}
    return answers | {browser.submit(path, **FORMS.get(rule.endpoint, {})).status_code}


def test_a_colleague_s_things_are_not_there(mine, colleague, unchanged):
    with unchanged():
        found = {
            rule.rule: knock(mine.browser, rule, colleague.ids) - {403, 404, 405, 429}
            for rule in RULES
        }

    assert {rule: answers for rule, answers in found.items() if answers} == {}


def test_another_brand_s_things_are_not_there(mine, stranger, unchanged):
    with unchanged():
        found = {
            rule.rule: knock(mine.browser, rule, stranger.ids) - {403, 404, 405, 429}
            for rule in RULES
        }

    assert {rule: answers for rule, answers in found.items() if answers} == {}


def test_a_cookie_opens_nothing_of_the_api(mine, unchanged):
    """Not even one's own things: programs bring a token, and browsers are never asked for one."""
    rules = [rule for rule in EVERYTHING if rule.rule.startswith(API)]

    with unchanged():
        found = {rule.rule: knock(mine.browser, rule, mine.ids) - {401, 404, 405} for rule in rules}

    assert rules
    assert {rule: answers for rule, answers in found.items() if answers} == {}


@pytest.mark.parametrize("borrowed", ["participant_id", "line_id"])
def test_mine_and_yours_do_not_mix(mine, colleague, unchanged, borrowed):
    ids = mine.ids | {borrowed: colleague.ids[borrowed]}
    mixed = [rule for rule in RULES if borrowed in rule.arguments]

    with unchanged():
        found = {rule.rule: knock(mine.browser, rule, ids) for rule in mixed}

    assert mixed
    assert {rule: answers - {404, 405} for rule, answers in found.items()} == {
        rule: set() for rule in found
    }


@pytest.mark.parametrize("field", ["participant_id", "customer_id", "host_id"])
def test_ids_in_forms_are_looked_at_like_ids_in_addresses(mine, colleague, unchanged, field):
    meeting_id = mine.ids["meeting_id"]
    theirs = str(colleague.ids[field])
    path, form = {
        "participant_id": (f"/meetings/{meeting_id}/orders/new", {}),
        "customer_id": (f"/meetings/{meeting_id}/participants/new", {}),
        "host_id": ("/meetings/new", WHEN),
    }[field]

    with unchanged():
        answer = mine.browser.submit(path, **form, **{field: theirs})

    assert answer.status_code in {404, 422}
    assert "Chloé" not in answer.get_data(as_text=True).partition('role="alert"')[2][:400]


def test_who_is_not_signed_in_is_shown_the_door(mine, new_client, brand, unchanged):
    passer_by = new_client(brand)
    rules = [rule for rule in RULES if "token" not in rule.arguments]

    with unchanged():
        found = {rule.rule: knock(passer_by, rule, mine.ids) - {303, 404, 405} for rule in rules}

    assert {rule: answers for rule, answers in found.items() if answers} == {}


def test_a_personal_link_opens_one_meeting_and_nothing_else(
    mine, colleague, new_client, brand, unchanged
):
    token = mine.stage.link(mine.ids["closed_meeting_id"], mine.ids["host_id"])
    guest = new_client(brand)
    assert guest.get(f"/h/{token}").status_code == 200
    rules = [rule for rule in RULES if "token" not in rule.arguments]

    with unchanged():
        foreign = guest.submit(
            f"/h/{token}/gifts/{colleague.ids['claim_id']}", product_id=str(NOWHERE)
        )
        found = {rule.rule: knock(guest, rule, mine.ids) - {303, 404, 405} for rule in rules}

    assert foreign.status_code == 404
    assert {rule: answers for rule, answers in found.items() if answers} == {}
