"""Facts from outside a meeting or order stay what they were when it was first settled: a card that
gains a role, or a meeting held later, changes nothing that was granted."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert

from app.infra.uow import UnitOfWork
from app.kernel.ids import new_id
from app.rewards.domain.facts import Facts
from app.rewards.models import FrozenFacts
from app.rewards.queries.surroundings import outside


def freeze(uow: UnitOfWork, scope_type: str, scope_id: UUID, facts: Facts | None) -> None:
    """What the programme asked about; whoever was not known then is added when she turns up."""
    document = outside(facts) if facts else {}
    if not document:
        return
    frozen = upsert(FrozenFacts).values(
        brand_id=uow.brand_id,
        id=new_id(),
        scope_type=scope_type,
        scope_id=scope_id,
        document=document,
    )
    uow.session.execute(
        frozen.on_conflict_do_update(
            constraint="uq_frozen_facts_brand_id_scope_type_scope_id",
            set_={"document": frozen.excluded.document},
            where=FrozenFacts.document.is_distinct_from(frozen.excluded.document),
        )
    )
