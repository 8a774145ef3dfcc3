"""Cards are edited, noted on, asked for consent and moved between books."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.audit.queries import entries_of
from app.customers import queries, services
from app.customers.domain import Channel
from app.customers.errors import (
    CustomerAlreadyExists,
    CustomerNotFound,
    NoteNotFound,
    RoleIsGiven,
    TooManyRoles,
)
from app.customers.queries import Wanted
from app.customers.services import CardChanges, NewCustomer, PersonFacts
from app.kernel.actor import Actor, Role, system
from app.kernel.errors import NotAllowed
from tests.support.gathering import Stage, set_stage

LEA = CardChanges(
    first_name="Léa",
    last_name="Martin",
    email="lea@example.org",
    phone="0612345678",
    address="12 rue des Lilas",
    postcode="69003",
    city="Lyon",
    country="FR",
    locale="fr",
)


@pytest.fixture
def rival(uow, brand) -> Stage:
    return set_stage(uow, brand.id, email="rival")


@pytest.fixture
def staff(brand) -> Actor:
    return Actor(brand.id, Role.CUSTOMER_SERVICE)


def edit(stage: Stage, customer_id: UUID, changes: CardChanges, actor: Actor | None = None) -> None:
    with stage.uow() as work:
        services.edit_customer(work, actor or stage.seller, customer_id, changes)


def card(stage: Stage, customer_id: UUID, actor: Actor):
    with stage.uow() as work:
        return queries.customer(work.session, actor, customer_id)


def found(stage: Stage, typed: str, actor: Actor | None = None) -> list[str]:
    with stage.uow() as work:
        return [one.name for one in queries.search(work.session, actor or stage.seller, typed)]


def trail(stage: Stage, customer_id: UUID):
    with stage.uow() as work:
        return [
            (entry.action, entry.before, entry.after)
            for entry in entries_of(work.session, "customer", customer_id)
        ]


# ---------------------------------------------------------------- editing


def test_an_edited_card_is_found_by_what_it_says_now(stage) -> None:
    customer_id = stage.customer("Zoé", "Petit", email="zoe@example.org", city="Nantes")

    edit(stage, customer_id, LEA)

    assert found(stage, "martin lyon") == found(stage, "06 12 34 56 78") == ["Léa Martin"]
    assert found(stage, "zoe") == found(stage, "nantes") == []


def test_the_log_names_the_parts_but_not_the_words(stage) -> None:
    customer_id = stage.customer("Léa", "Martin")

    edit(stage, customer_id, LEA)
    edit(stage, customer_id, LEA)

    ((action, _, after),) = trail(stage, customer_id)
    assert action == "customer.edit"
    assert set(after["fields"]) == {"email", "phone", "address", "postcode", "city"}
    assert "Lilas" not in str(after)
    assert after["email"] == "l***@example.org"


def test_another_cards_address_is_refused(stage, rival) -> None:
    known, other = stage.customer(email="lea@example.org"), stage.customer()
    strange = rival.customer()

    with pytest.raises(CustomerAlreadyExists) as seen:
        edit(stage, other, LEA)
    with pytest.raises(CustomerAlreadyExists) as unseen:
        edit(rival, strange, LEA)
    assert (seen.value.customer_id, unseen.value.customer_id) == (known, None)
    assert card(stage, other, stage.seller).email is None


def test_the_brands_words_stand_beside_the_systems(stage, staff) -> None:
    customer_id = stage.customer()
    with stage.uow() as work:
        services.mark_host(work, [customer_id])

    edit(stage, customer_id, replace(LEA, roles=("VIP",)), staff)
    edit(stage, customer_id, replace(LEA, roles=("Other",)))

    assert card(stage, customer_id, staff).roles == ("HOST", "VIP")
    for refusal, roles in ((RoleIsGiven, ("seller",)), (TooManyRoles, tuple("abcdefghijkl"))):
        with pytest.raises(refusal):
            edit(stage, customer_id, replace(LEA, roles=roles), staff)


def test_a_card_of_another_book_is_not_edited(stage, rival) -> None:
    with pytest.raises(CustomerNotFound):
        edit(rival, stage.customer(), LEA)


# ---------------------------------------------------------------- search


@pytest.mark.parametrize(
    "typed",
    ["0612345678", "06.12.34.56.78", "+33 6 12 34 56 78", "0033612345678", "345678", "lea 0612"],
)
def test_a_telephone_number_is_found_however_it_is_written(stage, typed) -> None:
    stage.customer("Léa", "Martin", phone="+33612345678")
    stage.customer("Zoé", "Petit", phone="0611111111")

    assert found(stage, typed) == ["Léa Martin"]


@pytest.mark.parametrize("typed", ["martin", "lea@example", "0612345678", "lyon"])
def test_search_counts_and_lists_stop_at_the_book(stage, rival, typed) -> None:
    stage.customer("Léa", "Martin", email="lea@example.org", phone="0612345678", city="Lyon")

    with stage.uow() as work:
        assert queries.count(work.session, rival.seller, typed) == 0
        assert queries.cards(work.session, rival.seller, Wanted(typed)) == ()
        across = Wanted(typed, seller_id=stage.seller.seller_id)
        assert queries.how_many(work.session, rival.seller, across) == 0


# ---------------------------------------------------------------- notes and consents


def test_notes_are_removed_by_who_wrote_them_or_by_staff(stage, staff) -> None:
    customer_id = stage.customer()
    with stage.uow() as work:
        first, second = (
            services.write_note(work, staff, customer_id, words, clock=work.clock)
            for words in ("Likes blue", "Calls at noon")
        )

    author = replace(stage.seller, user_id=uuid4())
    with stage.uow() as work, pytest.raises(NoteNotFound):
        services.remove_note(work, author, customer_id, first)
    with stage.uow() as work:
        services.remove_note(work, staff, customer_id, first)
    with stage.uow() as work:
        assert [note.id for note in queries.notes(work.session, customer_id)] == [second]


def test_notes_of_another_card_are_not_found(stage, rival) -> None:
    mine, theirs = stage.customer(), rival.customer()
    note = stage.do(services.write_note, mine, "Likes blue")

    with stage.uow() as work, pytest.raises(NoteNotFound):
        services.remove_note(work, system(stage.seller.brand_id), theirs, note)
    with pytest.raises(CustomerNotFound):
        rival.do(services.write_note, mine, "Likes red")


def test_every_answer_is_kept_and_the_last_one_counts(stage) -> None:
    customer_id = stage.customer()

    for given in (True, True, False):
        answers = {Channel.EMAIL: given}
        stage.do(services.record_consents, customer_id, answers, locale="fr")
    stage.do(services.record_consents, customer_id, {Channel.SMS: False}, locale="fr")

    with stage.uow() as work:
        log = queries.consent_log(work.session, customer_id)
        now = queries.consents(work.session, customer_id)
    assert [entry.given for entry in log] == [False, True]
    assert {channel: entry.given for channel, entry in now.items()} == {Channel.EMAIL: False}
    assert all(entry.text_version for entry in log)


@pytest.mark.parametrize(
    "statement", ["UPDATE consent_entries SET given = true", "DELETE FROM consent_entries"]
)
def test_answers_are_never_rewritten(stage, statement) -> None:
    stage.do(services.record_consents, stage.customer(), {Channel.EMAIL: True}, locale="fr")

    with pytest.raises(DBAPIError), stage.uow() as work:
        work.session.execute(text(statement))


# ---------------------------------------------------------------- books


def test_a_customer_moves_to_another_book(stage, rival, staff) -> None:
    customer_id = stage.customer()

    with stage.uow() as work:
        services.move_to_book(work, staff, customer_id, rival.seller.seller_id)

    assert card(stage, customer_id, rival.seller).id == customer_id
    with pytest.raises(CustomerNotFound):
        card(stage, customer_id, stage.seller)
    with stage.uow() as work:
        services.move_to_book(work, staff, customer_id, stage.seller.seller_id, keep=True)
    assert card(stage, customer_id, rival.seller) == card(stage, customer_id, stage.seller)
    with stage.uow() as work:
        book = queries.book_of(work.session, customer_id)
    assert [(entry.seller_id, entry.principal) for entry in book] == [
        (stage.seller.seller_id, True),
        (rival.seller.seller_id, False),
    ]
    assert [entry[0] for entry in trail(stage, customer_id)] == ["customer.move"] * 2


def test_a_customer_is_shared_and_taken_back(stage, rival, staff) -> None:
    customer_id = stage.customer()

    with stage.uow() as work:
        services.share_with(work, staff, customer_id, rival.seller.seller_id)
    assert card(stage, customer_id, rival.seller)
    with stage.uow() as work:
        services.take_from_book(work, staff, customer_id, rival.seller.seller_id)

    with pytest.raises(CustomerNotFound):
        card(stage, customer_id, rival.seller)


def test_a_whole_book_moves_but_her_own_card(stage, rival, staff) -> None:
    shared = stage.customer("Shared")
    for _ in range(2):
        stage.customer()
    with stage.uow() as work:
        services.share_with(work, staff, shared, rival.seller.seller_id)
        ids = stage.seller.seller_id, rival.seller.seller_id
        moved = services.move_book(work, staff, *ids, but=stage.seller.customer_id)

    assert moved == 3
    assert found(stage, "") == ["Nadia Roux"]
    assert len(found(rival, "")) == 4


def test_sellers_do_not_move_customers(stage, rival) -> None:
    customer_id = stage.customer()

    with stage.uow() as work, pytest.raises(NotAllowed):
        services.move_to_book(work, stage.seller, customer_id, rival.seller.seller_id)
    with stage.uow() as work, pytest.raises(CustomerNotFound):
        services.share_with(work, rival.seller, customer_id, rival.seller.seller_id)


def test_the_same_form_twice_is_one_card(stage) -> None:
    new = NewCustomer("Léa", "Martin", email="lea@example.org", key="form")

    assert stage.do(services.create_customer, new) == stage.do(services.create_customer, new)


def test_what_segments_ask_about_her_stays_unless_somebody_says_otherwise(stage) -> None:
    made = stage.customer("Léa", "Martin", birth_date=date(1984, 5, 17), professional=True)
    edit(stage, made, LEA)
    kept = card(stage, made, stage.seller)
    assert (kept.birth_date, kept.professional) == (date(1984, 5, 17), True)

    edit(stage, made, replace(LEA, facts=PersonFacts(professional=False)))
    changed = card(stage, made, stage.seller)
    assert (changed.birth_date, changed.professional) == (None, False)
