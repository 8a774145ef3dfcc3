"""The API's door: tokens, problems, keys, pages, its description."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from openapi_spec_validator import validate

from app.accounts.queries import user_by_email
from app.infra.idempotency import Request, answer_to, forget_old_answers
from tests.support.api import PROBLEM, Phone
from tests.support.gathering import PASSWORD

SOME_ID = "01890000-0000-7000-8000-000000000000"


# ------------------------------------------------------------------------------------ tokens


def test_seller_signs_in_and_is_known(phone, stage) -> None:
    told = phone.get("/api/me")

    assert told["name"] == "Nadia Roux"
    assert told["seller_id"] == str(stage.seller.seller_id)
    assert told["brand"]["currency"] == "EUR"


def test_wrong_password_is_refused_like_an_unknown_address(client, stage) -> None:
    phone = Phone(client)
    wrong = {"email": "seller@example.org", "password": "not this one"}
    unknown = {"email": "nobody@example.org", "password": PASSWORD}

    assert phone.refused("POST", "/api/tokens", wrong) == (422, "sign_in_refused")
    assert phone.refused("POST", "/api/tokens", unknown) == (422, "sign_in_refused")


def test_eleventh_try_on_an_account_is_too_many(client, stage) -> None:
    phone = Phone(client)
    body = {"email": "seller@example.org", "password": "not this one"}

    found = [phone.refused("POST", "/api/tokens", body)[0] for _ in range(11)]

    assert found == [422] * 10 + [429]


def test_refresh_gives_the_next_pair_once(client, stage) -> None:
    phone = Phone(client)
    first = phone.sign_in("seller@example.org", PASSWORD)
    body = {"refresh_token": first["refresh_token"]}
    second = phone.post("/api/tokens/refresh", body, expect=201)
    phone.token = second["access_token"]
    assert phone.get("/api/me")

    again = phone.refused("POST", "/api/tokens/refresh", body)

    assert again == (401, "token_not_usable")
    assert phone.refused("GET", "/api/me") == (401, "token_not_usable"), "the family has ended"


def test_signing_out_ends_the_token(phone) -> None:
    answer = phone.ask("DELETE", "/api/tokens")

    assert (answer.status_code, answer.data) == (204, b"")
    assert phone.refused("GET", "/api/me") == (401, "token_not_usable")


def test_a_cookie_opens_nothing(seller_in_browser, client) -> None:
    answer = client.get("/api/meetings")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.fixture
def seller_in_browser(client, stage) -> None:
    answer = client.submit("/sign-in", email="seller@example.org", password=PASSWORD)
    assert answer.status_code == 303


# ---------------------------------------------------------------------------------- problems


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("GET", "/api/nothing", {}, 404),
        ("PATCH", "/api/meetings", {}, 405),
        ("GET", f"/api/meetings/{SOME_ID}", {}, 404),
        ("POST", "/api/meetings", {"data": b"{", "content_type": "application/json"}, 400),
        ("POST", "/api/meetings", {"data": b"{}", "content_type": "text/plain"}, 415),
        ("POST", "/api/meetings", {"json": {"date": "soon"}}, 422),
        ("POST", "/api/meetings", {"json": ["a list"]}, 422),
        ("GET", "/api/meetings", {"query_string": {"cursor": "nonsense"}}, 422),
        ("GET", "/api/meetings", {"query_string": {"evil": "1"}}, 422),
        ("GET", "/api/customers", {"query_string": {"limit": "1000"}}, 422),
        ("GET", "/api/meetings", {"query_string": {"limit": "", "cursor": ""}}, 422),
    ],
)
def test_every_refusal_is_a_problem(phone, method, path, sent, status) -> None:
    answer = phone.ask(method, path, **sent)

    assert (answer.status_code, answer.mimetype) == (status, PROBLEM)
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]


def test_pages_keep_their_own_refusals(client, brand) -> None:
    answer = client.get("/nothing")

    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert client.put("/sign-in").headers["Allow"]


def test_problem_names_the_fields_to_mend(phone) -> None:
    body = {"product_id": SOME_ID, "quantity": "2"}

    answer = phone.ask("POST", f"/api/orders/{SOME_ID}/lines", body)

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["quantity"]


def test_a_meeting_is_closed_by_who_saw_what_it_grants(phone, stage) -> None:
    meeting_id = stage.meeting(days=-1)
    path = f"/api/meetings/{meeting_id}/closing"

    blind = phone.ask("POST", path, {})
    assert (blind.status_code, list(blind.json["errors"])) == (422, ["seen"])
    assert phone.ask("POST", path).status_code == 422
    assert phone.refused("POST", path, {"seen": "0" * 32}) == (409, "preview_outdated")
    assert phone.post(path, {"seen": phone.get(path)["seen"]})["status"] == "closed"


@pytest.mark.parametrize("name", ["\u0000", "a" * 81, 3, None, "\u202egnp"])
def test_hostile_names_are_refused(phone, name) -> None:
    body = {"first_name": name, "last_name": "Petit"}

    assert phone.ask("POST", "/api/customers", body).status_code in {400, 422}


# -------------------------------------------------------------------------------------- keys

CHLOE = {"first_name": "Chloé", "last_name": "Petit"}


def test_same_key_and_body_give_the_same_bytes_and_one_customer(phone) -> None:
    first = phone.ask("POST", "/api/customers", CHLOE, key="my-own-key")
    again = phone.ask("POST", "/api/customers", CHLOE, key="my-own-key")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.data == first.data
    assert phone.get("/api/customers", q="Petit")["total"] == 1


def test_same_key_for_something_else_is_refused(phone) -> None:
    phone.post("/api/customers", CHLOE, key="my-own-key", expect=201)
    other = {**CHLOE, "first_name": "Zoé"}

    answer = phone.refused("POST", "/api/customers", other, key="my-own-key")

    assert answer == (422, "idempotency_key_reused")


def test_keys_of_two_people_do_not_meet(phone, other, new_client, brand) -> None:
    neighbour = Phone(new_client(brand))
    neighbour.sign_in("other@example.org", PASSWORD)
    mine = phone.post("/api/customers", CHLOE, key="my-own-key", expect=201)

    hers = neighbour.post("/api/customers", CHLOE, key="my-own-key", expect=201)

    assert hers["id"] != mine["id"]


@pytest.mark.parametrize("key", ["", "short", "a" * 101, "with blanks in it"])
def test_key_has_a_form(phone, key) -> None:
    answer = phone.ask("POST", "/api/customers", CHLOE, headers={"Idempotency-Key": key})

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["Idempotency-Key"]


def test_a_refusal_is_not_kept(phone, stage) -> None:
    stage.customer("Rosa", "Alvarez", email="rosa@example.org")
    body = {**CHLOE, "email": "rosa@example.org"}
    assert phone.refused("POST", "/api/customers", body, key="my-own-key")[0] == 409

    mended = phone.ask("POST", "/api/customers", CHLOE, key="my-own-key")

    assert mended.status_code == 201


def test_second_of_two_at_once_is_told_that_the_first_still_runs(phone, uow, brand, stage) -> None:
    asked = Request(
        _label(uow, stage), "api_customers.add_customer /api/customers", "my-own-key", b""
    )
    with uow() as work:
        assert answer_to(work, asked) is None
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(
                phone.refused, "POST", "/api/customers", CHLOE, key="my-own-key"
            ).result()

    assert answer == (409, "request_still_running")


def _label(uow, stage) -> str:
    with uow() as work:
        user = user_by_email(work.session, stage.seller.brand_id, "seller@example.org")
        return user.actor.label


def test_answers_older_than_a_month_are_forgotten(phone, uow) -> None:
    phone.post("/api/customers", CHLOE, expect=201)
    with uow() as work:
        now = work.clock()
        assert forget_old_answers(work) == 0
    with uow(clock=lambda: now + timedelta(days=31)) as work:
        assert forget_old_answers(work) == 1


# ------------------------------------------------------------------------------ pages, ETag


def test_lists_come_in_pages_that_nothing_new_shifts(phone, stage) -> None:
    host = stage.customer("Maud")
    planned = [str(stage.meeting(days=days, host_id=host)) for days in (1, 2, 3, 4, 5)]
    first = phone.get("/api/meetings", limit=2)
    stage.meeting(days=9, host_id=host)

    rest = phone.get("/api/meetings", limit=100, cursor=first["next_cursor"])

    found = [row["id"] for row in first["items"] + rest["items"]]
    assert found == planned[::-1]
    assert rest["next_cursor"] is None


def test_reader_who_has_the_answer_already_is_told_so(phone, stage) -> None:
    path = f"/api/meetings/{stage.meeting()}"
    tag = phone.ask("GET", path).headers["ETag"]

    again = phone.ask("GET", path, headers={"If-None-Match": tag})

    assert (again.status_code, again.data) == (304, b"")


def test_lists_cost_the_same_however_long(phone, stage, count_queries) -> None:
    host = stage.customer("Maud")
    costs = []
    for batch in (1, 4, 15):
        for day in range(batch):
            stage.meeting(days=batch * 20 + day, host_id=host)
        with count_queries() as found:
            phone.get("/api/meetings", limit=100)
            phone.get("/api/customers", limit=100)
            phone.get("/api/products", limit=100)
        costs.append(found.count)

    assert len(set(costs)) == 1


# ------------------------------------------------------------------------------- description


def test_description_is_valid_and_names_each_operation_once(client, brand) -> None:
    told = client.get("/api/openapi.json").json

    validate(told)
    assert told["openapi"].startswith("3.1")
    names = [
        operation["operationId"]
        for path in told["paths"].values()
        for method, operation in path.items()
        if method != "parameters"
    ]
    assert len(names) == len(set(names)) > 35


def test_swagger_page_comes_from_here_alone(client, brand) -> None:
    page = client.get("/api/docs")

    assert page.status_code == 200
    assert "http" not in page.get_data(as_text=True).replace("http-equiv", "")
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    for name in ("swagger-ui.css", "swagger-ui-bundle.js"):
        with client.get(f"/api/docs/{name}") as asset:
            assert asset.status_code == 200
    assert client.get("/api/docs/index.css").status_code == 404
