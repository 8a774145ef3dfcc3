"""Points a host spent before her meeting brought them: settled when it has."""

from uuid import UUID

from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.loyalty import services as loyalty
from app.loyalty.queries import advances
from app.meetings import queries as meetings
from app.meetings.queries import MeetingForRewards
from app.orders import queries as orders


def absorb_advances(
    uow: UnitOfWork, actor: Actor, meeting: MeetingForRewards, *, clock: Clock
) -> None:
    """What she won repaid what was advanced to her; of what is still owed, the brand bears what is
    beyond its cap and not to come from other meetings."""
    advanced = advances(uow.session, meeting.host_id)
    if not advanced:
        return
    elsewhere = _of_open_meetings(uow, advanced, but=meeting.id)
    loyalty.absorb_debt(
        uow,
        actor,
        meeting.host_id,
        besides=elsewhere,
        source=("meeting", meeting.id),
        key=f"meeting:{meeting.id}:debt:{new_id()}",
        clock=clock,
    )


def _of_open_meetings(uow: UnitOfWork, advanced: dict[UUID, int], *, but: UUID) -> int:
    found = orders.orders_by_id(uow.session, advanced)
    held_in = {one.id: one.meeting_id for one in found.values() if not one.is_cancelled}
    others = {meeting_id for meeting_id in held_in.values() if meeting_id not in {None, but}}
    still_open = {
        one.id
        for one in meetings.meeting_cards(uow.session, [m for m in others if m]).values()
        if one.status not in {"closed", "cancelled"}
    }
    return sum(
        points for order_id, points in advanced.items() if held_in.get(order_id) in still_open
    )
