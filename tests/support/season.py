"""A programme with every kind of reward, and meetings that win them all."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.kernel.actor import system
from app.reports.audit import audit
from app.rewards.queries import GrantView, grants_of_meeting
from app.rewards.services.programme import publish_programme
from app.rewards.services.settlement import Settled, close_and_settle, settle_meeting
from app.rewards.services.simulation import start_simulation
from tests.support.gathering import Stage
from tests.support.rewards import at_least, percent, points, programme, rule

LONG_AGO = date(2020, 1, 1)

CODE = {
    "kind": "promo_code",
    "model": {"name": "−10 %", "effect": {"kind": "percent_off_order", "rate_bp": 1000}},
}


def every_reward(product: str) -> dict[str, Any]:
    """Points, a gift to choose and a voucher for the host; a code and points for guests."""
    gift = {"kind": "gift_choice", "products": [product], "choose_within_days": 60}
    return programme(
        rule(id="host", rewards=[percent(1000), gift, {"kind": "voucher", "amount_cents": 1500}]),
        rule(id="guest", beneficiary="guest", trigger="meeting_sale", rewards=[CODE, points(3)]),
        rule(id="seller", beneficiary="seller", rewards=[points(15)]),
        rule(id="date", beneficiary="guest", trigger="guest_booking", rewards=[points(20)]),
        rule(
            id="crowd",
            conditions=at_least("buyers", 3),
            rewards=[{"kind": "gift_product", "product": product}],
        ),
    )


@dataclass
class Season:
    """A stage on which a programme is in force."""

    stage: Stage

    @property
    def brand_id(self) -> UUID:
        return self.stage.seller.brand_id

    def publish(self, document: dict[str, Any], effective_on: date = LONG_AGO) -> int:
        with self.stage.uow(self.brand_id) as work:
            staff = system(self.brand_id)
            return publish_programme(
                work, staff, document, effective_on=effective_on, clock=work.clock
            )

    def sold(self, orders: int = 4, *, guests: int | None = None, days: float = -1) -> UUID:
        """An open meeting with that many paid orders of guests who came, each her own unless there
        are fewer guests."""
        meeting_id = self.stage.meeting(days=days)
        came = [self.stage.guest(meeting_id, attended=True) for _ in range(guests or orders)]
        for number in range(orders):
            _participant, customer_id = came[number % len(came)]
            self.stage.order(meeting_id, customer_id)
        return meeting_id

    def close(self, meeting_id: UUID) -> Settled | None:
        settled: Settled | None = self.stage.do(close_and_settle, meeting_id)
        return settled

    def settle(self, meeting_id: UUID) -> Settled:
        settled: Settled = self.stage.do(settle_meeting, meeting_id)
        return settled

    def simulate(self, document: dict[str, Any]) -> UUID:
        """Asked for; workers have to do it."""
        today = self.stage.now().date()
        with self.stage.uow(self.brand_id) as work:
            return start_simulation(
                work,
                system(self.brand_id),
                from_on=today - timedelta(days=10),
                until_on=today,
                document=document,
                clock=work.clock,
            )

    def grants(self, meeting_id: UUID) -> tuple[GrantView, ...]:
        with self.stage.uow(self.brand_id) as work:
            return grants_of_meeting(work.session, meeting_id)

    def findings(self) -> list[str]:
        """What the audit has to say; nothing, when all is well."""
        with self.stage.uow(self.brand_id) as work:
            return [f"{finding.check}: {finding.row}" for finding in audit(work.session)]
