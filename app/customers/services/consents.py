"""What she said yes or no to, channel by channel: each answer is kept, the last one counts."""

from collections.abc import Mapping
from uuid import UUID

from app.audit.services import record
from app.customers.domain import CONSENT_VERSION, Channel
from app.customers.models import ConsentEntry
from app.customers.queries import consents, held
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id


def record_consents(
    uow: UnitOfWork,
    actor: Actor,
    customer_id: UUID,
    answers: Mapping[Channel, bool],
    *,
    locale: str,
    clock: Clock,
) -> int:
    """Only answers that differ from the last ones are written; how many. A channel nobody asked
    about stays without an answer, which is a no. Raises CustomerNotFound."""
    held(uow.session, actor, customer_id)
    known = consents(uow.session, customer_id)
    changed = {
        channel: given
        for channel, given in answers.items()
        if (known[channel].given if channel in known else False) != given
    }
    for channel, given in changed.items():
        uow.session.add(
            ConsentEntry(
                brand_id=uow.brand_id,
                id=new_id(),
                customer_id=customer_id,
                channel=channel,
                given=given,
                text_version=CONSENT_VERSION,
                locale=locale,
                user_id=actor.user_id,
                at=clock(),
            )
        )
    if changed:
        told = {str(channel): given for channel, given in changed.items()}
        record(uow, actor, "customer.consent", "customer", customer_id, after=told)
    return len(changed)
