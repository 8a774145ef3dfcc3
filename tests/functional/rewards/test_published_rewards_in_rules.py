"""A rule names a published reward: each version keeps the terms it was published with."""

import json
from typing import Any
from uuid import UUID

import pytest

from app.kernel.actor import system
from app.promotions import queries as promotions
from app.rewards.domain.offers import Offer, OfferKind
from app.rewards.domain.programme import ProgrammeInvalid
from app.rewards.queries.drafts import programme_draft
from app.rewards.services import programme_draft as drafts
from app.rewards.services.templates import (
    Published,
    TemplateState,
    change_template,
    publish_template,
    put_template,
)
from tests.support.gathering import set_stage
from tests.support.reading import text_of
from tests.support.rewards import programme, rule
from tests.support.season import Season

DRAFT = "/console/programme/draft"
NAMED = {"kind": "template", "template": "bon-de-rentree"}


@pytest.fixture
def season(uow, brand) -> Season:
    return Season(set_stage(uow, brand.id))


def reward(cents: int, **more: Any) -> Published:
    values = {"amount_cents": cents, "with_points": False, **more}
    return Published("Bon de rentrée", Offer(OfferKind.VOUCHER, values, 60), None)


@pytest.fixture
def published(uow, brand) -> UUID:
    with uow(brand.id) as work:
        return publish_template(work, system(brand.id), reward(1_000), clock=work.clock)


def change(uow, brand, template_id: UUID, wanted: Published) -> None:
    with uow(brand.id) as work:
        staff = system(brand.id)
        change_template(work, staff, template_id, wanted, revision=1, clock=work.clock)


def archive(uow, brand, template_id: UUID, revision: int = 1) -> None:
    with uow(brand.id) as work:
        gone, staff = TemplateState.ARCHIVED, system(brand.id)
        put_template(work, staff, template_id, gone, revision=revision, clock=work.clock)


def form(draft, **fields: str) -> dict[str, str]:
    usual = {"do": "save", "was": "", "revision": str(draft.revision), "beneficiary": "host",
             "trigger": "hosting", "gain": "rewards", "name": "Merci",
             "r.0.kind": "template", "r.0.template": NAMED["template"]}  # fmt: skip
    return {**usual, **fields}


def test_it_is_chosen_in_the_editor_and_told_with_its_terms(admin, uow, brand, published) -> None:
    admin.submit(DRAFT)

    with uow() as work:
        draft = programme_draft(work.session)
    told = text_of(admin.submit(f"{DRAFT}/rule", **form(draft, do="refresh")))
    assert "un bon d’achat de 10,00 €" in told
    assert "non cumulable avec des points" in told
    assert admin.submit(f"{DRAFT}/rule", **form(draft)).status_code == 303

    change(uow, brand, published, reward(1_200))
    page = text_of(admin.get(DRAFT))
    assert "un bon d’achat de 12,00 €" in page, "a draft follows what it names"
    archive(uow, brand, published, 2)
    page = text_of(admin.get(DRAFT))
    assert "Aucune récompense publiée « bon-de-rentree »" in page
    refused = admin.submit(f"{DRAFT}/rule", **form(draft, revision="2", was="merci"))
    assert refused.status_code == 422
    assert 'id="field-r.0.template-error"' in refused.get_data(as_text=True)


def test_what_a_version_gives_is_what_it_was_published_with(season, uow, brand, published) -> None:
    season.publish(programme(rule(id="thanks", rewards=[NAMED])))
    before = season.sold(1)
    change(uow, brand, published, reward(1_500, with_codes=False))
    archive(uow, brand, published, 2)
    season.close(before)

    (grant,) = season.grants(before)
    with uow(brand.id) as work:
        (held,) = promotions.vouchers_of(work.session, [grant.beneficiary_id])
    assert (held.name, held.face_cents, held.terms["with_points"]) == (
        "Bon de rentrée",
        1_000,
        False,
    )
    assert "with_codes" not in held.terms
    assert season.findings() == []


def test_the_command_line_publishes_it_too(app, brand, published, tmp_path) -> None:
    file = tmp_path / "programme.json"
    command = app.test_cli_runner().invoke

    file.write_text(json.dumps(programme(rule(id="thanks", rewards=[NAMED]))))
    done = command(args=["programme", "publish", brand.slug, str(file)])
    file.write_text(json.dumps(programme(rule(id="no", rewards=[{**NAMED, "template": "nope"}]))))
    refused = command(args=["programme", "publish", brand.slug, str(file)])

    assert done.exit_code == 0, done.output
    assert refused.exit_code == 2
    assert "nope" in refused.output


def test_what_no_text_may_hold_is_refused_in_the_trial(admin, uow) -> None:
    admin.submit(DRAFT)
    with uow() as work:
        draft = programme_draft(work.session)

    answer = admin.submit(
        f"{DRAFT}/rule", **form(draft, do="try", **{"r.0.kind": "points_fixed"}, try_products="\0")
    )

    assert answer.status_code < 500


KINDS = {
    OfferKind.UNIT_VOUCHER: ({"units": 2, "products": ["WOK-seller"]}, "unit_voucher", 2),
    OfferKind.AMOUNT: ({"amount_cents": 500}, "promo_code", 1),
    OfferKind.PERCENT: ({"rate_bp": 1_000, "cap_cents": 2_000}, "promo_code", 1),
    OfferKind.PRODUCT: ({"products": ["WOK-seller"]}, "promo_code", 1),
    OfferKind.SHIPPING: ({"cap_cents": 900}, "promo_code", 1),
    OfferKind.GIFT: ({"products": ["WOK-seller"]}, "gift_product", 1),
}


def test_every_kind_of_published_reward_is_granted_and_told(season, uow, brand, admin) -> None:
    with uow(brand.id) as work:
        for kind, (values, _granted, _value) in KINDS.items():
            wanted = Published(f"Le {kind}", Offer(kind, values, 30), None)
            publish_template(work, system(brand.id), wanted, clock=work.clock)
    keys = [f"le-{kind}".replace("_", "-") for kind in KINDS]
    rules = [rule(id=key, rewards=[{"kind": "template", "template": key}]) for key in keys]
    season.publish(programme(*rules))
    meeting_id = season.sold(1)
    season.close(meeting_id)

    granted = {one.rule_id: (one.kind, one.value) for one in season.grants(meeting_id)}
    expected = [(kind, value) for _values, kind, value in KINDS.values()]
    assert [granted[key] for key in keys] == expected
    assert admin.get("/console/programme/versions/1").status_code == 200
    assert admin.get(f"/console/meetings/{meeting_id}").status_code == 200
    assert season.findings() == []


LOST = {
    "template": {"kind": "template", "template": "nobody-made-it"},
    "promotion": {"kind": "promo_code", "promotion": "nobody-made-it"},
}


@pytest.mark.parametrize("what", LOST)
def test_what_is_not_there_is_refused_when_saving(season, uow, brand, what) -> None:
    document, staff = programme(rule(id="r", rewards=[LOST[what]])), system(brand.id)
    for attempt in (
        lambda work: drafts.import_draft(work, staff, document, revision=None, clock=work.clock),
        lambda _work: season.publish(document),
    ):
        with uow(brand.id) as work, pytest.raises(ProgrammeInvalid) as refusal:
            attempt(work)
        (problem,) = refusal.value.problems
        assert (problem.path, problem.code) == (f"rules[0].rewards[0].{what}", f"{what}_unknown")
