"""A held meeting that won something: points, a gift to choose, a code, a voucher."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.accounts.domain import LinkPurpose
from app.accounts.services import issue_link
from app.catalog.services import NewProduct, create_category, create_product
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role, system
from app.rewards.queries import ClaimView, claims_of_meeting
from app.rewards.services.programme import publish_programme
from app.rewards.services.settlement import close_and_settle
from tests.support.gathering import Stage, set_stage

GIFTS = ("TARTE", "COUTEAU")


def gift_rule(rule_id: str = "gift", beneficiary: str = "host", **terms: Any) -> dict[str, Any]:
    reward = {"kind": "gift_choice", "products": list(GIFTS), "choose_within_days": 60, **terms}
    trigger = "during_meeting"
    return {"id": rule_id, "beneficiary": beneficiary, "trigger": trigger, "rewards": [reward]}


PROGRAMME: dict[str, Any] = {
    "format": "convive.programme/1",
    "rules": [
        {
            "id": "percent",
            "beneficiary": "host",
            "trigger": "hosting",
            "conditions": {"measure": "turnover", "op": ">=", "value": 4_000},
            "rewards": [{"kind": "points_percent_turnover", "rate_bp": 1_000}],
        },
        {
            "id": "steps",
            "beneficiary": "host",
            "trigger": "during_meeting",
            "tiers": {
                "measure": "turnover",
                "mode": "best",
                "steps": [
                    {"from": 4_000, "rewards": [{"kind": "points_fixed", "points": 30}]},
                    {"from": 30_000, "rewards": [{"kind": "points_fixed", "points": 60}]},
                ],
            },
        },
        gift_rule(),
        {
            "id": "booked",
            "beneficiary": "host",
            "trigger": "during_meeting",
            "conditions": {"measure": "bookings_made", "op": ">=", "value": 2},
            "rewards": [
                {
                    "kind": "voucher",
                    "name": "Bon d’achat",
                    "amount_cents": 1_500,
                    "minimum_basket_cents": 3_000,
                }
            ],
        },
        {
            "id": "code",
            "beneficiary": "guest",
            "trigger": "during_meeting",
            "rewards": [
                {
                    "kind": "promo_code",
                    "model": {
                        "name": "Merci",
                        "effect": {"kind": "percent_off_order", "rate_bp": 1_000},
                        "minimum_basket_cents": 5_000,
                    },
                }
            ],
        },
        {
            "id": "booking",
            "beneficiary": "guest",
            "trigger": "guest_booking",
            "rewards": [{"kind": "points_fixed", "points": 20}],
        },
    ],
}


@dataclass
class Winning(Stage):
    """A stage whose meetings give rewards; gifts are TARTE and COUTEAU."""

    def publish(self, document: dict[str, Any] = PROGRAMME) -> None:
        self.staff(publish_programme, document, effective_on=date(2020, 1, 1))

    def staff(self, service: Callable[..., Any], *args: Any, **named: Any) -> Any:
        with self.uow(self.seller.brand_id, clock=self.clock) as work:
            return service(work, system(work.brand_id), *args, clock=work.clock, **named)

    def gift(self, reference: str, *, stock: int | None = 50) -> UUID:
        with self.uow(self.seller.brand_id, clock=self.clock) as work:
            staff = system(work.brand_id)
            category = create_category(work, staff, f"Cadeaux {reference}")
            name = {"TARTE": "Plat à tarte", "COUTEAU": "Couteau d’office"}.get(
                reference, reference
            )
            new = NewProduct(
                reference, name, category, price_cents=2_000, stock=stock, giftable=True
            )
            return create_product(work, staff, new, clock=work.clock)

    def held(self, *, buyers: int = 2, host_id: UUID | None = None) -> UUID:
        """A meeting with as many paid orders of 50 €, still open."""
        meeting_id = self.meeting(days=-1 - next(self._numbers) / 100, host_id=host_id)
        for _ in range(buyers):
            _, customer_id = self.guest(meeting_id, attended=True)
            self.order(meeting_id, customer_id)
        return meeting_id

    def close(self, meeting_id: UUID) -> None:
        self.do(close_and_settle, meeting_id)

    def won(self, *, buyers: int = 2) -> UUID:
        meeting_id = self.held(buyers=buyers)
        self.close(meeting_id)
        return meeting_id

    def claims(self, meeting_id: UUID) -> tuple[ClaimView, ...]:
        return self.read(lambda work: claims_of_meeting(work.session, meeting_id))

    def read(self, question: Callable[[UnitOfWork], Any]) -> Any:
        with self.uow(self.seller.brand_id, clock=self.clock) as work:
            return question(work)

    def link(self, meeting_id: UUID, customer_id: UUID, *, days: float = 30) -> str:
        with self.uow(self.seller.brand_id) as work:
            until = work.clock() + timedelta(days=days)
            return issue_link(work, LinkPurpose.HOST, meeting_id, customer_id, until)

    def host(self, meeting_id: UUID, customer_id: UUID) -> Actor:
        """Who the host's link makes of its holder."""
        return Actor(
            brand_id=self.seller.brand_id,
            role=Role.HOST,
            customer_id=customer_id,
            meeting_id=meeting_id,
        )


def set_winning_stage(uow: Any, brand_id: UUID, email: str = "seller") -> Winning:
    stage = set_stage(uow, brand_id, email=email)
    return Winning(stage.uow, stage.seller, stage.product_id, stage.clock)
