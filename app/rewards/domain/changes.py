"""What differs between two programmes, rule by rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.rewards.domain.programme import Programme, compile_programme
from app.rewards.domain.terms import Rule

Document = Mapping[str, Any]

TURNOVER = ("tax", "points_used", "host_orders", "seller_orders")
BOOKING = ("window_days", "minimum_turnover_cents")


@dataclass(frozen=True, slots=True)
class RuleChange:
    """`kind`: added, removed, changed, rested (switched off) or woken (switched on)."""

    kind: str
    before: Rule | None
    after: Rule | None

    @property
    def rule(self) -> Rule:
        found = self.after or self.before
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class SettingChange:
    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Changes:
    before: Programme | None
    after: Programme
    rules: tuple[RuleChange, ...]
    settings: tuple[SettingChange, ...]
    reordered: bool
    """The same rules stand in another order: for the reader only, it pays the same."""
    renamed: bool

    def __bool__(self) -> bool:
        return bool(self.rules or self.settings or self.reordered or self.renamed)


def compare(before: Document | None, after: Document) -> Changes:
    """Both documents must be programmes. Without a `before` everything is new."""
    old = compile_programme(before, published=True) if before is not None else None
    new = compile_programme(after, published=True)
    return Changes(
        before=old,
        after=new,
        rules=tuple(_rule_changes(before, after, old, new)),
        settings=tuple(_setting_changes(old, new)),
        reordered=_reordered(old, new),
        renamed=old is not None and old.name != new.name,
    )


def settings_of(programme: Programme) -> dict[str, Any]:
    """Every setting by name, as conditions and rewards use them."""
    settings = programme.settings
    return {
        **{f"turnover.{name}": getattr(settings.turnover, name) for name in TURNOVER},
        **{f"booking.{name}": getattr(settings.booking, name) for name in BOOKING},
        "points.rounding": str(settings.rounding),
        "participants.host": "included" if settings.host_participates else "excluded",
    }


def _rule_changes(
    before: Document | None, after: Document, old: Programme | None, new: Programme
) -> Iterable[RuleChange]:
    was, now = _by_id(before, old), _by_id(after, new)
    for rule_id, (document, rule) in now.items():
        if rule_id not in was:
            yield RuleChange("added", None, rule)
        else:
            yield from _change(*was[rule_id], document, rule)
    for rule_id, (_document, rule) in was.items():
        if rule_id not in now:
            yield RuleChange("removed", rule, None)


def _change(
    document: Document, rule: Rule, new_document: Document, new_rule: Rule
) -> Iterable[RuleChange]:
    if _said(document) != _said(new_document) or _meant(rule) != _meant(new_rule):
        yield RuleChange("changed", rule, new_rule)
    elif rule.enabled != new_rule.enabled:
        yield RuleChange("woken" if new_rule.enabled else "rested", rule, new_rule)


def _said(document: Document) -> dict[str, Any]:
    """What of a rule matters; a field left empty is a field left out."""
    return {
        name: value
        for name, value in document.items()
        if name != "enabled" and value not in (None, "", {})
    }


def _meant(rule: Rule) -> list[Mapping[str, Any]]:
    """The published rewards it names, with their terms."""
    return [reward.terms for reward in rule.all_rewards if "template" in reward.terms]


def _by_id(
    document: Document | None, programme: Programme | None
) -> dict[str, tuple[Document, Rule]]:
    if document is None or programme is None:
        return {}
    pairs = zip(document["rules"], programme.rules, strict=True)
    return {rule.id: (written, rule) for written, rule in pairs}


def _setting_changes(old: Programme | None, new: Programme) -> Iterable[SettingChange]:
    if old is None:
        return
    was, now = settings_of(old), settings_of(new)
    for name, value in now.items():
        if was[name] != value:
            yield SettingChange(name, was[name], value)


def _reordered(old: Programme | None, new: Programme) -> bool:
    if old is None:
        return False
    was, now = [rule.id for rule in old.rules], [rule.id for rule in new.rules]
    both = set(was) & set(now)
    return [name for name in was if name in both] != [name for name in now if name in both]
