"""What winners are told of gifts they have not chosen, or waited for; each thing once."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.catalog.domain import CorrectionReason
from app.catalog.services import Correction, correct_stock
from app.infra.jobs.drain import drain
from app.notifications.jobs import remind_of_gifts
from app.rewards.jobs import end_due_gifts, give_waited_for
from app.rewards.queries import ClaimView
from app.rewards.services.gift_endings import wait_for_gift
from tests.support.winning import Winning, gift_rule, set_winning_stage


@pytest.fixture
def stage(uow, brand) -> Winning:
    return set_winning_stage(uow, brand.id)


def won(stage: Winning, stock: int, locale: str = "fr", **terms: Any) -> tuple[ClaimView, UUID]:
    """Sophie's gift, and the product she may choose."""
    stage.publish({"format": "convive.programme/1", "rules": [gift_rule(**terms)]})
    tarte = stage.gift("TARTE", stock=stock)
    stage.gift("COUTEAU", stock=0)
    host = stage.customer("Sophie", "Marchand", email="sophie@example.org", locale=locale)
    meeting_id = stage.held(buyers=1, host_id=host)
    stage.close(meeting_id)
    return stage.claims(meeting_id)[0], tarte


def in_days(stage: Winning, claim: ClaimView, days: int) -> None:
    """Its deadline comes so many days from now; it was won long before."""
    with stage.uow(stage.seller.brand_id) as work:
        work.session.execute(
            text(
                "UPDATE gift_claims SET choose_before = now() + make_interval(days => :days),"
                " created_at = now() - interval '90 days' WHERE id = :id"
            ),
            {"days": days, "id": claim.id},
        )


def newest(mailbox: Any) -> tuple[str, str]:
    message = mailbox.messages[-1]
    body = message.get_body(("plain",)).get_content()
    return str(message["subject"]), " ".join(body.replace("\u00a0", " ").split())


def test_she_is_reminded_then_told_what_became_of_it(app_context, stage, brand, mailbox) -> None:
    claim, _ = won(stage, stock=3, unchosen="voucher", voucher_cents=1_500)
    drain()
    before = len(mailbox.messages)

    in_days(stage, claim, 6)
    assert [remind_of_gifts(brand.id), remind_of_gifts(brand.id)] == [1, 0]
    drain()
    subject, words = newest(mailbox)
    assert subject.startswith("Un cadeau à choisir d’ici le")
    assert "sinon il devient un bon d’achat de 15 €" in words
    assert "- Plat à tarte" in words
    assert "/h/" in words

    in_days(stage, claim, -1)
    assert [end_due_gifts(brand.id), end_due_gifts(brand.id)] == [1, 0]
    drain()
    subject, words = newest(mailbox)
    assert subject == "Votre cadeau est devenu un bon d’achat"
    assert "Il était à choisir avant le" in words
    assert "Bon d’achat 15 €" in words
    assert len(mailbox.messages) == before + 2


def test_what_she_waited_for_is_announced_in_her_language(
    app_context, stage, brand, mailbox
) -> None:
    claim, tarte = won(stage, stock=0, locale="en", out_of_stock="waiting_list")
    stage.do(wait_for_gift, claim.id, tarte)
    stage.staff(correct_stock, tarte, Correction(CorrectionReason.RECEIVED, 1))

    give_waited_for(brand.id)
    drain()

    subject, words = newest(mailbox)
    assert subject == "Your gift is here: Plat à tarte"
    assert "it has come in, and is set aside for you" in words


def test_what_is_lost_is_told_too(app_context, stage, brand, mailbox) -> None:
    claim, _ = won(stage, stock=3)
    in_days(stage, claim, -1)

    end_due_gifts(brand.id)
    drain()

    assert newest(mailbox)[0] == "Votre cadeau n’a pas été choisi à temps"
