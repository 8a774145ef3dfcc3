"""Terms of sale: versions, of which the latest one is in force."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.services import record
from app.brands.models import TermsOfSale
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id

LONGEST_TERMS = 60_000


@dataclass(frozen=True, slots=True)
class TermsView:
    version: int
    text: str
    """Plain text; an empty line begins a paragraph."""
    published_at: datetime

    @property
    def paragraphs(self) -> list[str]:
        return [part.strip() for part in self.text.split("\n\n") if part.strip()]


def terms_in_force(session: Session) -> TermsView | None:
    """None: the brand has not published any."""
    return _first(session, None)


def terms_of_version(session: Session, version: int) -> TermsView | None:
    return _first(session, version)


def publish_terms(uow: UnitOfWork, actor: Actor, text: str, *, clock: Clock) -> int:
    """The next version, in force from now on; the same words again are no new version."""
    text = text.replace("\r\n", "\n").strip()
    before = terms_in_force(uow.session)
    if before and before.text == text:
        return before.version
    version = (uow.session.scalar(select(func.max(TermsOfSale.version))) or 0) + 1
    terms = TermsOfSale(
        brand_id=uow.brand_id, id=new_id(), version=version, text=text, published_at=clock()
    )
    uow.session.add(terms)
    uow.session.flush()
    record(uow, actor, "terms.publish", "terms", terms.id, after={"version": version})
    return version


def _first(session: Session, version: int | None) -> TermsView | None:
    statement = select(TermsOfSale).order_by(TermsOfSale.version.desc()).limit(1)
    if version is not None:
        statement = statement.where(TermsOfSale.version == version)
    found = session.scalar(statement)
    return TermsView(found.version, found.text, found.published_at) if found else None
