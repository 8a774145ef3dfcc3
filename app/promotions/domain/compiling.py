"""A plan made ready to price with, once."""

from __future__ import annotations

from collections import OrderedDict
from datetime import date

from app.kernel.text import identity_key
from app.promotions.domain.indexing import Index, live_on
from app.promotions.domain.plan import Plan
from app.promotions.domain.ready import ready
from app.promotions.domain.terms import Segment

DAYS_REMEMBERED = 4


class CompiledPlan:
    """Immutable, but for what it remembers of the days it was used on."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        everything = sorted((ready(one) for one in plan.promotions), key=lambda one: one.order)
        self.by_id = {one.promotion.id: one for one in everything}
        self.by_code = {
            identity_key(code): one for one in reversed(everything) for code in one.promotion.codes
        }
        self._found_by_looking = [one for one in everything if one.promotion.is_open]
        self._of_day: dict[date, Index] = {}
        self.offering: tuple[Segment, ...] = plan.segments[: plan.settings.segments_used]
        """Segments that may carry an advantage."""

    def on(self, day: date) -> Index:
        """The promotions that run on a day and need not be typed, ready to be looked up."""
        index = self._of_day.get(day)
        if index is None:
            live = [one for one in self._found_by_looking if live_on(one.promotion, day)]
            index = Index(live)
            if len(self._of_day) >= DAYS_REMEMBERED:
                self._of_day.clear()
            self._of_day[day] = index
        return index


REMEMBERED = 64
_recent: OrderedDict[int, CompiledPlan] = OrderedDict()


def compile_plan(plan: Plan) -> CompiledPlan:
    """The same for the same plan object: callers keep plans, and need not keep what these become.

    A remembered plan is held, so that its identity is nobody else's.
    """
    compiled = _recent.get(id(plan))
    if compiled is None or compiled.plan is not plan:
        compiled = _recent[id(plan)] = CompiledPlan(plan)
        if len(_recent) > REMEMBERED:
            _recent.popitem(last=False)
    return compiled
