"""Points and rewards by hand, for points, and on one's own card; how points live; what is owed."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.accounts.domain import LinkPurpose
from app.accounts.links import issue_link
from app.kernel.actor import Role, system
from app.loyalty import services as loyalty
from app.loyalty.queries import balances
from app.promotions.queries import vouchers_of
from app.rewards.domain.offers import Offer, OfferKind
from app.rewards.services.templates import Published, publish_template
from tests.support.api import Phone
from tests.support.gathering import Stage


@pytest.fixture
def chloe(stage: Stage) -> UUID:
    return stage.customer("Chloé", "Petit", email="chloe@example.org")


@pytest.fixture
def lea(stage: Stage) -> UUID:
    return stage.customer("Léa", "Roux", email="lea@example.org")


@pytest.fixture
def service(bearer: Any) -> Phone:
    return bearer(Role.CUSTOMER_SERVICE)


@pytest.fixture
def administrator(bearer: Any) -> Phone:
    return bearer(Role.BRAND_ADMIN)


@pytest.fixture
def hers(new_client: Any, brand: Any, stage: Stage, chloe: UUID) -> Phone:
    """Chloé's phone."""
    with stage.uow(brand.id) as work:
        until, seller = work.clock() + timedelta(days=9), stage.seller.seller_id
        token = issue_link(work, LinkPurpose.ORDER, None, chloe, until, seller_id=seller)
    return Phone(new_client(brand), token)


@pytest.fixture
def voucher(uow: Any, brand: Any) -> UUID:
    wanted = Published("Bon fidélité", Offer(OfferKind.VOUCHER, {"amount_cents": 500}), 50)
    with uow(brand.id) as work:
        return publish_template(work, system(brand.id), wanted, clock=work.clock)


def credit(uow: Any, brand: Any, customer_id: UUID, points: int) -> None:
    with uow(brand.id) as work:
        staff = system(brand.id)
        loyalty.adjust_points(work, staff, customer_id, points, reason="x", clock=work.clock)


def allow_transfers(uow: Any, brand: Any) -> None:
    with uow(brand.id) as work:
        loyalty.save_settings(work, system(brand.id), {"transfers": True}, clock=work.clock)


# ---------------------------------------------------------------- by hand


def test_a_reward_is_made_for_one_customer_once(service, uow, brand, chloe) -> None:
    asked = {"kind": "voucher", "amount_cents": 1_500, "reason": "Colis en retard"}
    path, key = f"/api/customers/{chloe}/rewards", str(uuid4())

    given = service.post(path, asked, expect=201, key=key)
    again = service.post(path, asked, expect=201, key=key)

    assert given == again
    assert (given["holding"], len(given["code"])) == ("voucher", 12)
    with uow(brand.id) as work:
        assert len(vouchers_of(work.session, [chloe])) == 1


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "kind"),
        ({"kind": "percent", "rate_bp": 1_000}, "cap_cents"),
        ({"kind": "voucher", "amount_cents": 500, "buy": 2}, "buy"),
        ({"kind": "gift", "products": []}, "products"),
    ],
)
def test_what_a_kind_needs_is_named(service, chloe, asked, field) -> None:
    answer = service.ask("POST", f"/api/customers/{chloe}/rewards", {**asked, "reason": "x"})

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]


def test_published_rewards_are_listed_by_pages_and_given(service, chloe, voucher, uow, brand):
    wanted = Published("Wok", Offer(OfferKind.GIFT, {"products": ["WOK-seller"]}), None)
    with uow(brand.id) as work:
        publish_template(work, system(brand.id), wanted, clock=work.clock)

    first = service.get("/api/reward-templates", limit=1)
    rest = service.get("/api/reward-templates", limit=1, cursor=first["next_cursor"])
    given = service.post(
        f"/api/customers/{chloe}/rewards",
        {"template_id": str(voucher), "reason": "Fidèle"},
        expect=201,
    )

    assert [first["items"][0]["name"], rest["items"][0]["id"]] == ["Wok", str(voucher)]
    assert rest["next_cursor"] is None
    assert (given["template_id"], given["price_points"]) == (str(voucher), None)


def test_a_program_writes_published_rewards_once(administrator, stage) -> None:
    wanted = {
        "name": "Une bougie",
        "kind": "unit_voucher",
        "units": 1,
        "products": ["WOK-seller"],
        "valid_from": "2027-01-01",
        "valid_until": "2027-02-28",
        "most_per_order": 1,
    }
    key = str(uuid4())
    made = administrator.post("/api/reward-templates", wanted, expect=201, key=key)
    assert administrator.post("/api/reward-templates", wanted, expect=201, key=key) == made
    assert (made["key"], made["revision"], made["state"]) == ("une-bougie", 1, "active")
    at = f"/api/reward-templates/{made['id']}"

    changed = administrator.ask("PUT", at, {**wanted, "units": 2, "revision": 1}).json
    assert (changed["key"], changed["revision"]) == ("une-bougie", 2)
    assert changed["cents"] == 2 * made["cents"]
    assert administrator.refused("PUT", at, {**wanted, "revision": 1})[0] == 409
    assert administrator.post(f"{at}/withdraw", {"revision": 2})["state"] == "archived"
    assert administrator.post(f"{at}/publish", {"revision": 3})["state"] == "active"


UNFIT = {
    "units": {"units": None, "kind": "unit_voucher", "products": ["WOK-seller"]},
    "products": {"units": 1, "kind": "unit_voucher"},
    "valid_until": {"valid_from": "2027-01-01", "kind": "voucher", "amount_cents": 500},
    "valid_until of a gift": {
        "valid_until": "2027-01-01",
        "kind": "gift",
        "products": ["WOK-seller"],
    },
    "with_codes": {"with_codes": False, "kind": "amount", "amount_cents": 500},
}


@pytest.mark.parametrize("field", UNFIT)
def test_a_published_reward_that_could_not_work_is_refused(administrator, field) -> None:
    asked = {name: value for name, value in UNFIT[field].items() if value is not None}
    answer = administrator.ask("POST", "/api/reward-templates", {"name": "x", **asked})

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field.split(" ")[0]]


# ---------------------------------------------------------------- one's own


def test_she_exchanges_points_from_her_phone(hers, uow, brand, stage, chloe, voucher) -> None:
    credit(uow, brand, chloe, 60)
    (offered,) = hers.get("/api/shop/rewards/for-points")["items"]
    asked = {"template_id": offered["id"], "seen_points": offered["points"]}
    key = str(uuid4())

    given = hers.post("/api/shop/rewards/exchange", asked, expect=201, key=key)
    assert hers.post("/api/shop/rewards/exchange", asked, expect=201, key=key) == given
    refused = hers.refused("POST", "/api/shop/rewards/exchange", asked)
    stale = hers.refused("POST", "/api/shop/rewards/exchange", {**asked, "seen_points": 40})

    told = hers.get("/api/shop/rewards")
    assert told["available"] == 10
    (held,) = told["vouchers"]
    assert held["code"] == given["code"]
    line = {"product_id": str(stage.product_id), "quantity": 1}
    hers.post("/api/shop/basket/lines", line, expect=201)
    priced = hers.post("/api/shop/basket/asked", {"do": "use_voucher", "voucher_id": held["id"]})
    assert [one["id"] for one in priced["vouchers"]] == [held["id"]]
    assert refused == (422, "balance_too_low")
    assert stale == (409, "reward_price_moved")


def test_she_chooses_a_gift_by_her_link(hers, service, stage, chloe) -> None:
    asked = {"kind": "gift", "products": ["WOK-seller"], "reason": "Dix ans"}
    service.post(f"/api/customers/{chloe}/rewards", asked, expect=201)
    (gift,) = hers.get("/api/shop/rewards")["gifts"]

    path = f"/api/shop/gifts/{gift['claim_id']}/choice"
    after = hers.post(path, {"product_id": str(stage.product_id)})

    assert [one["status"] for one in after["gifts"]] == ["chosen"]


def test_points_are_given_away_from_a_phone_and_by_staff(
    hers, service, uow, brand, chloe, lea
) -> None:
    credit(uow, brand, chloe, 60)
    named = {"email": "lea@example.org", "last_name": "Roux", "points": 20}
    assert hers.refused("POST", "/api/shop/points/transfer", named)[1] == "transfers_not_allowed"
    allow_transfers(uow, brand)

    told = hers.post("/api/shop/points/transfer", named)
    left = service.post(
        f"/api/customers/{chloe}/points/transfer",
        {"to_id": str(lea), "points": 15, "reason": "À sa demande"},
    )

    assert (told["first_name"], told["available"], left["available"]) == ("Léa", 40, 25)
    with uow(brand.id) as work:
        assert balances(work.session, [lea])[lea].available == 35


def test_a_host_and_a_seller_have_the_same(new_client, brand, stage, phone, uow, voucher) -> None:
    meeting = stage.meeting(host_id=(marie := stage.customer("Marie", "Blanc")))
    with stage.uow() as work:
        until = work.clock() + timedelta(days=9)
        host = Phone(new_client(brand), issue_link(work, LinkPurpose.HOST, meeting, marie, until))
    credit(uow, brand, marie, 60)

    assert host.get("/api/host/rewards")["available"] == 60
    asked = {"template_id": str(voucher), "seen_points": 50}
    host.post("/api/host/rewards/exchange", asked, expect=201)
    assert host.get("/api/host/rewards")["available"] == 10
    assert phone.get("/api/me/rewards")["available"] == 0
    assert phone.get("/api/me/rewards/for-points")["items"][0]["missing"] == 50


# ---------------------------------------------------------------- the brand


def test_settings_are_read_changed_and_not_overwritten(bearer) -> None:
    admin = bearer(Role.BRAND_ADMIN)
    before = admin.get("/api/loyalty/settings")
    wanted = {**before, "ceiling": 900, "expiry": {"customer": {"days": 365}}}

    after = admin.put("/api/loyalty/settings", wanted)

    assert (before["revision"], after["revision"], after["ceiling"]) == (0, 1, 900)
    assert after["expiry"]["customer"] == {"days": 365, "on": None}
    assert admin.refused("PUT", "/api/loyalty/settings", wanted) == (409, "loyalty_settings_moved")
    impossible = {"revision": 1, "expiry": {"host": {"on": "02-30"}}}
    answer = admin.ask("PUT", "/api/loyalty/settings", impossible)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["expiry.host.on"])


def test_finance_reads_points_in_circulation(bearer, uow, brand, chloe) -> None:
    credit(uow, brand, chloe, 60)

    report = bearer(Role.FINANCE).get("/api/reports/points")

    assert (report["available"], report["outstanding"], report["holders"]) == (60, 60, 1)
    assert report["expiring"] == [{"month": None, "points": 60}]
    assert report["flows"][-1]["earned"] == 60
