"""What can be imported and exported, one by one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.imports.checking import BadCell, Row
from app.imports.errors import KindNotFound
from app.imports.layout import Layout
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows against what is there: what an import would do, and what else is wrong."""

    created: tuple[Row, ...] = ()
    updated: tuple[Row, ...] = ()
    unchanged: tuple[Row, ...] = ()
    bad: tuple[BadCell, ...] = ()


Compare = Callable[[UnitOfWork, Actor, Sequence[Row]], Comparison]
Export = Callable[[UnitOfWork, Actor], Iterable[Mapping[str, Any]]]


class Write(Protocol):
    def __call__(
        self, uow: UnitOfWork, actor: Actor, comparison: Comparison, /, *, clock: Clock
    ) -> None: ...


@dataclass(frozen=True)
class Kind:
    name: str
    title: str
    layout: Layout
    compare: Compare
    write: Write
    export: Export
    roles: frozenset[Role] = frozenset({Role.BRAND_ADMIN})
    """Who may import; exporting is also open to `readers`."""
    readers: frozenset[Role] = frozenset()

    def is_open_to(self, role: Role) -> bool:
        return role is Role.SYSTEM or role in self.roles

    def is_readable_by(self, role: Role) -> bool:
        return self.is_open_to(role) or role in self.readers


_kinds: dict[str, Kind] = {}


def keep(kinds: Iterable[Kind]) -> None:
    """Told once by the composition root."""
    _kinds.clear()
    _kinds.update({kind.name: kind for kind in kinds})


def kind_named(name: str) -> Kind:
    """Raises KindNotFound."""
    if name not in _kinds:
        raise KindNotFound
    return _kinds[name]


def all_kinds() -> tuple[Kind, ...]:
    return tuple(_kinds.values())
