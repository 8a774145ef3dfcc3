"""What rewards announce."""

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class SettlementWanted(Event):
    """The facts of a meeting are told differently now: what it brings has to be worked out."""

    topic: ClassVar[str] = "rewards.settlement_wanted"
    meeting_id: UUID


@dataclass(frozen=True, slots=True)
class WinningsChanged(Event):
    """One settlement changed what one person holds; she is told of all of it in one message.

    `changes` lists {"grant_id", "revision", "change", "kind"} where change is granted, promised,
    confirmed (a promise that came true), changed (another value) or reversed.
    """

    topic: ClassVar[str] = "rewards.winnings_changed"
    meeting_id: UUID | None
    customer_id: UUID
    changes: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class SimulationWanted(Event):
    """A worker is asked to judge as much of it as its turn allows."""

    topic: ClassVar[str] = "rewards.simulation_wanted"


@dataclass(frozen=True, slots=True)
class RewardGiven(Event):
    """By hand, by the brand's staff: the entity is her code or voucher."""

    topic: ClassVar[str] = "rewards.reward_given"
    customer_id: UUID


@dataclass(frozen=True, slots=True)
class GiftMoved(Event):
    """What became of a gift without its winner doing it, or of which she keeps a trace.

    `how`: came_in (she had waited for it), converted or lapsed.
    """

    topic: ClassVar[str] = "rewards.gift_moved"
    claim_id: UUID
    customer_id: UUID
    how: str
