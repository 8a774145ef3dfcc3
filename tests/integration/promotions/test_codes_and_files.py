"""Single codes by the thousand, codes of one customer, and the plan as one file."""

import pytest

from app.kernel.errors import Invalid
from app.promotions.errors import CodeNotFound, CodesDoNotFit, PlanInvalid, TooManyCodes
from app.promotions.queries.codes import all_codes_of_batch, batches, find_code
from app.promotions.queries.promotions import promotions
from app.promotions.services.codes import (
    assign_codes,
    deactivate_batch,
    deactivate_code,
    generate_codes,
)
from app.promotions.services.plan import save_settings
from app.promotions.services.plan_files import compare_plan, export_plan, import_plan
from app.promotions.services.segments import create_segment
from tests.integration.promotions.conftest import TENTH, Shop

BULK = {**TENTH, "entry": "code", "codes_elsewhere": True}
PROS = {"id": "pros", "conditions": {"measure": "professional", "op": "=", "value": True}}


def codes_of(shop: Shop, batch) -> list[str]:
    with shop.stage.uow(shop.staff.brand_id) as work:
        return [one.code for one in all_codes_of_batch(work.session, shop.staff, batch)]


def test_thousands_of_codes_are_all_different_and_each_works_once(shop: Shop, clock) -> None:
    batch = shop.do(generate_codes, shop.promotion(**BULK), count=6_000, prefix="noel")
    made = codes_of(shop, batch)
    assert len(set(made)) == 6_000
    assert all(code.startswith("NOEL") and len(code) == 16 for code in made)

    quote = shop.quote(codes=(made[0].lower(),))
    assert quote.total_cents == 9_000
    order = shop.order()
    shop.reserve(order, quote)
    assert shop.quote(codes=(made[0],)).refusals[0].reasons[0].code == "code_reserved"
    shop.consume(order)
    assert shop.quote(codes=(made[0],)).refusals[0].reasons[0].code == "code_used"
    assert shop.quote(codes=(made[1],)).total_cents == 9_000
    fate, uses = shop.see(find_code, shop.staff, made[0].lower())
    assert (fate.status, fate.uses, [use.order_id for use in uses]) == ("used", 1, [order])


def test_a_batch_says_how_much_of_it_is_used_and_can_be_switched_off(shop: Shop) -> None:
    promotion = shop.promotion(**BULK)
    batch = shop.do(generate_codes, promotion, count=3, uses_limit=2)
    code = codes_of(shop, batch)[0]
    order = shop.order()
    shop.reserve(order, shop.quote(codes=(code,)))
    with shop.stage.uow(shop.staff.brand_id) as work:
        assert deactivate_batch(work, shop.staff, batch) == 3

    row = shop.see(batches, shop.staff, promotion)[0]
    assert (row.size, row.uses, row.dead) == (3, 1, 3)
    assert shop.quote(codes=(code,)).total_cents == 10_000
    shop.release(order)
    assert shop.see(find_code, shop.staff, code)[0].status == "reversed"
    with shop.stage.uow(shop.staff.brand_id) as work, pytest.raises(CodeNotFound):
        deactivate_code(work, shop.staff, shop.see(find_code, shop.staff, code)[0].id)


def test_an_assigned_promotion_is_its_holder_s_alone(shop: Shop) -> None:
    promotion = shop.promotion(entry="assigned")
    batch = shop.do(assign_codes, promotion, [shop.customer])
    code = codes_of(shop, batch)[0]
    stranger = shop.stage.customer()

    assert shop.quote(codes=(code,)).total_cents == 9_000
    refused = shop.quote(codes=(code,), customer=stranger)
    assert refused.refusals[0].reasons[0].code == "code_of_another"
    held = shop.see(find_code, shop.staff, code)[0].id
    assert shop.quote(picked=(str(held),)).total_cents == 9_000


def test_codes_are_made_where_they_can_be_used(shop: Shop) -> None:
    automatic = shop.promotion()
    by_code = shop.promotion("by-code", **BULK)
    with pytest.raises(CodesDoNotFit):
        shop.do(generate_codes, automatic, count=1)
    with pytest.raises(CodesDoNotFit):
        shop.do(assign_codes, by_code, [shop.customer])
    for count in (0, 50_001):
        with pytest.raises(TooManyCodes):
            shop.do(generate_codes, by_code, count=count)
    with pytest.raises(Invalid):
        shop.do(generate_codes, by_code, count=1, prefix="É-")


def test_a_plan_that_is_exported_and_imported_is_the_same(shop: Shop) -> None:
    shop.do(create_segment, PROS)
    shop.promotion(conditions={"measure": "segment", "op": "has", "value": "pros"})
    shop.promotion("welcome", entry="code", codes=["BIENVENUE"], limits={"per_customer": 1})
    shop.do(save_settings, {"points": {"earning": {"points": 2}}})
    document = shop.see(export_plan)

    assert shop.see(compare_plan, document).is_empty
    assert shop.do(import_plan, document).is_empty
    assert shop.see(export_plan) | {"version": document["version"]} == document


def test_importing_shows_first_what_would_change(shop: Shop) -> None:
    shop.promotion()
    shop.promotion("welcome", entry="code", codes=["BIENVENUE"])
    shop.promotion("draft", live=False)
    document = {
        "format": "convive.plan/1",
        "settings": {"selection": "priority"},
        "segments": [PROS],
        "promotions": [
            {"id": "tenth", "effect": {"kind": "order_percent", "rate_bp": 2_000}},
            {"id": "hello", **TENTH, "entry": "code", "codes": ["bienvenue"]},
            {"id": "resting", **TENTH, "enabled": False},
        ],
    }
    told = shop.see(compare_plan, document)
    assert (told.added, told.changed, told.archived) == (
        ("hello", "resting"),
        ("tenth",),
        ("welcome",),
    )
    assert (told.segments_added, told.settings) == (("pros",), ("settings",))
    assert shop.quote().total_cents == 9_000

    assert shop.do(import_plan, document) == told
    states = {one.key: one.state for one in shop.see(promotions, shop.staff)}
    assert states == {"tenth": "live", "hello": "live", "resting": "paused", "draft": "draft"}
    assert shop.quote().total_cents == 8_000
    assert shop.quote(codes=("BIENVENUE",)).refusals == ()
    assert shop.see(compare_plan, document).is_empty


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"format": "convive.plan/1", "promotions": [{"id": "x"}]},
        {"format": "convive.plan/1", "settings": {"currency": "USD"}},
    ],
)
def test_a_file_that_is_no_plan_of_this_brand_changes_nothing(shop: Shop, document) -> None:
    shop.promotion()
    with pytest.raises(PlanInvalid):
        shop.do(import_plan, document)

    assert shop.quote().total_cents == 9_000
