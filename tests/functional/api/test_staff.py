"""The brand's staff with a token: they read everything of the brand, and look after people."""

from app.infra.jobs.drain import drain
from app.kernel.actor import Role
from app.merging import merge_cards
from tests.support.gathering import PASSWORD


def test_staff_read_what_all_sellers_do(stage, other, bearer) -> None:
    meeting_id = stage.meeting(days=-1)
    order_id = stage.order(meeting_id, stage.guest(meeting_id)[1])
    theirs = other.meeting(days=-1)
    other.order(theirs, other.guest(theirs)[1], paid=False)
    service = bearer(Role.CUSTOMER_SERVICE)

    listed = service.get("/api/orders", limit=1)
    rest = service.get("/api/orders", limit=1, cursor=listed["next_cursor"])
    due = service.get("/api/orders", payment="due", seller=str(other.seller.seller_id))

    assert (listed["total"], len(listed["items"]), rest["next_cursor"]) == (2, 1, None)
    assert {one["seller_id"] for one in (*listed["items"], *rest["items"])} == {
        str(stage.seller.seller_id),
        str(other.seller.seller_id),
    }
    assert [one["payment_status"] for one in due["items"]] == ["unpaid"]
    assert service.get(f"/api/orders/{order_id}")["payment_status"] == "paid"
    assert service.get(f"/api/meetings/{meeting_id}")["id"] == str(meeting_id)
    assert len(service.get("/api/meetings")["items"]) == 2
    assert service.refused("PUT", f"/api/orders/{order_id}/prices")[0] == 403


def test_a_seller_lists_her_own_orders_only(stage, other, phone) -> None:
    theirs = other.meeting(days=-1)
    other.order(theirs, other.guest(theirs)[1])
    own = stage.meeting(days=-1)
    stage.order(own, stage.guest(own)[1])

    listed = phone.get("/api/orders")
    elsewhere = phone.get("/api/orders", seller=str(other.seller.seller_id))

    assert listed["total"] == 1
    assert listed["items"][0]["total_cents"] == listed["total_cents"] == 5_000
    assert elsewhere["items"] == []
    assert phone.refused("GET", "/api/orders?payment=never")[0] == 422


def test_parts_of_a_card_are_changed_and_the_others_stay(stage, phone, bearer) -> None:
    customer_id = stage.customer("Anne", phone="0612345678", city="Lyon")
    stage.customer("Berthe", email="berthe@example.org")
    path = f"/api/customers/{customer_id}"

    told = phone.ask("PATCH", path, {"city": "Nantes", "phone": None}).json
    service = bearer(Role.CUSTOMER_SERVICE)
    roles = service.ask("PATCH", path, {"roles": ["VIP", "vip", "Marraine"]}).json

    assert (told["first_name"], told["city"], told["phone"]) == ("Anne", "Nantes", None)
    assert roles["roles"] == ["VIP", "Marraine"]
    assert roles["city"] == "Nantes"
    assert phone.refused("PATCH", path, {"roles": ["VIP"]})[0] == 403
    assert phone.refused("PATCH", path, {"email": "BERTHE@example.org"}) == (
        409,
        "customer_already_exists",
    )
    assert phone.refused("PATCH", path, {"colour": "red"})[0] == 422
    assert phone.refused("PATCH", path, {"first_name": ""})[0] == 422


def test_a_merged_card_answers_with_the_kept_one(stage, phone, uow, actor) -> None:
    kept, emptied = stage.customer("Anne"), stage.customer("Anne")
    with uow() as work:
        merge_cards(work, actor(Role.BRAND_ADMIN), kept, emptied, clock=work.clock)

    assert phone.get(f"/api/customers/{emptied}")["id"] == str(kept)
    assert phone.refused("GET", f"/api/customers/{emptied}/orders")[0] == 404


def test_sellers_are_found_made_and_changed_by_administrators(stage, bearer) -> None:
    admin, service = bearer(Role.BRAND_ADMIN), bearer(Role.CUSTOMER_SERVICE)
    rosa = {"first_name": "Rosa", "last_name": "Alvarez", "email": "rosa@example.org"}

    made = admin.post("/api/sellers", rosa, expect=201)
    path = f"/api/sellers/{made['id']}"
    suspended = admin.ask("PATCH", path, {"active": False, "display_name": "Rosa A."}).json

    assert (made["has_joined"], made["active"], made["book_size"]) == (False, True, 1)
    assert (suspended["active"], suspended["display_name"]) == (False, "Rosa A.")
    assert service.get("/api/sellers", state="suspended")["items"] == [suspended]
    assert service.get("/api/sellers", q="roux")["total"] == 1
    assert service.refused("PATCH", path, {"active": True})[0] == 403
    assert service.refused("POST", "/api/sellers", rosa)[0] == 403
    assert admin.refused("POST", "/api/sellers", rosa)[0] == 409


def test_a_customer_is_given_to_another_seller(stage, other, bearer, phone) -> None:
    customer_id = stage.customer("Anne")
    path = f"/api/customers/{customer_id}/seller"
    wish = {"seller_id": str(other.seller.seller_id)}

    bearer(Role.CUSTOMER_SERVICE).put(path, wish, expect=204)

    assert phone.refused("GET", f"/api/customers/{customer_id}")[0] == 404
    assert phone.refused("PUT", path, wish)[0] == 403


def test_another_address_signs_her_out_and_tells_both(
    stage, phone, bearer, app, mailbox, new_client, brand
) -> None:
    admin = bearer(Role.BRAND_ADMIN)
    path = f"/api/sellers/{stage.seller.seller_id}/sign-in"
    wish = {"email": "nadia.roux@example.org", "card_too": True}

    told = admin.put(path, wish)
    admin.put(path, wish)
    with app.app_context():
        drain()

    assert told["email"] == "nadia.roux@example.org"
    assert phone.refused("GET", "/api/me")[0] == 401, "signed out"
    assert phone.refused(
        "POST", "/api/tokens", {"email": "seller@example.org", "password": PASSWORD}
    ) == (422, "sign_in_refused")
    phone.token = ""
    phone.sign_in("nadia.roux@example.org", PASSWORD)
    assert phone.get("/api/me/card")["customer"]["email"] == "nadia.roux@example.org"
    (former,) = mailbox.to("seller@example.org")
    (now,) = mailbox.to("nadia.roux@example.org")
    assert "n***@example.org" in former.get_body(("plain",)).get_content()
    assert "nadia.roux@" not in former.as_string().replace("=\n", "")
    assert "Vous vous connectez désormais" in now.get_body(("plain",)).get_content()


def test_an_address_that_somebody_has_is_refused(stage, other, bearer) -> None:
    admin = bearer(Role.BRAND_ADMIN)
    path = f"/api/sellers/{stage.seller.seller_id}/sign-in"

    assert admin.refused("PUT", path, {"email": "OTHER@example.org"}) == (409, "email_taken")
    assert admin.refused("PUT", path, {"email": "nothing"})[0] == 422


def test_staff_reopen_and_correct_what_is_closed(stage, season, bearer, phone, when) -> None:
    meeting_id = season.sold(2)
    season.close(meeting_id)
    at, service = f"/api/meetings/{meeting_id}", bearer(Role.CUSTOMER_SERVICE)
    told = service.get(at)
    host, guest = told["hosts"][0]["customer_id"], told["participants"][1]
    why = {"reason": "Oubli"}
    halves = [{"customer_id": one, "share_bp": 5_000} for one in (host, guest["customer_id"])]

    shared = service.ask("PUT", f"{at}/corrections/hosts", {"hosts": halves, **why}).json
    seen = service.ask("PUT", f"{at}/corrections/presence", {"present": [guest["id"]], **why}).json
    line = {"product_id": str(stage.product_id), "quantity": 2}
    late = {"customer_id": host, "lines": [line], "method": "cash", **why}
    sold = service.ask("POST", f"{at}/corrections/orders", late).json
    again = service.ask("POST", f"{at}/reopening", {**when(3), **why}).json

    assert [one["share_bp"] for one in shared["hosts"]] == [5_000, 5_000]
    assert (told["attended_count"], seen["attended_count"]) == (2, 1)
    assert sold["turnover_cents"] == told["turnover_cents"] + 10_000
    assert again["status"] == "open"
    assert service.refused("POST", f"{at}/reopening", {**when(3), **why}) == (
        409,
        "meeting_not_closed",
    )
    assert service.refused("PUT", f"{at}/corrections/hosts", {"hosts": halves})[0] == 422
    assert phone.refused("POST", f"{at}/reopening", {**when(3), **why})[0] == 403
    mine = phone.ask(
        "PUT", f"{at}/hosts", {"hosts": [{"customer_id": host, "share_bp": 10_000}]}
    ).json
    assert [one["share_bp"] for one in mine["hosts"]] == [10_000]
