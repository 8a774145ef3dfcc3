"""What taking a date promises, before it is taken and just after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from app.http.words import date_long
from app.rewards.presenters.reasons import Speech
from app.rewards.presenters.shapes import Reader, Voice
from app.rewards.presenters.titles import price
from app.rewards.presenters.tongue import gettext
from app.rewards.presenters.winnings import Winning, of_award, speech_for, title_of
from app.rewards.queries.live import Promised, promised_by, promised_to


def booking_hint(session: Session, meeting_id: UUID, booker: UUID) -> str:
    """For the page on which a date is taken; empty when that gives nothing."""
    found = promised_to(session, meeting_id, booker)
    if not found:
        return ""
    what = _joined(_titles(session, found))
    words = gettext("Taking a date promises %(what)s, earned once that meeting is held.", what=what)
    return " ".join([words, *_terms(found)])


def booking_promise(session: Session, meeting_id: UUID, booking_id: UUID, booker: UUID) -> str:
    """For the answer to a date just taken; empty when that gives nothing."""
    found = promised_by(session, meeting_id, booking_id)
    return " ".join(_promises(session, found, str(booker)))


def _titles(session: Session, found: Sequence[Promised]) -> list[str]:
    """20 points à Inès."""
    winnings, speech = _told(session, found)
    return [
        gettext("%(reward)s to %(name)s", reward=reward, name=name)
        for _, reward, name in _by_person(winnings, speech)
    ]


def _promises(session: Session, found: Sequence[Promised], booker: str) -> list[str]:
    winnings, speech = _told(session, found)
    return [
        _own(reward, name) if customer_id == booker else _others(reward, name)
        for customer_id, reward, name in _by_person(winnings, speech)
    ]


def _own(reward: str, name: str) -> str:
    return gettext(
        "%(reward)s promised to %(name)s, earned once that meeting is held.",
        reward=reward,
        name=name,
    )


def _others(reward: str, name: str) -> str:
    return gettext(
        "%(reward)s promised to %(name)s, earned once the booked meeting is held.",
        reward=reward,
        name=name,
    )


def _told(session: Session, found: Sequence[Promised]) -> tuple[list[Winning], Speech]:
    winnings = [of_award(one.award) for one in found]
    return winnings, speech_for(session, Reader(Voice.SELLER), winnings)


def _by_person(winnings: Iterable[Winning], speech: Speech) -> list[tuple[str, str, str]]:
    """Customer, all that she is promised, and her first name."""
    rewards: dict[str, list[str]] = {}
    for one in winnings:
        rewards.setdefault(str(one.customer_id), []).append(title_of(one, speech.products))
    return [
        (customer_id, " + ".join(hers), speech.first_names.get(customer_id, ""))
        for customer_id, hers in rewards.items()
    ]


def _terms(found: Sequence[Promised]) -> list[str]:
    """What the booked meeting has to be, where every reward asks for the same."""
    days = {one.held_by for one in found}
    least = {one.minimum_turnover_cents for one in found}
    return [
        *(_held_by(day) for day in days if day and len(days) == 1),
        *(_at_least(cents) for cents in least if cents and len(least) == 1),
    ]


def _held_by(day: date) -> str:
    return gettext("It has to be held by %(day)s at the latest.", day=date_long(day))


def _at_least(cents: int) -> str:
    return gettext("It has to reach %(amount)s of sales.", amount=price(cents))


def _joined(pieces: Sequence[str]) -> str:
    what = pieces[0]
    for piece in pieces[1:]:
        what = gettext("%(this)s and %(that)s", this=what, that=piece)
    return what
