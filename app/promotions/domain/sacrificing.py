"""What products may cost in all when discounts on them are given up: exactly which totals.

To reach a threshold that their discounts missed, some must go. Promotions that share no line do
not influence each other, so the totals that all sets of them can leave are found without trying
every set.
"""

from __future__ import annotations

from collections import defaultdict

from app.promotions.domain.candidates import Candidate
from app.promotions.domain.facts import CartFacts
from app.promotions.domain.steps import Several, leftovers

Ways = list[tuple[int, Several]]
"""Of lines that go together: amounts left, ascending, each with the promotions of the highest
ranks that leave it."""

MOST_TOGETHER = 5
MOST_TRIED = 192
"""Beyond so many ways to choose, every total is taken for possible."""


class Totals:
    """The totals that `kept` and some of `free`, all of them about products, can leave."""

    def __init__(
        self,
        facts: CartFacts,
        kept: Several,
        free: Several,
        remembered: dict[tuple[Several, Several], Ways],
    ) -> None:
        self._facts, self._remembered = facts, remembered
        self._choices: list[Ways] = []
        self._reached: list[int] = [1]
        """Bit n: more than the least by n, with the first choices made."""
        islands = _islands(kept, free)
        apart = {index for lines, _, _ in islands for index in lines}
        self._apart = sum(facts.start[index] for index in facts.bought if index not in apart)
        """What lines cost that no promotion touches."""
        self._least = self._apart
        self.known = all(len(some) <= MOST_TOGETHER for _, _, some in islands)
        self.known &= sum(1 << len(some) for _, _, some in islands) <= MOST_TRIED
        if self.known:
            for lines, fixed, some in islands:
                self._add(self._ways(lines, fixed, some))

    def at_least(self, total: int) -> int | None:
        """The least of them that is not less than this; None: there is none."""
        if not self.known:
            return total
        bits = self._reached[-1] >> max(0, total - self._least)
        if not bits:
            return None
        return max(total, self._least) + (bits & -bits).bit_length() - 1

    def kept_for(self, total: int) -> Several:
        """Of the sets that leave exactly this total, the one of the highest ranks."""
        choices = list(self._choices)
        free = {one: place for place, ways in enumerate(choices) for _, s in ways for one in s}
        for one in sorted(free, key=lambda one: one.ready.order):
            place = free[one]
            with_it = [way for way in choices[place] if one in way[1]]
            if 0 < len(with_it) < len(choices[place]):
                kept = [*choices[:place], with_it, *choices[place + 1 :]]
                if _reaches(kept, total - self._apart):
                    choices = kept
                else:
                    choices[place] = [way for way in choices[place] if one not in way[1]]
        return tuple(one for ways in choices for one in ways[0][1])

    def _add(self, choices: Ways) -> None:
        lowest = choices[0][0]
        reached = 0
        for left, _ in choices:
            reached |= self._reached[-1] << (left - lowest)
        self._least += lowest
        self._choices.append(choices)
        self._reached.append(reached)

    def _ways(self, lines: frozenset[int], fixed: Several, some: Several) -> Ways:
        known = self._remembered.get((fixed, some))
        if known is None:
            found: dict[int, int] = {}
            for left, applied in leftovers(self._facts, fixed, some, tuple(lines)):
                found[left] = max(applied, found.get(left, 0))
            known = self._remembered[fixed, some] = [
                (left, (*fixed, *_of_places(some, applied)))
                for left, applied in sorted(found.items())
            ]
        return known


def _of_places(some: Several, applied: int) -> Several:
    """`applied`: see `leftovers`."""
    return tuple(one for place, one in enumerate(reversed(some)) if applied >> place & 1)


def _reaches(choices: list[Ways], total: int) -> bool:
    """Whether one way of each may sum to this total."""
    reached, least = 1, 0
    for ways in choices:
        lowest = ways[0][0]
        further = 0
        for left, _ in ways:
            further |= reached << (left - lowest)
        reached, least = further, least + lowest
    return total >= least and bool(reached >> (total - least) & 1)


def _islands(kept: Several, free: Several) -> list[tuple[frozenset[int], Several, Several]]:
    """Lines that share promotions, with those of `kept` and of `free` that touch them."""
    island_of: dict[int, int] = {}
    lines_of: dict[int, list[int]] = {}
    touched: list[tuple[int, ...]] = [one.lines for one in (*kept, *free)]
    for place, lines in enumerate(touched):
        joined = {island_of[index] for index in lines if index in island_of}
        together = [index for index in lines if index not in island_of]
        for island in joined:
            together += lines_of.pop(island)
        lines_of[place] = together
        island_of.update(dict.fromkeys(together, place))
    fixed: dict[int, list[Candidate]] = defaultdict(list)
    some: dict[int, list[Candidate]] = defaultdict(list)
    for several, members in ((kept, fixed), (free, some)):
        for one in several:
            members[island_of[one.lines[0]]].append(one)
    return [
        (frozenset(lines), tuple(fixed[island]), tuple(some[island]))
        for island, lines in lines_of.items()
    ]
