"""What workers do with files: check them, and import those that somebody said yes to."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from app.imports.errors import ImportGivenUp
from app.imports.services import uploads
from app.infra.jobs import claims
from app.infra.jobs.effects import Claim, Outside
from app.infra.uow import UnitOfWork, transact
from app.kernel.errors import ConviveError

NIGHT = 3
"""The hour (UTC) in which old files are forgotten."""


def _check(uow: UnitOfWork, upload_id: UUID) -> None:
    uploads.check_upload(uow, upload_id)


def _import(uow: UnitOfWork, upload_id: UUID) -> None:
    uploads.import_upload(uow, upload_id, clock=uow.clock)


def _carry_out(work: Callable[[UnitOfWork, UUID], None], message: Claim) -> None:
    """What it writes and its row being done are one transaction: it happens once. That it was
    begun, or refused, is known at once."""
    transact(partial(_begin, message), message.brand_id)
    try:
        transact(partial(_once, work, message), message.brand_id)
    except ConviveError as refusal:
        transact(partial(_refused, refusal, message), message.brand_id)


def _begin(message: Claim, uow: UnitOfWork) -> None:
    claims.renew(uow.session, message)
    uploads.begin(uow, message.entity_id, clock=uow.clock)


def _once(work: Callable[[UnitOfWork, UUID], None], message: Claim, uow: UnitOfWork) -> None:
    work(uow, message.entity_id)
    uow.session.flush()
    claims.finish(uow.session, message)


def _refused(refusal: ConviveError, message: Claim, uow: UnitOfWork) -> None:
    uploads.refuse_upload(uow, message.entity_id, refusal)
    uow.session.flush()
    claims.finish(uow.session, message)


def _give_up(uow: UnitOfWork, message: Claim, _error: str) -> None:
    uploads.refuse_upload(uow, message.entity_id, ImportGivenUp())


check_file = Outside(run=partial(_carry_out, _check), given_up=_give_up)
import_file = Outside(run=partial(_carry_out, _import), given_up=_give_up)


def forget_at_night(brand_id: UUID) -> int:
    """Files that nobody said yes to; how many."""
    return transact(_forget, brand_id)


def _forget(uow: UnitOfWork) -> int:
    if uow.clock().hour != NIGHT:
        return 0
    return uploads.forget_uploads(uow, clock=uow.clock)
