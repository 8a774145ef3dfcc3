"""A rule as the editor's form shows it, and the document made of what was typed.

`tree_of` shows a rule of the document; None says that the form cannot show it without losing
something. `written` makes a rule of a form, with a message beside each field that needs a mend.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, ClassVar

from marshmallow import ValidationError

from app.http.fields import REQUIRED, Cents, Count, Date, Strict, Text
from app.http.words import say
from app.kernel.money import MAX_CENTS
from app.kernel.shape import Problem
from app.kernel.words import N_
from app.rewards.domain.draft import free_id, has_rule
from app.rewards.domain.programme import ProgrammeInvalid, compile_programme
from app.rewards.domain.programme_format import (
    MAX_COUNT,
    MAX_DAYS,
    MAX_POINTS,
    MAX_RATE_BP,
    PROGRAMME_FORMAT,
)
from app.rewards.domain.terms import MEASURES, All, AnyOf, Condition, Not, Rule
from app.rewards.schemas.rule_tree import Tree

Document = dict[str, Any]
Errors = dict[str, list[str]]

OPS = (">=", ">", "<=", "<", "=", "!=", "in")
EQUALITIES = ("=", "!=")
GROUPS = {"any": "any", "all": "all", "none": "any", "not_all": "all"}
"""How a group is called in the form, and the word that holds its parts in the document."""
DENIED = {"any": "none", "all": "not_all"}
TURNOVER = ("tax", "points_used", "host_orders", "seller_orders")

CHOOSE = N_("Choose one of the answers offered.")


class Rate(Strict):
    """A percentage with at most two decimals, as basis points."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "grammar": N_("Write the percentage like 12,5."),
        "range": N_("Give a percentage from %(least_bp)s to %(most_bp)s."),
    }
    GRAMMAR = re.compile(r"(\d{1,4})(?:[.,](\d{1,2}))?", re.ASCII)

    def __init__(self, *, minimum: int = 0, maximum: int = MAX_RATE_BP, **options: Any) -> None:
        super().__init__(**options)
        self.minimum, self.maximum = minimum, maximum

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> int:
        match = self.GRAMMAR.fullmatch(self.text(value, 40).removesuffix("%").strip())
        if match is None:
            self.refuse("grammar")
        whole, fraction = match.groups()
        rate = int(whole) * 100 + int((fraction or "").ljust(2, "0"))
        if not self.minimum <= rate <= self.maximum:
            self.refuse("range", least_bp=self.minimum, most_bp=self.maximum)
        return rate


@dataclass(slots=True)
class Written:
    """The rule, as far as it could be read, and what needs a mend."""

    document: Document
    errors: Errors = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    """Path in the document -> place in the form."""

    def note(self, problems: Iterable[Problem]) -> None:
        """Each problem of the compiled rule beside the field it is about."""
        for problem in problems:
            path = problem.path.removeprefix("rules[0]").removeprefix(".")
            message = say((problem.words, problem.params))
            messages = self.errors.setdefault(self.field_of(path), [])
            if message not in messages:
                messages.append(message)

    def field_of(self, path: str) -> str:
        """The field of the form that a path of the document speaks of."""
        known = path
        while known not in self.places:
            cut = max(known.rfind("."), known.rfind("["))
            if cut < 0:
                return "_form"
            known = known[:cut]
        return self.places[known]


# ---------------------------------------------------------------- from the form to the document


def written(tree: Tree, programme: Document, *, replacing: str | None = None) -> Written:
    """The rule of the form, read as far as it goes. Nothing here judges whether it could work."""
    out = Written({})
    _Reader(tree, out).rule()
    _name_it(out, tree, programme, replacing)
    return out


def check(out: Written, programme: Document) -> Rule | None:
    """The compiled rule when it could work; else its problems stand beside their fields."""
    if out.errors:
        return None
    try:
        return compile_programme({**programme, "rules": [out.document]}).rules[0]
    except ProgrammeInvalid as invalid:
        out.note(invalid.problems)
        return None


def _name_it(out: Written, tree: Tree, programme: Document, replacing: str | None) -> None:
    """A rule keeps its id for ever; a new one gets one like its name."""
    rule_id = replacing or str(tree.get("id", "")).strip()
    if not replacing and (not rule_id or has_rule(programme, rule_id)):
        rule_id = free_id(programme, out.document.get("name") or out.document.get("trigger", ""))
    out.document = {"id": rule_id, **out.document}


@dataclass(slots=True)
class _Reader:
    tree: Tree
    out: Written

    def rule(self) -> None:
        self._head()
        self._conditions()
        if self.tree.get("gain") == "tiers":
            self._tiers()
        else:
            self._put("rewards", self._rewards(self.tree.get("r", []), "r", "rewards"))
        self._overrides()
        lane = self._typed(Text(maximum=100), self.tree, "", "lane", "lane", optional=True)
        self._put("lane", lane)

    def _head(self) -> None:
        document, tree = self.out.document, self.tree
        name = self._typed(Text(maximum=200), tree, "", "name", "name", optional=True)
        self._put("name", name)
        if tree.get("enabled") == "0":
            document["enabled"] = False
        for what in ("beneficiary", "trigger"):
            self.out.places[what] = what
            if not tree.get(what):
                self._wrong(what, CHOOSE)
            document[what] = tree.get(what, "")

    def _put(self, name: str, value: Any) -> None:
        if value not in (None, "", {}):
            self.out.document[name] = value

    def _wrong(self, place: str, words: str) -> None:
        self.out.errors.setdefault(place, []).append(say(words))

    def _typed(
        self,
        kind: Strict,
        branch: Tree,
        place: str,
        name: str,
        path: str,
        *,
        optional: bool = False,
    ) -> Any:
        """What was typed in one field, as a value of the document; None where it is wrong."""
        at = f"{place}.{name}" if place else name
        self.out.places[path] = at
        text = str(branch.get(name, "")).strip()
        if not text:
            if not optional:
                self._wrong(at, REQUIRED)
            return None
        try:
            value = kind.deserialize(text)
        except ValidationError as error:
            self.out.errors.setdefault(at, []).extend(str(one) for one in error.messages)
            return None
        return value.isoformat() if isinstance(value, date) else value

    # ------------------------------------------------------------ conditions

    def _conditions(self) -> None:
        items = self.tree.get("c", [])
        join = "any" if self.tree.get("join") == "any" else "all"
        self.out.places["conditions"] = "join"
        if not items:
            return
        if len(items) == 1:
            self.out.document["conditions"] = self._item(items[0], "c.0", "conditions")
            return
        parts = [
            self._item(item, f"c.{position}", f"conditions.{join}[{position}]")
            for position, item in enumerate(items)
        ]
        self.out.document["conditions"] = {join: parts}

    def _item(self, item: Tree, place: str, path: str) -> Document:
        if "join" not in item:
            return self._row(item, place, path)
        join = item["join"] if item["join"] in GROUPS else "any"
        denied, word = join in DENIED.values(), GROUPS[join]
        inner = f"{path}.not.{word}" if denied else f"{path}.{word}"
        self.out.places[path] = f"{place}.join"
        if not item.get("rows"):
            self._wrong(f"{place}.join", N_("Add a condition to this group, or take it away."))
        parts = [
            self._row(row, f"{place}.rows.{position}", f"{inner}[{position}]")
            for position, row in enumerate(item.get("rows", []))
        ]
        return {"not": {word: parts}} if denied else {word: parts}

    def _row(self, row: Tree, place: str, path: str) -> Document:
        denied = row.get("denied") == "1"
        path = f"{path}.not" if denied else path
        self.out.places[path] = f"{place}.measure"
        comparison = self._comparison(row, place, path)
        return {"not": comparison} if denied else comparison

    def _comparison(self, row: Tree, place: str, path: str) -> Document:
        measure = MEASURES.get(row.get("measure", ""))
        if measure is None:
            self._wrong(f"{place}.measure", CHOOSE)
            return {}
        kind = self._kind_of(measure.unit)
        op = row.get("op", "")
        if op not in ops_of(measure.unit):
            op = ops_of(measure.unit)[0]
        found: Document = {"measure": row["measure"], "op": op}
        for name in ("measure", "op"):
            self.out.places[f"{path}.{name}"] = f"{place}.{name}"
        first = "from" if op == "in" else "value"
        found[first] = self._value(kind, row, place, f"{path}.{first}", measure.unit)
        if op == "in":
            found["to"] = self._typed(kind, row, place, "upper", f"{path}.to")
        return {**found, **self._narrowed(row, measure.narrowed_by, place, path)}

    def _value(self, kind: Strict, row: Tree, place: str, path: str, unit: str) -> Any:
        if unit != "flag":
            return self._typed(kind, row, place, "value", path)
        self.out.places[path] = f"{place}.value"
        return row.get("value", "1") != "0"

    @staticmethod
    def _kind_of(unit: str) -> Strict:
        kinds: dict[str, Callable[[], Strict]] = {
            "cents": Cents, "count": Count, "date": Date, "text": Text, "flag": Text,
        }  # fmt: skip
        return kinds[unit]()

    def _narrowed(self, row: Tree, fields: Sequence[str], place: str, path: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in fields:
            at = f"{path}.{name}"
            if name == "of_at_least_cents":
                least = self._typed(Cents(), row, place, "least", at, optional=True)
                if least:
                    found[name] = least
            else:
                short = name.removeprefix("without_")
                self.out.places[at] = f"{place}.{short}"
                listed = names_in(row.get(short, ""))
                if listed:
                    found[name] = listed
        return found

    # ------------------------------------------------------------ rewards

    def _rewards(self, rows: Sequence[Tree], place: str, path: str) -> list[Document]:
        self.out.places[path] = place if "." not in place else place.rsplit(".", 1)[0] + ".from"
        if not rows:
            where = "gain" if "." not in place else f"{place.rsplit('.', 1)[0]}.from"
            self.out.places[path] = where
            self._wrong(where, N_("Add at least one reward."))
        return [
            self._reward(row, f"{place}.{position}", f"{path}[{position}]")
            for position, row in enumerate(rows)
        ]

    def _reward(self, row: Tree, place: str, path: str) -> Document:
        self.out.places[path] = f"{place}.kind"
        kind = row.get("kind", "")
        writers = {
            "points_fixed": self._points,
            "points_percent_turnover": self._percent,
            "points_percent_order": self._percent,
            "gift_product": self._gift,
            "gift_choice": self._choice,
            "promo_code": self._code,
            "voucher": self._voucher,
        }
        if kind not in writers:
            self._wrong(f"{place}.kind", CHOOSE)
            return {"kind": kind}
        kept = {"id": row["id"]} if row.get("id") else {}
        return {"kind": kind, **kept, **_without_none(writers[kind](row, place, path))}

    def _points(self, row: Tree, place: str, path: str) -> Document:
        kind = Count(minimum=1, maximum=MAX_POINTS)
        return {"points": self._typed(kind, row, place, "points", f"{path}.points")}

    def _percent(self, row: Tree, place: str, path: str) -> Document:
        rate = self._typed(Rate(), row, place, "rate", f"{path}.rate_bp")
        return {"rate_bp": rate, "rounding": row.get("rounding") or None}

    def _gift(self, row: Tree, place: str, path: str) -> Document:
        product = self._typed(Text(), row, place, "product", f"{path}.product")
        return {"product": product, "units": self._units(row, place, path)}

    def _units(self, row: Tree, place: str, path: str) -> Any:
        kind = Count(minimum=1, maximum=1_000)
        return self._typed(kind, row, place, "units", f"{path}.units", optional=True)

    def _choice(self, row: Tree, place: str, path: str) -> Document:
        self.out.places[f"{path}.products"] = f"{place}.products"
        listed = names_in(row.get("products", ""))
        if not listed:
            self._wrong(f"{place}.products", REQUIRED)
        at = f"{path}.choose_within_days"
        within = self._typed(_days(), row, place, "within", at, optional=True)
        found = {"products": listed, "units": self._units(row, place, path)}
        return {**found, "choose_within_days": within}

    def _code(self, row: Tree, place: str, path: str) -> Document:
        model: Document = {"name": self._typed(Text(), row, place, "label", f"{path}.model.name")}
        if row.get("of") == "amount":
            at = f"{path}.model.effect.amount_cents"
            amount = self._typed(Cents(minimum=1), row, place, "amount", at)
            model["effect"] = {"kind": "amount_off_order", "amount_cents": amount}
        else:
            at = f"{path}.model.effect.rate_bp"
            kind = Rate(minimum=1, maximum=10_000)
            rate = self._typed(kind, row, place, "rate", at)
            model["effect"] = {"kind": "percent_off_order", "rate_bp": rate}
        least = self._basket(row, place, f"{path}.model.minimum_basket_cents")
        return {
            "model": _without_none({**model, "minimum_basket_cents": least}),
            "valid_days": self._valid(row, place, path),
        }

    def _basket(self, row: Tree, place: str, path: str) -> Any:
        return self._typed(Cents(), row, place, "basket", path, optional=True) or None

    def _valid(self, row: Tree, place: str, path: str) -> Any:
        return self._typed(_days(), row, place, "days", f"{path}.valid_days", optional=True)

    def _voucher(self, row: Tree, place: str, path: str) -> Document:
        found: Document = {
            "name": self._typed(Text(), row, place, "label", f"{path}.name", optional=True)
        }
        if row.get("of") == "rate":
            found["rate_bp"] = self._typed(Rate(), row, place, "rate", f"{path}.rate_bp")
            found["rounding"] = row.get("rounding") or None
        else:
            at = f"{path}.amount_cents"
            found["amount_cents"] = self._typed(Cents(minimum=1), row, place, "amount", at)
        found["valid_days"] = self._valid(row, place, path)
        found["minimum_basket_cents"] = self._basket(row, place, f"{path}.minimum_basket_cents")
        found["remainder"] = "kept" if row.get("remainder") == "kept" else None
        return found

    # ------------------------------------------------------------ tiers

    def _tiers(self) -> None:
        tree, places = self.tree, self.out.places
        measure, mode = tree.get("measure", "turnover"), tree.get("mode", "best")
        places |= {"tiers.measure": "measure", "tiers.mode": "mode", "tiers": "mode"}
        places["tiers.steps"] = "mode"
        unit = MEASURES[measure].unit if measure in MEASURES else "count"
        found: Document = {"measure": measure, "mode": mode, "steps": []}
        if mode == "every":
            kind = Count(minimum=1, maximum=MAX_COUNT)
            most = self._typed(kind, tree, "", "at_most", "tiers.at_most", optional=True)
            found |= {"at_most": most} if most else {}
        for position, step in enumerate(tree.get("t", [])):
            found["steps"].append(self._step(step, position, unit))
        if not found["steps"]:
            self._wrong("mode", N_("Add at least one step."))
        self.out.document["tiers"] = found

    def _step(self, step: Tree, position: int, unit: str) -> Document:
        place, path = f"t.{position}", f"tiers.steps[{position}]"
        kind: Strict = Cents() if unit == "cents" else Count(maximum=MAX_CENTS)
        self.out.places[path] = f"{place}.from"
        start = self._typed(kind, step, place, "from", f"{path}.from")
        rewards = self._rewards(step.get("r", []), f"{place}.r", f"{path}.rewards")
        return {"from": start, "rewards": rewards}

    # ------------------------------------------------------------ the rule's own settings

    def _overrides(self) -> None:
        tree = self.tree
        for name in TURNOVER:
            self.out.places[f"turnover.{name}"] = name
        self._put("turnover", {name: tree[name] for name in TURNOVER if tree.get(name)})
        booking: Document = {}
        window, at = tree.get("window", ""), "booking.window_days"
        if window == "days":
            days = Count(maximum=MAX_DAYS)
            booking["window_days"] = self._typed(days, tree, "", "window_days", at)
        elif window == "any":
            booking["window_days"] = None
        least = self._typed(
            Cents(), tree, "", "minimum", "booking.minimum_turnover_cents", optional=True
        )
        if least is not None:
            booking["minimum_turnover_cents"] = least
        self._put("booking", booking)


def _days() -> Count:
    return Count(minimum=1, maximum=MAX_DAYS)


def _without_none(values: Document) -> Document:
    return {name: value for name, value in values.items() if value is not None}


def names_in(text: str) -> list[str]:
    """References as people list them: between commas, semicolons or on lines of their own."""
    found = (" ".join(part.split()) for part in re.split(r"[,;\n]", text))
    return list(dict.fromkeys(name for name in found if name))


def ops_of(unit: str) -> tuple[str, ...]:
    return EQUALITIES if unit in {"text", "flag"} else OPS


# ---------------------------------------------------------------- from the document to the form


def tree_of(rule: Document) -> Tree | None:
    """The rule as fields of the form; None when the form would lose something of it."""
    try:
        tree = _tree(rule)
    except (_NotShown, KeyError, TypeError, AttributeError):
        return None
    neutral = {"format": PROGRAMME_FORMAT, "rules": []}
    again = written(tree, neutral, replacing=str(rule["id"]))
    before, after = _compiled(rule), _compiled(again.document)
    return tree if before is not None and before == after and not again.errors else None


class _NotShown(Exception):
    """The form has no field for this."""


def _compiled(rule: Document) -> Rule | None:
    document = {"format": PROGRAMME_FORMAT, "rules": [rule]}
    try:
        found = compile_programme(document).rules[0]
    except ProgrammeInvalid:
        return None
    return replace(found, conditions=_plain(found.conditions))


def _plain(condition: Condition | None) -> Condition | None:
    """A group of one says what its one part says."""
    if isinstance(condition, All | AnyOf):
        parts = tuple(part for part in map(_plain, condition.parts) if part is not None)
        return parts[0] if len(parts) == 1 else replace(condition, parts=parts)
    if isinstance(condition, Not):
        inner = _plain(condition.part)
        assert inner is not None
        return Not(inner)
    return condition


def _tree(rule: Document) -> Tree:
    tree: Tree = {
        "id": rule["id"],
        "name": rule.get("name", ""),
        "enabled": "1" if rule.get("enabled", True) else "0",
        "beneficiary": rule["beneficiary"],
        "trigger": rule["trigger"],
        "lane": rule.get("lane", ""),
        **_condition_trees(rule.get("conditions")),
        **{name: rule.get("turnover", {}).get(name, "") for name in TURNOVER},
        **_booking_tree(rule.get("booking", {})),
    }
    if "tiers" in rule:
        return {**tree, **_tiers_tree(rule["tiers"])}
    return {**tree, "gain": "rewards", "r": [_reward_tree(one) for one in rule["rewards"]]}


def _booking_tree(booking: Document) -> Tree:
    tree: Tree = {"window": "", "window_days": "", "minimum": ""}
    if "window_days" in booking:
        days = booking["window_days"]
        tree |= {"window": "any"} if days is None else {"window": "days", "window_days": str(days)}
    if booking.get("minimum_turnover_cents") is not None:
        tree["minimum"] = amount_text(booking["minimum_turnover_cents"])
    return tree


def _tiers_tree(tiers: Document) -> Tree:
    cents = MEASURES[tiers["measure"]].unit == "cents"
    return {
        "gain": "tiers",
        "measure": tiers["measure"],
        "mode": tiers["mode"],
        "at_most": str(tiers.get("at_most") or ""),
        "t": [
            {
                "from": amount_text(step["from"]) if cents else str(step["from"]),
                "r": [_reward_tree(one) for one in step["rewards"]],
            }
            for step in tiers["steps"]
        ],
    }


def _condition_trees(condition: Any) -> Tree:
    if condition is None:
        return {"join": "all", "c": []}
    for join in ("all", "any"):
        if join in condition:
            return {"join": join, "c": [_item_tree(part) for part in condition[join]]}
    return {"join": "all", "c": [_item_tree(condition)]}


def _item_tree(condition: Document) -> Tree:
    for join in ("all", "any"):
        if join in condition:
            return {"join": join, "rows": [_row_tree(part) for part in condition[join]]}
        if join in condition.get("not", {}):
            rows = [_row_tree(part) for part in condition["not"][join]]
            return {"join": DENIED[join], "rows": rows}
    return _row_tree(condition)


def _row_tree(condition: Document) -> Tree:
    if "not" in condition:
        return {**_comparison_tree(condition["not"]), "denied": "1"}
    return _comparison_tree(condition)


def _comparison_tree(comparison: Document) -> Tree:
    if "measure" not in comparison:
        raise _NotShown
    measure = MEASURES[comparison["measure"]]
    first = "from" if comparison["op"] == "in" else "value"
    tree: Tree = {
        "measure": comparison["measure"],
        "op": comparison["op"],
        "value": _value_text(comparison[first], measure.unit),
    }
    if comparison["op"] == "in":
        tree["upper"] = _value_text(comparison["to"], measure.unit)
    if comparison.get("of_at_least_cents"):
        tree["least"] = amount_text(comparison["of_at_least_cents"])
    for name in ("products", "categories"):
        listed = comparison.get(name) or comparison.get(f"without_{name}")
        if listed:
            tree[name] = ", ".join(listed)
    return tree


def _value_text(value: Any, unit: str) -> str:
    if unit == "cents":
        return amount_text(value)
    if unit == "flag":
        return "1" if value else "0"
    return str(value)


def _reward_tree(reward: Document) -> Tree:
    model, effect = reward.get("model", {}), reward.get("model", {}).get("effect", {})
    rate = reward.get("rate_bp", effect.get("rate_bp"))
    amount = reward.get("amount_cents", effect.get("amount_cents"))
    basket = reward.get("minimum_basket_cents") or model.get("minimum_basket_cents")
    return {
        "kind": reward["kind"],
        "id": reward.get("id", ""),
        "points": str(reward.get("points", "")),
        "of": "amount" if amount is not None else "rate",
        "rate": rate_text(rate) if rate is not None else "",
        "amount": amount_text(amount) if amount is not None else "",
        "rounding": reward.get("rounding", ""),
        "product": reward.get("product", ""),
        "products": ", ".join(reward.get("products", [])),
        "units": str(reward.get("units", "")),
        "within": str(reward.get("choose_within_days") or ""),
        "label": model.get("name") or reward.get("name", ""),
        "days": str(reward.get("valid_days", "")),
        "basket": amount_text(basket) if basket else "",
        "remainder": reward.get("remainder", ""),
    }


def amount_text(cents: int) -> str:
    """As people type it: 300 or 12,50."""
    whole, rest = divmod(cents, 100)
    return f"{whole},{rest:02}" if rest else str(whole)


def rate_text(rate_bp: int) -> str:
    whole, rest = divmod(rate_bp, 100)
    return f"{whole},{rest:02}".rstrip("0") if rest else str(whole)
