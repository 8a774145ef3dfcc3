"""Promotions are kept as documents, in force at once everywhere, and never two under one code."""

from typing import Any

import pytest

from app.audit.queries import Wanted, entries
from app.kernel.errors import NotAllowed
from app.promotions.domain.terms import Earning
from app.promotions.errors import (
    PlanInvalid,
    PlanMoved,
    PromotionArchived,
    PromotionMoved,
    SegmentInUse,
)
from app.promotions.queries.plan import plan_head, plan_settings
from app.promotions.queries.promotions import promotion, promotions, segments
from app.promotions.services.plan import plan_of, save_settings
from app.promotions.services.promotions import (
    archive_promotion,
    copy_promotion,
    create_promotion,
    pause_promotion,
    publish_promotion,
    update_promotion,
)
from app.promotions.services.segments import (
    create_segment,
    move_segment,
    remove_segment,
    update_segment,
)
from tests.integration.promotions.conftest import TENTH, Shop

CODE = {**TENTH, "entry": "code", "codes": ["BIENVENUE"]}
PROS = {"id": "pros", "conditions": {"measure": "professional", "op": "=", "value": True}}


def plan_ids(shop: Shop) -> list[str]:
    return [one.id for one in shop.see(plan_of).promotions if one.enabled]


def test_what_is_live_applies_at_once_and_what_is_not_does_not(shop: Shop) -> None:
    draft = shop.promotion("draft", live=False)
    shop.promotion("live")
    assert plan_ids(shop) == ["live"]

    shop.do(publish_promotion, draft)
    assert plan_ids(shop) == ["draft", "live"]
    shop.do(pause_promotion, draft)
    assert plan_ids(shop) == ["live"]
    shop.do(archive_promotion, draft)
    assert [one.id for one in shop.see(plan_of).promotions] == ["live"]


def test_a_plan_is_read_once_until_it_changes(shop: Shop, count_queries) -> None:
    shop.promotion()
    shop.see(plan_of)
    with count_queries() as found:
        again = shop.see(plan_of)
    assert found.count == 2  # the transaction's own beginning, and which plan it is
    assert shop.see(plan_of) is again

    shop.promotion("other")
    assert len(shop.see(plan_of).promotions) == 2


def test_a_change_that_is_rolled_back_is_not_kept_by_anybody(shop: Shop) -> None:
    """It has read its own plan, under a revision that the next change will have too."""
    shop.promotion()
    with pytest.raises(ZeroDivisionError), shop.stage.uow(shop.staff.brand_id) as work:
        create_promotion(work, shop.staff, {"id": "never", **TENTH}, state="live", clock=work.clock)
        assert len(plan_of(work.session).promotions) == 2
        raise ZeroDivisionError
    shop.promotion("second")

    assert plan_ids(shop) == ["second", "tenth"]


def test_a_price_follows_the_plan_of_the_brand(shop: Shop) -> None:
    assert shop.quote().total_cents == 10_000
    shop.promotion()

    assert shop.quote().total_cents == 9_000


@pytest.mark.parametrize(
    ("document", "path", "code"),
    [
        (
            {"effect": {"kind": "order_percent", "rate_bp": 10_001}},
            "effect.rate_bp",
            "out_of_range",
        ),
        ({**TENTH, "entry": "code"}, "codes", "code_missing"),
        (
            {**TENTH, "conditions": {"measure": "segment", "op": "has", "value": "nobody"}},
            "conditions",
            "unknown_segment",
        ),
        ({**TENTH, "id": "tenth"}, "id", "in_use"),
        ({**TENTH, "entry": "code", "codes": ["bienvenue "]}, "codes[0]", "in_use"),
    ],
)
def test_what_cannot_be_is_refused_where_it_is_written(
    shop: Shop, document: dict[str, Any], path: str, code: str
) -> None:
    shop.promotion()
    shop.promotion("welcome", **CODE)
    with pytest.raises(PlanInvalid) as refusal:
        shop.do(create_promotion, {"id": "new", **document})

    problem = refusal.value.problems[0]
    assert problem.path.startswith(path)
    assert problem.code == code
    assert len(shop.see(promotions, shop.staff)) == 2


def test_a_code_is_free_again_when_its_promotion_is_archived(shop: Shop) -> None:
    shop.do(archive_promotion, shop.promotion("welcome", **CODE))

    shop.promotion("again", **CODE)
    assert shop.quote(codes=("Bienvenue",)).total_cents == 9_000


def test_of_two_who_change_a_promotion_the_second_is_told(shop: Shop) -> None:
    here = shop.promotion()
    shop.do(update_promotion, here, {**TENTH, "name": "Dix"}, revision=1)

    with pytest.raises(PromotionMoved):
        shop.do(update_promotion, here, {**TENTH, "name": "Vingt"}, revision=1)
    assert shop.see(promotion, shop.staff, here).name == "Dix"


def test_a_copy_is_a_draft_without_the_codes(shop: Shop) -> None:
    original = shop.promotion("welcome", **CODE)
    copied = shop.see(promotion, shop.staff, shop.do(copy_promotion, original, "Été −10 %"))

    assert (copied.key, copied.state, copied.copy_of) == ("ete-10", "draft", original)
    assert "codes" not in copied.document
    with pytest.raises(PlanInvalid):
        shop.do(publish_promotion, copied.id)


def test_what_is_archived_stays_as_it_was(shop: Shop) -> None:
    here = shop.promotion()
    shop.do(archive_promotion, here)

    with pytest.raises(PromotionArchived):
        shop.do(update_promotion, here, TENTH)


def test_only_the_brand_s_administrators_change_its_plan(shop: Shop) -> None:
    with pytest.raises(NotAllowed), shop.stage.uow(shop.staff.brand_id) as work:
        create_promotion(work, shop.stage.seller, TENTH, clock=work.clock)


def test_every_change_is_written_down_with_what_was_before(shop: Shop) -> None:
    here = shop.promotion()
    shop.do(update_promotion, here, {**TENTH, "priority": 5})

    with shop.stage.uow(shop.staff.brand_id) as work:
        last = entries(work.session, Wanted(entity_id=here))[0]
    assert (last.action, last.after) == ("promotion.update", {"priority": 5})


def test_segments_serve_in_their_order_and_stay_while_they_are_named(shop: Shop) -> None:
    shop.do(create_segment, PROS)
    shop.do(create_segment, {"name": "Grandes clientes", **{k: PROS[k] for k in ("conditions",)}})
    shop.do(move_segment, "grandes-clientes", -1)
    assert [one.key for one in shop.see(segments, shop.staff)] == ["grandes-clientes", "pros"]
    shop.promotion(conditions={"not": {"measure": "segment", "op": "has", "value": "pros"}})

    with pytest.raises(SegmentInUse):
        shop.do(remove_segment, "pros")
    shop.do(remove_segment, "grandes-clientes")
    shop.do(update_segment, "pros", {**PROS, "name": "Professionnels"})
    assert [one.name for one in shop.see(plan_of).segments] == ["Professionnels"]


def test_settings_are_changed_in_part_and_by_one_at_a_time(shop: Shop) -> None:
    points = {"earning": {"points": 2}}
    shop.do(save_settings, {"points": points})
    revision = shop.see(plan_head).revision
    shop.do(save_settings, {"first_order": {"tiers": [{"from": 5_000, "amount_cents": 500}]}})

    plan = shop.see(plan_of)
    assert plan.earning == Earning(points=2)
    assert plan.first_order
    with pytest.raises(PlanMoved):
        shop.do(save_settings, {"points": None}, revision=revision)
    shop.do(save_settings, {"points": None})
    assert set(shop.see(plan_settings)[1]) == {"first_order"}


def test_settings_that_cannot_work_change_nothing(shop: Shop) -> None:
    with pytest.raises(PlanInvalid):
        shop.do(save_settings, {"first_order": {"tiers": [{"from": 0}]}})

    assert shop.see(plan_head).revision == 0


def test_another_brand_has_a_plan_of_its_own(shop: Shop, second_brand) -> None:
    shop.promotion()
    with shop.stage.uow(second_brand.id) as work:
        assert plan_of(work.session).promotions == ()
