"""Programmes name published rewards and promotions; what is not there is refused when saving."""

from typing import Any

from sqlalchemy.orm import Session

from app.rewards.domain.programme import ProgrammeInvalid, compile_programme
from app.rewards.queries.references import lost_references, offering, published, refreshed


def must_be_known(session: Session, document: Any) -> dict[str, Any]:
    """The document with the published rewards it names as they are now. Raises ProgrammeInvalid
    with everything wrong in it, also when it names what is not there."""
    compile_programme(offering(document, published(session)))
    lost = lost_references(session, document)
    if lost:
        raise ProgrammeInvalid(lost)
    return refreshed(session, document)
