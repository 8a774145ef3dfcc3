"""Discounts in a list: what each says, where it stands, what it has cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.http.words import date_short, say
from app.kernel.words import N_
from app.promotions.domain.conflicts import conflicts_of
from app.promotions.domain.plan import Plan
from app.promotions.domain.plan_format import read_promotion
from app.promotions.domain.terms import Period, Promotion
from app.promotions.errors import PlanInvalid
from app.promotions.presenters.choices import ENTRIES
from app.promotions.presenters.findings import conflict_words
from app.promotions.presenters.sentences import Names, short_sentences
from app.promotions.queries.promotions import Figures, PromotionView

ACTIONS = {
    "publish": N_("Publish"),
    "resume": N_("Resume"),
    "pause": N_("Pause"),
    "copy": N_("Copy"),
    "archive": N_("Archive"),
}
OFFERED = {
    "draft": ("publish", "copy", "archive"),
    "live": ("pause", "copy", "archive"),
    "paused": ("resume", "copy", "archive"),
    "archived": ("copy",),
}


@dataclass(frozen=True, slots=True)
class PromotionRow:
    id: UUID
    name: str
    entry: str
    sentence: str
    period: str
    now: str
    """draft, live, to_come, over, paused or archived."""
    uses: int
    limit: int | None
    spent_cents: int
    budget_cents: int | None
    revision: int
    conflicts: list[str]
    actions: list[tuple[str, str]]


def promotion_rows(
    found: Iterable[PromotionView],
    figures: Mapping[UUID, Figures],
    plan: Plan,
    names: Names,
    today: date,
) -> list[PromotionRow]:
    """`plan`: what is live; each discount in force is held against it."""
    return [_row(one, figures[one.id], plan, names, today) for one in found]


def _row(view: PromotionView, used: Figures, plan: Plan, names: Names, today: date) -> PromotionRow:
    promotion = readable(view)
    limits = promotion.limits if promotion else None
    in_force = promotion is not None and view.state in {"live", "paused", "draft"}
    against = conflicts_of(promotion, plan.promotions, today) if promotion and in_force else ()
    return PromotionRow(
        id=view.id,
        name=view.name,
        entry=say(ENTRIES.get(view.entry, "")),
        sentence=" ".join(short_sentences(promotion, names)) if promotion else "",
        period=period_words(promotion.period) if promotion else "",
        now=where(view.state, promotion.period if promotion else Period(), today),
        uses=used.uses,
        limit=limits.uses if limits else None,
        spent_cents=used.cost_cents,
        budget_cents=limits.budget_cents if limits else None,
        revision=view.revision,
        conflicts=conflict_words(against),
        actions=[(do, say(ACTIONS[do])) for do in OFFERED.get(view.state, ())],
    )


def readable(view: PromotionView) -> Promotion | None:
    """None for what this version of Convive can no longer read."""
    try:
        return read_promotion(view.document)
    except PlanInvalid:
        return None


def where(state: str, period: Period, today: date) -> str:
    if state == "live" and period.first is not None and period.first > today:
        return "to_come"
    if state == "live" and period.last is not None and period.last < today:
        return "over"
    return state


def period_words(period: Period) -> str:
    days = {"first": date_short(period.first), "last": date_short(period.last)}
    if period.first and period.last:
        return say(N_("%(first)s to %(last)s"), days)
    if period.first:
        return say(N_("from %(first)s on"), days)
    if period.last:
        return say(N_("until %(last)s"), days)
    return say(N_("always"))
