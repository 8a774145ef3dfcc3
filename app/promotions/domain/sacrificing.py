"""What products may cost in all when discounts on them are given up: exactly which totals.

To reach a threshold that their discounts missed, some must go. Promotions that share no line do
not influence each other, so the totals that all sets of them can leave are found without trying
every set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from operator import itemgetter

from app.promotions.domain.candidates import Candidate
from app.promotions.domain.facts import CartFacts

Several = tuple[Candidate, ...]
Remaining = Callable[[Sequence[Candidate]], Sequence[int]]
"""What these leave to pay of each line, after the promotions on products."""
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
        remaining: Remaining,
        remembered: dict[tuple[Several, Several], Ways],
    ) -> None:
        self._remaining, self._remembered = remaining, remembered
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
            for chosen in _largest_first(some):
                left = self._remaining((*fixed, *chosen))
                found.setdefault(sum(left[index] for index in lines), (*fixed, *chosen))
            known = self._remembered[fixed, some] = sorted(found.items(), key=itemgetter(0))
        return known


def _largest_first(some: Several) -> Iterator[Several]:
    for size in range(len(some), -1, -1):
        yield from combinations(some, size)


def _islands(kept: Several, free: Several) -> list[tuple[frozenset[int], Several, Several]]:
    """Lines that share promotions, with those of `kept` and of `free` that touch them."""
    groups: list[frozenset[int]] = []
    for one in (*kept, *free):
        lines = frozenset(one.lines)
        touching = [group for group in groups if not group.isdisjoint(lines)]
        groups = [group for group in groups if group.isdisjoint(lines)]
        groups.append(lines.union(*touching))
    return [
        (
            lines,
            tuple(one for one in kept if not lines.isdisjoint(one.lines)),
            tuple(one for one in free if not lines.isdisjoint(one.lines)),
        )
        for lines in groups
    ]
