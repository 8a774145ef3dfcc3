"""Published rewards that rules name: a version of the programme keeps their terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.kernel.shape import Problem, Problems
from app.kernel.words import N_
from app.rewards.domain.offers import Holding, Offer, OfferKind, Terms

Templates = Mapping[str, "Template"]
"""By key."""


@dataclass(frozen=True, slots=True)
class Template:
    """A published reward as a version of the programme keeps it."""

    name: str
    offer: Offer
    cost_cents: int
    """What one costs at most."""


def reward_of(template: Template, key: str) -> Terms:
    """The terms of a reward of a rule that names a template: as if the rule stated them."""
    offer = template.offer
    told: Terms = {"template": key}
    if offer.holding is Holding.GIFT:
        told |= {**offer.terms, "units": 1, "cost_cents": template.cost_cents}
        return {**told, "choose_within_days": offer.valid_days} if offer.valid_days else told
    if offer.holding is Holding.VOUCHER:
        told |= {**offer.terms, "name": template.name}
        told |= {} if offer.kind is OfferKind.VOUCHER else {"cost_cents": _of_one(template)}
    else:
        model = {"name": template.name, **offer.terms}
        told |= {"kind": "promo_code", "model": model, "cost_cents": template.cost_cents}
    days = {"valid_days": offer.valid_days, "valid_from": offer.valid_from}
    days |= {"valid_until": offer.valid_until}
    return told | {name: value for name, value in days.items() if value is not None}


def _of_one(template: Template) -> int:
    """What one unit costs at most, rounded up."""
    return -(-template.cost_cents // template.offer.units)


# ---------------------------------------------------------------- in a rule as it was read


def with_templates(
    rule: Mapping[str, Any], path: str, templates: Templates, problems: Problems
) -> dict[str, Any]:
    """The rule with the terms of the rewards it names; one that is not there is a problem."""

    def known(rewards: Sequence[Terms], at: str) -> tuple[Terms, ...]:
        return tuple(_known(rewards, at, templates, problems))

    if rule["tiers"] is None:
        rewards = rule["rewards"]
        return {**rule, "rewards": rewards and known(rewards, f"{path}.rewards")}
    steps = tuple(
        {**step, "rewards": known(step["rewards"], f"{path}.tiers.steps[{number}].rewards")}
        for number, step in enumerate(rule["tiers"]["steps"])
    )
    return {**rule, "tiers": {**rule["tiers"], "steps": steps}}


NOT_PUBLISHED = N_("There is no published reward “%(template)s”: publish it, or choose another.")


def _known(
    rewards: Sequence[Terms], path: str, templates: Templates, problems: Problems
) -> Iterator[Terms]:
    for position, terms in enumerate(rewards):
        key = terms.get("template", "")
        if terms["kind"] != "template":
            yield terms
        elif key in templates:
            own: Terms = {name: terms[name] for name in ("id", "slices") if name in terms}
            yield {**reward_of(templates[key], key), **own}
        else:
            at = f"{path}[{position}].template"
            problems.append(Problem(at, "template_unknown", NOT_PUBLISHED, {"template": key}))
