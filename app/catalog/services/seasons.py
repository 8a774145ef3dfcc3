"""Catalogues follow one another: which one a meeting or an order is of, its day says."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.audit.services import record
from app.brands.queries import this_brand
from app.catalog.errors import SeasonHasBegun, SeasonNotFound, SeasonTaken
from app.catalog.models import Season
from app.catalog.services.rights import must_manage_catalogue
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock, local_day
from app.kernel.ids import new_id


def add_season(uow: UnitOfWork, actor: Actor, name: str, starts_on: date, *, clock: Clock) -> UUID:
    """From that day until the next one begins. Only the first of all may have begun before today:
    what was judged by a catalogue stays judged by it.

    Raises SeasonTaken, SeasonHasBegun.
    """
    must_manage_catalogue(actor)
    if starts_on < _today(uow, clock) and uow.session.scalar(select(func.count(Season.id))):
        raise SeasonHasBegun
    values = {"brand_id": uow.brand_id, "id": new_id(), "name": name, "starts_on": starts_on}
    added = insert(Season).values(values).on_conflict_do_nothing().returning(Season.id)
    season_id = uow.session.scalar(added)
    if season_id is None:
        raise SeasonTaken
    told = {"name": name, "starts_on": starts_on}
    record(uow, actor, "season.create", "season", season_id, after=told)
    return season_id


def remove_season(uow: UnitOfWork, actor: Actor, season_id: UUID, *, clock: Clock) -> None:
    """As long as it has not begun. Raises SeasonNotFound, SeasonHasBegun."""
    must_manage_catalogue(actor)
    season = uow.session.get(Season, (uow.brand_id, season_id), with_for_update=True)
    if season is None:
        raise SeasonNotFound
    if season.starts_on <= _today(uow, clock):
        raise SeasonHasBegun
    record(uow, actor, "season.delete", "season", season_id, before={"name": season.name})
    uow.session.delete(season)


def _today(uow: UnitOfWork, clock: Clock) -> date:
    return local_day(clock(), this_brand(uow.session).timezone)
