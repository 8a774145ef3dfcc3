"""A brand whose orders earn a point a euro."""

from uuid import UUID

import pytest

from tests.support.clock import StillClock
from tests.support.points import Ledger, open_ledger


@pytest.fixture
def ledger(uow, brand, clock: StillClock) -> Ledger:
    found = open_ledger(uow, brand.id, clock)
    found.plan()
    return found


@pytest.fixture
def zoe(ledger: Ledger) -> UUID:
    return ledger.stage.customer("Zoé")
