"""How far it still is: "Encore 41,60 €", "1 sur 2 prises de date", and the bar's ratio.

The numbers are the calculator's; this module only says them.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.http.words import money, number
from app.kernel.text import identity_key
from app.rewards.domain.outcome import Check, NextTier
from app.rewards.domain.reach import Need, Reach, Way, way_to
from app.rewards.presenters.titles import NO_NAMES, Names, price
from app.rewards.presenters.tongue import gettext, ngettext


def missing_text(lacks: Sequence[Check], names: Names = NO_NAMES) -> str | None:
    """What is missing, when all of it can still be reached by selling and inviting."""
    return missing_on(way_to(lacks), names)


def missing_on(way: Way, names: Names = NO_NAMES) -> str | None:
    """Encore 41,60 € et 1 prise de date; None where more of something is not the way."""
    if way.reach is not Reach.AHEAD or not way.needs:
        return None
    return still([need_words(need, names) for need in way.needs])


def need_words(need: Need, names: Names = NO_NAMES) -> str:
    """41,60 €, 2 commandes d'au moins 50,00 €, 1 article parmi Wok."""
    what = quantity_words(need.measure, need.unit, need.missing)
    named = dict(one.split("=", 1) for one in need.narrowed)
    if "of_at_least_cents" in named:
        least = money(int(named["of_at_least_cents"]))
        return gettext("%(what)s of at least %(least)s", what=what, least=least)
    if not need.narrowed:
        return what
    listed = ", ".join(_narrowed_to(one, names) for one in need.narrowed)
    if need.narrowed[0].startswith("without"):
        return gettext("%(what)s without %(listed)s", what=what, listed=listed)
    return gettext("%(what)s among %(listed)s", what=what, listed=listed)


def _narrowed_to(one: str, names: Names) -> str:
    kind, name = one.split("=", 1)
    if kind.endswith("category"):
        return gettext("the category %(code)s", code=name)
    return names.get(identity_key(name), name)


def missing_to_tier(tier: NextTier) -> str:
    return still([quantity_words(tier.measure, tier.unit, tier.missing)])


def still(pieces: Sequence[str]) -> str:
    return gettext("%(what)s to go", what=_joined(pieces))


def lacked(pieces: Sequence[str]) -> str:
    """Of a meeting that is over."""
    return gettext("Missing: %(what)s", what=_joined(pieces))


def _joined(pieces: Sequence[str]) -> str:
    what = pieces[0]
    for piece in pieces[1:]:
        what = gettext("%(this)s and %(that)s", this=what, that=piece)
    return what


def progress_words(
    measure: str, unit: str, current: int, target: int
) -> tuple[str | None, str | None, str | None]:
    """Current and target, or one sentence that says both."""
    if unit == "cents":
        return money(current), price(target), None
    what = quantity_words(measure, unit, target)
    return None, None, gettext("%(current)s of %(what)s", current=number(current), what=what)


def ratio(current: int, target: int) -> int:
    """Filled part of the bar; full only when the target is reached."""
    return 100 if target <= 0 or current >= target else max(0, 100 * current // target)


def quantity_words(measure: str, unit: str, value: int) -> str:
    """41,60 €, 2 commandes, 1 prise de date."""
    if unit == "cents":
        return money(value)
    return _counted(measure, value)


def _counted(measure: str, num: int) -> str:
    count = number(num)
    if measure in {"orders", "orders_not_by_host"}:
        return ngettext("%(count)s order", "%(count)s orders", num, count=count)
    if measure == "buyers":
        return ngettext(
            "%(count)s person who orders", "%(count)s people who order", num, count=count
        )
    if measure == "attended":
        return ngettext("%(count)s person present", "%(count)s people present", num, count=count)
    if measure == "participants":
        return ngettext("%(count)s person invited", "%(count)s people invited", num, count=count)
    if measure == "new_customers":
        return ngettext("%(count)s new customer", "%(count)s new customers", num, count=count)
    if measure == "bookings_made":
        return ngettext("%(count)s booking", "%(count)s bookings", num, count=count)
    if measure == "bookings_confirmed":
        return ngettext(
            "%(count)s booked meeting held", "%(count)s booked meetings held", num, count=count
        )
    if measure == "sets":
        return ngettext("%(count)s full set", "%(count)s full sets", num, count=count)
    if measure == "score":
        return ngettext(
            "%(count)s point of the score", "%(count)s points of the score", num, count=count
        )
    if measure == "meetings_held":
        return ngettext(
            "%(count)s meeting held before", "%(count)s meetings held before", num, count=count
        )
    if measure == "days_since_last_meeting":
        return ngettext(
            "%(count)s day since the last meeting held as host",
            "%(count)s days since the last meeting held as host",
            num,
            count=count,
        )
    return ngettext("%(count)s item", "%(count)s items", num, count=count)
