"""The life of points as anybody would keep it on paper: lists of lots, and a few sums."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

Expires = datetime | None
ENDLESS = datetime.max.replace(tzinfo=UTC)


@dataclass
class PaperLot:
    source: str
    left: int
    expires: Expires
    waits: bool = False


@dataclass
class Purse:
    lots: list[PaperLot] = field(default_factory=list)
    """In the order in which they came."""
    held: dict[str, list[tuple[PaperLot, int]]] = field(default_factory=dict)
    """Order or conversion → what it has of which lot."""
    debt: int = 0
    reserved: int = 0
    spent: int = 0
    expired: int = 0
    reversed: int = 0
    gone: Counter[str] = field(default_factory=Counter)
    """Source → points beyond the ceiling, not counted yet by a reversal."""
    ended: Counter[str] = field(default_factory=Counter)
    """Source → points that expired, with whom it may be, not counted yet by a reversal."""

    @property
    def usable(self) -> int:
        return sum(lot.left for lot in self.lots if not lot.waits)

    @property
    def waiting(self) -> int:
        return sum(lot.left for lot in self.lots if lot.waits)

    def accounts(self) -> dict[str, int]:
        balances = {
            "available": self.usable,
            "pending": self.waiting,
            "reserved": self.reserved,
            "spent": self.spent,
            "expired": self.expired,
            "reversed": self.reversed,
            "debt": -self.debt,
        }
        return {name: points for name, points in balances.items() if points}

    def credit(self, lot: PaperLot, ceiling: int | None) -> None:
        self.lots.append(lot)
        if ceiling is not None:
            beyond = min(lot.left, max(0, self.usable + self.waiting - ceiling))
            lot.left -= beyond
            self.reversed += beyond
            self.gone[lot.source] += beyond
        self.repay()

    def repay(self) -> None:
        if self.debt:
            paid = min(self.debt, self.usable)
            self.take(paid)
            self.debt -= paid

    def take(self, points: int) -> list[tuple[PaperLot, int]]:
        parts = []
        for lot in _soonest_first(lot for lot in self.lots if not lot.waits):
            part = min(points, lot.left)
            lot.left -= part
            points -= part
            if part:
                parts.append((lot, part))
        assert not points
        return parts

    def take_back(self, source: str, points: int, cap: int) -> None:
        beyond = min(points, self.gone[source])
        self.gone[source] -= beyond
        points -= beyond
        own = [lot for lot in self.lots if lot.source == source]
        for lot in sorted(own, key=lambda one: not one.waits):
            part = min(points, lot.left)
            lot.left -= part
            points -= part
            self.reversed += part
        covered = min(points, self.ended[source])
        self.ended[source] -= covered
        points -= covered
        others = min(points, self.usable)
        self.take(others)
        owed = min(points - others, max(0, cap - self.debt))
        self.debt += owed
        self.reversed += others + owed

    def reserve(self, order: str, points: int) -> None:
        self.held[order] = self.take(points)
        self.reserved += points

    def give_back(self, order: str, points: int) -> int:
        """Those first that last longest."""
        back, held = points, self.held[order]
        longest = _soonest_first(lot for lot, _ in held)[::-1]
        amounts = dict.fromkeys(map(id, longest), 0)
        for lot, part in held:
            amounts[id(lot)] += part
        self.held[order] = []
        for lot in longest:
            part = min(back, amounts[id(lot)])
            lot.left += part
            back -= part
            if amounts[id(lot)] - part:
                self.held[order].append((lot, amounts[id(lot)] - part))
        return points - back

    def sweep(self, now: datetime) -> None:
        for lot in self.lots:
            if not lot.waits and lot.expires is not None and lot.expires <= now:
                self.expired += lot.left
                self.ended[lot.source] += lot.left
                lot.left = 0


def _soonest_first(lots: Iterable[PaperLot]) -> list[PaperLot]:
    """Stable: of those that expire together, the one that came first."""
    return sorted(
        lots,
        key=lambda lot: (lot.expires is None, lot.expires or ENDLESS),
    )
