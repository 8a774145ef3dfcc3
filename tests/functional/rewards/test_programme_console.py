"""An administrator writes rules in her console, publishes them, and the next meeting obeys."""

import json
import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from app.brands.services import change_settings
from app.kernel.actor import Role
from app.rewards.queries.drafts import latest_version, programme_draft
from tests.support.gathering import PASSWORD, set_stage
from tests.support.reading import text_of
from tests.support.rewards import points, programme, rule, tiers
from tests.support.season import Season

HOME = "/console/programme"
DRAFT = "/console/programme/draft"
RULE = "/console/programme/draft/rule"


@pytest.fixture
def season(uow, brand) -> Season:
    return Season(set_stage(uow, brand.id))


@pytest.fixture
def another(new_client, brand, sign_in):
    browser = new_client(brand)
    sign_in(browser, role=Role.BRAND_ADMIN, email="paul@example.org", display_name="Paul Petit")
    return browser


@pytest.fixture
def draft(uow):
    """The draft as it is stored."""

    def read() -> Any:
        with uow() as work:
            return programme_draft(work.session)

    return read


def begin(browser) -> None:
    assert browser.submit(DRAFT).status_code == 303


def ids(draft) -> list[str]:
    return [one["id"] for one in draft().document["rules"]]


def written(**fields: str) -> dict[str, str]:
    """The form of a rule; `c__0__measure` stands for `c.0.measure`."""
    usual = {
        "do": "save", "was": "", "beneficiary": "host", "trigger": "during_meeting",
        "name": "Merci", "gain": "rewards", "r__0__kind": "points_fixed", "r__0__points": "30",
    }  # fmt: skip
    return {name.replace("__", "."): value for name, value in {**usual, **fields}.items()}


def write(browser, draft, **fields: str):
    revision = str(draft().revision)
    return browser.submit(RULE, **written(revision=revision, **fields))


def publish(browser, draft, day, **fields: str):
    usual = {"revision": str(draft().revision), "latest": "0", "effective_on": str(day)}
    return browser.submit(f"{DRAFT}/publish", **{**usual, **fields})


# ---------------------------------------------------------------- the whole story


def test_the_next_meeting_obeys_what_was_published(admin, draft, season, new_client, brand) -> None:
    begin(admin)
    saved = write(
        admin,
        draft,
        name="Trois acheteuses",
        c__0__measure="buyers",
        c__0__op=">=",
        c__0__value="3",
        r__0__points="45",
    )
    assert "Trois acheteuses » est enregistrée" in text_of(admin.follow(saved))
    words = text_of(admin.get(f"{DRAFT}/publish"))
    assert "Ajoutée Trois acheteuses" in words
    assert "si au moins 3 personnes qui commandent, donner 45 points." in words
    answer = publish(admin, draft, season.stage.now().date())
    assert "La version 1 est publiée" in text_of(admin.follow(answer))

    meeting_id = season.sold(3, days=0)

    seller = new_client(brand)
    seller.submit("/sign-in", email="seller@example.org", password=PASSWORD)
    assert "45 points" in text_of(seller.get(f"/meetings/{meeting_id}?tab=host"))


def test_a_version_for_later_leaves_todays_meetings_alone(admin, draft, season) -> None:
    begin(admin)
    write(admin, draft)
    later = season.stage.now().date() + timedelta(days=30)

    words = text_of(admin.follow(publish(admin, draft, later)))

    assert "Aucune version n’est encore en vigueur." in words
    assert "À venir" in words
    assert draft() is None


def test_a_version_never_takes_effect_before_today(admin, draft, season) -> None:
    begin(admin)
    write(admin, draft)

    answer = publish(admin, draft, season.stage.now().date() - timedelta(days=2))

    assert answer.status_code == 422
    assert "prend effet au plus tôt" in text_of(answer)
    assert draft() is not None


# ---------------------------------------------------------------- a second person


def propose(browser, draft, day):
    form = {"revision": str(draft().revision), "latest": "0", "effective_on": str(day)}
    return browser.submit(f"{DRAFT}/propose", **form)


@pytest.fixture
def two_people(uow) -> None:
    with uow(None) as work:
        change_settings(work, "maison", {"programme_approval": "second_person"})


def test_who_proposes_a_version_does_not_approve_it(
    admin, another, draft, season, two_people
) -> None:
    begin(admin)
    write(admin, draft)
    today = season.stage.now().date()

    unasked = admin.follow(publish(admin, draft, today))
    proposed = admin.follow(propose(admin, draft, today))
    by_herself = admin.follow(publish(admin, draft, today))

    assert "proposée par un administrateur et approuvée par un autre" in text_of(unasked)
    assert "À approuver" in text_of(proposed)
    assert "un autre administrateur doit l’approuver" in text_of(by_herself)
    page = text_of(another.get(f"{DRAFT}/publish"))
    assert "Approuver et publier la version 1" in page
    published = another.follow(publish(another, draft, today))
    assert "La version 1 est publiée" in text_of(published)
    version = text_of(admin.get(f"{HOME}/versions/1"))
    assert "Publiée par Paul Petit" in version
    assert "Proposée par Claire Dubois" in version


@pytest.mark.parametrize("change", ["send back", "edit"])
def test_a_proposal_ends_when_it_is_sent_back_or_changed(
    admin, another, draft, season, two_people, change
) -> None:
    begin(admin)
    write(admin, draft)
    today = season.stage.now().date()
    propose(admin, draft, today)

    if change == "send back":
        another.submit(f"{DRAFT}/send-back", revision=str(draft().revision))
    else:
        write(admin, draft)

    assert not draft().is_proposed
    publish(another, draft, today)
    assert draft() is not None


# ---------------------------------------------------------------- the editor


def test_rows_are_added_and_taken_away_with_all_that_was_typed(admin, draft) -> None:
    begin(admin)
    typed = {"c__0__measure": "turnover", "c__0__op": ">=", "c__0__value": "beaucoup"}

    more = admin.submit(RULE, **written(do="add c", **typed))
    group = admin.submit(RULE, **written(do="add-group c", **typed))
    less = admin.submit(RULE, **written(do="remove c.0", **typed))

    page = more.get_data(as_text=True)
    assert more.status_code == 200
    assert 'value="beaucoup"' in page
    assert 'name="c.1.measure"' in page
    assert 'name="c.1.rows.0.measure"' in group.get_data(as_text=True)
    assert "beaucoup" not in less.get_data(as_text=True)


def test_the_sentence_and_the_trial_follow_what_is_typed(admin, draft) -> None:
    begin(admin)

    words = text_of(
        admin.submit(
            RULE,
            **written(
                do="try",
                gain="tiers",
                measure="turnover",
                mode="best",
                t__0__from="200",
                t__0__r__0__kind="points_percent_turnover",
                t__0__r__0__rate="8",
                t__1__from="800",
                t__1__r__0__kind="points_percent_turnover",
                t__1__r__0__rate="12,5",
                try_sales="412",
                try_buyers="4",
            ),
        )
    )

    assert "Pour l’hôte , quand la réunion se termine , donner par paliers de ventes" in words
    assert "800,00 € 12,5 % des ventes en points" in words
    assert "L’hôte : 33 points" in words
    assert "8 % de 412,00 €" in words
    assert "Encore 388,00 €" in words


def test_what_is_impossible_is_told_beside_before_anything_is_saved(admin, draft) -> None:
    begin(admin)

    words = text_of(
        admin.submit(
            RULE,
            **written(
                do="refresh",
                c__0__measure="buyers",
                c__0__op=">=",
                c__0__value="5",
                c__1__measure="buyers",
                c__1__op="<",
                c__1__value="3",
            ),
        )
    )

    assert "ne peuvent jamais être vraies ensemble" in words
    assert "À compléter" in words


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"r__0__points": "trente"}, "nombre entier"),
        ({"trigger": "direct_sale"}, "ne va pas avec"),
        (
            {"r__0__kind": "points_percent_order", "r__0__rate": "5"},
            "Un pourcentage de la commande",
        ),
        ({"c__0__measure": "order_net", "c__0__op": ">=", "c__0__value": "5"}, "une commande"),
        ({"r__0__kind": "voucher", "r__0__amount": "0"}, "montant"),
    ],
    ids=["points in words", "trigger", "reward", "measure", "nothing"],
)
def test_a_rule_that_could_never_work_is_not_saved(admin, draft, fields, message) -> None:
    begin(admin)

    answer = write(admin, draft, **fields)

    assert answer.status_code == 422
    words = text_of(answer)
    assert message in words
    assert 'value="Merci"' in answer.get_data(as_text=True)
    assert draft().document["rules"] == []


def test_a_rule_opens_in_the_form_and_is_replaced(admin, draft, season) -> None:
    season.publish(programme(rule(id="thanks", name="Merci", rewards=[points(12, id="p")])))
    begin(admin)
    assert 'value="12"' in admin.get(f"{RULE}?rule=thanks").get_data(as_text=True)

    write(admin, draft, was="thanks", name="Merci", r__0__points="13", r__0__id="p")

    found = draft().document["rules"]
    assert [(one["id"], one["rewards"][0]["points"]) for one in found] == [("thanks", 13)]
    assert found[0]["rewards"][0]["id"] == "p"


DEEP = {"all": [{"any": [{"all": [{"measure": "buyers", "op": ">=", "value": 2},
                                  {"measure": "attended", "op": ">=", "value": 2}]},
                         {"measure": "orders", "op": ">=", "value": 9}]}]}  # fmt: skip


def test_what_the_form_cannot_show_is_edited_as_json(admin, draft, season) -> None:
    season.publish(programme(rule(id="deep", conditions=DEEP)))
    begin(admin)

    page = admin.follow(admin.get(f"{RULE}?rule=deep"))
    words = text_of(page)
    changed = json.dumps({**draft().document["rules"][0], "name": "Profonde"})
    answer = admin.submit(f"{RULE}/json", revision="1", was="deep", document=changed)

    assert "Le formulaire n’a pas de champs pour toute cette règle" in words
    assert "au moins 9 commandes" in words
    assert answer.status_code == 303
    assert draft().document["rules"][0]["name"] == "Profonde"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("{", "line 1"),
        ("[]", ""),
        ('{"id": "deep", "beneficiary": "host", "trigger": "hosting", "rewards": [{}]}', "kind"),
        ("\x00", ""),
    ],
    ids=["not json", "a list", "a wrong reward", "a control character"],
)
def test_wrong_json_is_kept_and_named(admin, draft, season, text, path) -> None:
    season.publish(programme(rule(id="deep", conditions=DEEP)))
    begin(admin)

    answer = admin.submit(f"{RULE}/json", revision="1", was="deep", document=text)

    assert answer.status_code == 422
    assert draft().revision == 1


def test_two_at_one_rule_the_second_is_told_and_loses_nothing(admin, another, draft) -> None:
    begin(admin)
    write(admin, draft, name="La mienne")

    answer = another.submit(RULE, **written(revision="1", name="La sienne", r__0__points="77"))
    page = answer.get_data(as_text=True)

    assert answer.status_code == 409
    assert "Le brouillon a changé entre-temps" in text_of(answer)
    assert 'value="La sienne"' in page
    assert 'value="77"' in page
    revision = re.search(r'name="revision" value="(\d+)"', page)
    again = another.submit(
        RULE, **written(revision=revision.group(1), name="La sienne", r__0__points="77")
    )
    assert again.status_code == 303
    assert ids(draft) == ["la-mienne", "la-sienne"]


def test_a_rule_saved_after_somebody_published_goes_into_a_new_draft(
    admin, another, draft, season
) -> None:
    begin(admin)
    write(admin, draft, name="La mienne")
    publish(admin, draft, season.stage.now().date())

    answer = another.submit(RULE, **written(revision="2", name="La sienne"))

    assert answer.status_code == 409
    assert ids(draft) == ["la-mienne"]
    assert another.submit(RULE, **written(revision="1", name="La sienne")).status_code == 303
    assert ids(draft) == ["la-mienne", "la-sienne"]


# ---------------------------------------------------------------- the list of the draft


@pytest.fixture
def three(admin, draft, season):
    season.publish(programme(*(rule(id=name, name=name.upper()) for name in "abc")))
    begin(admin)

    def press(do: str, rule_id: str, revision: int | None = None):
        revision = draft().revision if revision is None else revision
        return admin.submit(f"{DRAFT}/rules", revision=str(revision), rule=rule_id, do=do)

    return press


def test_rules_are_moved_copied_switched_and_deleted(admin, draft, three) -> None:
    three("up", "c")
    three("copy", "a")
    three("disable", "b")
    three("delete", "c")

    found = [(one["id"], one.get("enabled", True)) for one in draft().document["rules"]]
    assert found == [("a", True), ("a-2", False), ("b", False)]
    assert "A (copie)" in text_of(admin.get(DRAFT))


def test_at_the_ends_a_rule_stays(draft, three) -> None:
    three("up", "a")
    three("down", "c")

    assert ids(draft) == ["a", "b", "c"]


def test_a_button_of_a_page_gone_stale_does_nothing(admin, draft, three) -> None:
    three("up", "c")

    words = text_of(admin.follow(three("delete", "a", revision=1)))

    assert "Le brouillon a changé entre-temps" in words
    assert ids(draft) == ["a", "c", "b"]


@pytest.mark.parametrize(
    ("do", "rule_id"), [("explode", "a"), ("delete", "nobody"), ("", "a"), ("up", "")]
)
def test_buttons_nobody_offers_change_nothing(draft, three, do, rule_id) -> None:
    assert three(do, rule_id).status_code in {303, 404}
    assert ids(draft) == ["a", "b", "c"]


def test_rules_that_add_up_are_pointed_out(admin, three) -> None:
    words = text_of(admin.get(DRAFT))

    assert "Les règles 1, 2 et 3 donnent toutes des points à l’hôte : elles s’ajoutent." in words


def test_a_gift_the_catalogue_does_not_have_is_pointed_out(admin, draft, season) -> None:
    gift = {"kind": "gift_product", "product": "NOWHERE"}
    season.publish(programme(rule(rewards=[gift])))
    begin(admin)

    assert "Le catalogue n’a pas de produit « NOWHERE »." in text_of(admin.get(DRAFT))


def test_settings_are_saved_and_shown_as_a_difference(admin, draft, season) -> None:
    season.publish(programme(rule()))
    begin(admin)

    answer = admin.submit(
        f"{DRAFT}/settings", revision="1", name="Automne", host_orders="excluded", window="any",
        minimum="150", rounding="floor", host="1",
    )  # fmt: skip

    assert answer.status_code == 303
    assert draft().document["settings"] == {
        "turnover": {"host_orders": "excluded"},
        "booking": {"window_days": None, "minimum_turnover_cents": 15_000},
        "points": {"rounding": "floor"},
        "participants": {"host": "included"},
    }
    words = text_of(admin.get(f"{DRAFT}/publish"))
    assert "Les commandes de l’hôte ne comptent pas." in words
    assert "Une réunion réservée doit atteindre 150,00 €." in words
    page = admin.get(f"{DRAFT}/settings").get_data(as_text=True)
    assert '<option value="excluded" selected>' in page


def test_wrong_settings_are_kept_and_named(admin, draft) -> None:
    begin(admin)

    answer = admin.submit(f"{DRAFT}/settings", revision="1", window="days", minimum="peu")

    assert answer.status_code == 422
    assert 'value="peu"' in answer.get_data(as_text=True)
    assert draft().revision == 1


def test_a_discarded_draft_leaves_what_is_in_force(admin, draft, three) -> None:
    answer = admin.submit(f"{DRAFT}/discard", revision="1")

    assert "Le brouillon est abandonné" in text_of(admin.follow(answer))
    assert draft() is None


# ---------------------------------------------------------------- publishing


def test_of_two_who_publish_one_wins_and_the_other_is_told(
    admin, another, draft, season, uow
) -> None:
    begin(admin)
    write(admin, draft)
    day = season.stage.now().date()
    seen = str(draft().revision)

    first = publish(admin, draft, day)
    second = another.submit(f"{DRAFT}/publish", revision=seen, latest="0", effective_on=str(day))

    assert "La version 1 est publiée" in text_of(admin.follow(first))
    assert "Ce brouillon n’existe plus" in text_of(another.follow(second))
    with uow() as work:
        assert latest_version(work.session) == 1


def test_a_version_published_elsewhere_is_told_before_ones_own_replaces_it(
    admin, draft, season
) -> None:
    begin(admin)
    write(admin, draft)
    season.publish(programme(rule(id="from-the-command-line")))

    answer = publish(admin, draft, season.stage.now().date())

    words = text_of(admin.follow(answer))
    assert "La version 1 a été publiée entre-temps" in words
    assert "Retirée from-the-command-line" in words
    assert publish(admin, draft, season.stage.now().date(), latest="1").status_code == 303
    assert draft() is None


def test_a_draft_that_changes_nothing_is_not_offered_to_be_published(admin, draft, season) -> None:
    season.publish(programme(rule(id="thanks", name="Merci", rewards=[points(12)])))
    begin(admin)
    same = text_of(admin.get(DRAFT)), text_of(admin.get(f"{DRAFT}/publish"))
    write(admin, draft, name="Bravo")
    other = text_of(admin.get(DRAFT)), text_of(admin.get(f"{DRAFT}/publish"))

    assert "identique à la version 1" in same[0]
    assert not any("Publier…" in words or "Publier la version" in words for words in same)
    assert "Publier…" in other[0]
    assert "Publier la version 2" in other[1]


def test_rules_that_cannot_stand_together_are_not_published(admin, draft, season) -> None:
    begin(admin)
    write(admin, draft, lane="best")
    write(admin, draft, lane="best", r__0__kind="voucher", r__0__amount="15")

    words = text_of(admin.get(f"{DRAFT}/publish"))
    answer = publish(admin, draft, season.stage.now().date())

    assert "Ce brouillon ne peut pas encore être publié" in words
    assert "Règle 2 · lane" in words
    assert answer.status_code == 303
    assert draft() is not None


# ---------------------------------------------------------------- files


def test_a_programme_comes_back_as_it_was_exported(admin, draft, season) -> None:
    document = programme(rule(id="a"), rule(id="b", tiers=tiers("best", {100: points(1)})))
    season.publish(document)
    exported = admin.get(f"{HOME}/versions/1.json")

    answer = admin.submit(f"{DRAFT}/import", file=(BytesIO(exported.get_data()), "programme.json"))

    assert exported.headers["Content-Disposition"].startswith("attachment")
    assert answer.status_code == 303
    again = admin.get(f"{DRAFT}/export.json").get_json()
    assert again == {**document, "rules": document["rules"]}


def test_every_error_of_a_document_is_named_with_its_path(admin, draft) -> None:
    wrong = programme(rule(trigger="direct_sale"), rule(id="r2", rewards=[points(-1)]))
    del wrong["format"]
    text = json.dumps(wrong)

    answer = admin.submit(f"{DRAFT}/import", document=text)

    words = text_of(answer)
    assert answer.status_code == 422
    assert "format Ce champ est obligatoire" in words
    assert "rules[1].rewards[0].points" in words
    assert draft() is None


@pytest.mark.parametrize(
    "sent",
    [
        {"document": ""},
        {"document": "null"},
        {"document": "[" * 3_000},
        {"document": '{"format": "convive.programme/1", "rules": 1e400}'},
        {"file": (BytesIO(b"\xff\xfe\x00"), "x.json")},
        {"file": (BytesIO(b"\x89PNG\r\n"), "x.png")},
        {"document": "{}", "revision": "many"},
    ],
    ids=["nothing", "null", "depth", "infinity", "not utf-8", "a picture", "a wrong revision"],
)
def test_hostile_documents_are_refused_calmly(admin, draft, sent) -> None:
    answer = admin.submit(f"{DRAFT}/import", **sent)

    assert answer.status_code == 422
    assert draft() is None


def test_an_import_never_writes_over_a_draft_unseen(admin, another, draft) -> None:
    begin(another)
    write(another, draft)

    answer = admin.submit(f"{DRAFT}/import", document=json.dumps(programme(rule(id="mine"))))

    assert answer.status_code == 409
    assert ids(draft) == ["merci"]


# ---------------------------------------------------------------- who, and what may be sent


def test_customer_service_reads_and_does_not_write(client, sign_in, season) -> None:
    season.publish(programme(rule(name="Merci", rewards=[points(12)])))
    sign_in(role=Role.CUSTOMER_SERVICE, email="service@example.org")

    words = text_of(client.get(HOME))

    assert "donner 12 points" in words
    assert "Préparer une nouvelle version" not in words
    assert client.get(f"{HOME}/versions/1").status_code == 200
    assert client.submit(DRAFT).status_code == 403


def test_a_version_says_what_it_changed(admin, season) -> None:
    season.publish(programme(rule(id="a", name="Merci", rewards=[points(12)])))
    season.publish(programme(rule(id="a", name="Merci", rewards=[points(15)])))

    words = text_of(admin.get(f"{HOME}/versions/2"))

    assert "Ce qu’elle a changé de la version 1" in words
    assert "donner 12 points" in words
    assert "donner 15 points" in words
    assert admin.get(f"{HOME}/versions/3").status_code == 404
    assert admin.get(f"{HOME}/versions/99999999999999999999").status_code == 404


def test_a_draft_starts_from_any_version(admin, draft, season) -> None:
    season.publish(programme(rule(id="old")))
    season.publish(programme(rule(id="new")))

    admin.submit(DRAFT, version="1")

    assert (ids(draft), draft().based_on) == (["old"], 1)
    again = admin.submit(DRAFT, version="2")
    assert "Un brouillon existe déjà" in text_of(admin.follow(again))
    assert ids(draft) == ["old"]


def test_brands_do_not_see_each_others_drafts(admin, draft, second_brand, new_client, make_user):
    begin(admin)
    write(admin, draft, name="Secret")
    make_user(email="nora@example.org", role=Role.BRAND_ADMIN, brand_id=second_brand.id)
    neighbour = new_client(second_brand)
    neighbour.submit("/sign-in", email="nora@example.org", password="a long enough password")

    assert "Secret" not in text_of(neighbour.get(HOME))
    assert neighbour.get(DRAFT).status_code == 303


@pytest.mark.parametrize("size", [1, 5, 20])
def test_pages_ask_the_same_number_of_questions(admin, season, count_queries, size) -> None:
    season.publish(programme(*(rule(id=f"r{n}") for n in range(size))))
    begin(admin)
    counts = []
    for path in (HOME, f"{HOME}/overview", DRAFT, f"{RULE}?rule=r0", f"{DRAFT}/publish"):
        with count_queries() as found:
            assert admin.get(path).status_code == 200
        counts.append(found.count)

    assert max(counts) <= 12, counts


def test_a_draft_is_tried_on_a_meeting_that_was(admin, draft, season) -> None:
    season.publish(programme(rule(id="now", rewards=[points(11)])))
    meeting_id = season.sold(2)
    season.close(meeting_id)
    page = f"{DRAFT}/meetings/{meeting_id}"
    assert admin.get(page).status_code == 303
    begin(admin)
    write(admin, draft, r__0__points="44")

    shown = text_of(admin.get(page))

    assert "44 points" in shown
    assert "11 points" in shown
    like = re.search(r'href="([^"]+try_sales=[^"]+)"', admin.get(page).get_data(as_text=True))
    assert like is not None
    assert "try_buyers=2" in like[1]
    assert admin.get(like[1].replace("&amp;", "&")).status_code == 200


def test_the_overview_says_what_each_rule_gave_and_cost(admin, season) -> None:
    guest = rule(id="guest", beneficiary="guest", trigger="during_meeting", rewards=[points(2)])
    voucher = {"kind": "voucher", "amount_cents": 1_500}
    never = {"measure": "orders", "op": ">=", "value": 90}
    season.publish(
        programme(
            guest,
            rule(id="host", lane="bons", rewards=[voucher]),
            rule(id="never", conditions=never, caps=[{"per": "meeting", "of": "times", "most": 1}]),
        )
    )
    for _ in range(2):
        season.close(season.sold(2))

    shown = text_of(admin.get(f"{HOME}/overview"))

    for words in ("L’hôte de la réunion", "4 fois", "4 personnes", "8 points", "2 fois",
                  "2 personnes", "30,00 €", "Jamais", "1 fois", "bons"):  # fmt: skip
        assert words in shown.replace("\xa0", " ").replace("\u202f", " "), words
    assert shown.index("L’hôte de la réunion") < shown.index("Les personnes invitées")
