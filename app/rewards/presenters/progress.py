"""How far the hosts of many meetings are, at a glance."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session

from app.rewards.domain.reach import way_of
from app.rewards.presenters.meeting import Material, Missed, nearest
from app.rewards.presenters.shapes import Nearest, Reader, Voice
from app.rewards.presenters.winnings import of_award, speech_for
from app.rewards.queries.live import judge_meetings


def nearest_rewards(session: Session, meeting_ids: Collection[UUID]) -> dict[UUID, Nearest]:
    """Of open meetings that are the reader's own, what each host is nearest to. The same
    statements however many, for each version of the programme that judges them."""
    judged = judge_meetings(session, meeting_ids)
    winnings = {key: [of_award(one) for one in j.outcome.awards] for key, j in judged.items()}
    misses = {key: j.outcome.misses for key, j in judged.items()}
    speech = speech_for(
        session,
        Reader(Voice.SELLER),
        [one for some in winnings.values() for one in some],
        [one for some in misses.values() for one in some],
    )
    found = {}
    for key, one in judged.items():
        missed = [Missed(miss, way_of(miss, may_grow=False)) for miss in misses[key]]
        near = nearest(Material(one, winnings[key], missed, speech))
        if near:
            found[key] = near
    return found
