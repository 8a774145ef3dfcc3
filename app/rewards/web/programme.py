"""The console's pages about the programme: versions, the draft, publishing, files."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any, cast
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from app.accounts.web import from_session
from app.brands.queries import BrandView
from app.catalog.queries import season_of, seasons
from app.http.auth import current_actor, open_to
from app.http.brand import current_brand
from app.http.documents.sent import document_sent
from app.http.flashes import flash_refusal
from app.http.forms import errors_of, load, posted
from app.http.words import date_long, say
from app.http.work import reading, writing
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.clock import at_wall_time, local_day
from app.kernel.errors import Conflict, Invalid, NotFound, Refused
from app.kernel.strict_json import NotJson, read_json
from app.meetings.presenters import title_of
from app.meetings.queries import meeting_card
from app.rewards.domain.changes import compare
from app.rewards.domain.draft import rule_in
from app.rewards.domain.programme import ProgrammeInvalid, compile_programme
from app.rewards.domain.simulation import Tariff
from app.rewards.domain.trial import try_programme
from app.rewards.errors import ApprovalNeeded, OwnProposal, PublishedMeanwhile
from app.rewards.presenters.changes import ChangeLine, tell_changes
from app.rewards.presenters.overview import overview_groups
from app.rewards.presenters.pots import pot_rows
from app.rewards.presenters.programme import (
    Finding,
    findings,
    names_of,
    product_names,
    rule_rows,
    told_errors,
    told_problem,
)
from app.rewards.presenters.tongue import gettext
from app.rewards.presenters.trials import tell_outcome, tell_trial
from app.rewards.queries import ProgrammeView
from app.rewards.queries.drafts import (
    DraftView,
    VersionLine,
    latest_version,
    programme_draft,
    programme_version,
    version_before,
    version_lines,
    version_on,
)
from app.rewards.queries.given import given_since, season_start, tariff_of
from app.rewards.queries.live import NOTHING
from app.rewards.queries.programme import programme_in_force
from app.rewards.queries.references import lost_references, refreshed
from app.rewards.queries.simulations import simulation_of_draft
from app.rewards.queries.trials import in_catalogue, tried_on
from app.rewards.schemas.programme import (
    DraftSchema,
    PublishSchema,
    RuleActionSchema,
    SettingsSchema,
    StartSchema,
    settings_values,
    trial_of,
    trial_values,
)
from app.rewards.services import programme_draft as drafts

bp = Blueprint("programme_console", __name__, url_prefix="/console/programme")
open_to(bp, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, via=from_session)

draft_bp = Blueprint("programme_draft", __name__, url_prefix="/console/programme/draft")
open_to(draft_bp, Role.BRAND_ADMIN, via=from_session)

MOST_JSON = 400_000
"""Characters of a pasted or sent document: a thousand rules fit."""
MOST_ERRORS = 200


def today(uow: UnitOfWork) -> date:
    return local_day(uow.clock(), current_brand().timezone)


def _brand() -> BrandView:
    return cast(BrandView, current_brand())


def may_edit() -> bool:
    return current_actor().role is Role.BRAND_ADMIN


def to_draft() -> Any:
    return redirect(url_for("programme_draft.show"), code=303)


def to_index() -> Any:
    return redirect(url_for("programme_console.index"), code=303)


# ---------------------------------------------------------------- versions


@bp.get("")
def index() -> Any:
    with reading() as uow:
        session, day = uow.session, today(uow)
        in_force, draft = version_on(session, day), programme_draft(session)
        lines = version_lines(session)
        names = product_names(session, in_force.document if in_force else {})
        people = names_of(
            session,
            [line.published_by for line in lines]
            + ([draft.updated_by, draft.proposed_by or draft.updated_by] if draft else []),
        )
        rows = rule_rows(in_force.document, names) if in_force else []
        pots = pot_rows(session, today=day)
    return render_template(
        "console/programme/index.html",
        in_force=in_force,
        draft=draft,
        rows=rows,
        pots=pots,
        versions=lines,
        people=people,
        today=day,
        can_edit=may_edit(),
    )


@bp.get("/overview")
def overview() -> Any:
    """The same statements however many rules, and however much they gave."""
    with reading() as uow:
        session, day = uow.session, today(uow)
        in_force = version_on(session, day)
        lines = version_lines(session)
        shown = _overviewed(session, in_force, day) if in_force else {"groups": [], "checks": []}
    ahead = [line for line in lines if line.effective_on > day]
    return render_template(
        "console/programme/overview.html",
        in_force=in_force,
        upcoming=min(ahead, key=lambda line: line.effective_on, default=None),
        **shown,
    )


def _overviewed(session: Any, in_force: ProgrammeView, day: date) -> dict[str, Any]:
    document = in_force.document
    programme = compile_programme(document, published=True)
    names = product_names(session, document)
    known = seasons(session)
    since = season_start([one.starts_on for one in known], day, in_force.effective_on)
    midnight = at_wall_time(datetime.combine(since, time()), _brand().timezone)
    given = given_since(session, midnight, Tariff(**tariff_of(session, [document])))
    return {
        "groups": overview_groups(programme, document, given, names),
        "since": since,
        "season": season_of(known, day),
        "checks": findings(document, names, published=True),
    }


@bp.get("/versions/<int:version>")
def version(version: int) -> Any:
    with reading() as uow:
        session = uow.session
        shown = _version(session, version)
        earlier = version_lines(session)
        before = _compared_with(session, shown, earlier)
        names = product_names(session, shown.document, before.document if before else {})
        people = names_of(session, [one for one in (shown.published_by, shown.proposed_by) if one])
        in_force = version_on(session, today(uow))
        has_draft = programme_draft(session) is not None
    return render_template(
        "console/programme/version.html",
        version=shown,
        rows=rule_rows(shown.document, names),
        before=before,
        changes=tell_changes(compare(before.document, shown.document), names) if before else [],
        published_by=people[shown.published_by],
        proposed_by=people[shown.proposed_by] if shown.proposed_by else None,
        others=[line for line in earlier if line.version != shown.version],
        is_in_force=in_force is not None and in_force.version == shown.version,
        has_draft=has_draft,
        can_edit=may_edit(),
    )


def _compared_with(
    session: Any, shown: ProgrammeView, lines: tuple[VersionLine, ...]
) -> ProgrammeView | None:
    """The version asked for, or the one it took over from."""
    asked = request.args.get("with", "")
    known = {str(line.version) for line in lines} - {str(shown.version)}
    return (
        programme_version(session, int(asked)) if asked in known else version_before(session, shown)
    )


@bp.get("/versions/<int:version>.json")
def export_version(version: int) -> Any:
    with reading() as uow:
        found = _version(uow.session, version)
    return _file(found.document, f"programme-{current_brand().slug}-v{found.version}.json")


def _version(session: Any, version: int) -> ProgrammeView:
    if version > 1_000_000_000:
        raise NotFound
    return programme_version(session, version)


def _file(document: Any, name: str) -> Response:
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return Response(
        f"{text}\n",
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


# ---------------------------------------------------------------- the draft


def the_draft(uow: UnitOfWork) -> DraftView | None:
    """With published rewards as they are now."""
    draft = programme_draft(uow.session)
    if draft is None:
        return None
    return replace(draft, document=refreshed(uow.session, draft.document))


def _lost(uow: UnitOfWork, draft: DraftView) -> list[str]:
    """What the draft names and is not there, in words."""
    return [told_problem(problem) for problem in lost_references(uow.session, draft.document)]


@draft_bp.get("")
def show() -> Any:
    with reading() as uow:
        draft = the_draft(uow)
        if draft is None:
            return to_index()
        day = today(uow)
        in_force, latest = version_on(uow.session, day), latest_version(uow.session)
        names = product_names(uow.session, draft.document)
        people = names_of(uow.session, [draft.updated_by])
        is_simulated = simulation_of_draft(uow.session) is not None
        trial, errors = trial_of(request.args, day)
        trial = in_catalogue(uow.session, trial)
        lost = _lost(uow, draft)
    try:
        programme = compile_programme(draft.document)
        lines = tell_trial(try_programme(programme, trial), trial, names)
        is_valid = not lost
    except ProgrammeInvalid:
        lines, is_valid = [], False
    return render_template(
        "console/programme/draft.html",
        steps=_steps(draft, is_valid=is_valid, is_simulated=is_simulated),
        draft=draft,
        same_as=_same_as(draft, in_force, latest),
        rows=rule_rows(draft.document, names),
        findings=[*(Finding("bad", text) for text in lost), *findings(draft.document, names)],
        edited_by=people[draft.updated_by],
        trial=lines,
        values={**trial_values(trial), **{name: request.args[name] for name in errors}},
        errors=errors,
    )


@draft_bp.get("/meetings/<uuid:meeting_id>")
def try_on(meeting_id: UUID) -> Any:
    """What the draft would make of a meeting, beside what the version in force does."""
    with reading() as uow:
        session, draft = uow.session, the_draft(uow)
        meeting_card(session, current_actor(), meeting_id)
        if draft is None:
            flash(
                gettext("Prepare a new version first: then it can be tried on a meeting."), "info"
            )
            return to_index()
        try:
            programme = compile_programme(draft.document)
        except ProgrammeInvalid as refusal:
            flash_refusal(refusal)
            return to_draft()
        tried = tried_on(session, current_actor(), programme, meeting_id)
        in_force = programme_in_force(session, local_day(tried.card.starts_at, _brand().timezone))
        was = (
            tried_on(session, current_actor(), in_force.programme, meeting_id).outcome
            if in_force
            else NOTHING
        )
        names = product_names(session, draft.document)
    like: dict[str, Any] = trial_values(tried.alike)
    return render_template(
        "console/programme/tried.html",
        card=tried.card,
        meeting_title=title_of(tried.card.host_name),
        trial=tell_outcome(tried.outcome, tried.people, names),
        was=tell_outcome(was, tried.people, names),
        like_url=url_for("programme_draft.show", **like, _anchor="try"),
        meeting_url=url_for("meetings_console.show", meeting_id=meeting_id),
    )


def _steps(draft: DraftView, *, is_valid: bool, is_simulated: bool) -> list[tuple[bool, str]]:
    """How far the draft, exactly as it is now, is on its way to a version."""
    told = gettext("Simulated") if is_simulated else gettext("Not simulated")
    steps = [
        (is_valid, gettext("Checked") if is_valid else gettext("Not valid yet")),
        (is_simulated, told),
    ]
    if _brand().settings.programme_approval != "none":
        words = gettext("Proposed") if draft.is_proposed else gettext("Not proposed")
        steps.append((draft.is_proposed, words))
    return steps


@draft_bp.post("")
def start() -> Any:
    try:
        asked = load(StartSchema, posted(request.form))
        writing(
            lambda uow: drafts.start_draft(
                uow, current_actor(), version=asked["version"], clock=uow.clock
            )
        )
    except (Invalid, Conflict) as refusal:
        flash_refusal(refusal)
    return to_draft()


@draft_bp.post("/discard")
def discard() -> Any:
    try:
        asked = load(DraftSchema, posted(request.form))
        writing(lambda uow: drafts.discard_draft(uow, current_actor(), asked["revision"]))
    except (Invalid, Conflict) as refusal:
        flash_refusal(refusal)
        return to_draft()
    flash(gettext("The draft is discarded. What is in force stays in force."), "success")
    return to_index()


@draft_bp.post("/rules")
def change_rule() -> Any:
    """One of a rule's buttons: up, down, on, off, copy, delete."""
    try:
        asked = load(RuleActionSchema, posted(request.form))
        flash(writing(lambda uow: _do(uow, asked)), "success")
    except (Invalid, Conflict) as refusal:
        flash_refusal(refusal)
    return to_draft()


def _do(uow: UnitOfWork, asked: dict[str, Any]) -> str:
    actor, revision, rule_id, do = current_actor(), asked["revision"], asked["rule"], asked["do"]
    name = _name_of(uow, rule_id)
    if do == "copy":
        copied = gettext("%(name)s (copy)", name=name)
        drafts.copy_rule(uow, actor, revision, rule_id, copied, clock=uow.clock)
        return gettext("“%(name)s” is copied; the copy is switched off for now.", name=name)
    if do == "delete":
        drafts.delete_rule(uow, actor, revision, rule_id, clock=uow.clock)
        return gettext("“%(name)s” is deleted from the draft.", name=name)
    if do in {"up", "down"}:
        by = -1 if do == "up" else 1
        drafts.move_rule(uow, actor, revision, rule_id, by, clock=uow.clock)
        return gettext("“%(name)s” is moved.", name=name)
    drafts.switch_rule(uow, actor, revision, rule_id, on=do == "enable", clock=uow.clock)
    if do == "enable":
        return gettext("“%(name)s” is switched on in the draft.", name=name)
    return gettext("“%(name)s” is switched off in the draft.", name=name)


def _name_of(uow: UnitOfWork, rule_id: str) -> str:
    draft = the_draft(uow)
    if draft is None:
        return rule_id
    return str(rule_in(draft.document, rule_id).get("name") or rule_id)


@draft_bp.get("/settings")
def settings() -> Any:
    with reading() as uow:
        draft = the_draft(uow)
    if draft is None:
        return to_index()
    return _settings_page(settings_values(draft.document), draft.revision)


@draft_bp.post("/settings", endpoint="settings_post")
def save_settings() -> Any:
    try:
        asked = load(SettingsSchema, posted(request.form))
        writing(
            lambda uow: drafts.save_settings(
                uow,
                current_actor(),
                asked["revision"],
                asked["name"],
                asked["settings"],
                clock=uow.clock,
            )
        )
    except Invalid as refusal:
        seen = request.form.get("revision", "")
        return _settings_page(request.form, seen, errors_of(refusal)), 422
    except Conflict as refusal:
        flash_refusal(refusal)
        return to_draft()
    flash(gettext("The settings of the draft are saved."), "success")
    return to_draft()


def _settings_page(values: Any, revision: Any, errors: Any = None) -> str:
    return render_template(
        "console/programme/settings.html", values=values, revision=revision, errors=errors or {}
    )


# ---------------------------------------------------------------- files


@draft_bp.get("/export.json")
def export() -> Any:
    with reading() as uow:
        draft = the_draft(uow)
    if draft is None:
        raise NotFound
    return _file(draft.document, f"programme-{current_brand().slug}-draft.json")


@draft_bp.get("/import", endpoint="import_file")
def import_page() -> Any:
    return _import_page("", [])


@draft_bp.post("/import", endpoint="import_file_post")
def import_document() -> Any:
    text, problem = document_sent(MOST_JSON)
    if problem:
        return _import_page(text, [("", problem)]), 422
    try:
        document = read_json(text)
        asked = load(DraftSchema(partial=True), _only(posted(request.form), "revision"))
        writing(
            lambda uow: drafts.import_draft(
                uow, current_actor(), document, revision=asked.get("revision"), clock=uow.clock
            )
        )
    except NotJson as error:
        return _import_page(text, told_errors([error.problem])), 422
    except ProgrammeInvalid as invalid:
        return _import_page(text, told_errors(invalid.problems)), 422
    except Invalid as refusal:
        flash_refusal(refusal)
        return _import_page(text, []), 422
    except Conflict as refusal:
        return _import_page(text, [("", say(refusal))]), 409
    flash(gettext("The document is read; it is your draft now."), "success")
    return to_draft()


def _only(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


def _import_page(text: str, problems: list[tuple[str, str]]) -> str:
    with reading() as uow:
        draft = the_draft(uow)
    return render_template(
        "console/programme/import.html",
        text=text,
        problems=problems[:MOST_ERRORS],
        more=max(0, len(problems) - MOST_ERRORS),
        draft=draft,
    )


# ---------------------------------------------------------------- publishing


@draft_bp.get("/publish")
def publish() -> Any:
    return _publish_page({}, {})


@draft_bp.post("/publish", endpoint="publish_post")
def publish_now() -> Any:
    return _bring_forward(drafts.publish_draft, _published)


@draft_bp.post("/propose")
def propose() -> Any:
    """For another administrator to publish."""
    return _bring_forward(drafts.propose_draft, _proposed)


@draft_bp.post("/send-back")
def send_back() -> Any:
    try:
        asked = load(DraftSchema, posted(request.form))
        writing(lambda uow: drafts.send_back_draft(uow, current_actor(), asked["revision"]))
    except (Invalid, Conflict) as refusal:
        flash_refusal(refusal)
    else:
        flash(gettext("The version is no longer proposed; the draft is as it was."), "success")
    return to_draft()


def _bring_forward(step: Callable[..., Any], told: Callable[[Any, date], str]) -> Any:
    try:
        asked = load(PublishSchema, posted(request.form))
        day = asked["effective_on"]
        done = writing(
            lambda uow: step(
                uow,
                current_actor(),
                asked["revision"],
                effective_on=day,
                latest=asked["latest"],
                clock=uow.clock,
            )
        )
    except (PublishedMeanwhile, ProgrammeInvalid, ApprovalNeeded, OwnProposal) as refusal:
        flash_refusal(refusal)
        return redirect(url_for("programme_draft.publish"), code=303)
    except Conflict as refusal:
        flash_refusal(refusal)
        return to_index()
    except (Invalid, Refused) as refusal:
        return _publish_page(request.form, errors_of(refusal, "effective_on")), 422
    flash(told(done, day), "success")
    return to_index()


def _published(number: int, day: date) -> str:
    return gettext(
        "Version %(version)s is published: meetings held from %(day)s on obey it.",
        version=number,
        day=date_long(day),
    )


def _proposed(_done: None, day: date) -> str:
    return gettext(
        "The version is proposed for %(day)s: another administrator approves it.",
        day=date_long(day),
    )


def _publish_page(values: Any, errors: dict[str, list[str]]) -> Any:
    with reading() as uow:
        draft = the_draft(uow)
        if draft is None:
            return to_index()
        session, day = uow.session, today(uow)
        in_force, latest = version_on(session, day), latest_version(session)
        names = product_names(session, draft.document, in_force.document if in_force else {})
        people = names_of(session, [draft.proposed_by] if draft.proposed_by else [])
        lost = _lost(uow, draft)
    try:
        compile_programme(draft.document)
    except ProgrammeInvalid as invalid:
        problems = [told_problem(problem) for problem in invalid.problems]
        changes: list[ChangeLine] = []
    else:
        problems = lost
        changes = _changes(draft, in_force, names)
    return render_template(
        "console/programme/publish.html",
        draft=draft,
        in_force=in_force,
        latest=latest,
        same_as=_same_as(draft, in_force, latest),
        today=day,
        needs_approval=_brand().settings.programme_approval != "none",
        proposed_by=people.get(draft.proposed_by or "", ""),
        is_mine=draft.proposed_by == current_actor().label,
        changes=changes,
        problems=problems,
        findings=findings(draft.document, names) if not problems else [],
        values=values,
        errors=errors,
    )


def _same_as(draft: DraftView, in_force: ProgrammeView | None, latest: int) -> int | None:
    """The version that the draft would only repeat; None when publishing it changes something."""
    if in_force is None or in_force.version != latest:
        return None
    try:
        changes = compare(in_force.document, draft.document)
    except ProgrammeInvalid:
        return None
    return None if changes else latest


def _changes(draft: DraftView, in_force: ProgrammeView | None, names: Any) -> list[ChangeLine]:
    return tell_changes(compare(in_force.document if in_force else None, draft.document), names)
