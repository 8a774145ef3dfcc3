"""Simulations of a brand, how far they are, and what they found."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound
from app.rewards.domain.contest import Contest
from app.rewards.domain.programme import compile_programme
from app.rewards.domain.simulation import UNITS, Difference, Tally, merged, never_fired
from app.rewards.models import ProgrammeDraft, Simulation, SimulationChunk, SimulationStatus

MOST_SHOWN = 10
"""Of those who gain most, and of those who lose most."""


@dataclass(frozen=True, slots=True)
class SimulationLine:
    id: UUID
    status: str
    version: int
    base_version: int
    from_on: date
    until_on: date
    chunks: int
    asked_at: datetime
    asked_by: str
    finished_at: datetime | None
    done: int
    """Chunks judged."""

    @property
    def is_busy(self) -> bool:
        return self.status == SimulationStatus.RUNNING

    @property
    def percent(self) -> int:
        return 100 * self.done // max(1, self.chunks)


@dataclass(frozen=True, slots=True)
class SimulationView:
    line: SimulationLine
    document: dict[str, Any]
    base: dict[str, Any] | None
    result: dict[str, Any] | None


_DONE = (
    select(func.count())
    .where(
        SimulationChunk.simulation_id == Simulation.id,
        SimulationChunk.brand_id == Simulation.brand_id,
        SimulationChunk.done_at.is_not(None),
    )
    .scalar_subquery()
)
_LINE = (
    *(getattr(Simulation, name) for name in SimulationLine.__dataclass_fields__ if name != "done"),
    _DONE,
)


def simulations(session: Session) -> tuple[SimulationLine, ...]:
    """The latest first; one statement."""
    newest = select(*_LINE).order_by(Simulation.asked_at.desc(), Simulation.id)
    return tuple(SimulationLine(*row) for row in session.execute(newest))


def simulation(session: Session, simulation_id: UUID) -> SimulationView:
    """Raises NotFound."""
    statement = select(*_LINE, Simulation.document, Simulation.base, Simulation.result)
    row = session.execute(statement.where(Simulation.id == simulation_id)).one_or_none()
    if row is None:
        raise NotFound
    return SimulationView(SimulationLine(*row[: len(_LINE)]), *row[len(_LINE) :])


def simulation_of_draft(session: Session) -> UUID | None:
    """The last one that told the draft exactly as it is now."""
    return session.scalar(
        select(Simulation.id)
        .join(ProgrammeDraft, ProgrammeDraft.document == Simulation.document)
        .where(Simulation.status == SimulationStatus.DONE)
        .order_by(Simulation.asked_at.desc())
        .limit(1)
    )


def read_difference(kept: list[Any]) -> Difference:
    return Difference._make(kept)


def differences_of(session: Session, simulation_id: UUID) -> Iterator[Difference]:
    """Chunk by chunk, so that no more than one is held at a time."""
    for chunk in _chunk_by_chunk(session, simulation_id, SimulationChunk.differences):
        for one in chunk or ():
            yield read_difference(one)


def summed_up(
    session: Session, simulation_id: UUID, document: dict[str, Any], base: dict[str, Any] | None
) -> dict[str, Any]:
    """What a finished simulation found, as JSON."""
    tally: Tally = {}
    programme = compile_programme(document, published=True)
    in_force = compile_programme(base, published=True) if base is not None else None
    for chunk in _chunk_by_chunk(session, simulation_id, SimulationChunk.tally):
        tally = merged(tally, chunk or {})
    return {
        **tally,
        "winners": {
            "before": _distinct(session, simulation_id, SimulationChunk.winners_before),
            "after": _distinct(session, simulation_id, SimulationChunk.winners_after),
        },
        "never_fired": list(never_fired(programme, tally)),
        "gainers": _most(session, simulation_id, 1),
        "losers": _most(session, simulation_id, -1),
        "runs_on": Contest(in_force, programme).runs_on,
    }


_GAIN = ", ".join(
    [
        ":sign * ((one ->> 5)::bigint - (one ->> 4)::bigint)",
        *(
            f":sign * ((one -> 7 ->> {place})::bigint - (one -> 6 ->> {place})::bigint)"
            for place in range(len(UNITS))
        ),
    ]
)
"""In cents, then by unit, of a `Difference` as it is kept: told by their places in it."""
_MOST = text(f"""
    SELECT one
      FROM simulation_chunks, jsonb_array_elements(differences) AS one,
           LATERAL (SELECT ARRAY[{_GAIN}] AS gain) AS told
     WHERE simulation_id = :simulation AND gain > array_fill(0::bigint, ARRAY[:figures])
     ORDER BY gain DESC, one
     LIMIT :most
""")  # noqa: S608 -- constants only


def _most(session: Session, simulation_id: UUID, sign: int) -> list[list[Any]]:
    """Who gains (1) or loses (-1) most, as `Difference` has them."""
    values = {"simulation": simulation_id, "sign": sign, "most": MOST_SHOWN}
    return list(session.scalars(_MOST, {**values, "figures": len(UNITS) + 1}))


def _distinct(session: Session, simulation_id: UUID, column: Any) -> int:
    people = (
        select(func.unnest(column).label("person"))
        .where(SimulationChunk.simulation_id == simulation_id)
        .subquery()
    )
    return session.scalar(select(func.count(people.c.person.distinct()))) or 0


def _chunk_by_chunk(session: Session, simulation_id: UUID, column: Any) -> Iterator[Any]:
    chunks = select(SimulationChunk.number).where(
        SimulationChunk.simulation_id == simulation_id, SimulationChunk.done_at.is_not(None)
    )
    for number in session.scalars(chunks.order_by(SimulationChunk.number)).all():
        yield session.scalar(
            select(column).where(
                SimulationChunk.simulation_id == simulation_id, SimulationChunk.number == number
            )
        )
