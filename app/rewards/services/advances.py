"""Points a host spent before her meeting brought them: settled when it has."""

from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.loyalty import services as loyalty
from app.loyalty.queries import advances
from app.meetings.queries import MeetingForRewards
from app.rewards.queries.advanced import of_open_meetings


def absorb_advances(
    uow: UnitOfWork, actor: Actor, meeting: MeetingForRewards, *, clock: Clock
) -> None:
    """What she won repaid what was advanced to her; of what is still owed, the brand bears what is
    beyond its cap and not to come from other meetings."""
    advanced = advances(uow.session, meeting.host_id)
    if not advanced:
        return
    elsewhere = of_open_meetings(uow.session, advanced, but=meeting.id)
    loyalty.absorb_debt(
        uow,
        actor,
        meeting.host_id,
        besides=elsewhere,
        source=("meeting", meeting.id),
        key=f"meeting:{meeting.id}:debt:{new_id()}",
        clock=clock,
    )
