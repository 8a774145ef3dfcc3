"""Staff find the other card of a person, see what moves, and merge the two."""

import pytest

from app.kernel.actor import Role
from app.kernel.ids import new_id
from tests.support.gathering import PASSWORD
from tests.support.reading import text_of


@pytest.fixture
def staff(client, sign_in, stage):
    sign_in(role=Role.CUSTOMER_SERVICE, email="service@example.org")
    return client


@pytest.fixture
def pair(stage):
    meeting_id = stage.meeting(days=-1)
    kept = stage.customer("Anne", "Petit", email="anne@example.org")
    _, other = stage.guest(meeting_id)
    stage.order(meeting_id, other)
    return kept, other


def test_cards_are_compared_then_merged_and_the_old_address_leads_on(
    staff, stage, pair, new_client, brand
):
    kept, other = pair
    found = staff.get(f"/console/customers/{kept}/merge?q=petit")
    page = f"/console/customers/{kept}/merge/{other}"
    assert page in found.text
    assert f"merge/{kept}" not in found.text, "not with itself"

    compared = text_of(staff.get(page))
    unsure = staff.submit(page)
    merged = staff.submit(page, sure="1")
    card = staff.follow(merged)
    again = staff.submit(page, sure="1")

    assert "Fiche conservée" in compared
    assert "anne@example.org" in compared
    assert unsure.status_code == 422
    assert "Cochez la case" in text_of(unsure)
    assert merged.location.endswith(f"/console/customers/{kept}")
    assert "50,00 €" in text_of(card)
    assert "Autre fiche fusionnée dans celle-ci" in text_of(card)
    assert again.location.endswith(f"/console/customers/{kept}")
    old = staff.get(f"/console/customers/{other}")
    assert old.location.endswith(f"/console/customers/{kept}")

    seller = new_client(brand)
    seller.submit("/sign-in", email="seller@example.org", password=PASSWORD)
    assert seller.get(f"/customers/{other}").location.endswith(f"/customers/{kept}")


def test_what_stands_in_the_way_is_told_before(staff, stage, pair):
    kept, _ = pair
    page = f"/console/customers/{kept}/merge/{stage.seller.customer_id}"

    seen = staff.get(page)
    tried = staff.submit(page, sure="1")

    assert "ne peuvent pas encore être fusionnées" in text_of(seen)
    assert "Nadia Roux est vendeuse" in text_of(seen)
    assert f'action="{page}"' in seen.text
    assert tried.status_code == 422


def test_with_nobody_or_oneself(staff, pair):
    kept, _ = pair
    for other in (new_id(), kept):
        page = f"/console/customers/{kept}/merge/{other}"
        assert staff.get(page).status_code in {404, 422}
        assert staff.submit(page, sure="1").status_code in {303, 404}
    assert staff.get(f"/console/customers/{kept}").status_code == 200


def test_comparing_costs_the_same_whoever_it_is(staff, stage, pair, count_queries):
    kept, other = pair
    staff.get(f"/console/customers/{kept}/merge/{other}")
    counts = []
    for _ in range(2):
        meeting_id = stage.meeting(days=-1)
        stage.guest(meeting_id)
        with count_queries() as found:
            staff.get(f"/console/customers/{kept}/merge/{other}")
        counts.append(found.count)

    assert len(set(counts)) == 1
