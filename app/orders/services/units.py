"""Units of lines, as people choose them on an order."""

from collections import Counter
from collections.abc import Callable, Mapping
from uuid import UUID

from app.orders.errors import NothingChosen, UnitsNotThere
from app.orders.models import Order, OrderLine

Units = dict[OrderLine, int]


def chosen(
    order: Order, wanted: Mapping[UUID, int] | None, most: Callable[[OrderLine], int]
) -> Units:
    """Units by line, none of them 0; nothing wanted in particular: all there are.

    Raises LineNotFound, UnitsNotThere, NothingChosen.
    """
    if wanted is None:
        units = {line: most(line) for line in order.lines}
    else:
        units = {order.line(line_id): count for line_id, count in wanted.items()}
    for line, count in units.items():
        if not 0 <= count <= most(line):
            raise UnitsNotThere(name=line.name, most=most(line))
    found = {line: count for line, count in units.items() if count}
    if not found:
        raise NothingChosen
    return found


def units_of(order: Order) -> Units:
    """All of it."""
    return {line: line.quantity for line in order.lines}


def by_product(units: Units) -> dict[UUID, int]:
    """Summed: two lines of one product are one stock."""
    summed: Counter[UUID] = Counter()
    for line, count in units.items():
        summed[line.product_id] += count
    return dict(summed)


def to_json(units: Units) -> dict[str, int]:
    return {str(line.id): count for line, count in units.items()}
