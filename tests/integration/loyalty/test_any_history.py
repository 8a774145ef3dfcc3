"""Whatever happens to points, in whatever order, the ledger says what paper and pencil say."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from app.loyalty import services
from app.loyalty.domain import (
    Credit,
    Expiry,
    GiveBack,
    PendingCredit,
    Release,
    Reserve,
    Spend,
    TakeBack,
)
from app.loyalty.errors import BalanceTooLow, CeilingReached, NotEnoughPoints, PointsStillPending
from app.loyalty.services import posting
from app.loyalty.services.converting import Ended, end_conversions, take_for_conversion
from tests.support.chance import SOAK, SOAKING
from tests.support.points import Ledger
from tests.support.points_model import PaperLot, Purse

NUMBERS = st.integers(1, 60)
DAYS = st.none() | st.integers(1, 400)
WHO = st.integers(0, 1)
SHARES = st.sampled_from([1.0, 1.0, 0.5, 0.2, 1.5])
"""Of what can be used: mostly there is enough."""
HISTORIES = 8
ALL = tuple(Phase)
QUICKLY = tuple(phase for phase in Phase if phase not in {Phase.shrink, Phase.explain})
NAMES_ONLY = ("reserved points differ from the orders", "code made of points")


def uuids() -> Iterator[UUID]:
    """Ascending, so that of lots that expire together the first one goes first."""
    return (UUID(int=(0x7 << 76) | (0x2 << 62) | n) for n in count(1))


def some(purse: Purse, share: float) -> int:
    return max(1, int(purse.usable * share))


def history(ledger: Ledger, minted: Callable[[], UUID]) -> type[RuleBasedStateMachine]:
    class History(RuleBasedStateMachine):
        sources, placed, paid, codes = (Bundle(n) for n in ("sources", "placed", "paid", "codes"))

        @initialize(cap=st.sampled_from([20, 0, 1_000]), ceiling=st.none() | st.just(150))
        def begin(self, cap: int, ceiling: int | None) -> None:
            self.cap, self.ceiling = cap, ceiling
            ledger.rules(debt_cap=cap, ceiling=ceiling, transfers=True)
            self.people = [ledger.stage.customer() for _ in range(2)]
            first = Purse()
            self.paper = [first, Purse(gone=first.gone, ended=first.ended)]
            self.given: dict[UUID, int] = {}

        def said(self, who: int, points: int, source: UUID) -> tuple[Any, ...]:
            return (f"key:{minted()}", self.people[who], points, "k", "order", source)

        def lot(self, source: UUID, points: int, days: int | None, waits: bool) -> PaperLot:
            rule_, now = (Expiry(days=days) if days else None), ledger.clock()
            until = rule_.instant(now, "Europe/Paris") if rule_ and not waits else None
            self.given[source] = points
            return PaperLot(str(source), points, until, waits)

        # -------------------------------------------------------- what comes

        @rule(target=sources, who=WHO, points=NUMBERS, days=DAYS)
        def give(self, who: int, points: int, days: int | None) -> Any:
            source = minted()
            lot = self.lot(source, points, days, waits=False)
            credit = Credit(*self.said(who, points, source), {}, lot.expires)
            ledger.post(credit)
            ledger.post(credit)
            self.paper[who].credit(lot, self.ceiling)
            return (who, source)

        @rule(target=sources, who=WHO, points=NUMBERS, days=DAYS)
        def promise(self, who: int, points: int, days: int | None) -> Any:
            source = minted()
            kept = Expiry(days=days).to_json() if days else None
            said = self.said(who, points, source)
            ledger.post(PendingCredit(*said, {}, "shipment", None, kept))
            lot = self.lot(source, points, days, waits=True)
            self.paper[who].credit(lot, self.ceiling)
            return (who, source, days)

        @rule(given=sources)
        def ship(self, given: Any) -> None:
            """Only promises wait; a second shipment changes nothing."""
            source, now = given[1], ledger.clock()
            ledger.do(services.set_due, "order", {source: {"shipment": now}})
            lasts = Expiry(days=given[2]) if given[2:] and given[2] else None
            until = lasts.instant(now, "Europe/Paris") if lasts else None
            for purse in self.paper:
                found = [one for one in purse.lots if one.source == str(source) and one.waits]
                for lot in found:
                    if lot.left:
                        lot.waits, lot.expires = False, until
                if any(lot.left for lot in found):
                    purse.repay()

        # -------------------------------------------------------- what goes

        @rule(given=sources, points=NUMBERS | st.just(60))
        def take_back(self, given: Any, points: int) -> None:
            who, source = given[:2]
            points = min(points, self.given[source])
            if points:
                self.given[source] -= points
                ledger.post(TakeBack(*self.said(who, points, source)))
                self.paper[who].take_back(str(source), points, self.cap)

        @rule(target=placed, who=WHO, share=SHARES)
        def reserve(self, who: int, share: float) -> Any:
            order, purse = minted(), self.paper[who]
            points = some(purse, share)
            wanted = Reserve(*self.said(who, points, order))
            if points > purse.usable:
                with pytest.raises(NotEnoughPoints):
                    ledger.post(wanted)
                return (who, order, 0)
            ledger.post(wanted)
            purse.reserve(str(order), points)
            return (who, order, points)

        @rule(target=paid, order=consumes(placed))
        def pay(self, order: Any) -> Any:
            who, order_id, points = order
            if points:
                ledger.post(Spend(*self.said(who, points, order_id)))
                self.paper[who].reserved -= points
                self.paper[who].spent += points
            return order

        @rule(order=consumes(placed))
        def abandon(self, order: Any) -> None:
            who, order_id, points = order
            if points:
                ledger.post(Release(*self.said(who, points, order_id)))
                self.paper[who].give_back(str(order_id), points)
                self.paper[who].reserved -= points
                self.settle(who)

        @rule(order=paid, points=NUMBERS)
        def send_back(self, order: Any, points: int) -> None:
            who, order_id, _ = order
            purse = self.paper[who]
            points = min(points, sum(part for _, part in purse.held.get(str(order_id), [])))
            if points:
                ledger.post(GiveBack(*self.said(who, points, order_id)))
                purse.give_back(str(order_id), points)
                purse.spent -= points
                self.settle(who)

        def settle(self, who: int) -> None:
            """What came back into a lot whose time is over is of no use, and ends."""
            purse, now = self.paper[who], ledger.clock()
            over = [one for one in purse.lots if one.expires and one.expires <= now]
            back = [(lot, lot.left) for lot in over]
            for lot, _ in back:
                lot.left = 0
            purse.repay()
            for lot, left in back:
                lot.left = left
            self.night()

        # -------------------------------------------------------- time, codes, presents

        @rule(days=st.sampled_from([1, 7, 40, 366]))
        def wait(self, days: int) -> None:
            ledger.clock.now += timedelta(days=days)  # type: ignore[union-attr]
            self.night()

        def night(self) -> None:
            ledger.expire()
            for purse in self.paper:
                purse.sweep(ledger.clock())

        @rule(who=WHO, share=SHARES)
        def transfer(self, who: int, share: float) -> None:
            giver, taker = self.paper[who], self.paper[1 - who]
            points = some(giver, share)
            ends = (self.people[who], self.people[1 - who])
            room = None if self.ceiling is None else self.ceiling - taker.usable - taker.waiting
            if points > giver.usable:
                with pytest.raises((BalanceTooLow, PointsStillPending)):
                    ledger.do(services.transfer_points, *ends, points)
            elif room is not None and points > room:
                with pytest.raises(CeilingReached):
                    ledger.do(services.transfer_points, *ends, points)
            else:
                ledger.do(services.transfer_points, *ends, points)
                for lot, part in giver.take(points):
                    taker.lots.append(PaperLot(lot.source, part, lot.expires))
                taker.repay()

        @rule(target=codes, who=WHO, share=SHARES)
        def convert(self, who: int, share: float) -> Any:
            code, purse = minted(), self.paper[who]
            points = some(purse, share)
            if points > purse.usable:
                with pytest.raises((BalanceTooLow, PointsStillPending)):
                    ledger.do(take_for_conversion, self.people[who], points, code)
                return (who, code, 0)
            for _ in range(2):
                ledger.do(take_for_conversion, self.people[who], points, code)
            purse.held[str(code)] = purse.take(points)
            purse.spent += points
            return (who, code, points)

        @rule(code=consumes(codes), returned=st.booleans())
        def end(self, code: Any, returned: bool) -> None:
            who, code_id, points = code
            if points:
                over = Ended(code_id, self.people[who], points, returned)
                ledger.do(end_conversions, [over])
                self.paper[who].spent -= points
                if returned:
                    self.paper[who].give_back(str(code_id), points)
                    self.settle(who)
                else:
                    self.paper[who].expired += points

        # -------------------------------------------------------- what must hold

        @invariant()
        def paper_and_ledger_agree(self) -> None:
            for person, purse in zip(
                getattr(self, "people", ()), getattr(self, "paper", ()), strict=True
            ):
                assert ledger.accounts(person) == purse.accounts()
                assert purse.debt <= self.cap

        def teardown(self) -> None:
            """Orders and codes are only names here: what the books say of them is not asked."""
            said = (one for one in ledger.findings() if not one.startswith(NAMES_ONLY))
            assert list(said) == []

    return History


def test_any_history_is_what_paper_and_pencil_say(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = uuids()

    def minted() -> UUID:
        return next(ids)

    monkeypatch.setattr(posting, "new_id", minted)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        history(ledger, minted),
        settings=settings(
            max_examples=HISTORIES * SOAK,
            stateful_step_count=80,
            deadline=None,
            phases=ALL if SOAKING else QUICKLY,
            suppress_health_check=list(HealthCheck),
        ),
    )
