"""Mes récompenses, by the link a customer orders with and in the seller's own portal."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.accounts.domain import LinkPurpose
from app.accounts.links import issue_link
from app.kernel.actor import system
from app.kernel.ids import new_id
from app.loyalty import services as loyalty
from app.loyalty.domain import Credit, PendingCredit
from app.loyalty.queries import balances
from app.promotions.models import PromotionState
from app.promotions.queries import codes_of
from app.promotions.services.codes import assign_codes
from app.promotions.services.plan import save_settings
from app.promotions.services.promotions import create_promotion
from tests.support.reading import text_of


@pytest.fixture
def chloe(stage) -> UUID:
    return stage.customer("Chloé", "Petit", email="chloe@example.org")


@pytest.fixture
def link(uow, brand, stage, chloe) -> str:
    with uow(brand.id) as work:
        until = datetime.now(UTC) + timedelta(days=30)
        token = issue_link(
            work, LinkPurpose.ORDER, None, chloe, until, seller_id=stage.seller.seller_id
        )
    return f"/o/{token}/rewards"


def give(uow, brand, customer_id: UUID, *points: int, expires_at: datetime | None = None) -> None:
    with uow(brand.id) as work:
        gifts = [
            Credit(str(new_id()), customer_id, one, "gift", "test", new_id(), {}, expires_at)
            for one in points
        ]
        loyalty.post(work, system(brand.id), gifts, clock=work.clock)


def test_a_customer_reads_what_she_has_what_comes_and_what_ends(
    client, uow, brand, chloe, link
) -> None:
    give(uow, brand, chloe, 40, expires_at=datetime(2031, 3, 2, tzinfo=UTC))
    with uow(brand.id) as work:
        actor = system(brand.id)
        awaited = PendingCredit("p", chloe, 25, "order_earned", "order", new_id())
        loyalty.post(work, actor, [awaited], clock=work.clock)
        loyalty.adjust_points(work, actor, chloe, 5, reason="Colis en retard", clock=work.clock)

    told = text_of(client.get(link))

    assert "45 points" in told
    assert "En attente : 25 points" in told
    assert "utilisables une fois la commande expédiée" in told
    assert "40 points à utiliser d’ici le" in told
    assert "2 mars 2031" in told
    assert "Ajoutés par" in told
    assert "Colis en retard" in told


def test_codes_given_from_a_discount_stand_beside_those_that_were_won(
    client, uow, brand, chloe, link
) -> None:
    with uow(brand.id) as work:
        for name, last in (("Douce année", "2031-12-31"), ("Fini", "2001-12-31")):
            promotion_id = create_promotion(
                work,
                system(brand.id),
                {
                    "name": name,
                    "entry": "assigned",
                    "effect": {"kind": "order_percent", "rate_bp": 1_500},
                    "conditions": {"measure": "basket_net", "op": ">=", "value": 5_000},
                    "period": {"until": last},
                    "stacking": {"points": False},
                },
                state=PromotionState.LIVE,
                clock=work.clock,
            )
            assign_codes(
                work, system(brand.id), promotion_id, {chloe}, valid_until=None, clock=work.clock
            )
        codes = {one.name: one.code for one in codes_of(work.session, [chloe])}

    told = text_of(client.get(link))

    assert f"Fini Expiré {codes['Fini']}" in told
    assert (
        f"Douce année Disponible {codes['Douce année']}"
        " Valable jusqu’au mercredi 31 décembre 2031 15 % de réduction sur la commande."
        " Condition : un panier d’au moins 50,00 €. Non cumulable avec : points."
        " Pour une seule commande."
    ) in told


def test_the_page_asks_as_often_for_a_long_history(
    client, uow, brand, chloe, link, count_queries
) -> None:
    give(uow, brand, chloe, 1)
    client.get(link)  # once for what the first page of a session asks besides
    with count_queries() as few:
        client.get(link)
    give(uow, brand, chloe, *[2] * 30)
    with count_queries() as many:
        client.get(link)

    assert many.count == few.count


def test_the_address_is_told_to_nobody(client, link) -> None:
    answer = client.get(link)

    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


# ---------------------------------------------------------------- into a promo code


@pytest.fixture
def rate(uow, brand) -> None:
    """A point is worth ten cents."""
    with uow(brand.id) as work:
        value = {"customer": {"points": 1, "cents": 10}}
        spending = {"mode": "rate", "value": value}
        document = {"points": {"spending": spending}}
        save_settings(work, system(brand.id), document, clock=work.clock)


def test_what_a_code_would_be_is_seen_first_and_made_once(
    client, uow, brand, chloe, link, rate
) -> None:
    give(uow, brand, chloe, 40)
    once = {"conversion": str(new_id()), "points": "30"}
    assert "40 points deviennent un code de 4,00 €" in text_of(client.get(link))

    shown = text_of(client.submit(f"{link}/convert", **once, do="preview"))
    assert "30 points deviennent un code de 3,00 €" in shown
    client.submit(f"{link}/convert", **once, do="save")
    told = text_of(client.follow(client.submit(f"{link}/convert", **once, do="save")))

    assert "3,00 € sur une commande" in told
    assert "Convertis en code promo" in told
    with uow(brand.id) as work:
        (code,) = codes_of(work.session, [chloe])
        assert code.terms["effect"]["amount_cents"] == 300
        assert balances(work.session, [chloe])[chloe].available == 10


def test_more_points_than_there_are_become_no_code(client, uow, brand, chloe, link, rate) -> None:
    give(uow, brand, chloe, 40)

    asked = {"conversion": str(new_id()), "points": "41", "do": "save"}
    answer = client.submit(f"{link}/convert", **asked)

    assert answer.status_code == 422
    assert 'id="field-points-error"' in answer.get_data(as_text=True)
    with uow(brand.id) as work:
        assert codes_of(work.session, [chloe]) == ()
