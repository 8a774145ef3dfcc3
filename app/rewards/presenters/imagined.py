"""What would be won if things were as imagined, against what is won as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.rewards.domain.imagined import WhatIf, is_nobody
from app.rewards.presenters.differences import Gain, gains, summed
from app.rewards.presenters.meeting import (
    ROLES,
    Material,
    host_lines,
    material_of,
    meeting_rewards,
    must_see,
    present_judged,
)
from app.rewards.presenters.reasons import listed
from app.rewards.presenters.shapes import (
    Imagined,
    ImaginedLine,
    MeetingRewards,
    Reader,
    Voice,
)
from app.rewards.presenters.titles import reward_title
from app.rewards.presenters.tongue import gettext, ngettext
from app.rewards.presenters.winnings import Winning, of_award, why_of
from app.rewards.queries.live import Judged, JudgedAgain, judge_imagined

MOST_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Difference:
    gain: Gain
    change: str
    """new, more, less or gone"""


def meeting_if(
    session: Session, actor: Actor, meeting_id: UUID, wish: WhatIf | None, *, today: date
) -> tuple[MeetingRewards, Imagined | None]:
    """For its seller: what the meeting gives, and what it would give; the same statements whatever
    is imagined, two more than with nothing. None once it is over."""
    if wish is None:
        return meeting_rewards(session, actor, meeting_id, Voice.SELLER), None
    judged, again = judge_imagined(session, meeting_id, wish, today=today)
    must_see(actor, judged.meeting)
    rewards = present_judged(session, actor, judged, Voice.SELLER)
    reader = Reader(Voice.SELLER)
    return rewards, present_imagined(session, reader, judged, again) if again else None


def present_imagined(
    session: Session, reader: Reader, judged: Judged, imagined: JudgedAgain
) -> Imagined:
    """Two statements. A winner reads of her own rewards only."""
    then = material_of(session, reader, judged, imagined.outcome)
    now = [of_award(award) for award in judged.outcome.awards]
    found = [one for one in _differences(then.winnings, now) if _is_told(reader, one)]
    ahead = [line for line in host_lines(then) if line.missing_text]
    return Imagined(
        turnover_cents=imagined.turnover_cents,
        lines=sorted(_lines(found, then), key=lambda line: ROLES.index(line.role)),
        ahead=ahead[:MOST_AHEAD],
    )


def _is_told(reader: Reader, one: Difference) -> bool:
    return reader.voice is Voice.SELLER or one.gain.winning.customer_id == reader.customer_id


def _differences(then: Sequence[Winning], now: Sequence[Winning]) -> Iterator[Difference]:
    kept = summed(then)
    for gain in gains(then, now):
        yield Difference(gain, "more" if gain.before else "new")
    for key, one in summed(now).items():
        left = kept[key].value if key in kept else 0
        if left < one.value:
            yield Difference(Gain(one, left), "less" if left else "gone")


def _lines(found: Iterable[Difference], then: Material) -> Iterator[ImaginedLine]:
    """People who get the same are told of together."""
    alike: dict[tuple[str, ...], list[Difference]] = {}
    for one in found:
        line = _line([one], then)
        alike.setdefault((line.role, line.change, line.title, line.detail or ""), []).append(one)
    for same in alike.values():
        yield _line(same, then)


def _line(same: Sequence[Difference], then: Material) -> ImaginedLine:
    first = same[0]
    winning, names = first.gain.winning, then.speech.products
    is_won = first.change in {"new", "more"}
    shown = winning.value if is_won or first.change == "gone" else first.gain.before
    return ImaginedLine(
        kind=winning.kind,
        title=reward_title(winning.terms, names, shown),
        change=first.change,
        beneficiary=_who(same, then),
        detail=_detail(first, then),
        why=why_of(winning, then.speech, open_end=False) if is_won else [],
        role=winning.beneficiary,
    )


def _detail(one: Difference, then: Material) -> str | None:
    winning, names = one.gain.winning, then.speech.products
    if one.change == "new":
        return gettext("new")
    if one.change == "gone":
        return gettext("no longer")
    was = one.gain.before if one.change == "more" else winning.value
    return gettext("%(reward)s now", reward=reward_title(winning.terms, names, was))


def _who(same: Sequence[Difference], then: Material) -> str | None:
    """Inès, Chloé et 2 autres invitées."""
    if then.voice is Voice.WINNER:
        return None
    people = list(dict.fromkeys(str(one.gain.winning.customer_id) for one in same))
    names = [then.speech.first_name(one) for one in people if not is_nobody(one)]
    nobodies = len(people) - len(names)
    if nobodies:
        names.append(ngettext("%(num)s more guest", "%(num)s more guests", nobodies))
    return listed(names)
