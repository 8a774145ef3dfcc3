"""A rule as the editor's form shows it, and the document made of what was typed.

`tree_of` shows a rule of the document; None says that the form cannot show it without losing
something. `written` makes a rule of a form, with a message beside each field that needs a mend.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.http.condition_form import CHOOSE, ConditionForm, NotShown
from app.http.fields import REQUIRED, Cents, Count, Date, Rate, Strict, Text
from app.http.form_tree import Tree
from app.http.written import Document, Written, amount_text, names_in, rate_text, without_none
from app.kernel.conditions import All, AnyOf, Not
from app.kernel.money import MAX_CENTS
from app.kernel.words import N_
from app.rewards.domain.draft import free_id, has_rule
from app.rewards.domain.programme import ProgrammeInvalid, compile_programme
from app.rewards.domain.programme_format import (
    MAX_COUNT,
    MAX_DAYS,
    MAX_POINTS,
    MOST_PER_ORDER,
    OWN_WORTH,
    PROGRAMME_FORMAT,
    SCORED,
)
from app.rewards.domain.terms import MEASURES, Condition, Rule, Trigger
from app.rewards.schemas.pot_form import pot_tree, pot_written

SCOPE = ("products", "categories", "without_products", "without_categories")
COMBINES = ("with_codes", "with_points", "with_vouchers", "with_discounted")
WITHOUT_COST = OWN_WORTH | {"template"}
"""Of these rewards the programme knows what they cost."""
TURNOVER = ("tax", "points_used", "host_orders", "seller_orders")


def _days() -> Count:
    return Count(minimum=1, maximum=MAX_DAYS)


OF_HISTORY: Mapping[str, Callable[[], Strict]] = {
    "with_this_seller": Text,
    "held_from": Date,
    "held_before": Date,
    "within_days": _days,
}


def _score_parts(out: Written, tree: Tree, path: str) -> list[Document]:
    out.places[path] = "measure"
    found = []
    for position, row in enumerate(tree.get("s", [])):
        place, at = f"s.{position}", f"{path}[{position}]"
        out.places[f"{at}.measure"] = f"{place}.measure"
        measure = row.get("measure", "")
        if measure not in SCORED:
            out.wrong(f"{place}.measure", CHOOSE)
            continue
        per: Strict = Count(minimum=1, maximum=MAX_COUNT)
        per = Cents(minimum=1) if MEASURES[measure].unit == "cents" else per
        weight = Count(minimum=1, maximum=MAX_COUNT)
        part = {
            "weight": out.typed(weight, row, place, "weight", f"{at}.weight", optional=True),
            "per": out.typed(per, row, place, "per", f"{at}.per", optional=True),
        }
        found.append({"measure": measure, **without_none(part)})
    if not tree.get("s"):
        out.wrong("measure", N_("Add what makes the score."))
    return found


def _set_parts(out: Written, tree: Tree, path: str) -> list[Document]:
    out.places[path] = "measure"
    found = []
    for position, row in enumerate(tree.get("k", [])):
        place, at = f"k.{position}", f"{path}[{position}]"
        quantity = Count(minimum=1, maximum=MAX_COUNT)
        listed = {
            name: out.listed(row, place, name, f"{at}.{name}") or None
            for name in ("products", "categories")
        }
        units = out.typed(quantity, row, place, "quantity", f"{at}.quantity", optional=True)
        found.append(without_none({**listed, "quantity": units}))
    if not found:
        out.wrong("measure", N_("Add what a set holds."))
    return found


MADE_OF: Mapping[str, Callable[[Written, Tree, str], list[Document]]] = {
    "parts": _score_parts,
    "sets": _set_parts,
}
"""Of these measures only steps have fields in the form."""


@dataclass(frozen=True, slots=True)
class RuleConditions(ConditionForm):
    """Some measures look at some products, or at orders of a size, only."""

    def narrowed(self, out: Written, row: Tree, place: str, path: str) -> Document:
        found: Document = {}
        for name in MEASURES[row["measure"]].narrowed_by:
            at = f"{path}.{name}"
            if name == "of_at_least_cents":
                least = out.typed(Cents(), row, place, "least", at, optional=True)
                found |= {name: least} if least else {}
            elif name in MADE_OF:
                found[name] = MADE_OF[name](out, row, at)
            elif name in OF_HISTORY:
                found |= self._of_history(out, row, place, name, at)
            else:
                listed = out.listed(row, place, name.removeprefix("without_"), at)
                found |= {name: listed} if listed else {}
        return found

    def _of_history(self, out: Written, row: Tree, place: str, name: str, at: str) -> Document:
        if name == "with_this_seller":
            out.places[at] = f"{place}.{name}"
            return {name: True} if row.get(name) == "1" else {}
        value = out.typed(OF_HISTORY[name](), row, place, name, at, optional=True)
        return {} if value is None else {name: value}

    def narrowing(self, comparison: Document) -> Tree:
        if any(name in comparison for name in MADE_OF):
            raise NotShown
        tree: Tree = {name: str(comparison[name]) for name in OF_HISTORY if comparison.get(name)}
        if "with_this_seller" in tree:
            tree["with_this_seller"] = "1"
        if comparison.get("of_at_least_cents"):
            tree["least"] = amount_text(comparison["of_at_least_cents"])
        for name in ("products", "categories"):
            listed = comparison.get(name) or comparison.get(f"without_{name}")
            if listed:
                tree[name] = ", ".join(listed)
        return tree


CONDITIONS = RuleConditions({name: measure.unit for name, measure in MEASURES.items()})


# ---------------------------------------------------------------- from the form to the document


def written(tree: Tree, programme: Document, *, replacing: str | None = None) -> Written:
    """The rule of the form, read as far as it goes. Nothing here judges whether it could work."""
    out = Written({}, root="rules[0]")
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
        self.out.put("conditions", CONDITIONS.read(self.out, self.tree))
        is_pot = self.tree.get("trigger") == Trigger.SPEND
        if is_pot:
            self.out.document["pot"] = pot_written(self.out, self.tree)
        if self.tree.get("gain") == "tiers" and not is_pot:
            self._tiers()
        else:
            self.out.put("rewards", self._rewards(self.tree.get("r", []), "r", "rewards"))
        self._overrides()
        self._caps()
        if not is_pot:
            lane = self.out.typed(Text(maximum=100), self.tree, "", "lane", "lane", optional=True)
            self.out.put("lane", lane)

    def _head(self) -> None:
        document, tree = self.out.document, self.tree
        name = self.out.typed(Text(maximum=200), tree, "", "name", "name", optional=True)
        self.out.put("name", name)
        if tree.get("enabled") == "0":
            document["enabled"] = False
        for what in ("beneficiary", "trigger"):
            self.out.places[what] = what
            if not tree.get(what):
                self.out.wrong(what, CHOOSE)
            document[what] = tree.get(what, "")

    # ------------------------------------------------------------ rewards

    def _rewards(self, rows: Sequence[Tree], place: str, path: str) -> list[Document]:
        self.out.places[path] = place if "." not in place else place.rsplit(".", 1)[0] + ".from"
        if not rows:
            where = "gain" if "." not in place else f"{place.rsplit('.', 1)[0]}.from"
            self.out.places[path] = where
            self.out.wrong(where, N_("Add at least one reward."))
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
            "unit_voucher": self._unit_voucher,
            "template": self._template,
            "free_shipping": self._free_shipping,
            "half_price_items": self._half_price,
        }
        if kind not in writers:
            self.out.wrong(f"{place}.kind", CHOOSE)
            return {"kind": kind}
        kept = {"id": row["id"]} if row.get("id") else {}
        cost = {} if kind in WITHOUT_COST else {"cost_cents": self._cost(row, place, path)}
        return {"kind": kind, **kept, **without_none(writers[kind](row, place, path) | cost)}

    def _template(self, row: Tree, place: str, path: str) -> Document:
        key = self.out.typed(Text(), row, place, "template", f"{path}.template")
        return {"template": key, "slices": "together" if row.get("slices") == "together" else None}

    def _cost(self, row: Tree, place: str, path: str) -> Any:
        return self.out.typed(Cents(), row, place, "cost", f"{path}.cost_cents", optional=True)

    def _points(self, row: Tree, place: str, path: str) -> Document:
        kind = Count(minimum=1, maximum=MAX_POINTS)
        return {"points": self.out.typed(kind, row, place, "points", f"{path}.points")}

    def _percent(self, row: Tree, place: str, path: str) -> Document:
        rate = self.out.typed(Rate(), row, place, "rate", f"{path}.rate_bp")
        return {"rate_bp": rate, "rounding": row.get("rounding") or None}

    def _gift(self, row: Tree, place: str, path: str) -> Document:
        product = self.out.typed(Text(), row, place, "product", f"{path}.product")
        gift = {"product": product, "units": self._units(row, place, path)}
        return gift | self._otherwise(row, place, path)

    def _units(self, row: Tree, place: str, path: str) -> Any:
        kind = Count(minimum=1, maximum=1_000)
        return self.out.typed(kind, row, place, "units", f"{path}.units", optional=True)

    def _choice(self, row: Tree, place: str, path: str) -> Document:
        self.out.places[f"{path}.products"] = f"{place}.products"
        listed = names_in(row.get("products", ""))
        if not listed:
            self.out.wrong(f"{place}.products", REQUIRED)
        gift = {"products": listed, "units": self._units(row, place, path)}
        return gift | self._otherwise(row, place, path)

    def _otherwise(self, row: Tree, place: str, path: str) -> Document:
        """By when it is chosen, and what becomes of it when it is not, or when none is left."""
        days = {"choose_within_days": "within", "wait_at_most_days": "wait"}
        found: Document = {
            name: self.out.typed(_days(), row, place, field, f"{path}.{name}", optional=True)
            for name, field in {**days, "voucher_days": "worth_days"}.items()
        }
        for name in ("unchosen", "out_of_stock"):
            self.out.places[f"{path}.{name}"] = f"{place}.{name}"
            found[name] = row.get(name) or None
        at = f"{path}.voucher_cents"
        cents = Cents(minimum=1)
        found["voucher_cents"] = self.out.typed(cents, row, place, "worth", at, optional=True)
        at = f"{path}.substitutes"
        return {**found, "substitutes": self.out.listed(row, place, "substitutes", at) or None}

    def _code(self, row: Tree, place: str, path: str) -> Document:
        if row.get("of") == "promotion":
            key = self.out.typed(Text(), row, place, "promotion", f"{path}.promotion")
            return {"promotion": key, **self._valid(row, place, path)}
        model: Document = {
            "name": self.out.typed(Text(), row, place, "label", f"{path}.model.name")
        }
        if row.get("of") == "amount":
            at = f"{path}.model.effect.amount_cents"
            amount = self.out.typed(Cents(minimum=1), row, place, "amount", at)
            model["effect"] = {"kind": "amount_off_order", "amount_cents": amount}
        else:
            at = f"{path}.model.effect.rate_bp"
            kind = Rate(minimum=1, maximum=10_000)
            rate = self.out.typed(kind, row, place, "rate", at)
            model["effect"] = {"kind": "percent_off_order", "rate_bp": rate}
        least = self._basket(row, place, f"{path}.model.minimum_basket_cents")
        return {
            "model": without_none({**model, "minimum_basket_cents": least}),
            **self._valid(row, place, path),
        }

    def _free_shipping(self, row: Tree, place: str, path: str) -> Document:
        return {
            **self._named(row, place, path),
            "methods": self.out.listed(row, place, "methods", f"{path}.methods") or None,
        }

    def _half_price(self, row: Tree, place: str, path: str) -> Document:
        rate = Rate(minimum=1, maximum=10_000)
        found = {
            name: self.out.listed(row, place, name, f"{path}.{name}") or None
            for name in ("products", "categories")
        }
        return {
            **self._named(row, place, path),
            **found,
            "units": self._units(row, place, path),
            "off_bp": self.out.typed(rate, row, place, "rate", f"{path}.off_bp", optional=True),
        }

    def _named(self, row: Tree, place: str, path: str) -> Document:
        """What every promotion of one person has."""
        return {
            "name": self.out.typed(Text(), row, place, "label", f"{path}.name"),
            "minimum_basket_cents": self._basket(row, place, f"{path}.minimum_basket_cents"),
            **self._valid(row, place, path),
        }

    def _basket(self, row: Tree, place: str, path: str) -> Any:
        return self.out.typed(Cents(), row, place, "basket", path, optional=True) or None

    def _valid(self, row: Tree, place: str, path: str) -> Document:
        days = self.out.typed(_days(), row, place, "days", f"{path}.valid_days", optional=True)
        first = self.out.typed(Date(), row, place, "since", f"{path}.valid_from", optional=True)
        until = self.out.typed(Date(), row, place, "until", f"{path}.valid_until", optional=True)
        return {"valid_days": days, "valid_from": first, "valid_until": until}

    def _voucher(self, row: Tree, place: str, path: str) -> Document:
        found: Document = {
            "name": self.out.typed(Text(), row, place, "label", f"{path}.name", optional=True)
        }
        if row.get("of") == "rate":
            found["rate_bp"] = self.out.typed(Rate(), row, place, "rate", f"{path}.rate_bp")
            found["rounding"] = row.get("rounding") or None
        else:
            at = f"{path}.amount_cents"
            found["amount_cents"] = self.out.typed(Cents(minimum=1), row, place, "amount", at)
        return found | self._used(row, place, path)

    def _unit_voucher(self, row: Tree, place: str, path: str) -> Document:
        name = self.out.typed(Text(), row, place, "label", f"{path}.name", optional=True)
        units = self._units(row, place, path)
        used = self._used(row, place, path)
        return {"name": name, "units": units, **used, "scope": used["scope"] or {}}

    def _used(self, row: Tree, place: str, path: str) -> Document:
        """How any voucher may be used."""
        found: Document = self._valid(row, place, path)
        found["minimum_basket_cents"] = self._basket(row, place, f"{path}.minimum_basket_cents")
        found["remainder"] = "kept" if row.get("remainder") == "kept" else None
        found["slices"] = "together" if row.get("slices") == "together" else None
        at, several = f"{path}.most_per_order", Count(minimum=1, maximum=MOST_PER_ORDER)
        found["most_per_order"] = self.out.typed(several, row, place, "most", at, optional=True)
        scope = {name: self.out.listed(row, place, name, f"{path}.scope.{name}") for name in SCOPE}
        found["scope"] = {name: listed for name, listed in scope.items() if listed} or None
        return found | {name: False for name in COMBINES if row.get(name) == "0"}

    # ------------------------------------------------------------ tiers

    def _tiers(self) -> None:
        tree, places = self.tree, self.out.places
        measure, mode = tree.get("measure", "turnover"), tree.get("mode", "best")
        places |= {"tiers.measure": "measure", "tiers.mode": "mode", "tiers": "mode"}
        places["tiers.steps"] = "mode"
        unit = MEASURES[measure].unit if measure in MEASURES else "count"
        found: Document = {"measure": measure, "mode": mode, "steps": []}
        if measure in MEASURES:
            found |= CONDITIONS.narrowed(self.out, {**tree, "measure": measure}, "", "tiers")
        if mode == "every":
            kind = Count(minimum=1, maximum=MAX_COUNT)
            most = self.out.typed(kind, tree, "", "at_most", "tiers.at_most", optional=True)
            found |= {"at_most": most} if most else {}
        for position, step in enumerate(tree.get("t", [])):
            found["steps"].append(self._step(step, position, unit))
        if not found["steps"]:
            self.out.wrong("mode", N_("Add at least one step."))
        self.out.document["tiers"] = found

    def _step(self, step: Tree, position: int, unit: str) -> Document:
        place, path = f"t.{position}", f"tiers.steps[{position}]"
        kind: Strict = Cents() if unit == "cents" else Count(maximum=MAX_CENTS)
        self.out.places[path] = f"{place}.from"
        start = self.out.typed(kind, step, place, "from", f"{path}.from")
        rewards = self._rewards(step.get("r", []), f"{place}.r", f"{path}.rewards")
        return {"from": start, "rewards": rewards}

    # ------------------------------------------------------------ the rule's own settings

    def _caps(self) -> None:
        found = [self._cap(row, position) for position, row in enumerate(self.tree.get("l", []))]
        if found:
            self.out.document["caps"] = found

    def _cap(self, row: Tree, position: int) -> Document:
        place, path = f"l.{position}", f"caps[{position}]"
        self.out.places |= {path: f"{place}.most"}
        for name in ("per", "of", "period"):
            self.out.places[f"{path}.{name}"] = f"{place}.{name}"
        kind: Strict = Count(minimum=1, maximum=MAX_CENTS)
        of = row.get("of", "times")
        in_money = of == "money" or (of == "value" and self._gives_vouchers())
        most = Cents(minimum=1) if in_money else kind
        found = {
            "per": row.get("per", "meeting"),
            "of": of,
            "most": self.out.typed(most, row, place, "most", f"{path}.most"),
        }
        period = row.get("period") if found["per"] != "meeting" else ""
        return {**found, "period": period} if period else found

    def _gives_vouchers(self) -> bool:
        return gives_vouchers(self.out.document)

    def _overrides(self) -> None:
        tree = self.tree
        for name in TURNOVER:
            self.out.places[f"turnover.{name}"] = name
        self.out.put("turnover", {name: tree[name] for name in TURNOVER if tree.get(name)})
        booking: Document = {}
        window, at = tree.get("window", ""), "booking.window_days"
        if window == "days":
            days = Count(maximum=MAX_DAYS)
            booking["window_days"] = self.out.typed(days, tree, "", "window_days", at)
        elif window == "any":
            booking["window_days"] = None
        least = self.out.typed(
            Cents(), tree, "", "minimum", "booking.minimum_turnover_cents", optional=True
        )
        if least is not None:
            booking["minimum_turnover_cents"] = least
        self.out.put("booking", booking)


# ---------------------------------------------------------------- from the document to the form


def tree_of(rule: Document, templates: Document | None = None) -> Tree | None:
    """The rule as fields of the form; None when the form would lose something of it. `templates`:
    the published rewards it may name, as a programme keeps them."""
    try:
        tree = _tree(rule)
    except (NotShown, KeyError, TypeError, AttributeError):
        return None
    neutral = {"format": PROGRAMME_FORMAT, "templates": templates or {}, "rules": []}
    again = written(tree, neutral, replacing=str(rule["id"]))
    before, after = (_compiled({**neutral, "rules": [one]}) for one in (rule, again.document))
    return tree if before is not None and before == after and not again.errors else None


def _compiled(document: Document) -> Rule | None:
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


def gives_vouchers(rule: Document) -> bool:
    """Whether its value is cents: of its first reward, for all are of one unit."""
    steps = rule.get("tiers", {}).get("steps") or [{}]
    rewards = rule.get("rewards") or steps[0].get("rewards") or [{}]
    return bool(rewards[0].get("kind") == "voucher")


def _cap_tree(cap: Document, *, cents: bool) -> Tree:
    in_money = cap["of"] == "money" or (cap["of"] == "value" and cents)
    return {
        "per": cap["per"],
        "of": cap["of"],
        "most": amount_text(cap["most"]) if in_money else str(cap["most"]),
        "period": cap.get("period", ""),
    }


def _tree(rule: Document) -> Tree:
    tree: Tree = {
        "id": rule["id"],
        "name": rule.get("name", ""),
        "enabled": "1" if rule.get("enabled", True) else "0",
        "beneficiary": rule["beneficiary"],
        "trigger": rule["trigger"],
        "lane": rule.get("lane", ""),
        **CONDITIONS.trees(rule.get("conditions")),
        **{name: rule.get("turnover", {}).get(name, "") for name in TURNOVER},
        **_booking_tree(rule.get("booking", {})),
        **(pot_tree(rule["pot"]) if "pot" in rule else {}),
        "l": [_cap_tree(cap, cents=gives_vouchers(rule)) for cap in rule.get("caps", [])],
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
    plain = {name: value for name, value in tiers.items() if name not in MADE_OF}
    return {
        **CONDITIONS.narrowing(plain),
        "s": [_score_tree(part) for part in tiers.get("parts", [])],
        "k": [_set_tree(part) for part in tiers.get("sets", [])],
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


def _score_tree(part: Document) -> Tree:
    cents = MEASURES[part["measure"]].unit == "cents"
    per = part.get("per")
    return {
        "measure": part["measure"],
        "weight": str(part.get("weight", "")),
        "per": "" if per is None else amount_text(per) if cents else str(per),
    }


def _set_tree(part: Document) -> Tree:
    return {
        "products": ", ".join(part.get("products", [])),
        "categories": ", ".join(part.get("categories", [])),
        "quantity": str(part.get("quantity", "")),
    }


def _reward_tree(reward: Document) -> Tree:
    model, effect = reward.get("model", {}), reward.get("model", {}).get("effect", {})
    rate = reward.get("rate_bp", reward.get("off_bp", effect.get("rate_bp")))
    scope = reward.get("scope", {})
    amount = reward.get("amount_cents", effect.get("amount_cents"))
    basket = reward.get("minimum_basket_cents") or model.get("minimum_basket_cents")
    return {
        "kind": reward["kind"],
        "id": reward.get("id", ""),
        "points": str(reward.get("points", "")),
        "of": "promotion" if "promotion" in reward else "amount" if amount is not None else "rate",
        "promotion": reward.get("promotion", ""),
        "template": reward.get("template", ""),
        "rate": rate_text(rate) if rate is not None else "",
        "amount": amount_text(amount) if amount is not None else "",
        "rounding": reward.get("rounding", ""),
        "product": reward.get("product", ""),
        "products": ", ".join(reward.get("products", scope.get("products", []))),
        "categories": ", ".join(reward.get("categories", scope.get("categories", []))),
        **{name: ", ".join(scope.get(name, [])) for name in SCOPE if name.startswith("without_")},
        **{name: "0" for name in COMBINES if reward.get(name) is False},
        "methods": ", ".join(reward.get("methods", [])),
        "units": str(reward.get("units", "")),
        "within": str(reward.get("choose_within_days") or ""),
        "wait": str(reward.get("wait_at_most_days", "")),
        "unchosen": reward.get("unchosen", ""),
        "out_of_stock": reward.get("out_of_stock", ""),
        "substitutes": ", ".join(reward.get("substitutes", [])),
        "worth": amount_text(reward["voucher_cents"]) if "voucher_cents" in reward else "",
        "worth_days": str(reward.get("voucher_days", "")),
        "label": reward.get("name", model.get("name", "")),
        "days": str(reward.get("valid_days", "")),
        "since": str(reward.get("valid_from", "")),
        "until": str(reward.get("valid_until", "")),
        "most": str(reward.get("most_per_order", "")),
        "slices": reward.get("slices", ""),
        "basket": amount_text(basket) if basket else "",
        "remainder": reward.get("remainder", ""),
        "cost": amount_text(reward["cost_cents"]) if "cost_cents" in reward else "",
    }
