"""The meeting around an order, as much of it as prices may depend on.

`meetings` stands to the right of this package: its table is named here, not imported.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, column, select, table
from sqlalchemy.orm import Session

from app.infra.tenancy import brand_in
from app.kernel.clock import local_day
from app.promotions.domain.cart import MeetingOfCart

MEETINGS = table(
    "meetings",
    column("brand_id", Uuid),
    column("id", Uuid),
    column("host_id", Uuid),
    column("theme", Text),
    column("place", Text),
    column("starts_at", DateTime(timezone=True)),
)


@dataclass(frozen=True, slots=True)
class MeetingAround:
    host_id: UUID
    theme: str
    place: str
    starts_at: datetime

    def of_cart(self, meeting_id: UUID, zone: str) -> MeetingOfCart:
        return MeetingOfCart(
            id=str(meeting_id),
            theme=self.theme or None,
            place=self.place.removesuffix("_home"),
            on=local_day(self.starts_at, zone),
        )


def meeting_around(session: Session, meeting_id: UUID | None) -> MeetingAround | None:
    if meeting_id is None:
        return None
    wanted = (MEETINGS.c.brand_id == brand_in(session), MEETINGS.c.id == meeting_id)
    columns = (MEETINGS.c.host_id, MEETINGS.c.theme, MEETINGS.c.place, MEETINGS.c.starts_at)
    row = session.execute(select(*columns).where(*wanted)).one_or_none()
    return MeetingAround(*row) if row else None
