"""Rules of the catalogue that need nothing but values: shipping prices, stock, the tree."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from app.kernel.words import N_

K = TypeVar("K", bound=Hashable)

DEEPEST = 3
MAX_STOCK = 10**9
MOST_BRACKETS = 20


class Basis(StrEnum):
    """What the brackets of a shipping method are steps of."""

    BASKET = "basket"
    WEIGHT = "weight"


@dataclass(frozen=True, slots=True)
class Bracket:
    """From this many cents or grams on, it costs that; it ends where the next one begins."""

    start: int
    price_cents: int


@dataclass(frozen=True, slots=True)
class Tariff:
    zones: tuple[str, ...]
    basis: Basis
    brackets: tuple[Bracket, ...]
    free_from_cents: int | None = None

    def serves(self, country: str, postcode: str = "") -> bool:
        """FR is the whole country, FR-20 its postcodes that start with 20; no zones: anywhere."""
        place = f"{country}-{postcode.replace(' ', '')}"
        return not self.zones or any(
            zone == country or ("-" in zone and place.startswith(zone)) for zone in self.zones
        )

    def price(self, *, basket_cents: int, weight_grams: int) -> int:
        if self.free_from_cents is not None and basket_cents >= self.free_from_cents:
            return 0
        measure = basket_cents if self.basis is Basis.BASKET else weight_grams
        reached = [bracket for bracket in self.brackets if bracket.start <= measure]
        return max(reached, key=lambda bracket: bracket.start).price_cents


def bracket_problem(brackets: Sequence[Bracket]) -> str | None:
    """Why these steps cannot stand, in words; None when they can."""
    starts = [bracket.start for bracket in brackets]
    if not starts or min(starts) != 0:
        return N_("The first step must begin at 0.")
    if len(set(starts)) != len(starts):
        return N_("Two steps begin at the same value.")
    if len(starts) > MOST_BRACKETS:
        return N_("This is too many steps.")
    return None


class CorrectionReason(StrEnum):
    RECEIVED = "received"
    RETURNED = "returned"
    DAMAGED = "damaged"
    LOST = "lost"
    GIVEN = "given"
    COUNTED = "counted"

    def applied(self, on_hand: int, units: int) -> int:
        """What is on hand afterwards: a count says how many there are, the others move them."""
        if self is CorrectionReason.COUNTED:
            return units
        comes_in = self in {CorrectionReason.RECEIVED, CorrectionReason.RETURNED}
        return on_hand + units if comes_in else on_hand - units


def depth_of(key: K, parent_of: Callable[[K], K | None]) -> int | None:
    """How deep a node lies, 1 for a root; None when it lies within itself."""
    seen: set[K] = set()
    at: K | None = key
    while at is not None:
        if at in seen:
            return None
        seen.add(at)
        at = parent_of(at)
    return len(seen)


def in_tree_order(parents: Mapping[K, K | None], order: Iterable[K]) -> list[tuple[K, int]]:
    """Each node with its depth (0 for roots), parents before children, siblings in `order`."""
    children: dict[K | None, list[K]] = {}
    for key in order:
        children.setdefault(parents[key], []).append(key)
    found: list[tuple[K, int]] = []
    waiting = [(key, 0) for key in reversed(children.get(None, []))]
    while waiting:
        key, depth = waiting.pop()
        found.append((key, depth))
        waiting += [(child, depth + 1) for child in reversed(children.get(key, []))]
    return found
