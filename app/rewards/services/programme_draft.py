"""Preparing the next version of the programme, and publishing it.

Whoever changes the draft says which revision she was looking at. Of two who change or publish it
at once, the row's lock lets one through; the other is told that it has moved on, or is gone.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.audit.services import record
from app.brands.queries import this_brand
from app.infra.locks import Rank, climb, lock_where
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock, local_day
from app.kernel.errors import NotAllowed
from app.kernel.ids import new_id
from app.kernel.shape import Problem
from app.kernel.words import N_
from app.rewards.domain import draft as drafting
from app.rewards.domain.programme import ProgrammeInvalid, compile_programme
from app.rewards.errors import (
    ApprovalNeeded,
    DraftExists,
    DraftGone,
    DraftMoved,
    OwnProposal,
    ProgrammeVersionOutOfOrder,
    PublishedMeanwhile,
)
from app.rewards.models import ProgrammeDraft
from app.rewards.queries.drafts import (
    latest_version,
    programme_draft,
    programme_version,
    version_on,
)
from app.rewards.queries.references import refreshed
from app.rewards.services.programme import publish_programme
from app.rewards.services.referring import must_be_known

Document = dict[str, Any]

EDITORS = {Role.BRAND_ADMIN, Role.SYSTEM}


def start_draft(uow: UnitOfWork, actor: Actor, *, version: int | None = None, clock: Clock) -> None:
    """From a published version, by default the one in force today; from nothing before the first.

    Raises DraftExists: what somebody has prepared is never written over.
    """
    must_edit(actor)
    climb(uow.session, Rank.PROMOTION)
    if programme_draft(uow.session) is not None:
        raise DraftExists
    base = _base(uow, version, clock)
    number, document = base or (0, drafting.empty_programme())
    _begin(uow, actor, document, number, clock)


def import_draft(
    uow: UnitOfWork, actor: Actor, document: Any, *, revision: int | None, clock: Clock
) -> None:
    """A whole document takes the place of the draft (at `revision`; None when there was none).

    Raises ProgrammeInvalid with everything wrong in it.
    """
    must_edit(actor)
    document = must_be_known(uow.session, document)
    if revision is not None:
        row = _locked(uow, actor, revision)
        _keep(uow, actor, row, document, clock, "import")
        return
    climb(uow.session, Rank.PROMOTION)
    if programme_draft(uow.session) is not None:
        raise DraftExists
    _begin(uow, actor, document, 0, clock)


def save_rule(
    uow: UnitOfWork,
    actor: Actor,
    revision: int,
    rule: Document,
    *,
    replacing: str | None,
    clock: Clock,
) -> None:
    """Put the rule in the place of another, or at the end.

    Raises ProgrammeInvalid when the rule could never work; paths start with `rules[0]`.
    """
    row = _locked(uow, actor, revision)
    check_rule(uow, row.document, rule, replacing=replacing)
    changed = drafting.with_rule(row.document, rule, replacing=replacing)
    _keep(uow, actor, row, changed, clock, "save_rule", rule["id"])


def check_rule(uow: UnitOfWork, document: Document, rule: Any, *, replacing: str | None) -> None:
    """Raises ProgrammeInvalid when the rule, by itself and by these settings, could never work,
    names what is not there, or has the id of another. What it does to the rules beside it is
    judged when publishing."""
    must_be_known(uow.session, {**document, "rules": [rule]})
    if rule["id"] != replacing and drafting.has_rule(document, rule["id"]):
        words = N_("“%(value)s” is already used above: each one needs its own.")
        problem = Problem("rules[0].id", "repeated", words, {"value": rule["id"]})
        raise ProgrammeInvalid([problem])


def copy_rule(
    uow: UnitOfWork, actor: Actor, revision: int, rule_id: str, name: str, *, clock: Clock
) -> str:
    """Returns the id of the copy, which rests until it is switched on."""
    row = _locked(uow, actor, revision)
    changed, copy_id = drafting.with_copy(row.document, rule_id, name)
    _keep(uow, actor, row, changed, clock, "copy_rule", copy_id)
    return copy_id


def delete_rule(
    uow: UnitOfWork, actor: Actor, revision: int, rule_id: str, *, clock: Clock
) -> None:
    row = _locked(uow, actor, revision)
    changed = drafting.without_rule(row.document, rule_id)
    _keep(uow, actor, row, changed, clock, "delete_rule", rule_id)


def move_rule(
    uow: UnitOfWork, actor: Actor, revision: int, rule_id: str, by: int, *, clock: Clock
) -> None:
    row = _locked(uow, actor, revision)
    changed = drafting.moved(row.document, rule_id, by)
    _keep(uow, actor, row, changed, clock, "move_rule", rule_id)


def switch_rule(
    uow: UnitOfWork, actor: Actor, revision: int, rule_id: str, *, on: bool, clock: Clock
) -> None:
    row = _locked(uow, actor, revision)
    changed = drafting.switched(row.document, rule_id, on=on)
    _keep(uow, actor, row, changed, clock, "enable_rule" if on else "disable_rule", rule_id)


def save_settings(
    uow: UnitOfWork,
    actor: Actor,
    revision: int,
    name: str,
    settings: Document,
    *,
    clock: Clock,
) -> None:
    row = _locked(uow, actor, revision)
    changed = drafting.with_settings(row.document, name, settings)
    compile_programme({**changed, "rules": []})
    _keep(uow, actor, row, changed, clock, "save_settings")


def discard_draft(uow: UnitOfWork, actor: Actor, revision: int) -> None:
    row = _locked(uow, actor, revision)
    uow.session.delete(row)
    _note(uow, actor, row, "discard")


def publish_draft(
    uow: UnitOfWork,
    actor: Actor,
    revision: int,
    *,
    effective_on: date,
    latest: int,
    clock: Clock,
) -> int:
    """Make the draft the next version, for meetings held from `effective_on` on; its number.

    `latest` is the newest version its author was shown: when there is a newer one by now, what
    she was told would change is no longer what would.
    """
    row = _locked(uow, actor, revision)
    _must_be_approved(uow, actor, row, effective_on)
    _must_be_next(uow, effective_on, latest, clock)
    version = publish_programme(
        uow,
        actor,
        row.document,
        effective_on=effective_on,
        clock=clock,
        proposed_by=row.proposed_by if row.proposed_revision == revision else None,
    )
    uow.session.delete(row)
    uow.session.flush()
    return version


def propose_draft(
    uow: UnitOfWork, actor: Actor, revision: int, *, effective_on: date, latest: int, clock: Clock
) -> None:
    """Ask another administrator to publish it as it is now; any change takes the question back.

    Raises what `publish_draft` raises.
    """
    row = _locked(uow, actor, revision)
    _must_be_next(uow, effective_on, latest, clock)
    must_be_known(uow.session, row.document)
    row.proposed_revision, row.proposed_for = revision, effective_on
    row.proposed_by, row.proposed_at = actor.label, clock()
    _note(uow, actor, row, "propose", effective_on.isoformat())


def send_back_draft(uow: UnitOfWork, actor: Actor, revision: int) -> None:
    """Withdrawn by who proposed it, or refused by who was asked: a draft like any other again."""
    row = _locked(uow, actor, revision)
    if row.proposed_revision == revision:
        row.proposed_revision = row.proposed_for = row.proposed_by = row.proposed_at = None
        _note(uow, actor, row, "send_back")


def _must_be_next(uow: UnitOfWork, effective_on: date, latest: int, clock: Clock) -> None:
    newest = latest_version(uow.session)
    if newest != latest:
        raise PublishedMeanwhile(version=str(newest))
    if effective_on < local_day(clock(), this_brand(uow.session).timezone):
        raise ProgrammeVersionOutOfOrder(effective_on=effective_on)


def _must_be_approved(
    uow: UnitOfWork, actor: Actor, row: ProgrammeDraft, effective_on: date
) -> None:
    if this_brand(uow.session).settings.programme_approval == "none" or actor.is_system:
        return
    if (row.proposed_revision, row.proposed_for) != (row.revision, effective_on):
        raise ApprovalNeeded
    if row.proposed_by == actor.label:
        raise OwnProposal


def must_edit(actor: Actor) -> None:
    if actor.role not in EDITORS:
        raise NotAllowed


def _base(uow: UnitOfWork, version: int | None, clock: Clock) -> tuple[int, Document] | None:
    if version is not None:
        chosen = programme_version(uow.session, version)
        return chosen.version, chosen.document
    in_force = version_on(uow.session, local_day(clock(), this_brand(uow.session).timezone))
    return (in_force.version, in_force.document) if in_force else None


def _locked(uow: UnitOfWork, actor: Actor, revision: int) -> ProgrammeDraft:
    must_edit(actor)
    found = lock_where(uow.session, Rank.PROMOTION, ProgrammeDraft)
    if not found:
        raise DraftGone
    if found[0].revision != revision:
        raise DraftMoved
    return found[0]


def _begin(
    uow: UnitOfWork, actor: Actor, document: Mapping[str, Any], based_on: int, clock: Clock
) -> None:
    row = ProgrammeDraft(
        brand_id=uow.brand_id,
        id=new_id(),
        document=_as_of_now(uow, document),
        based_on=based_on,
        revision=1,
        updated_at=clock(),
        updated_by=actor.label,
    )
    uow.session.add(row)
    uow.session.flush()
    _note(uow, actor, row, "start", str(based_on))


def _keep(
    uow: UnitOfWork,
    actor: Actor,
    row: ProgrammeDraft,
    document: Document,
    clock: Clock,
    what: str,
    subject: str = "",
) -> None:
    row.document = _as_of_now(uow, document)
    row.revision += 1
    row.updated_at = clock()
    row.updated_by = actor.label
    _note(uow, actor, row, what, subject)


def _as_of_now(uow: UnitOfWork, document: Mapping[str, Any]) -> Document:
    """With published rewards as they are. Publishing gives the number; until then there is none to
    be believed."""
    unnumbered = {name: value for name, value in document.items() if name != "version"}
    return refreshed(uow.session, unnumbered)


def _note(uow: UnitOfWork, actor: Actor, row: ProgrammeDraft, what: str, subject: str = "") -> None:
    told = {"revision": row.revision, **({"subject": subject} if subject else {})}
    record(uow, actor, f"draft.{what}", "programme_draft", row.id, after=told)
