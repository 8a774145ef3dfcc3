"""The programme in force on a day, compiled once per process and version."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.queries import BrandView
from app.infra.tenancy import database_now
from app.kernel.clock import local_day
from app.meetings.queries import MeetingForRewards
from app.rewards.domain.programme import Programme, compile_programme
from app.rewards.models import ProgrammeVersion


@dataclass(frozen=True, slots=True)
class ProgrammeView:
    version: int
    effective_on: date
    published_at: datetime
    published_by: str
    proposed_by: str | None
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class InForce:
    version: int
    programme: Programme


_compiled: dict[tuple[UUID, int], Programme] = {}
"""Programmes of this process; a published version never changes, so nothing here grows stale."""
_MOST_COMPILED = 500


def programme_judging(
    session: Session, meeting: MeetingForRewards, brand: BrandView
) -> InForce | None:
    """The version that judges the meeting, by the day the brand goes by; None before the first."""
    return programme_in_force(
        session, local_day(_judged_at(session, meeting, brand), brand.timezone)
    )


def _judged_at(session: Session, meeting: MeetingForRewards, brand: BrandView) -> datetime:
    """Where the day of closing decides, a meeting still open is judged as if it closed now."""
    match brand.settings.programme_judged:
        case "closed":
            return meeting.closed_at or database_now(session)
        case "booked":
            return meeting.created_at
    return meeting.starts_at


def programme_in_force(session: Session, day: date) -> InForce | None:
    """The latest version whose effective date is not after `day`; None before the first one."""
    row = session.execute(
        select(ProgrammeVersion.brand_id, ProgrammeVersion.version)
        .where(ProgrammeVersion.effective_on <= day)
        .order_by(ProgrammeVersion.effective_on.desc(), ProgrammeVersion.version.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return InForce(row.version, _programme(session, row.brand_id, row.version))


def _programme(session: Session, brand_id: UUID, version: int) -> Programme:
    if (brand_id, version) not in _compiled:
        document = session.scalar(
            select(ProgrammeVersion.document).where(ProgrammeVersion.version == version)
        )
        assert document is not None
        if len(_compiled) >= _MOST_COMPILED:
            _compiled.clear()
        _compiled[brand_id, version] = compile_programme(document)
    return _compiled[brand_id, version]


def programme_versions(session: Session) -> tuple[ProgrammeView, ...]:
    """Every published version, newest first."""
    columns = [getattr(ProgrammeVersion, name) for name in ProgrammeView.__dataclass_fields__]
    rows = session.execute(select(*columns).order_by(ProgrammeVersion.version.desc()))
    return tuple(ProgrammeView(*row) for row in rows)
