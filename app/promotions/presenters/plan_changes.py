"""What importing a plan would change, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.http.words import say
from app.kernel.words import N_
from app.promotions.services.plan_files import PlanChanges

Look = tuple[str, str, str]
KINDS: Mapping[str, tuple[str, str, str]] = {
    "added": ("ok", "plus-circle", N_("Added")),
    "changed": ("voucher", "pencil", N_("Changed")),
    "archived": ("quiet", "archive", N_("Archived")),
    "segments_added": ("ok", "plus-circle", N_("Added")),
    "segments_changed": ("voucher", "pencil", N_("Changed")),
    "segments_removed": ("bad", "dash-circle", N_("Removed")),
    "settings": ("warn", "sliders", N_("Changed")),
}
MEMBERS = {
    "settings": N_("Settings"),
    "first_order": N_("New customers"),
    "points": N_("Points"),
}


@dataclass(frozen=True, slots=True)
class ChangeTold:
    look: Look
    name: str
    what: str


def told_changes(changes: PlanChanges, names: Mapping[str, str]) -> list[ChangeTold]:
    """`names`: of promotions and segments by id, those of the file and those there are."""
    return list(_told(changes, names))


def _told(changes: PlanChanges, names: Mapping[str, str]) -> Iterator[ChangeTold]:
    for kind, (look, symbol, words) in KINDS.items():
        what = say(N_("segment")) if kind.startswith("segments") else ""
        for key in getattr(changes, kind):
            name = say(MEMBERS[key]) if kind == "settings" else names.get(key, key)
            yield ChangeTold((look, symbol, say(words)), name, what)
