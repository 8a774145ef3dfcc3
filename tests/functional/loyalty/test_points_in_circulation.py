"""Points en circulation: what is owed, until when, and what each month did."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from app.kernel.actor import Role, system
from app.kernel.ids import new_id
from app.loyalty import services as loyalty
from app.loyalty.domain import Credit, Reserve, Spend
from app.reports.points import Expiring, points_report
from tests.support.reading import text_of

HOME = "/console/reports/points"


@pytest.fixture
def chloe(stage) -> UUID:
    return stage.customer("Chloé", "Petit")


def at(month: int, day: int = 5):
    return lambda: datetime(2026, month, day, 12, tzinfo=UTC)


@pytest.fixture
def lived(uow, brand, chloe) -> None:
    """100 points until 1 March of next year at noon in Paris, 40 for ever; 30 spent in May."""
    order, actor = new_id(), system(brand.id)

    def credit(points: int, until: datetime | None = None) -> Credit:
        return Credit(str(new_id()), chloe, points, "gift", "test", new_id(), {}, until)

    with uow(brand.id) as work:
        loyalty.post(work, actor, [credit(100, datetime(2027, 3, 1, 11, tzinfo=UTC))], clock=at(4))
        loyalty.post(work, actor, [credit(40)], clock=at(4))
    for movement in (Reserve, Spend):
        with uow(brand.id) as work:
            one = movement(str(new_id()), chloe, 30, "order_spent", "order", order)
            loyalty.post(work, actor, [one], clock=at(5))
    with uow(brand.id) as work:
        loyalty.adjust_points(work, actor, chloe, -5, reason="Erreur", clock=at(6))


def test_what_is_owed_equals_what_the_months_did(uow, brand, lived) -> None:
    first, last = date(2026, 4, 1), date(2026, 6, 30)
    with uow(brand.id) as work:
        report = points_report(work.session, zone=brand.timezone, first=first, last=last)

    assert [(f.earned, f.spent, f.expired, f.reversed) for f in report.flows] == [
        (140, 0, 0, 0), (0, 30, 0, 0), (0, 0, 0, 5),
    ]  # fmt: skip
    assert report.outstanding == 105
    march = date(2027, 3, 1)
    assert report.expiring == (Expiring(march, 65), Expiring(None, 40))


def test_finance_reads_and_takes_it_with_them(client, sign_in, lived) -> None:
    sign_in(role=Role.FINANCE, email="finances@example.org", display_name="Florence Adam")
    period = "?since=2026-04-01&until=2026-06-30"

    told = text_of(client.get(HOME + period))
    file = client.get(f"{HOME}/points.csv{period}").get_data(as_text=True)

    assert "Points en circulation" in told
    assert "105" in told
    assert "2026-04;140;0;0;0;" in file
    assert "2027-03;;;;;65" in file
