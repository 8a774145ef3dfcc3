"""Staff open a closed meeting again, from its page in the console."""

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
