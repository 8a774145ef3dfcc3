"""An administrator makes discounts in her console, and the next cart obeys them."""

import json
import re
from typing import Any

import pytest

from app.kernel.actor import system
from app.orders.queries import order_page
from app.promotions.queries.promotions import promotions
from app.promotions.services.plan import plan_of
from tests.support.reading import text_of

HOME = "/console/promotions"
NEW = f"{HOME}/new"


@pytest.fixture
def stored(uow, brand):
    """The discounts of the brand, by name."""

    def read() -> dict[str, Any]:
        with uow(brand.id) as work:
            states = ("draft", "live", "paused", "archived")
            found = promotions(work.session, system(brand.id), states=states)
            return {one.name: one for one in found}

    return read


def typed(**fields: str) -> dict[str, str]:
    """The form; `c__0__measure` stands for `c.0.measure`. A field that is None is not sent."""
    usual = {
        "do": "publish", "revision": "0", "name": "Dix", "kind": "order_percent", "rate": "10",
        "entry": "automatic", "public": "1", "gives_back": "1",
        **dict.fromkeys(("promotions", "advantages", "points", "vouchers"), "1"),
    }  # fmt: skip
    sent = {name.replace("__", "."): value for name, value in {**usual, **fields}.items()}
    return {name: value for name, value in sent.items() if value is not None}


def total(stage, order_id) -> int:
    with stage.uow(stage.seller.brand_id) as work:
        return order_page(work.session, stage.seller, order_id).order.total_cents


def basket(cents: str) -> dict[str, str]:
    return {"c__0__measure": "basket_net", "c__0__op": ">=", "c__0__value": cents}


# ---------------------------------------------------------------- the whole story


def test_the_next_order_obeys_what_was_published(admin, stage, stored) -> None:
    saved = admin.submit(NEW, **typed(name="Dix dès 80", rate="12,5", **basket("80")))

    assert "« Dix dès 80 » est en cours" in text_of(admin.follow(saved))
    meeting_id = stage.meeting(days=0)
    _, guest = stage.guest(meeting_id)
    assert total(stage, stage.cart(meeting_id, guest, quantity=2)) == 8_750
    _, another = stage.guest(meeting_id)
    assert total(stage, stage.cart(meeting_id, another, quantity=1)) == 5_000


def test_a_draft_lowers_no_price_and_a_pause_ends_it(admin, stage, stored) -> None:
    admin.submit(NEW, **typed(do="save"))
    meeting_id = stage.meeting(days=0)
    assert total(stage, stage.cart(meeting_id, stage.guest(meeting_id)[1])) == 5_000

    for do, price in [("publish", 4_500), ("pause", 5_000), ("resume", 4_500), ("archive", 5_000)]:
        found = stored()["Dix"]
        answer = admin.submit(f"{HOME}/{found.id}/state", do=do, revision=str(found.revision))
        assert answer.status_code == 303
        assert total(stage, stage.cart(meeting_id, stage.guest(meeting_id)[1])) == price


def test_a_copy_is_a_draft_without_the_codes(admin, stored) -> None:
    admin.submit(NEW, **typed(entry="code", codes="NOEL, sapin"))
    found = stored()["Dix"]

    answer = admin.submit(f"{HOME}/{found.id}/state", do="copy", revision="1")

    copied = stored()["Dix (copie)"]
    assert answer.location.endswith(f"{HOME}/{copied.id}")
    assert copied.state == "draft"
    assert "codes" not in copied.document


# ---------------------------------------------------------------- the form


def test_the_form_reads_back_and_tries_what_is_typed(admin, stage) -> None:
    told = admin.submit(
        NEW, **typed(do="refresh", p__0__product="WOK-seller", p__0__units="3", **basket("100"))
    )

    words = text_of(told)
    assert "10 % de réduction sur la commande." in words
    assert "un panier d’au moins 100,00 €" in words
    assert "Elle s’applique : 15,00 € de moins." in words
    assert "150,00 € 135,00 €" in words


def test_the_example_says_what_is_missing(admin, stage) -> None:
    told = admin.submit(NEW, **typed(do="try", p__0__product="WOK-seller", **basket("80")))

    assert "Elle ne s’applique pas. Il manque 30,00 €" in text_of(told)


def test_rows_are_added_and_taken_away_with_all_that_was_typed(admin) -> None:
    wrong = {"rate": "beaucoup", "c__0__measure": "basket_net", "c__0__value": "trop"}

    more = admin.submit(NEW, **typed(do="add c", **wrong)).get_data(as_text=True)
    hours = admin.submit(NEW, **typed(do="add h", **wrong)).get_data(as_text=True)
    less = admin.submit(NEW, **typed(do="remove c.0", **wrong)).get_data(as_text=True)

    assert 'value="beaucoup"' in more
    assert 'name="c.1.measure"' in more
    assert 'name="h.0.start"' in hours
    assert 'value="trop"' in more
    assert 'value="trop"' not in less


def test_what_another_effect_asked_is_kept_aside(admin, stored) -> None:
    page = admin.submit(NEW, **typed(do="refresh", kind="free_product", given="A"))

    assert '<input type="hidden" name="rate" value="10">' in page.get_data(as_text=True)


REFUSALS = {
    "no name": ({"name": ""}, "name"),
    "more than everything": ({"rate": "101"}, "rate"),
    "nothing at all": ({"rate": "0"}, "rate"),
    "an end before its beginning": ({"first": "2026-12-02", "last": "2026-12-01"}, "last"),
    "no weekday in the period": (
        {"first": "2026-12-01", "last": "2026-12-01", "wed": "1"},
        "mon",
    ),
    "a code without codes": ({"entry": "code", "codes": ""}, "codes"),
    "a code twice": ({"entry": "code", "codes": "NOEL, noël, Noel"}, "codes"),
    "no uses": ({"uses": "0"}, "uses"),
    "a negative budget": ({"budget": "-5"}, "budget"),
    "an unknown segment": (
        {"c__0__measure": "segment", "c__0__op": "has", "c__0__value": "vip"},
        "c.0.value",
    ),
    "an empty group": ({"c__0__join": "any"}, "c.0.join"),
    "a gift of nothing": ({"kind": "free_product"}, "given"),
    "bytes": ({"name": "a\x00b"}, "name"),
    "a direction": ({"entry": "code", "codes": "NOEL\u202eLEON"}, "codes"),
}


@pytest.mark.parametrize("case", REFUSALS, ids=str)
def test_what_cannot_work_is_refused_beside_its_field(admin, stored, case) -> None:
    fields, place = REFUSALS[case]

    answer = admin.submit(NEW, **typed(**fields))

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="field-{place}-error"' in page
    assert f'href="#field-{place}"' in page
    assert stored() == {}


def test_a_code_in_use_is_refused_where_it_was_typed(admin, stored) -> None:
    admin.submit(NEW, **typed(name="Un", entry="code", codes="NOEL"))

    answer = admin.submit(NEW, **typed(name="Deux", entry="code", codes="hiver, noel"))

    assert answer.status_code == 422
    assert 'id="field-codes-error"' in answer.get_data(as_text=True)
    assert "« noel » est déjà" in text_of(answer)
    assert set(stored()) == {"Un"}


def test_somebody_elses_change_is_not_overwritten_unseen(admin, stored) -> None:
    admin.submit(NEW, **typed())
    found = stored()["Dix"]
    page = f"{HOME}/{found.id}"
    admin.submit(page, **typed(do="save", revision=str(found.revision), rate="20"))

    answer = admin.submit(page, **typed(do="save", revision=str(found.revision), rate="30"))

    assert answer.status_code == 409
    assert 'value="30"' in answer.get_data(as_text=True)
    assert stored()["Dix"].document["effect"]["rate_bp"] == 2_000


def test_conflicts_are_told_before_customers_meet_them(admin, stored) -> None:
    admin.submit(NEW, **typed(name="Vingt seul", rate="20", promotions=None))

    told = text_of(admin.submit(NEW, **typed(do="refresh", name="Dix", **basket("50"))))

    assert "ne s’applique jamais avec « Vingt seul »" in told
    assert "n’est jamais meilleure que « Vingt seul »" in told
    admin.submit(NEW, **typed(name="Dix", **basket("50")))
    assert "2 points à vérifier" in text_of(admin.get(HOME))


# ---------------------------------------------------------------- the list


def test_the_list_is_filtered_and_says_what_each_costs(admin, stage) -> None:
    admin.submit(NEW, **typed(name="Dix", uses="50"))
    admin.submit(NEW, **typed(do="save", name="Noël", entry="code", codes="SAPIN"))
    meeting_id = stage.meeting(days=0)
    stage.order(meeting_id, stage.guest(meeting_id)[1])

    everything = text_of(admin.get(HOME))
    by_code = text_of(admin.get(f"{HOME}?q=sapin"))
    live = text_of(admin.get(f"{HOME}?state=live"))

    assert "2 réductions" in everything
    assert "1 / 50" in everything
    assert "5,00 €" in everything
    assert "Noël" in by_code
    assert "Dix" not in re.sub("Nouvelle.*?Noël", "", by_code)
    assert "Noël" not in live


def test_pages_ask_the_database_as_often_for_ten_as_for_one(admin, count_queries, stored) -> None:
    def statements() -> list[int]:
        found = []
        for page in (HOME, f"{HOME}/{stored()['0'].id}"):
            with count_queries() as counted:
                assert admin.get(page).status_code == 200
            found.append(counted.count)
        return found

    admin.submit(NEW, **typed(name="0"))
    statements()
    once = statements()
    for number in range(1, 6):
        admin.submit(NEW, **typed(name=str(number)))
    statements()

    assert statements() == once


# ---------------------------------------------------------------- settings and the plan as a file


def test_selection_and_the_order_of_advantages_are_settings(admin, uow, brand) -> None:
    answer = admin.submit(
        f"{HOME}/settings",
        revision="0",
        selection="priority",
        advantage_order="loyalty segment first_order",
        segments_used="5",
    )

    assert answer.status_code == 303
    with uow(brand.id) as work:
        settings = plan_of(work.session).settings
    assert settings.selection == "priority"
    assert settings.advantage_order[0] == "loyalty"
    assert settings.segments_used == 5


def test_a_plan_leaves_and_comes_back_after_its_differences_were_seen(admin, stored) -> None:
    admin.submit(NEW, **typed(name="Dix", entry="code", codes="NOEL"))
    admin.submit(NEW, **typed(name="Onze"))
    document = json.loads(admin.get(f"{HOME}/plan.json").get_data(as_text=True))
    document["promotions"] = [
        {**one, "name": "Douze"} for one in document["promotions"] if one["name"] == "Onze"
    ] + [one for one in document["promotions"] if one["name"] == "Dix"]
    text = json.dumps(document)

    shown = admin.submit(f"{HOME}/plan", do="compare", document=text)

    assert "Modifiée Douze" in text_of(shown) or "Changé" in text_of(shown)
    assert "Onze" in stored()
    revision = re.search(r'name="revision" value="(\d+)"', shown.get_data(as_text=True))
    assert revision
    done = admin.submit(f"{HOME}/plan", do="import", document=text, revision=revision.group(1))
    assert done.status_code == 303
    assert set(stored()) == {"Dix", "Douze"}
    fate = text_of(admin.get(f"{HOME}/codes?q=noel"))
    assert "Disponible" in fate, "what did not change keeps its codes"


def test_a_plan_that_moved_on_is_not_imported(admin, stored) -> None:
    admin.submit(NEW, **typed())
    text = json.dumps({"format": "convive.plan/1", "promotions": []})

    answer = admin.submit(f"{HOME}/plan", do="import", document=text, revision="0")

    assert answer.status_code == 409
    assert stored()["Dix"].state == "live"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Choisissez un fichier"),
        ("{", "JSON"),
        ('{"format": "convive.plan/1", "promotions": [{"id": "a"}]}', "promotions[0].effect"),
        ('{"format": "convive.plan/1", "settings": {"currency": "USD"}}', "settings.currency"),
    ],
)
def test_a_bad_plan_is_refused_by_its_path(admin, text, told) -> None:
    answer = admin.submit(f"{HOME}/plan", do="compare", document=text)

    assert answer.status_code == 422
    assert told in text_of(answer)


def test_what_the_form_cannot_show_is_edited_as_json(admin, stored, uow, brand) -> None:
    admin.submit(NEW, **typed())
    found = stored()["Dix"]
    some = {"measure": "quantity", "op": ">=", "value": 2}
    deep = {"any": [{"all": [{"any": [some, some]}, some]}, some]}
    document = json.dumps({**found.document, "conditions": deep})
    page = f"{HOME}/{found.id}/json"

    refused = admin.submit(page, document="{}", revision="2")
    saved = admin.submit(page, document=document, revision=str(found.revision))

    assert refused.status_code == 422
    assert saved.status_code == 303
    assert admin.get(f"{HOME}/{found.id}").location.endswith("/json")
    assert "n’a pas de champ pour tout" in text_of(admin.get(page))


def test_changes_are_in_the_audit_log(admin, stage, uow, brand) -> None:
    admin.submit(NEW, **typed())

    words = admin.get("/console/audit").get_data(as_text=True)

    assert "promotion.create" in words or "Claire Dubois" in words
