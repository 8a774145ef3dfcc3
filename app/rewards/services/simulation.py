"""Telling a programme against what happened: planned at once, judged chunk by chunk by whoever
is free, summed up at the end.

A chunk is one transaction under its row's lock: what a worker that dies leaves behind is a chunk
still to do. Reading only, but for the simulation's own tables.
"""

from collections.abc import Sequence
from dataclasses import astuple
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, select, text

from app.audit.services import record
from app.brands.queries import this_brand
from app.catalog.queries import products_by_reference
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock, local_day
from app.kernel.errors import NotAllowed, NotFound
from app.kernel.ids import new_id
from app.meetings.queries import meetings_for_rewards
from app.promotions.queries.plan import plan_settings
from app.rewards.domain.programme import Programme, compile_programme
from app.rewards.domain.references import references_of
from app.rewards.domain.simulation import Contest, Count, Tariff
from app.rewards.errors import NothingToSimulate, SimulationOver, SimulationRunning
from app.rewards.events import SimulationWanted
from app.rewards.models import Simulation, SimulationChunk, SimulationStatus
from app.rewards.queries.drafts import programme_draft, programme_version, version_on
from app.rewards.queries.facts import facts_of_meetings, facts_of_orders
from app.rewards.queries.simulations import summed_up

CHUNK = 200
LANES = 2
"""Workers that may be busy with one simulation at a time."""
KEPT = 30
"""Simulations a brand keeps."""

_PLAN = text("""
    INSERT INTO simulation_chunks (brand_id, simulation_id, number, kind, ids)
    SELECT :brand, :simulation, :start + number, :kind, array_agg(id ORDER BY place)
      FROM (SELECT id, place, (place - 1) / :size AS number
              FROM (SELECT id, row_number() OVER (ORDER BY at, id) AS place FROM found) AS placed)
           AS numbered
     GROUP BY number
""")
_MEETINGS = """
    WITH found AS (SELECT id, starts_at AS at FROM meetings
                    WHERE starts_at >= :since AND starts_at < :before AND status = 'closed')
"""
_ORDERS = """
    WITH found AS (SELECT id, placed_at AS at FROM orders
                    WHERE placed_at >= :since AND placed_at < :before AND meeting_id IS NULL
                      AND kind = 'sale' AND status NOT IN ('cart', 'cancelled'))
"""
_WINDOW = text("""
    SELECT CAST(:first AS timestamp) AT TIME ZONE :zone,
           CAST(:after AS timestamp) AT TIME ZONE :zone
""")


def start_simulation(
    uow: UnitOfWork,
    actor: Actor,
    *,
    from_on: date,
    until_on: date,
    version: int | None = None,
    document: Any = None,
    clock: Clock,
    by_workers: bool = True,
) -> UUID:
    """Of a document, else of a version, else of the draft; beside what is in force today.

    Takes meetings held and closed, and orders outside meetings, from the first day to the last.
    Raises NotFound, NothingToSimulate, SimulationRunning, ProgrammeInvalid.
    """
    _must_be_allowed(actor)
    brand = this_brand(uow.session)
    if document is None:
        document = _document(uow, version)
    in_force = version_on(uow.session, local_day(clock(), brand.timezone))
    compile_programme(document)
    if by_workers:
        _must_be_alone(uow)
    simulation = Simulation(
        brand_id=uow.brand_id,
        id=new_id(),
        status=SimulationStatus.RUNNING,
        document=document,
        version=version or 0,
        base=in_force.document if in_force else None,
        base_version=in_force.version if in_force else 0,
        tariff=_tariff(uow, document, in_force.document if in_force else {}),
        from_on=from_on,
        until_on=until_on,
        chunks=0,
        revision=0,
        asked_at=clock(),
        asked_by=actor.label,
    )
    uow.session.add(simulation)
    uow.session.flush()
    simulation.chunks = _plan(uow, simulation, brand.timezone)
    if not simulation.chunks:
        raise NothingToSimulate
    if by_workers:
        _call_workers(uow, simulation)
    _forget_old(uow)
    period = {"from": from_on.isoformat(), "until": until_on.isoformat()}
    record(uow, actor, "programme.simulate", "simulation", simulation.id, after=period)
    return simulation.id


def cancel_simulation(uow: UnitOfWork, actor: Actor, simulation_id: UUID) -> None:
    """What is judged stays: it can be taken up again."""
    simulation = _locked(uow, actor, simulation_id)
    if simulation.status == SimulationStatus.RUNNING:
        simulation.status = SimulationStatus.CANCELLED


def resume_simulation(uow: UnitOfWork, actor: Actor, simulation_id: UUID) -> None:
    """Go on with what is left. Raises SimulationOver, SimulationRunning."""
    simulation = _locked(uow, actor, simulation_id)
    if simulation.status == SimulationStatus.DONE:
        raise SimulationOver
    if simulation.status == SimulationStatus.RUNNING:
        return
    _must_be_alone(uow)
    simulation.status = SimulationStatus.RUNNING
    _call_workers(uow, simulation)


# ---------------------------------------------------------------- by workers


class Bench:
    """What judging the chunks of one simulation takes, made ready once."""

    def __init__(self, uow: UnitOfWork, simulation_id: UUID) -> None:
        found = uow.session.get(Simulation, (uow.brand_id, simulation_id))
        if found is None:
            raise NotFound
        base = compile_programme(found.base, published=True) if found.base is not None else None
        self.id = simulation_id
        self.contest = Contest(base, compile_programme(found.document))
        self.tariff = Tariff(**found.tariff)
        self.zone = this_brand(uow.session).timezone


def judge_next_chunk(uow: UnitOfWork, bench: Bench, *, clock: Clock) -> bool:
    """One more, unless none is left that nobody has, or the simulation stopped."""
    chunk = uow.session.scalar(
        select(SimulationChunk)
        .join(Simulation, Simulation.id == SimulationChunk.simulation_id)
        .where(
            SimulationChunk.simulation_id == bench.id,
            SimulationChunk.done_at.is_(None),
            Simulation.status == SimulationStatus.RUNNING,
        )
        .order_by(SimulationChunk.number)
        .limit(1)
        .with_for_update(of=SimulationChunk, skip_locked=True)
    )
    if chunk is None:
        return False
    count = _judged(uow, bench, chunk)
    chunk.tally = count.tally
    chunk.winners_before, chunk.winners_after = map(_ids, count.winners)
    chunk.differences = [list(astuple(one)) for one in count.differences]
    chunk.done_at = clock()
    return True


def sum_up(uow: UnitOfWork, simulation_id: UUID, *, clock: Clock) -> None:
    """The result, when nothing is left; otherwise others are at it still."""
    simulation = _row(uow, simulation_id)
    left = exists().where(
        SimulationChunk.simulation_id == simulation_id, SimulationChunk.done_at.is_(None)
    )
    if simulation.status != SimulationStatus.RUNNING or uow.session.scalar(select(left)):
        return
    simulation.result = summed_up(uow.session, simulation_id, simulation.document)
    simulation.status, simulation.finished_at = SimulationStatus.DONE, clock()


def call_again(uow: UnitOfWork, simulation_id: UUID) -> None:
    """Others may have their turn in between."""
    _call_one(uow, _row(uow, simulation_id))


def give_up(uow: UnitOfWork, simulation_id: UUID) -> None:
    simulation = _row(uow, simulation_id)
    if simulation.status == SimulationStatus.RUNNING:
        simulation.status = SimulationStatus.FAILED


def _judged(uow: UnitOfWork, bench: Bench, chunk: SimulationChunk) -> Count:
    count, contest = Count.empty(), bench.contest
    facts = _facts(uow, bench, chunk, contest.gathering)
    before = facts
    if not contest.shares_facts and contest.before is not None:
        before = _facts(uow, bench, chunk, contest.before)
    for key, one in facts.items():
        count.add(contest, bench.tariff, one, before[key])
    return count


def _facts(
    uow: UnitOfWork, bench: Bench, chunk: SimulationChunk, programme: Programme
) -> dict[UUID, Any]:
    if chunk.kind == "orders":
        return facts_of_orders(uow.session, chunk.ids, programme, bench.zone)
    meetings = list(meetings_for_rewards(uow.session, chunk.ids).values())
    return facts_of_meetings(uow.session, meetings, programme, bench.zone)


def _ids(customers: set[str]) -> list[UUID]:
    return [UUID(one) for one in customers]


# ---------------------------------------------------------------- planning


def _document(uow: UnitOfWork, version: int | None) -> dict[str, Any]:
    if version:
        return programme_version(uow.session, version).document
    draft = programme_draft(uow.session)
    if draft is None:
        raise NotFound
    return draft.document


def _tariff(uow: UnitOfWork, *documents: Any) -> dict[str, Any]:
    """A point as the pricing plan values it for each; gifts at list price."""
    _revision, plan = plan_settings(uow.session)
    values = ((plan.get("points") or {}).get("spending") or {}).get("value") or {}
    usual = values.get("customer") or {"points": 1, "cents": 1}
    points = {who: values.get(who) or usual for who in ("host", "guest", "seller")}
    wanted = {name for document in documents for name in references_of(document)}
    known = products_by_reference(uow.session, wanted).values()
    return {
        "points": {who: [one.get("points", 1), one["cents"]] for who, one in points.items()},
        "prices": {product.reference: product.price_cents for product in known},
    }


def _plan(uow: UnitOfWork, simulation: Simulation, zone: str) -> int:
    days = {"first": simulation.from_on, "after": simulation.until_on + timedelta(days=1)}
    since, before = uow.session.execute(_WINDOW, {**days, "zone": zone}).one()
    total = 0
    for kind, found in (("meetings", _MEETINGS), ("orders", _ORDERS)):
        values = {
            "brand": uow.brand_id,
            "simulation": simulation.id,
            "start": total,
            "kind": kind,
            "size": CHUNK,
            "since": since,
            "before": before,
        }
        result: Any = uow.session.execute(text(f"{found} {_PLAN.text}"), values)
        total += result.rowcount
    return total


def _must_be_alone(uow: UnitOfWork) -> None:
    if uow.session.scalar(select(exists().where(Simulation.status == SimulationStatus.RUNNING))):
        raise SimulationRunning


def _call_workers(uow: UnitOfWork, simulation: Simulation) -> None:
    for _ in range(min(LANES, simulation.chunks)):
        _call_one(uow, simulation)


def _call_one(uow: UnitOfWork, simulation: Simulation) -> None:
    simulation.revision += 1
    uow.record(SimulationWanted(simulation.id, simulation.revision))


def _forget_old(uow: UnitOfWork) -> None:
    old = select(Simulation.id).order_by(Simulation.asked_at.desc(), Simulation.id).offset(KEPT)
    ids: Sequence[UUID] = uow.session.scalars(old).all()
    if ids:
        uow.session.execute(delete(SimulationChunk).where(SimulationChunk.simulation_id.in_(ids)))
        uow.session.execute(delete(Simulation).where(Simulation.id.in_(ids)))


def _row(uow: UnitOfWork, simulation_id: UUID) -> Simulation:
    found = uow.session.scalar(
        select(Simulation).where(Simulation.id == simulation_id).with_for_update()
    )
    if found is None:
        raise NotFound
    return found


def _locked(uow: UnitOfWork, actor: Actor, simulation_id: UUID) -> Simulation:
    _must_be_allowed(actor)
    return _row(uow, simulation_id)


def _must_be_allowed(actor: Actor) -> None:
    if actor.role not in {Role.BRAND_ADMIN, Role.SYSTEM}:
        raise NotAllowed
