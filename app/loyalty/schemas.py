"""How points live, as a form and back."""

from __future__ import annotations

from typing import Any

from app.http.fields import Cents, Count
from app.http.form_tree import Tree
from app.http.written import Document, Written, amount_text, names_in, without_none
from app.kernel.words import N_
from app.loyalty.domain import LoyaltySettings, read_settings
from app.loyalty.domain.settings import BENEFICIARIES, MAX_DAYS, MAX_POINTS

DAYS = Count(minimum=1, maximum=MAX_DAYS)
POINTS = Count(minimum=1, maximum=MAX_POINTS)
NO_DAYS = N_("Give whole numbers of days between commas: 30, 7, 1.")
BOXES = {"transfers": "transfers", "future_amount": "future_amount"}
CHOICES = ("orders_available", "rewards_available")


def written_life(tree: Tree) -> Written:
    out = Written({})
    for name in CHOICES:
        out.places[name] = name
        out.put(name, tree.get(name))
    days, name = Count(minimum=0, maximum=365), "withdrawal_days"
    out.put(name, out.typed(days, tree, "", name, name, optional=True))
    out.put("expiry", {who: rule for who in BENEFICIARIES if (rule := _expiry(out, tree, who))})
    out.document["reminders_days"] = _reminders(out, tree)
    out.put("ceiling", out.typed(POINTS, tree, "", "ceiling", "ceiling", optional=True))
    owed = Count(minimum=0, maximum=MAX_POINTS)
    out.put("debt_cap", out.typed(owed, tree, "", "debt_cap", "debt_cap", optional=True))
    for name, box in BOXES.items():
        out.document[name] = tree.get(box) == "1"
    out.document["conversion"] = _conversion(out, tree)
    out.document["goodwill"] = _goodwill(out, tree)
    return out


def check_life(out: Written) -> LoyaltySettings | None:
    """None when it cannot work, the problems in `out`."""
    if out.errors:
        return None
    problems: list[Any] = []
    found = read_settings(out.document, problems)
    out.note(problems)
    return found


def _expiry(out: Written, tree: Tree, who: str) -> Document | None:
    mode, path = tree.get(f"expiry_{who}"), f"expiry.{who}"
    out.places[path] = f"expiry_{who}"
    if mode == "days":
        days = out.typed(DAYS, tree, "", f"expiry_days_{who}", f"{path}.days")
        return without_none({"days": days})
    if mode == "on":
        day = Count(minimum=1, maximum=31)
        number = out.typed(day, tree, "", f"expiry_day_{who}", f"{path}.on")
        month = str(tree.get(f"expiry_month_{who}", ""))[:2].zfill(2)
        return {"on": f"{month}-{number or 0:02d}"}
    return None


def _reminders(out: Written, tree: Tree) -> list[int]:
    out.places["reminders_days"] = "reminders"
    found = names_in(str(tree.get("reminders", "")))
    if all(one.isascii() and one.isdigit() and len(one) < 4 for one in found):
        return [int(one) for one in found]
    out.wrong("reminders", NO_DAYS)
    return []


def _conversion(out: Written, tree: Tree) -> Document:
    out.places |= {"conversion": "convert", "conversion.unused": "unused"}
    found: Document = {"allowed": tree.get("convert") == "1"}
    if not found["allowed"] and not tree.get("valid_days"):
        return found
    valid = out.typed(DAYS, tree, "", "valid_days", "conversion.valid_days")
    least = out.typed(POINTS, tree, "", "least_points", "conversion.least_points", optional=True)
    unused = tree.get("unused") or None
    return found | without_none({"valid_days": valid, "least_points": least, "unused": unused})


def _goodwill(out: Written, tree: Tree) -> Document:
    out.places["goodwill"] = "goodwill_points"
    most = Count(minimum=0, maximum=MAX_POINTS)
    told = "goodwill.points_per_month"
    points = out.typed(most, tree, "", "goodwill_points", told, optional=True)
    told = "goodwill.cents_per_month"
    cents = out.typed(Cents(), tree, "", "goodwill_amount", told, optional=True)
    found = without_none({"points_per_month": points, "cents_per_month": cents})
    return {**found, "below_zero": tree.get("below_zero") == "1"}


# ---------------------------------------------------------------- and back


def life_tree(settings: LoyaltySettings) -> Tree:
    tree: Tree = {
        "orders_available": str(settings.orders_available),
        "rewards_available": str(settings.rewards_available),
        "withdrawal_days": str(settings.withdrawal_days),
        "reminders": ", ".join(map(str, settings.reminders_days)),
        "ceiling": _text(settings.ceiling),
        "debt_cap": _text(settings.debt_cap or None),
        "transfers": _box(settings.transfers),
        "future_amount": _box(settings.future_amount),
        "convert": _box(settings.conversion.allowed),
        "valid_days": str(settings.conversion.valid_days),
        "unused": str(settings.conversion.unused),
        "least_points": str(settings.conversion.least_points),
        "goodwill_points": _text(settings.goodwill.points_per_month),
        "goodwill_amount": _amount(settings.goodwill.cents_per_month),
        "below_zero": _box(settings.goodwill.below_zero),
    }
    for who in BENEFICIARIES:
        tree |= _expiry_tree(settings, who)
    return tree


def _expiry_tree(settings: LoyaltySettings, who: str) -> Tree:
    rule = settings.expiry_of(who)
    month, day = rule.on if rule and rule.on else (12, 31)
    mode = "" if rule is None else "on" if rule.on else "days"
    return {
        f"expiry_{who}": mode,
        f"expiry_days_{who}": str(rule.days) if rule and rule.days else "365",
        f"expiry_day_{who}": str(day),
        f"expiry_month_{who}": str(month),
    }


def _text(value: int | None) -> str:
    return "" if value is None else str(value)


def _amount(cents: int | None) -> str:
    return "" if cents is None else amount_text(cents)


def _box(on: bool) -> str:
    return "1" if on else ""
