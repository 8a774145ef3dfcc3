"""One change of one grant, and what of it could not be undone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.audit.services import record
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.rewards.domain.outcome import Why
from app.rewards.models import GrantStatus

Deadline = Callable[[int | None], datetime | None]


@dataclass(frozen=True, slots=True)
class Before:
    """A grant as it was; as these defaults say, when there was none."""

    status: GrantStatus | None = None
    value: int = 0
    revision: int = 0

    @property
    def given(self) -> int:
        """What was in her hands: 0 when nothing was, or only a promise."""
        return self.value if self.status is GrantStatus.GRANTED else 0


@dataclass(slots=True)
class Change:
    """A grant as it is after its newest revision, and what it was before. Never changed."""

    grant_id: UUID
    rule_id: str
    reward_id: str
    scope_type: str
    scope_id: str
    occurrence: str
    customer_id: UUID
    beneficiary: str
    """host, guest or seller: in which capacity she won"""
    meeting_id: UUID | None
    kind: str
    value: int
    status: GrantStatus
    before: Before
    reward: dict[str, Any] | None
    """None: nothing is given any more, and the terms stay as they were."""
    programme_version: int
    why: Why

    @property
    def revision(self) -> int:
        return self.before.revision + 1

    @property
    def given(self) -> int:
        return self.value if self.status is GrantStatus.GRANTED else 0

    @property
    def given_before(self) -> int:
        return self.before.given

    @property
    def terms(self) -> dict[str, Any]:
        assert self.reward is not None, "what is taken back is issued by nobody"
        return self.reward

    @property
    def name(self) -> str:
        """granted, promised, confirmed, changed or reversed"""
        if self.before.status is self.status:
            return "changed"
        if self.before.status is GrantStatus.PROMISED and self.status is GrantStatus.GRANTED:
            return "confirmed"
        return str(self.status)


def note_kept(uow: UnitOfWork, actor: Actor, grant_id: UUID, kept: Mapping[str, int]) -> None:
    """What is no longer deserved and was used or shipped stays hers, at the brand's cost."""
    record(uow, actor, "grant.kept", "grant", grant_id, after=kept)
