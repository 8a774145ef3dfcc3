"""The host by the token of her personal link: her page, her gifts, and nothing else."""

from datetime import timedelta

import pytest

from app.accounts.domain import LinkPurpose
from app.accounts.services import issue_link
from app.meetings.queries import meeting_card
from app.rewards.queries import claims_of_meeting
from tests.support.api import Phone


@pytest.fixture
def closed(stage, season):
    meeting_id = season.sold(2)
    season.close(meeting_id)
    return meeting_id


@pytest.fixture
def host(new_client, brand, stage, closed) -> Phone:
    with stage.uow() as work:
        card = meeting_card(work.session, stage.seller, closed)
        until = work.clock() + timedelta(days=10)
        token = issue_link(work, LinkPurpose.HOST, closed, card.host_id, until)
    return Phone(new_client(brand), token)


def test_she_reads_her_meeting_and_chooses_her_gift(host, stage) -> None:
    page = host.get("/api/host")
    assert page["meeting"]["turnover_cents"] == 10_000
    (gift,) = [one for one in page["gifts"] if one["status"] == "to_choose"]
    product_id = gift["choices"][0]["id"]

    after = host.post(f"/api/host/gifts/{gift['claim_id']}/choice", {"product_id": product_id})

    assert [one["chosen_id"] for one in after["gifts"] if one["claim_id"] == gift["claim_id"]] == [
        product_id
    ]


def test_her_token_opens_no_other_door(host, closed) -> None:
    assert host.refused("GET", f"/api/meetings/{closed}") == (401, "token_not_usable")


def test_a_sellers_token_is_no_link(phone, closed) -> None:
    assert phone.refused("GET", "/api/host") == (401, "token_not_usable")


def test_somebody_elses_gift_is_not_hers(host, stage, season) -> None:
    another = season.sold(1)
    season.close(another)
    with stage.uow() as work:
        claim = claims_of_meeting(work.session, another)[0]
    body = {"product_id": str(stage.product_id)}

    assert host.refused("POST", f"/api/host/gifts/{claim.id}/choice", body)[0] == 404


def test_links_that_open_nothing_are_counted(new_client, brand, stage) -> None:
    stranger = Phone(new_client(brand), "x" * 43)

    found = {stranger.refused("GET", "/api/host")[0] for _ in range(21)}

    assert found == {401, 429}
