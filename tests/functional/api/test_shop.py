"""A customer orders from an app by the token of her own link, as on the shop's pages."""

from uuid import UUID

import pytest

from app.brands.terms import publish_terms
from app.kernel.actor import system
from app.meetings.services import order_links
from app.promotions.models import PromotionState
from app.promotions.services.promotions import create_promotion
from tests.support.gathering import Stage, set_stage


@pytest.fixture
def stage(uow, brand) -> Stage:
    stage = set_stage(uow, brand.id)
    stage.do(publish_terms, "Vous payez à votre conseillère.")
    return stage


@pytest.fixture
def ask(client, stage):
    """`ask(method, path, **json)` as the holder of a link in a meeting: status and body."""
    meeting: UUID = stage.meeting()
    token = stage.do(
        order_links.create_order_link, stage.customer("Chloé", "Petit"), meeting_id=meeting
    )
    keys = iter(range(100))

    def do(method: str, path: str, **json: object):
        headers = {
            "Authorization": f"Bearer {token}",
            "Idempotency-Key": f"a-test-key-{next(keys)}",
        }
        body = {"json": json} if method != "GET" else {}
        answer = client.open(f"/api/shop{path}", method=method, headers=headers, **body)
        return answer.status_code, answer.get_json(silent=True)

    return do


@pytest.fixture
def promotion(uow, brand):
    """A tenth off the order, in force, of the given entry."""

    def make(entry: str) -> None:
        tenth = {"effect": {"kind": "order_percent", "rate_bp": 1_000}}
        document = {"name": "Dix", "entry": entry, **tenth}
        with uow(brand.id) as work:
            who = system(brand.id)
            create_promotion(work, who, document, state=PromotionState.LIVE, clock=work.clock)

    return make


def test_she_orders_from_an_app(ask, stage) -> None:
    product = str(stage.product_id)
    assert ask("GET", "/products")[1]["items"][0]["id"] == product
    status, basket = ask("POST", "/basket/lines", product_id=product, quantity=2)
    assert (status, basket["total_cents"], basket["channel"]) == (201, 10_000, "web")
    quote = ask("GET", "/basket/quote")[1]
    terms = ask("GET", "/terms")[1]["version"]

    status, order = ask(
        "POST", "/basket/checkout", terms_version=terms, seen=quote["digest"], seen_cents=10_000
    )

    assert (status, order["status"], order["payment_status"]) == (200, "placed", "unpaid")
    assert ask("GET", f"/orders/{order['id']}")[1]["number"] == order["number"]
    assert ask("GET", "/basket")[0] == 404


def test_a_code_nobody_knows_is_refused_with_its_reason(ask, stage) -> None:
    ask("POST", "/basket/lines", product_id=str(stage.product_id))

    status, problem = ask("POST", "/basket/asked", do="ask_code", code="NOBODYS")

    assert status == 422
    assert "unknown_code" in str(problem)


def test_prices_she_was_not_shown_are_not_agreed_to(ask, stage) -> None:
    ask("POST", "/basket/lines", product_id=str(stage.product_id))

    assert ask("POST", "/basket/checkout", terms_version=1, seen="another")[0] == 409
    assert ask("POST", "/basket/checkout", terms_version=2)[0] == 409


def test_points_that_are_not_there_become_no_code(ask) -> None:
    assert ask("GET", "/rewards")[1]["available"] == 0

    status, problem = ask("POST", "/points/conversion", points=5)

    assert (status, problem["code"]) == (422, "conversion_not_offered")


def test_prices_that_changed_meanwhile_are_shown_anew(ask, stage, promotion) -> None:
    ask("POST", "/basket/lines", product_id=str(stage.product_id))
    promotion(entry="automatic")
    assert ask("POST", "/basket/checkout", terms_version=1, seen_cents=5_000)[0] == 409

    status, quote = ask("PUT", "/basket/prices")

    assert (status, quote["total_cents"]) == (200, 4_500)
    seen = {"seen": quote["digest"], "seen_cents": 4_500}
    assert ask("POST", "/basket/checkout", terms_version=1, **seen)[0] == 200


def test_what_only_her_seller_gives_is_not_offered_to_her(ask, stage, promotion) -> None:
    promotion(entry="manual")
    ask("POST", "/basket/lines", product_id=str(stage.product_id))

    assert ask("GET", "/basket/quote")[1]["available"] == []
