"""The programme in force on a day, compiled once per process and version."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.brands.queries import BrandView
from app.infra.tenancy import brand_in, database_now
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


def programmes_judging(
    session: Session, wanted: Collection[MeetingForRewards], brand: BrandView
) -> dict[UUID, InForce]:
    """Of each, the version that judges it, by the day the brand goes by; see `in_force_on`."""
    return in_force_on(session, _judged_on(session, wanted, brand))


def in_force_on(session: Session, days: Mapping[UUID, date]) -> dict[UUID, InForce]:
    """Of each, the version in force on its day; of those before the first version, none. One
    statement, and one for each version not compiled yet."""
    if not days:
        return {}
    alone = 1 if len(set(days.values())) == 1 else None
    known = list(_effective(session, max(days.values()), limit=alone))
    found: dict[UUID, InForce] = {}
    of_version: dict[int, InForce] = {}
    for key, day in days.items():
        row = next((one for one in known if one.effective_on <= day), None)
        if row is not None:
            found[key] = of_version.setdefault(row.version, _in_force(session, row))
    return found


def _judged_on(
    session: Session, wanted: Collection[MeetingForRewards], brand: BrandView
) -> dict[UUID, date]:
    """Where the day of closing decides, a meeting still open is judged as if it closed now."""
    rule = brand.settings.programme_judged
    by_closing = rule == "closed"
    now = by_closing and any(one.closed_at is None for one in wanted) and database_now(session)
    found = {}
    for one in wanted:
        at = one.created_at if rule == "booked" else one.starts_at
        if by_closing:
            at = one.closed_at or now or at
        found[one.id] = local_day(at, brand.timezone)
    return found


def programme_in_force(session: Session, day: date) -> InForce | None:
    """The latest version whose effective date is not after `day`; None before the first one."""
    row = next(_effective(session, day, limit=1), None)
    return _in_force(session, row) if row else None


def _effective(
    session: Session, day: date, *, limit: int | None = None
) -> Iterator[Row[UUID, int, date]]:
    """Those in force by then, the latest first."""
    columns = (ProgrammeVersion.brand_id, ProgrammeVersion.version, ProgrammeVersion.effective_on)
    statement = select(*columns).where(ProgrammeVersion.effective_on <= day)
    latest = (ProgrammeVersion.effective_on.desc(), ProgrammeVersion.version.desc())
    return iter(session.execute(statement.order_by(*latest).limit(limit)).all())


def _in_force(session: Session, row: Row[UUID, int, date]) -> InForce:
    return InForce(row.version, _programme(session, row.brand_id, row.version))


def _programme(session: Session, brand_id: UUID, version: int) -> Programme:
    found = _compiled.get((brand_id, version))
    if found is None:
        document = session.scalar(
            select(ProgrammeVersion.document).where(ProgrammeVersion.version == version)
        )
        assert document is not None
        found = _keep(brand_id, version, document)
    return found


def _keep(brand_id: UUID, version: int, document: dict[str, Any]) -> Programme:
    if len(_compiled) >= _MOST_COMPILED:
        _compiled.clear()
    programme = compile_programme(document, published=True)
    return _compiled.setdefault((brand_id, version), programme)


def programmes_by_version(session: Session, versions: Collection[int]) -> dict[int, Programme]:
    """One statement at most; versions that nobody published are missing."""
    if not versions:
        return {}
    brand_id = brand_in(session)
    known = {one: _compiled.get((brand_id, one)) for one in versions}
    found = {version: programme for version, programme in known.items() if programme}
    missing = known.keys() - found.keys()
    if missing:
        columns = (ProgrammeVersion.version, ProgrammeVersion.document)
        of_these = ProgrammeVersion.version.in_(missing)
        for version, document in session.execute(select(*columns).where(of_these)):
            found[version] = _keep(brand_id, version, document)
    return found


def programme_versions(session: Session) -> tuple[ProgrammeView, ...]:
    """Every published version, newest first."""
    columns = [getattr(ProgrammeVersion, name) for name in ProgrammeView.__dataclass_fields__]
    rows = session.execute(select(*columns).order_by(ProgrammeVersion.version.desc()))
    return tuple(ProgrammeView(*row) for row in rows)
