"""What a brand should look at before a promotion meets its customers, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.http.words import say
from app.kernel.words import N_
from app.promotions.domain.conflicts import Conflict

WORDS = {
    "over": N_("Its last day is past: nobody gets it any more."),
    "alone": N_("It does not combine with other discounts: customers get it alone, or the others."),
    "excluded_by": N_(
        "It never applies beside “%(other)s”, which comes by itself and combines with nothing."
    ),
    "same_group": N_("Of its group only one applies: never beside “%(other)s”."),
    "never_better": N_(
        "It is never better than “%(other)s”, which gives at least as much to the same baskets."
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """`look`: bad (it cannot be published so) or warn (is it meant?)."""

    look: str
    text: str


def conflict_words(conflicts: Iterable[Conflict]) -> list[str]:
    return [
        say(WORDS[one.code], {"other": one.other.name if one.other else ""}) for one in conflicts
    ]


def warnings(texts: Iterable[str]) -> list[Finding]:
    return [Finding("warn", text) for text in texts]
