"""What a programme names and others keep: published rewards, and promotions that it assigns."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.kernel.shape import Problem
from app.kernel.words import N_
from app.promotions.queries.promotions import assigned_keys
from app.rewards.domain.draft import rewards_in
from app.rewards.domain.templates import NOT_PUBLISHED
from app.rewards.queries.templates import TemplateView, active_templates

Document = dict[str, Any]
Published = Mapping[str, Document]
"""By key, as a version of the programme keeps them."""


def published(session: Session) -> Published:
    return {one.key: _stated(one) for one in active_templates(session)}


def offering(document: Any, templates: Published) -> Any:
    """The document with every published reward, for whoever is choosing among them. What is no
    programme stays what it is."""
    there = document.get("templates", {}) if type(document) is dict else None
    if type(there) is not dict:
        return document
    return {**document, "templates": {**there, **templates}}


def refreshed(session: Session, document: Document) -> Document:
    """The document with those rewards it names as they are published now; of one that is no
    longer published, what the document said before. One statement if it names any."""
    rest = {name: value for name, value in document.items() if name != "templates"}
    named = _named(document, "template")
    if not named:
        return rest
    there = {**document.get("templates", {}), **published(session)}
    return {**rest, "templates": {key: there[key] for key in sorted(named & there.keys())}}


def lost_references(session: Session, document: Document) -> list[Problem]:
    """What it names and nobody can be given. A statement for each sort of thing it names."""
    templates = published(session) if _named(document, "template") else {}
    assigned = assigned_keys(session, _named(document, "promotion"))
    return [
        *_missing(document, "template", templates.keys(), NOT_PUBLISHED),
        *_missing(document, "promotion", assigned, NO_PROMOTION),
    ]


NO_PROMOTION = N_("There is no assigned discount “%(promotion)s”.")


def _named(document: Document, what: str) -> set[str]:
    return {one[what] for _path, one in rewards_in(document) if what in one}


def _missing(document: Document, what: str, known: Collection[str], words: str) -> list[Problem]:
    return [
        Problem(f"{path}.{what}", f"{what}_unknown", words, {what: one[what]})
        for path, one in rewards_in(document)
        if what in one and one[what] not in known
    ]


def _stated(view: TemplateView) -> Document:
    offer = view.offer
    days = {
        "valid_days": offer.valid_days,
        "valid_from": offer.valid_from and offer.valid_from.isoformat(),
        "valid_until": offer.valid_until and offer.valid_until.isoformat(),
    }
    told = {"name": view.name, "kind": str(offer.kind), "cost_cents": view.cents}
    return {**told, **offer.values, **{name: day for name, day in days.items() if day}}
