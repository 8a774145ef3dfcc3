"""The rule editor: a form that grows by named buttons and tells the rule as it is typed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from app.catalog.services.pictures import MAX_PICTURE_BYTES
from app.http.auth import current_actor
from app.http.form_tree import Tree, flat
from app.http.forms import errors_of
from app.http.requests import takes_up_to
from app.http.words import say
from app.http.work import reading, writing
from app.http.written import Errors, Written
from app.infra.uow import UnitOfWork
from app.kernel.errors import Conflict, Refused
from app.kernel.strict_json import NotJson, read_json
from app.rewards.domain.draft import has_rule, rule_in, with_rule
from app.rewards.domain.programme import Programme, ProgrammeInvalid, compile_programme
from app.rewards.domain.terms import Beneficiary, Rule, Trigger
from app.rewards.domain.trial import try_rule
from app.rewards.errors import DraftGone
from app.rewards.presenters import programme as words
from app.rewards.presenters.sentences import Piece, RuleTold, tell_beginning, tell_rule
from app.rewards.presenters.tongue import gettext
from app.rewards.presenters.trials import TrialLine, tell_trial
from app.rewards.queries.drafts import DraftView
from app.rewards.queries.references import lost_references, offering, published
from app.rewards.queries.trials import in_catalogue
from app.rewards.schemas.pot_form import pictures_in, with_picture, without_picture
from app.rewards.schemas.programme import trial_of, trial_values
from app.rewards.schemas.rule_form import check, tree_of, written
from app.rewards.schemas.rule_tree import RULE_TREE
from app.rewards.services import programme_draft as drafts
from app.rewards.services.pictures import add_reward_picture
from app.rewards.web.programme import MOST_JSON, draft_bp, the_draft, to_draft, to_index, today

NEW_RULE: Tree = {
    "name": "",
    "enabled": "1",
    "beneficiary": "host",
    "trigger": "during_meeting",
    "join": "all",
    "gain": "rewards",
    "c": [],
    "r": [{"kind": "points_fixed"}],
    "measure": "turnover",
    "mode": "best",
    "t": [],
    "pot_measure": "spend",
}
MOST_SENT = MAX_PICTURE_BYTES + MOST_JSON


@dataclass
class Desk:
    """One rule being written: the form, the draft it belongs to, and what it says so far."""

    draft: DraftView
    tree: Tree
    rule_id: str | None
    """None for a new one."""
    out: Written
    rule: Rule | None
    programme: Programme | None = None
    problems: list[str] = field(default_factory=list)
    """Of the draft as a whole, with this rule in it."""

    @property
    def number(self) -> int:
        ids = [rule["id"] for rule in self.draft.document["rules"]]
        return ids.index(self.rule_id) + 1 if self.rule_id in ids else len(ids) + 1


def _desk(uow: UnitOfWork, draft: DraftView, tree: Tree, rule_id: str | None) -> Desk:
    replacing = rule_id if rule_id and has_rule(draft.document, rule_id) else None
    out = written(tree, draft.document, replacing=replacing)
    desk = Desk(draft, tree, replacing, out, check(out, draft.document))
    if desk.rule is not None:
        named = {**draft.document, "rules": [out.document]}
        out.note(lost_references(uow.session, named))
        whole = with_rule(draft.document, out.document, replacing=replacing)
        try:
            desk.programme = compile_programme(whole)
        except ProgrammeInvalid as invalid:
            desk.problems = [words.told_problem(problem) for problem in invalid.problems]
    return desk


def _offered(uow: UnitOfWork) -> DraftView | None:
    """The draft, with every published reward to choose among."""
    draft = the_draft(uow)
    if draft is None:
        return None
    return replace(draft, document=offering(draft.document, published(uow.session)))


# ---------------------------------------------------------------- the form


@draft_bp.get("/rule")
def rule() -> Any:
    """`?rule=<id>`; without it, a new one."""
    with reading() as uow:
        draft = _offered(uow)
        if draft is None:
            return to_index()
        rule_id = request.args.get("rule")
        if rule_id is None:
            return _page(uow, _desk(uow, draft, _copy(NEW_RULE), None))
        tree = tree_of(rule_in(draft.document, rule_id), draft.document["templates"])
        if tree is None:
            return redirect(url_for("programme_draft.rule_json", rule=rule_id), code=303)
        return _page(uow, _desk(uow, draft, tree, rule_id))


@draft_bp.post("/rule", endpoint="rule_post")
@takes_up_to(MOST_SENT)
def work_on_rule() -> Any:
    """Each button of the form: rows added or taken away, a picture sent, told again, saved."""
    do = request.form.get("do", "")
    tree = RULE_TREE.read(request.form.items())
    try:
        tree = _with_sent_picture(tree)
    except Refused as refusal:
        return _told_again(tree, errors_of(refusal, "picture")), 422
    if do == "save":
        return _save(tree)
    action, _, image_id = do.partition(" ")
    if action == "unpicture":
        return _told_again(without_picture(tree, image_id))
    return _told_again(RULE_TREE.changed_by(tree, do))


def _with_sent_picture(tree: Tree) -> Tree:
    """Raises PictureNotReadable, PictureTooLarge."""
    sent = request.files.get("picture")
    if sent is None or not sent.filename:
        return tree
    content = sent.stream.read(MAX_PICTURE_BYTES + 1)
    image_id = writing(
        lambda uow: add_reward_picture(uow, current_actor(), content, clock=uow.clock)
    )
    return with_picture(tree, str(image_id))


def _told_again(tree: Tree, errors: Errors | None = None) -> Any:
    """Nothing is saved; of what is missing, only `errors` are blamed, the rest is listed beside."""
    with reading() as uow:
        draft = _offered(uow)
        if draft is None:
            return to_index()
        desk = _desk(uow, draft, tree, _asked_for())
        return _page(uow, desk, errors=errors, revision=_revision())


def _asked_for() -> str | None:
    return request.form.get("was", "")[:100] or None


def _revision() -> int:
    text = request.form.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _save(tree: Tree) -> Any:
    with reading() as uow:
        draft = _offered(uow)
        desk = _desk(uow, draft, tree, _asked_for()) if draft else None
        if desk is not None and desk.out.errors:
            return _page(uow, desk, blame=True, revision=_revision()), 422
    if desk is None or desk.rule is None:
        return _moved_on(tree, DraftGone())
    try:
        writing(
            lambda uow: drafts.save_rule(
                uow,
                current_actor(),
                _revision(),
                desk.out.document,
                replacing=desk.rule_id,
                clock=uow.clock,
            )
        )
    except Conflict as refusal:
        return _moved_on(tree, refusal)
    name = desk.rule.name or desk.rule.id
    flash(gettext("“%(name)s” is saved in the draft.", name=name), "success")
    return to_draft()


def _moved_on(tree: Tree, refusal: Conflict) -> Any:
    """Told, with everything typed still there: saving again puts it into the draft as it is now."""
    if isinstance(refusal, DraftGone):
        writing(lambda uow: drafts.start_draft(uow, current_actor(), clock=uow.clock))
    with reading() as uow:
        draft = _offered(uow)
        assert draft is not None
        desk = _desk(uow, draft, tree, _asked_for())
        again = gettext("Save again to put your rule, as it is below, into the draft of now.")
        desk.out.errors = {"_form": [say(refusal), again]}
        return _page(uow, desk, blame=True), 409


def _page(
    uow: UnitOfWork,
    desk: Desk,
    *,
    blame: bool = False,
    errors: Errors | None = None,
    revision: int | None = None,
) -> Any:
    names = words.product_names(uow.session, desk.draft.document, desk.out.document)
    trial, trial_errors = trial_of(flat(desk.tree), today(uow))
    trial = in_catalogue(uow.session, trial)
    values = {**trial_values(trial), **flat(desk.tree)}
    told = (
        tell_rule(desk.rule, words.settings_of(desk.draft.document), names) if desk.rule else None
    )
    lines: list[TrialLine] = []
    if desk.rule and desk.programme:
        lines = tell_trial(try_rule(desk.programme, desk.rule, trial), trial, names)
    return render_template(
        "console/programme/rule.html",
        desk=desk,
        tree=desk.tree,
        values=values,
        errors={**(desk.out.errors if blame else {}), **(errors or {}), **trial_errors},
        pictures=words.pot_pictures(pictures_in(desk.tree)),
        missing=desk.out.errors,
        told=told,
        pieces=_pieces(desk, told),
        findings=_findings(desk, names),
        trial=lines,
        revision=desk.draft.revision if revision is None else revision,
        ask=words,
        here_url=url_for("programme_draft.rule_post"),
    )


def _pieces(desk: Desk, told: RuleTold | None) -> list[Piece]:
    if told is not None:
        return told.pieces
    beneficiary, trigger = desk.tree.get("beneficiary", ""), desk.tree.get("trigger", "")
    if beneficiary in set(Beneficiary) and trigger in set(Trigger):
        return tell_beginning(Beneficiary(beneficiary), Trigger(trigger))
    return []


def _findings(desk: Desk, names: Mapping[str, str]) -> list[words.Finding]:
    found = [words.Finding("bad", text) for text in desk.problems]
    if desk.rule is not None and desk.programme is not None:
        found += [
            words.Finding("warn", text)
            for text in words.rule_findings(desk.rule, desk.programme, desk.out.document, names)
        ]
    return found


def _copy(tree: Tree) -> Tree:
    return {
        name: [dict(row) for row in value] if isinstance(value, list) else value
        for name, value in tree.items()
    }


# ---------------------------------------------------------------- the same rule as JSON


@draft_bp.get("/rule/json", endpoint="rule_json")
def show_json() -> Any:
    with reading() as uow:
        draft = the_draft(uow)
        if draft is None:
            return to_index()
        found = rule_in(draft.document, request.args.get("rule", ""))
        text = json.dumps(found, ensure_ascii=False, indent=2)
        return _json_page(uow, draft, found["id"], text)


@draft_bp.post("/rule/json", endpoint="rule_json_post")
def save_json() -> Any:
    text, rule_id = request.form.get("document", "")[:MOST_JSON], request.form.get("was", "")[:100]
    try:
        document = read_json(text)
        writing(lambda uow: _save_document(uow, document, rule_id))
    except NotJson as error:
        return _json_again(text, rule_id, words.told_errors([error.problem])), 422
    except ProgrammeInvalid as invalid:
        return _json_again(text, rule_id, words.told_errors(invalid.problems)), 422
    except Conflict as refusal:
        return _json_again(text, rule_id, [("", say(refusal))]), 409
    flash(gettext("“%(name)s” is saved in the draft.", name=_name(document)), "success")
    return to_draft()


def _name(document: Any) -> str:
    return str(document.get("name") or document["id"])


def _save_document(uow: UnitOfWork, document: Any, rule_id: str) -> None:
    draft = the_draft(uow)
    if draft is None:
        raise DraftGone
    drafts.save_rule(
        uow, current_actor(), _revision(), document, replacing=rule_id, clock=uow.clock
    )


def _json_again(text: str, rule_id: str, problems: list[tuple[str, str]]) -> Any:
    with reading() as uow:
        draft = the_draft(uow)
        if draft is None:
            return to_index()
        return _json_page(uow, draft, rule_id, text, problems)


def _json_page(
    uow: UnitOfWork,
    draft: DraftView,
    rule_id: str,
    text: str,
    problems: list[tuple[str, str]] | None = None,
) -> str:
    names = words.product_names(uow.session, draft.document)
    rows = [row for row in words.rule_rows(draft.document, names) if row.rule_id == rule_id]
    shown = rule_in(draft.document, rule_id) if rows else None
    return render_template(
        "console/programme/rule_json.html",
        draft=draft,
        rule_id=rule_id,
        row=rows[0] if rows else None,
        text=text,
        problems=problems or [],
        has_form=shown is not None and tree_of(shown) is not None,
    )
