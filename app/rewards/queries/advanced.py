"""Points hosts spent before their meetings brought them, while those may still bring them."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from app.meetings import queries as meetings
from app.orders import queries as orders


def of_open_meetings(
    session: Session, advanced: Mapping[UUID, int], *, but: UUID | None = None
) -> int:
    """Of `loyalty.advances`, what meetings still to be closed, other than `but`, may bring."""
    found = orders.orders_by_id(session, advanced)
    held_in = {one.id: one.meeting_id for one in found.values() if not one.is_cancelled}
    others = {meeting_id for meeting_id in held_in.values() if meeting_id not in {None, but}}
    still_open = {
        one.id
        for one in meetings.meeting_cards(session, [m for m in others if m]).values()
        if one.status not in {"closed", "cancelled"}
    }
    return sum(
        points for order_id, points in advanced.items() if held_in.get(order_id) in still_open
    )
