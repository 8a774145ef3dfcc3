"""What people write on a card."""

from uuid import UUID

from app.audit.services import record
from app.customers.errors import NoteNotFound
from app.customers.models import CustomerNote
from app.customers.queries import BRAND_WIDE, customer, held
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id


def write_note(
    uow: UnitOfWork, actor: Actor, customer_id: UUID, text: str, *, clock: Clock
) -> UUID:
    """Raises CustomerNotFound."""
    held(uow.session, actor, customer_id)
    note = CustomerNote(
        brand_id=uow.brand_id,
        id=new_id(),
        customer_id=customer_id,
        user_id=actor.user_id,
        text=text,
        written_at=clock(),
    )
    uow.session.add(note)
    return note.id


def remove_note(uow: UnitOfWork, actor: Actor, customer_id: UUID, note_id: UUID) -> None:
    """One's own; staff remove anybody's. Raises CustomerNotFound, NoteNotFound."""
    customer(uow.session, actor, customer_id)
    note = uow.session.get(CustomerNote, (uow.brand_id, note_id))
    if note is None or note.customer_id != customer_id:
        raise NoteNotFound
    if note.user_id != actor.user_id and actor.role not in BRAND_WIDE:
        raise NoteNotFound
    uow.session.delete(note)
    record(uow, actor, "customer.remove_note", "customer", customer_id)
