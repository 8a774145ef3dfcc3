"""What differs between two versions of the programme, in words."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.rewards.domain.changes import Changes, RuleChange, SettingChange
from app.rewards.domain.programme import Programme
from app.rewards.domain.terms import Settings
from app.rewards.presenters.sentences import setting_words, tell_rule
from app.rewards.presenters.titles import Names
from app.rewards.presenters.tongue import gettext


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """`kind`: added, removed, changed, rested, woken, settings, reordered or renamed."""

    kind: str
    label: str
    title: str = ""
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)


def tell_changes(changes: Changes, names: Names) -> list[ChangeLine]:
    """Settings first: they change what every rule counts."""
    lines = [_setting(change) for change in changes.settings]
    lines += [_rule(change, changes, names) for change in changes.rules]
    if changes.renamed and changes.before is not None:
        lines.append(
            ChangeLine(
                "renamed",
                gettext("Renamed"),
                before=[changes.before.name],
                after=[changes.after.name],
            )
        )
    if changes.reordered:
        lines.append(
            ChangeLine(
                "reordered",
                gettext("Reordered"),
                after=[gettext("The rules are listed in another order; they pay the same.")],
            )
        )
    return lines


def label_of(kind: str) -> str:
    return {
        "added": gettext("Added"),
        "removed": gettext("Removed"),
        "changed": gettext("Changed"),
        "rested": gettext("Switched off"),
        "woken": gettext("Switched on"),
    }[kind]


def _setting(change: SettingChange) -> ChangeLine:
    return ChangeLine(
        "settings",
        gettext("Setting"),
        before=[setting_words(change.name, change.before)],
        after=[setting_words(change.name, change.after)],
    )


def _rule(change: RuleChange, changes: Changes, names: Names) -> ChangeLine:
    before = _told(change, changes.before, names, was=True)
    after = _told(change, changes.after, names, was=False)
    if change.kind in {"rested", "woken"}:
        before = ""
    elif before == after:
        after = gettext("Only technical details differ: identifiers or the name. See the JSON.")
    return ChangeLine(
        change.kind,
        label_of(change.kind),
        change.rule.name or change.rule.id,
        before=[before] if before else [],
        after=[after] if after else [],
    )


def _told(change: RuleChange, programme: Programme | None, names: Names, *, was: bool) -> str:
    rule = change.before if was else change.after
    if rule is None:
        return ""
    settings = programme.settings if programme else Settings()
    return tell_rule(rule, settings, names).sentence
