"""The draft of a brand's programme, and single versions of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound
from app.rewards.models import ProgrammeDraft, ProgrammeVersion
from app.rewards.queries.programme import ProgrammeView


@dataclass(frozen=True, slots=True)
class DraftView:
    document: dict[str, Any]
    based_on: int
    """0 for none."""
    revision: int
    updated_at: datetime
    updated_by: str
    proposed_revision: int | None
    proposed_for: date | None
    proposed_by: str | None
    proposed_at: datetime | None

    @property
    def is_proposed(self) -> bool:
        """As it is now."""
        return self.proposed_revision == self.revision


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version without its document, for lists."""

    version: int
    effective_on: date
    published_at: datetime
    published_by: str
    name: str
    rules: int


def programme_draft(session: Session) -> DraftView | None:
    columns = [getattr(ProgrammeDraft, name) for name in DraftView.__dataclass_fields__]
    row = session.execute(select(*columns)).one_or_none()
    return DraftView(*row) if row is not None else None


def latest_version(session: Session) -> int:
    """The highest number published; 0 for none."""
    return session.scalar(select(func.coalesce(func.max(ProgrammeVersion.version), 0))) or 0


def programme_version(session: Session, version: int) -> ProgrammeView:
    """Raises NotFound."""
    found = _one(session, ProgrammeVersion.version == version)
    if found is None:
        raise NotFound
    return found


def version_on(session: Session, day: date) -> ProgrammeView | None:
    """The version meetings held on `day` are judged by, as a document."""
    return _one(session, ProgrammeVersion.effective_on <= day)


def version_before(session: Session, view: ProgrammeView) -> ProgrammeView | None:
    """The one it took over from."""
    return _one(
        session,
        ProgrammeVersion.effective_on <= view.effective_on,
        ProgrammeVersion.version < view.version,
    )


def version_lines(session: Session) -> tuple[VersionLine, ...]:
    """Newest first. One statement, which leaves the documents where they are."""
    rows = session.execute(
        select(
            ProgrammeVersion.version,
            ProgrammeVersion.effective_on,
            ProgrammeVersion.published_at,
            ProgrammeVersion.published_by,
            func.coalesce(ProgrammeVersion.document["name"].astext, ""),
            func.jsonb_array_length(ProgrammeVersion.document["rules"]),
        ).order_by(ProgrammeVersion.version.desc())
    )
    return tuple(VersionLine(*row) for row in rows)


def _one(session: Session, *criteria: Any) -> ProgrammeView | None:
    columns = [getattr(ProgrammeVersion, name) for name in ProgrammeView.__dataclass_fields__]
    row = session.execute(
        select(*columns)
        .where(*criteria)
        .order_by(ProgrammeVersion.effective_on.desc(), ProgrammeVersion.version.desc())
        .limit(1)
    ).first()
    return ProgrammeView(*row) if row is not None else None
