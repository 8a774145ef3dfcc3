"""An administrator writes a pot: what fills it, what it gives, how it looks."""

from io import BytesIO
from typing import Any

import pytest

from app.rewards.queries.drafts import programme_draft
from tests.support.pictures import small_picture
from tests.support.reading import text_of

DRAFT = "/console/programme/draft"
RULE = "/console/programme/draft/rule"
SLICES = {
    "do": "save", "was": "", "beneficiary": "guest", "trigger": "spend", "name": "Par tranche",
    "pot_measure": "spend", "pot_threshold": "100", "pot_categories": "Four",
    "pot_shipping": "included", "pot_resets": "yearly", "pot_starts_on": "2026-01-01",
    "pot_description": "Tous les 100 €, un bon.",
    "c.0.measure": "order_net", "c.0.op": ">=", "c.0.value": "20",
    "r.0.kind": "voucher", "r.0.of": "amount", "r.0.amount": "10", "r.0.label": "Bon de 10 €",
    "l.0.per": "person", "l.0.of": "times", "l.0.most": "1", "l.0.period": "month",
}  # fmt: skip


@pytest.fixture
def write(admin, uow):
    admin.submit(DRAFT)

    def post(**fields: Any) -> Any:
        with uow() as work:
            found = programme_draft(work.session)
        return admin.submit(RULE, revision=str(found.revision), **{**SLICES, **fields})

    return post


@pytest.fixture
def kept(uow):
    """Rules of the draft."""

    def read() -> list[dict[str, Any]]:
        with uow() as work:
            return programme_draft(work.session).document["rules"]

    return read


def test_a_pot_is_written_read_aloud_opened_again_and_copied(admin, write, kept) -> None:
    words = text_of(admin.follow(write()))
    assert "chaque fois que ses achats de la catégorie Four atteignent 100,00 €" in words
    assert "si au moins 20,00 € d’achats, donner un bon d’achat de 10,00 €" in words
    assert "La livraison compte aussi." in words
    assert "Au plus 1 fois par mois et par personne." in words

    page = admin.get(f"{RULE}?rule={kept()[0]['id']}").get_data(as_text=True)
    assert 'value="100"' in page
    copied = admin.submit(f"{DRAFT}/rules", revision="2", rule=kept()[0]["id"], do="copy")

    assert copied.status_code == 303
    first, second = kept()
    assert first["pot"] == second["pot"] == {
        "measure": "spend", "threshold": 10_000, "categories": ["Four"], "shipping": "included",
        "resets": "yearly", "starts_on": "2026-01-01",
        "description": "Tous les 100 €, un bon.",
    }  # fmt: skip
    assert (second["name"], second["enabled"]) == ("Par tranche (copie)", False)


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"pot_threshold": ""}, "pot_threshold", "champ"),
        ({"pot_threshold": "cent"}, "pot_threshold", "montant"),
        ({"pot_resets": "at_end"}, "pot_ends_on", "indiquez le dernier jour"),
        ({"pot_measure": "meetings"}, "pot_measure", "ne tient pas de réunion"),
        ({"l.0.per": "meeting"}, "l.0.per", "plafonnez-la par personne"),
    ],
)
def test_what_could_never_work_is_told_beside_its_field(write, kept, fields, field, message):
    answer = write(**fields)

    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    beside = page[page.index(f'id="field-{field}-error"') :].partition("</p>")[0]
    assert message in beside
    assert "Tous les 100 €, un bon." in page
    assert kept() == []


def test_pictures_are_added_shown_and_taken_away(admin, write, kept, new_client, brand) -> None:
    sent = write(do="picture", picture=(BytesIO(small_picture()), "carte.png"))
    page = sent.get_data(as_text=True)
    start = page.index("/reward-pictures/")
    url = page[start : page.index('"', start)]
    picture_id = url.rpartition("/")[2]
    assert new_client(brand).get(url).content_type in {"image/png", "image/jpeg"}

    less = write(do=f"unpicture {picture_id}", pot_images=picture_id)
    assert url not in less.get_data(as_text=True)

    refused = write(do="picture", picture=(BytesIO(b"<svg/>"), "carte.svg"))
    assert refused.status_code == 422
    assert "PNG, JPEG ou WebP" in text_of(refused)

    assert write(pot_images=picture_id).status_code == 303
    assert kept()[0]["pot"]["images"] == [picture_id]


def test_a_pot_is_tried_on_a_meeting(write) -> None:
    words = text_of(write(do="try", try_sales="180", try_buyers="2", pot_categories=""))

    assert "Chacune des 2 personnes invitées : 90,00 € / 100 €" in words
    assert "Encore 10,00 € → Bon d’achat 10 €" in words

    words = text_of(write(do="try", try_sales="260", try_buyers="1", pot_categories=""))

    assert "Une personne invitée : Bon d’achat 10 €" in words


BOXES = {
    "trigger": "direct_sale", "gain": "tiers", "measure": "sets", "mode": "every",
    "k.0.products": "BOITE", "k.0.quantity": "1",
    "t.0.from": "1", "t.0.r.0.kind": "voucher", "t.0.r.0.of": "amount", "t.0.r.0.amount": "10",
    "c.0.measure": "order_net", "c.0.value": "1", "l.0.per": "person", "l.0.most": "100",
    "try_products": "BOITE x 3", "try_buyers": "1",
}  # fmt: skip
PAIR = {
    "k.0.products": "BOUGIE", "k.0.quantity": "2",
    "k.1.products": "DIFF", "k.1.quantity": "1", "try_products": "BOUGIE x 6, DIFF x 2",
}  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "told", "won"),
    [
        pytest.param({}, "par lots complets de 1 × BOITE", "3 bons d’achat de 10 €", id="A12"),
        pytest.param({"at_most": "1"}, "une fois au plus", "Bon d’achat 10 €", id="A12 once"),
        pytest.param({"at_most": "2"}, "2 fois au plus", "2 bons d’achat de 10 €", id="A12 twice"),
        pytest.param(PAIR, "de 2 × BOUGIE, 1 × DIFF", "2 bons d’achat de 10 €", id="A13"),
    ],
)
def test_a_condition_voucher_is_read_aloud_and_tried(write, fields, told, won) -> None:
    words = text_of(write(do="try", **{**BOXES, **fields}))

    assert told in words
    assert f"Une personne invitée : {won}" in words
