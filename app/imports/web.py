"""Imports and exports in the console: send a file, read what it would do, say yes."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext

from app.accounts.queries import user_names
from app.accounts.web import from_session
from app.http.auth import current_actor, open_to
from app.http.fields import Count, StrictSchema
from app.http.filters import asked_of_list
from app.http.flashes import flash_refusal
from app.http.forms import posted
from app.http.navigation import here
from app.http.requests import takes_up_to
from app.http.words import number, say
from app.http.work import reading, writing
from app.imports import kinds, queries, services
from app.imports import writing as files
from app.imports.errors import FileHasErrors, HeaderWrong, KindNotFound
from app.imports.kinds import Kind
from app.imports.presenters import column_lines, error_rows, file_line, report_page
from app.imports.queries import UploadView
from app.imports.sheets import MAX_BYTES, MAX_ROWS, MEGABYTE
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.errors import Conflict, NotAllowed, Refused

bp = Blueprint("imports_console", __name__, url_prefix="/console/imports")
open_to(bp, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, Role.FINANCE, via=from_session)

ROOM_FOR_THE_FORM = 100_000
FORM = 'any("csv", "xlsx"):form'
PAGE = 20


class PageSchema(StrictSchema):
    page = Count(minimum=1, maximum=10_000, load_default=1)


@bp.get("")
def index() -> Any:
    """What can be had and sent, and below it the files that were sent, the latest first."""
    role = current_actor().role
    shown = [kind for kind in kinds.all_kinds() if kind.is_readable_by(role)]
    mine = {kind.name: kind for kind in shown if kind.is_open_to(role)}
    page = asked_of_list(PageSchema)["page"]
    with reading() as uow:
        found = queries.uploads(uow.session, mine, limit=PAGE, offset=(page - 1) * PAGE)
        total = queries.count_uploads(uow.session, mine)
        names = _names(uow, found)
    return render_template(
        "console/imports/index.html",
        kinds=[_entry(kind) for kind in shown],
        files=[file_line(mine[file.kind], file, names) for file in found],
        total=total,
        can_import=bool(mine),
        next_url=here(page=str(page + 1)) if page * PAGE < total else None,
        first_url=here() if page > 1 else None,
    )


@bp.get("/<kind_name>")
def start(kind_name: str) -> Any:
    return _start_page(_open_kind(kind_name))


@bp.post("/<kind_name>", endpoint="send")
@takes_up_to(MAX_BYTES + ROOM_FOR_THE_FORM)
def send(kind_name: str) -> Any:
    """Keeps the file; a worker says what it would do. Nothing is imported yet."""
    kind = _open_kind(kind_name)
    sent = request.files.get("file")
    name, content = (sent.filename or "", sent.read()) if sent else ("", b"")
    try:
        upload_id = writing(
            lambda uow: services.keep_upload(
                uow, current_actor(), kind, name, content, clock=uow.clock
            )
        )
    except Refused as refusal:
        return _start_page(kind, {"file": [say(refusal)]}), 422
    return redirect(url_for(".show", kind_name=kind.name, upload_id=upload_id), code=303)


@bp.get("/<kind_name>/<uuid:upload_id>")
def show(kind_name: str, upload_id: UUID) -> Any:
    """Where the file is on its way: what it would do, what it did, or that a worker has it."""
    kind = _open_kind(kind_name)
    with reading() as uow:
        file = queries.upload(uow.session, kind.name, upload_id)
        problems = [] if file.is_busy else queries.problems_of(uow.session, upload_id)
        names = _names(uow, [file])
    return render_template(
        "console/imports/file.html",
        kind=_entry(kind),
        file=file_line(kind, file, names),
        report=report_page(kind, file, problems),
    )


@bp.post("/<kind_name>/<uuid:upload_id>", endpoint="confirm")
def confirm(kind_name: str, upload_id: UUID) -> Any:
    kind = _open_kind(kind_name)
    skip = posted(request.form).get("skip_bad_rows") == "1"
    try:
        writing(
            lambda uow: services.confirm_upload(
                uow, current_actor(), kind, upload_id, skip_bad_rows=skip
            )
        )
    except (FileHasErrors, HeaderWrong, Conflict) as refusal:
        flash_refusal(refusal)
    return redirect(url_for(".show", kind_name=kind.name, upload_id=upload_id), code=303)


@bp.get("/<kind_name>/<uuid:upload_id>/errors.csv")
def errors(kind_name: str, upload_id: UUID) -> Response:
    """Every bad row: to be mended beside the file, before or after the others were imported."""
    kind = _open_kind(kind_name)
    with reading() as uow:
        queries.upload(uow.session, kind.name, upload_id)
        problems = queries.problems_of(uow.session, upload_id)
    titles, rows = error_rows(kind, problems)
    return attachment(files.csv_bytes(titles, rows), f"{kind.name}-errors", "csv")


@bp.get(f"/<kind_name>/template.<{FORM}>")
def template(kind_name: str, form: str) -> Response:
    kind = _open_kind(kind_name)
    return attachment(files.template(kind.layout, form), f"{kind.name}-template", form)


@bp.get(f"/<kind_name>/export.<{FORM}>")
def export(kind_name: str, form: str) -> Response:
    kind = kinds.kind_named(kind_name)
    with reading() as uow:
        content = services.export(uow, current_actor(), kind, form)
    return attachment(content, kind.name, form)


def attachment(content: bytes, name: str, form: str) -> Response:
    response = Response(content, content_type=files.TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response.cache_control.no_store = True
    return response


def _open_kind(name: str) -> Kind:
    """Raises KindNotFound, NotAllowed."""
    kind = kinds.kind_named(name)
    if not kind.is_readable_by(current_actor().role):
        raise KindNotFound
    if not kind.is_open_to(current_actor().role):
        raise NotAllowed
    return kind


def _names(uow: UnitOfWork, found: Iterable[UploadView]) -> dict[UUID, str]:
    people = {file.confirmed_by or file.sent_by for file in found}
    return user_names(uow.session, {person for person in people if person})


def _entry(kind: Kind) -> dict[str, Any]:
    return {
        "name": kind.name,
        "title": say(kind.title),
        "can_import": kind.is_open_to(current_actor().role),
    }


def _start_page(kind: Kind, errors: dict[str, list[str]] | None = None) -> str:
    return render_template(
        "console/imports/start.html",
        kind=_entry(kind),
        columns=column_lines(kind.layout),
        limits=gettext(
            "CSV or XLSX, %(most)s MB and %(rows)s rows at most.",
            most=MAX_BYTES // MEGABYTE,
            rows=number(MAX_ROWS),
        ),
        errors=errors or {},
        values={},
    )
