"""What products may cost in all when discounts on them are given up: exactly which totals.

To reach a threshold that their discounts missed, some must go. Promotions that share no line do
not influence each other, so the totals that all sets of them can leave are found without trying
every set.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import combinations
from operator import itemgetter

from app.promotions.domain.candidates import Candidate
from app.promotions.domain.facts import CartFacts
from app.promotions.domain.steps import leftovers

Several = tuple[Candidate, ...]
Ways = list[tuple[int, Several]]
"""Of lines that go together: amounts left, ascending, each with promotions that leave it."""

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
        self._least = sum(facts.start[index] for index in facts.bought if index not in apart)
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
        """Promotions that leave exactly this total."""
        kept: list[Candidate] = []
        more = total - self._least
        for choices, before in zip(reversed(self._choices), self._reached[-2::-1], strict=True):
            lowest = choices[0][0]
            for left, some in choices:
                rest = more - (left - lowest)
                if rest >= 0 and before >> rest & 1:
                    kept += some
                    more = rest
                    break
        return tuple(kept)

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
            found: dict[int, Several] = {}
            left = leftovers(self._facts, fixed, some, tuple(lines))
            for chosen, places in _largest_first(len(some)):
                if left[chosen] not in found:
                    found[left[chosen]] = (*fixed, *[some[place] for place in places])
            known = self._remembered[fixed, some] = sorted(found.items(), key=itemgetter(0))
        return known


@lru_cache(maxsize=MOST_TOGETHER + 1)
def _largest_first(number: int) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """The parts of so many: as bits, and as places."""
    return tuple(
        (sum(1 << place for place in places), places)
        for size in range(number, -1, -1)
        for places in combinations(range(number), size)
    )


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
