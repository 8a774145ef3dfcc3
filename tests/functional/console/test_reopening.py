"""Staff open a closed meeting again, from its page in the console."""

import re
from datetime import timedelta

import pytest

from app.kernel.actor import Role
from app.rewards.services.settlement import close_and_settle
from tests.support.gathering import set_stage, wall


@pytest.fixture
def closed(uow, brand):
    stage = set_stage(uow, brand.id)
    meeting_id = stage.meeting(days=-1)
    _, guest = stage.guest(meeting_id)
    stage.order(meeting_id, guest)
    stage.do(close_and_settle, meeting_id)
    return stage, f"/console/meetings/{meeting_id}"


def test_staff_reopen_with_a_reason_and_a_deadline(client, sign_in, closed):
    stage, page = closed
    sign_in(role=Role.CUSTOMER_SERVICE)
    until = wall(stage.now() + timedelta(days=2))
    sent = {"date": until.day.isoformat(), "time": until.at.isoformat("minutes")}

    refused = client.submit(f"{page}/reopen", **sent)
    done = client.submit(f"{page}/reopen", **sent, reason="Commande oubliée")
    again = client.submit(f"{page}/reopen", **sent, reason="Commande oubliée")

    assert (refused.status_code, done.status_code, again.status_code) == (422, 303, 409)
    assert f'value="{sent["date"]}"' in refused.get_data(as_text=True)
    assert "Rouvrir" not in client.get(page).get_data(as_text=True)


def test_staff_put_a_closed_meeting_right_part_by_part(client, sign_in, closed):
    _, page = closed
    sign_in(role=Role.CUSTOMER_SERVICE)
    shown = client.get(f"{page}/correct/hosts").get_data(as_text=True)
    host, guest = (
        re.search(r'name="share-([\w-]{36})"', shown),
        re.search(r'value="([\w-]{36})"', shown),
    )
    assert host is not None
    assert guest is not None
    shares = {
        f"share-{host[1]}": "60",
        "co_host": guest[1],
        "co_host_share": "30",
        "reason": "Oubli",
    }

    refused = client.submit(f"{page}/correct/hosts", **shares)
    done = client.submit(f"{page}/correct/hosts", **{**shares, "co_host_share": "40"})
    late = client.submit(
        f"{page}/correct/order", customer_id=guest[1], product_1="wok-seller", quantity_1="2",
        product_2="RIEN", method="cash", reason="Oubli",
    )  # fmt: skip
    taken = client.submit(
        f"{page}/correct/order", customer_id=guest[1], product_1="wok-seller", quantity_1="2",
        method="cash", reason="Oubli",
    )  # fmt: skip
    unsaid = client.submit(f"{page}/correct/presence")
    nobody = client.submit(f"{page}/correct/guest", who="Personne Du Tout", reason="Oubli")

    assert (refused.status_code, done.status_code) == (422, 303)
    assert "90 %" in refused.get_data(as_text=True).replace("\xa0", " ").replace("\u202f", " ")
    assert (late.status_code, taken.status_code) == (422, 303)
    assert 'value="RIEN"' in late.get_data(as_text=True)
    assert (unsaid.status_code, nobody.status_code) == (422, 422)
    after = client.get(page).get_data(as_text=True).replace("\xa0", " ").replace("\u202f", " ")
    assert "40 %" in after
    assert "150,00 €" in after
    assert client.get(f"{page}/correct/nothing").status_code == 404
