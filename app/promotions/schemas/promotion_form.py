"""A promotion as the guided form shows it, and the document made of what was typed.

`tree_of` shows a promotion of the plan; None says that the form cannot show it without losing
something. `written` makes a document of a form, with a message beside each field to mend.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.http.condition_form import CHOOSE, NotShown
from app.http.condition_form import CONDITIONS as CONDITION_ROWS
from app.http.fields import REQUIRED, Cents, Count, Date, Rate, Text, Time
from app.http.form_tree import FormTree, Rows, Tree
from app.http.written import Document, Written, amount_text, rate_text, without_none
from app.kernel.money import BASIS
from app.kernel.words import N_
from app.promotions.domain.condition_format import MAX_COUNT
from app.promotions.domain.plan_format import promotion_to_json, read_promotion
from app.promotions.domain.promotion_format import MAX_PRIORITY, MAX_UNITS
from app.promotions.domain.terms import EffectKind, Entry, Promotion
from app.promotions.errors import PlanInvalid
from app.promotions.schemas.conditions import (
    CONDITIONS,
    SCOPES,
    plain_condition,
    read_methods,
    read_scope,
    scope_tree,
)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STACKING = ("promotions", "advantages", "points", "vouchers", "itself")
PARTS: Mapping[str, tuple[str, ...]] = {
    "order_percent": ("rate", "cap"),
    "order_amount": ("amount",),
    "product_percent": ("rate", "scope", "most", "cap"),
    "product_amount": ("amount", "per", "scope", "most"),
    "fixed_price": ("amount", "scope", "most"),
    "buy_x_get_y": ("buy", "rate", "scope", "got", "cap"),
    "free_product": ("given",),
    "gift_choice": ("given",),
    "shipping_percent": ("rate", "methods", "cap"),
    "shipping_amount": ("amount", "methods"),
}
"""Which questions each kind of effect asks."""

FIELDS: Mapping[str, tuple[str, ...]] = {
    "rate": ("rate",),
    "cap": ("cap",),
    "amount": ("amount",),
    "per": ("per",),
    "scope": SCOPES,
    "most": ("at_most", "pick"),
    "buy": ("buy", "get"),
    "got": ("got", *(f"get_{name}" for name in SCOPES)),
    "given": ("given", "units"),
    "methods": (),
}
"""And the fields of each question."""

PROMOTION_TREE = FormTree(
    {
        "c": CONDITION_ROWS,
        "h": Rows({"start": "", "end": ""}),
        "m": Rows({"code": "", "on": ""}),
        "p": Rows({"product": "", "units": "1"}),
    }
)
"""Conditions, hours of the day, shipping methods, and the products of the example basket."""


def new_tree() -> Tree:
    return {
        "name": "", "kind": "order_percent", "entry": "automatic", "join": "all", "c": [],
        **dict.fromkeys(("promotions", "advantages", "points", "vouchers"), "1"),
        "public": "1", "gives_back": "1",
    }  # fmt: skip


# ---------------------------------------------------------------- from the form to the document


def written(tree: Tree, key: str) -> Written:
    """The promotion of the form, read as far as it goes. Nothing here judges whether it works."""
    out = Written({"id": key})
    _Reader(tree, out).promotion()
    return out


@dataclass(slots=True)
class _Reader:
    tree: Tree
    out: Written

    def promotion(self) -> None:
        self.out.put("name", self._field(Text(maximum=200), "name", "name"))
        self.out.put("effect", self._effect())
        self._entry()
        self.out.put("period", self._period())
        self.out.put("conditions", CONDITIONS.read(self.out, self.tree))
        self.out.put("limits", self._limits())
        self.out.put("stacking", self._stacking())
        self._rest()

    def _field(self, kind: Any, name: str, path: str, *, optional: bool = False) -> Any:
        return self.out.typed(kind, self.tree, "", name, path, optional=optional)

    def _is_on(self, name: str) -> bool:
        return bool(self.tree.get(name) == "1")

    # ------------------------------------------------------------ effect

    def _effect(self) -> Document:
        kind = str(self.tree.get("kind", ""))
        self.out.places |= {"effect": "kind", "effect.kind": "kind"}
        if kind not in PARTS:
            self.out.wrong("kind", CHOOSE)
            return {"kind": kind}
        found: Document = {"kind": kind}
        for part in PARTS[kind]:
            found |= getattr(self, f"_{part}")(kind)
        return without_none(found)

    def _rate(self, kind: str) -> Document:
        whole = kind == "buy_x_get_y"
        kind_of = Rate(minimum=1, maximum=BASIS)
        return {"rate_bp": self._field(kind_of, "rate", "effect.rate_bp", optional=whole)}

    def _amount(self, kind: str) -> Document:
        if kind == "fixed_price":
            return {"price_cents": self._field(Cents(), "amount", "effect.price_cents")}
        return {"amount_cents": self._field(Cents(minimum=1), "amount", "effect.amount_cents")}

    def _cap(self, _kind: str) -> Document:
        cap = self._field(Cents(minimum=1), "cap", "effect.cap_cents", optional=True)
        return {"cap_cents": cap}

    def _scope(self, _kind: str) -> Document:
        scope = read_scope(self.out, self.tree, "", "effect.scope")
        return {"scope": scope or None}

    def _most(self, _kind: str) -> Document:
        kind = Count(minimum=1, maximum=MAX_COUNT)
        most = self._field(kind, "at_most", "effect.at_most_units", optional=True)
        if most is None:
            return {}
        return {"at_most_units": most, "pick": self.tree.get("pick") or None}

    def _per(self, _kind: str) -> Document:
        return {"per": self.tree.get("per") or None}

    def _buy(self, _kind: str) -> Document:
        kind = Count(minimum=1, maximum=MAX_UNITS)
        got = self._field(kind, "get", "effect.get", optional=True)
        return {"buy": self._field(kind, "buy", "effect.buy"), "get": got}

    def _got(self, _kind: str) -> Document:
        if self.tree.get("got") == "product":
            return {"same_product": True}
        if self.tree.get("got") != "other":
            return {}
        self.out.places["effect.get_scope"] = "get_products"
        scope = read_scope(self.out, self.tree, "", "effect.get_scope", "get_")
        if not scope:
            self.out.wrong("get_products", N_("Name at least one product or category."))
        return {"get_scope": scope}

    def _given(self, _kind: str) -> Document:
        listed = self.out.listed(self.tree, "", "given", "effect.products")
        if not listed:
            self.out.wrong("given", REQUIRED)
        kind = Count(minimum=1, maximum=MAX_UNITS)
        units = self._field(kind, "units", "effect.units", optional=True)
        return {"products": listed, "units": units}

    def _methods(self, _kind: str) -> Document:
        methods = read_methods(self.out, self.tree.get("m", []), "effect.methods")
        return {"methods": methods or None}

    # ------------------------------------------------------------ the rest

    def _entry(self) -> None:
        entry = self.tree.get("entry", "")
        self.out.places["entry"] = "entry"
        if entry not in set(Entry):
            self.out.wrong("entry", CHOOSE)
        if entry != Entry.AUTOMATIC:
            self.out.put("entry", entry)
        listed = self.out.listed(self.tree, "", "codes", "codes")
        self.out.places["codes_elsewhere"] = "codes"
        if entry == Entry.CODE:
            self.out.put("codes", listed)
            self.out.put("codes_elsewhere", self._is_on("codes_elsewhere") or None)

    def _period(self) -> Document:
        days = [number for number, day in enumerate(WEEKDAYS, 1) if self._is_on(day)]
        self.out.places |= {"period": "first", "period.weekdays": "mon"}
        return without_none(
            {
                "from": self._field(Date(), "first", "period.from", optional=True),
                "until": self._field(Date(), "last", "period.until", optional=True),
                "weekdays": days or None,
                "hours": self._hours() or None,
            }
        )

    def _hours(self) -> list[Document]:
        found = []
        for position, row in enumerate(self.tree.get("h", [])):
            place, path = f"h.{position}", f"period.hours[{position}]"
            self.out.places[path] = f"{place}.start"
            found.append(
                {
                    name: self.out.typed(Time(), row, place, field, f"{path}.{name}")
                    for name, field in (("from", "start"), ("to", "end"))
                }
            )
        return found

    def _limits(self) -> Document:
        kind = Count(minimum=1, maximum=MAX_COUNT)
        found = {
            name: self._field(kind, name, f"limits.{name}", optional=True)
            for name in ("uses", "per_customer", "per_seller")
        }
        budget = self._field(Cents(minimum=1), "budget", "limits.budget_cents", optional=True)
        self.out.places["limits.partial"] = "partial"
        partial = True if budget is not None and self._is_on("partial") else None
        return without_none({**found, "budget_cents": budget, "partial": partial})

    def _stacking(self) -> Document:
        """Only what is not usual."""
        usual = {"itself": self.tree.get("kind") == EffectKind.BUY_X_GET_Y}
        self.out.places |= {f"stacking.{name}": name for name in STACKING}
        return {
            name: self._is_on(name)
            for name in STACKING
            if self._is_on(name) != usual.get(name, True)
        }

    def _rest(self) -> None:
        put, tree = self.out.put, self.tree
        kind = Count(minimum=-MAX_PRIORITY, maximum=MAX_PRIORITY)
        put("priority", self._field(kind, "priority", "priority", optional=True) or None)
        put("group", self._field(Text(maximum=100), "group", "group", optional=True))
        self.out.places |= {"base": "base", "public": "public"}
        put("base", "list" if tree.get("base") == "list" else None)
        put("skip_discounted", self._is_on("skip") or None)
        if not self._is_on("public"):
            self.out.document["public"] = False
        if not self._is_on("gives_back"):
            self.out.document["gives_back_use"] = False


# ---------------------------------------------------------------- from the document to the form


def tree_of(document: Document) -> Tree | None:
    """The promotion as fields of the form; None when the form would lose something of it."""
    try:
        promotion = replace(read_promotion(document), enabled=True)
        tree = _tree(promotion_to_json(promotion))
    except (NotShown, PlanInvalid):
        return None
    again = check(written(tree, promotion.id), None)
    return tree if again and _plainly(again) == _plainly(promotion) else None


def _plainly(promotion: Promotion) -> Promotion:
    return replace(promotion, conditions=plain_condition(promotion.conditions))


def check(out: Written, segments: Collection[str] | None) -> Promotion | None:
    """The promotion when it could work; else its problems stand beside their fields.

    `segments`: ids of those the brand has; None: not judged.
    """
    if out.errors:
        return None
    try:
        return read_promotion(out.document, segments)
    except PlanInvalid as invalid:
        out.note(invalid.problems)
        return None


def _tree(document: Document) -> Tree:
    stacking = {"itself": document["effect"]["kind"] == EffectKind.BUY_X_GET_Y}
    stacking |= document.get("stacking", {})
    return {
        "name": document.get("name", document["id"]),
        **_effect_tree(document["effect"]),
        "entry": document.get("entry", "automatic"),
        "codes": ", ".join(document.get("codes", [])),
        "codes_elsewhere": _box(document.get("codes_elsewhere", False)),
        **_period_tree(document.get("period", {})),
        **CONDITIONS.trees(document.get("conditions")),
        **_limits_tree(document.get("limits", {})),
        **{name: _box(stacking.get(name, True)) for name in STACKING},
        "priority": str(document.get("priority") or ""),
        "group": document.get("group", ""),
        "base": document.get("base", ""),
        "skip": _box(document.get("skip_discounted", False)),
        "public": _box(document.get("public", True)),
        "gives_back": _box(document.get("gives_back_use", True)),
    }


def _effect_tree(effect: Document) -> Tree:
    scope = effect.get("get_scope")
    return {
        "kind": effect["kind"],
        "rate": _text(effect.get("rate_bp"), rate_text),
        "amount": _text(effect.get("amount_cents", effect.get("price_cents")), amount_text),
        "cap": _text(effect.get("cap_cents"), amount_text),
        **scope_tree(effect.get("scope")),
        "at_most": _text(effect.get("at_most_units")),
        "pick": effect.get("pick", ""),
        "per": effect.get("per", ""),
        "buy": _text(effect.get("buy")),
        "get": _text(effect.get("get")),
        "got": "other" if scope is not None else "product" if effect.get("same_product") else "",
        **scope_tree(scope, "get_"),
        "given": ", ".join(effect.get("products", [])),
        "units": _text(effect.get("units")),
        "m": [{"code": code, "on": "1"} for code in effect.get("methods", [])],
    }


def _period_tree(period: Document) -> Tree:
    days = {day: "1" for number, day in enumerate(WEEKDAYS, 1) if number in _days(period)}
    return {
        "first": period.get("from", ""),
        "last": period.get("until", ""),
        **days,
        "h": [{"start": one["from"], "end": one["to"]} for one in period.get("hours", [])],
    }


def _days(period: Document) -> Sequence[int]:
    days: Sequence[int] = period.get("weekdays", ())
    return days


def _limits_tree(limits: Document) -> Tree:
    counts = {name: _text(limits.get(name)) for name in ("uses", "per_customer", "per_seller")}
    budget = _text(limits.get("budget_cents"), amount_text)
    return {**counts, "budget": budget, "partial": _box(limits.get("partial", False))}


def _box(on: bool) -> str:
    return "1" if on else ""


def _text(value: int | None, words: Any = str) -> str:
    return "" if value is None else words(value)
