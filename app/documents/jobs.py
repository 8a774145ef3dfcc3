"""What follows from a paper being issued."""

from app.documents.presenters import draw
from app.documents.queries import document
from app.documents.services import keep_file
from app.infra.jobs.effects import Claim
from app.infra.uow import UnitOfWork
from app.kernel.clock import Clock


def draw_document(uow: UnitOfWork, message: Claim, *, clock: Clock) -> None:
    """Once and for all: what it looks like never changes, whatever becomes of our templates."""
    found = document(uow.session, message.entity_id)
    keep_file(uow, message.entity_id, draw(uow.session, found), clock=clock)
