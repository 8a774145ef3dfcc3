"""Telling a programme against what happened: planned at once, judged chunk by chunk by whoever
is free, summed up at the end.

A chunk is one transaction under its row's lock: what a worker that dies leaves behind is a chunk
still to do. Reading only, but for the simulation's own tables.

Where rules have caps over time, or pots, what is given depends on what was given before: then the
chunks are judged in the order of time, one at a time, and each keeps what the next ones have to
know. Nothing was taken or saved up when the period begins.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, func, select, text
from sqlalchemy.exc import IntegrityError

from app.audit.services import record
from app.brands.queries import this_brand
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock, local_day
from app.kernel.errors import NotAllowed, NotFound
from app.kernel.ids import new_id
from app.meetings.queries import meetings_for_rewards
from app.rewards.domain.contest import Contest
from app.rewards.domain.facts import Facts
from app.rewards.domain.programme import Programme, compile_programme
from app.rewards.domain.running import Running, day_of
from app.rewards.domain.simulation import Count, Tariff
from app.rewards.errors import NothingToSimulate, SimulationOver, SimulationRunning
from app.rewards.events import SimulationWanted
from app.rewards.models import ONE_RUNS, Simulation, SimulationChunk, SimulationStatus
from app.rewards.queries.drafts import programme_draft, programme_version, version_on
from app.rewards.queries.facts import facts_of_meetings, facts_of_orders
from app.rewards.queries.given import tariff_of
from app.rewards.queries.simulations import summed_up

CHUNK = 200
LANES = 2
"""Workers that may be busy with one simulation at a time."""
KEPT = 30
"""Simulations a brand keeps."""

_PLAN = text("""
    INSERT INTO simulation_chunks (brand_id, simulation_id, number, ids, order_ids)
    SELECT :brand, :simulation, (place - 1) / :size,
           coalesce(array_agg(id ORDER BY place) FILTER (WHERE is_meeting), '{}'),
           coalesce(array_agg(id ORDER BY place) FILTER (WHERE NOT is_meeting), '{}')
      FROM (SELECT id, is_meeting, row_number() OVER (ORDER BY at, id) AS place
              FROM (SELECT id, starts_at AS at, true AS is_meeting FROM meetings
                     WHERE starts_at >= :since AND starts_at < :before AND status = 'closed'
                     UNION ALL
                    SELECT id, placed_at, false FROM orders
                     WHERE placed_at >= :since AND placed_at < :before AND meeting_id IS NULL
                       AND kind = 'sale' AND status NOT IN ('cart', 'cancelled')) AS found
           ) AS placed
     GROUP BY (place - 1) / :size
""")
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
    compile_programme(document, published=bool(version))
    simulation = Simulation(
        brand_id=uow.brand_id,
        id=new_id(),
        status=SimulationStatus.RUNNING,
        document=document,
        version=version or 0,
        base=in_force.document if in_force else None,
        base_version=in_force.version if in_force else 0,
        tariff=tariff_of(uow.session, [document, in_force.document if in_force else {}]),
        from_on=from_on,
        until_on=until_on,
        chunks=0,
        revision=0,
        asked_at=clock(),
        asked_by=actor.label,
    )
    uow.session.add(simulation)
    _must_be_alone(uow)
    simulation.chunks = _plan(uow, simulation, brand.timezone)
    if not simulation.chunks:
        raise NothingToSimulate
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
    simulation.status = SimulationStatus.RUNNING
    _must_be_alone(uow)
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
        self.contest = Contest(base, compile_programme(found.document, published=True))
        self.tariff = Tariff(**found.tariff)
        self.zone = this_brand(uow.session).timezone
        self.running = Running()
        self.told = 0
        """The first chunk that `running` does not know of."""

    def catch_up(self, uow: UnitOfWork, number: int) -> None:
        """Learn what came of the chunks before this one, by whomever they were judged; forget what
        was learnt of a later one, which was never committed."""
        if number < self.told:
            self.running, self.told = Running(), 0
        if number == self.told:
            return
        missed = select(SimulationChunk.news).where(
            SimulationChunk.simulation_id == self.id,
            SimulationChunk.number >= self.told,
            SimulationChunk.number < number,
        )
        for news in uow.session.scalars(missed.order_by(SimulationChunk.number)):
            for line in news or ():
                self.running.read(line)
        self.told = number


def judge_next_chunk(uow: UnitOfWork, bench: Bench, *, clock: Clock) -> bool:
    """One more, unless none is left that nobody has, or the simulation stopped."""
    chunk = _next_chunk(uow, bench)
    if chunk is None:
        return False
    if bench.contest.runs_on:
        bench.catch_up(uow, chunk.number)
    count = Count(bench.contest, bench.tariff)
    for facts, facts_before in _facts_of_chunk(uow, bench, chunk):
        count.add(facts, bench.contest.judge(facts, facts_before, bench.running))
    bench.told = chunk.number + 1
    chunk.tally, chunk.news = count.tally, bench.running.news()
    chunk.winners_before, chunk.winners_after = map(_ids, count.winners)
    chunk.differences = [list(one) for one in count.differences]
    chunk.done_at = clock()
    return True


def _next_chunk(uow: UnitOfWork, bench: Bench) -> SimulationChunk | None:
    left = (SimulationChunk.simulation_id == bench.id, SimulationChunk.done_at.is_(None))
    wanted = select(SimulationChunk).join(
        Simulation, Simulation.id == SimulationChunk.simulation_id
    )
    if bench.contest.runs_on:
        first = select(func.min(SimulationChunk.number)).where(*left).scalar_subquery()
        wanted = wanted.where(SimulationChunk.number == first)
    return uow.session.scalar(
        wanted.where(*left, Simulation.status == SimulationStatus.RUNNING)
        .order_by(SimulationChunk.number)
        .limit(1)
        .with_for_update(of=SimulationChunk, skip_locked=True)
    )


def sum_up(uow: UnitOfWork, simulation_id: UUID, *, clock: Clock) -> None:
    """The result, when nothing is left; otherwise others are at it still."""
    simulation = _row(uow, simulation_id)
    left = exists().where(
        SimulationChunk.simulation_id == simulation_id, SimulationChunk.done_at.is_(None)
    )
    if simulation.status != SimulationStatus.RUNNING or uow.session.scalar(select(left)):
        return
    simulation.result = summed_up(uow.session, simulation_id, simulation.document, simulation.base)
    simulation.status, simulation.finished_at = SimulationStatus.DONE, clock()


def call_again(uow: UnitOfWork, simulation_id: UUID) -> None:
    """Others may have their turn in between."""
    _call_one(uow, _row(uow, simulation_id))


def give_up(uow: UnitOfWork, simulation_id: UUID) -> None:
    simulation = _row(uow, simulation_id)
    if simulation.status == SimulationStatus.RUNNING:
        simulation.status = SimulationStatus.FAILED


def _facts_of_chunk(
    uow: UnitOfWork, bench: Bench, chunk: SimulationChunk
) -> list[tuple[Facts, Facts]]:
    """As the new programme wants them, and as the one in force does; in the order of time."""
    contest = bench.contest
    facts = _facts(uow, bench, chunk, contest.gathering)
    before = facts
    if contest.before is not None and not contest.shares_facts:
        before = _facts(uow, bench, chunk, contest.before)
    ordered = sorted(facts, key=lambda key: day_of(facts[key]) or date.max)
    return [(facts[key], before[key]) for key in ordered]


def _facts(
    uow: UnitOfWork, bench: Bench, chunk: SimulationChunk, programme: Programme
) -> dict[UUID, Facts]:
    session, zone = uow.session, bench.zone
    meetings = list(meetings_for_rewards(session, chunk.ids).values())
    found = facts_of_meetings(session, meetings, programme, zone) if meetings else {}
    if chunk.order_ids:
        found |= facts_of_orders(session, chunk.order_ids, programme, zone)
    return found


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


def _plan(uow: UnitOfWork, simulation: Simulation, zone: str) -> int:
    days = {"first": simulation.from_on, "after": simulation.until_on + timedelta(days=1)}
    since, before = uow.session.execute(_WINDOW, {**days, "zone": zone}).one()
    values = {
        "brand": uow.brand_id,
        "simulation": simulation.id,
        "size": CHUNK,
        "since": since,
        "before": before,
    }
    planned: Any = uow.session.execute(_PLAN, values)
    return int(planned.rowcount)


def _must_be_alone(uow: UnitOfWork) -> None:
    """Among those that run: whoever comes second waits for the first, and finds out."""
    try:
        uow.session.flush()
    except IntegrityError as error:
        if ONE_RUNS in str(error.orig):
            raise SimulationRunning from None
        raise


def _call_workers(uow: UnitOfWork, simulation: Simulation) -> None:
    """More than there is to do find nothing."""
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
