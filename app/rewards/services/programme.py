"""Publishing a version of the programme."""

from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.audit.services import record
from app.infra.locks import Rank, climb
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.rewards.models import ProgrammeVersion
from app.rewards.services.referring import must_be_known


def publish_programme(
    uow: UnitOfWork,
    actor: Actor,
    document: Any,
    *,
    effective_on: date,
    clock: Clock,
    proposed_by: str | None = None,
) -> int:
    """Make the document the next version, in force for meetings held from `effective_on` on.

    The published rewards it names are kept in it as they are now. Returns its number. Raises
    ProgrammeInvalid for what could never work, or names what is not there; two publications at
    once get two numbers, or one of them is told that the state moved on.
    """
    document = must_be_known(uow.session, document)
    climb(uow.session, Rank.PROMOTION)
    last = uow.session.scalar(select(func.coalesce(func.max(ProgrammeVersion.version), 0)))
    version = int(last or 0) + 1
    version_id = new_id()
    uow.session.add(
        ProgrammeVersion(
            brand_id=uow.brand_id,
            id=version_id,
            version=version,
            effective_on=effective_on,
            document={**document, "version": str(version)},
            published_at=clock(),
            published_by=actor.label,
            proposed_by=proposed_by,
        )
    )
    uow.session.flush()
    published = {"version": version, "effective_on": effective_on}
    if proposed_by:
        published["proposed_by"] = proposed_by
    record(uow, actor, "programme.publish", "programme", version_id, after=published)
    return version
