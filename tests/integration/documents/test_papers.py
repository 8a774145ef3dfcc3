"""Invoices and credit notes: what they say, that they add up, and that nothing alters them."""

import io
from collections import Counter
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from pypdf import PdfReader
from sqlalchemy import text

from app.brands.services import adjust_settings
from app.documents.domain import Paper
from app.documents.presenters import draw
from app.documents.presenters.journal import FEC, fec_rows
from app.documents.queries import DocumentView, document, documents_of, file_of
from app.infra.jobs.drain import drain
from app.meetings.services import ordering
from app.orders.domain.wishes import UseVoucher
from app.orders.errors import PaymentAlreadyRefused
from app.orders.queries import order_page
from app.orders.queries.surroundings import abandoned
from app.orders.services import RecordPayment
from app.rewards.services.settlement import close_and_settle
from tests.integration.orders.conftest import till
from tests.support.till import Till

__all__ = ["till"]


def papers(till: Till, order_id: UUID) -> list[DocumentView]:
    found: list[DocumentView] = till.see(
        lambda session: [document(session, row.id) for row in documents_of(session, order_id)]
    )
    return found


def cut(till: Till, order_id: UUID, reference: str, units: int, reason: str = "") -> None:
    line = till.line(order_id, reference)
    staff_does(till, ordering.cancel_units, order_id, {line: units}, reason=reason)


def staff_does(till: Till, work, *args, **fields) -> None:
    with till.stage.uow(till.staff.brand_id) as uow:
        work(uow, till.staff, *args, **fields, clock=uow.clock)


@pytest.fixture
def sold(till: Till) -> UUID:
    """Three pots at 9.99 (5.5 % of tax) and a pan at 45.00 (20 %), 10.00 off by a voucher, 4.90 of
    shipping: 69.87."""
    voucher = str(till.voucher(1_000))
    pot, pan = till.product("POT", 999, vat_rate_bp=550), till.product("PAN", 4_500)
    order_id = till.cart((pot, 3), (pan, 1))
    till.ship_for(order_id, 490)
    till.ask(order_id, UseVoucher(voucher))
    till.place(order_id)
    return order_id


def test_an_order_has_its_invoice_once_it_is_paid_in_full(till, sold) -> None:
    assert papers(till, sold) == []

    till.pay(sold)

    (invoice,) = papers(till, sold)
    paper = invoice.paper
    assert invoice.row.label == "FA-000001"
    assert paper.total_cents == 6_987
    assert [(line.reference, line.list_cents) for line in paper.lines] == [
        ("POT", 2_997),
        ("PAN", 4_500),
    ]
    assert paper.discount_cents == 1_000
    assert [row.rate_bp for row in paper.vat] == [550, 2_000]
    assert sum(row.gross_cents for row in paper.vat) == 6_987
    assert [(one.method, one.amount_cents) for one in paper.payments] == [("cash", 6_987)]
    assert till.findings() == []


def test_credit_notes_take_back_to_the_cent_what_the_invoice_said(till, sold) -> None:
    till.pay(sold)

    for _ in range(3):
        cut(till, sold, "POT", 1)
    cut(till, sold, "PAN", 1, reason="Trop petite")

    invoice, *notes = papers(till, sold)
    assert [note.row.label for note in notes] == [f"AV-{n:06}" for n in (1, 2, 3, 4)]
    assert {note.paper.corrects for note in notes} == {"FA-000001"}
    assert notes[-1].paper.reason == "Trop petite"
    assert [note.paper.shipping_cents for note in notes] == [0, 0, 0, 490]
    assert sum(note.paper.total_cents for note in notes) == invoice.paper.total_cents
    assert vat_of(*(note.paper for note in notes)) == vat_of(invoice.paper)
    assert till.findings() == []


def vat_of(*some: Paper) -> Counter[tuple[int, str]]:
    """Amounts and tax by rate."""
    found: Counter[tuple[int, str]] = Counter()
    for row in (row for paper in some for row in paper.vat):
        found[row.rate_bp, "gross"] += row.gross_cents
        found[row.rate_bp, "vat"] += row.vat_cents
    return found


@pytest.mark.parametrize("seed", range(4))
def test_whatever_comes_back_in_whatever_steps_the_notes_sum_to_the_invoice(till, seed) -> None:
    chance = Random(seed)
    products = [
        till.product(
            f"P{n}", chance.randrange(1, 9_999), vat_rate_bp=chance.choice([0, 550, 2_000])
        )
        for n in range(3)
    ]
    voucher = str(till.voucher(chance.randrange(1, 3_000)))
    order_id = till.cart(*((one, chance.randrange(1, 6)) for one in products))
    till.ship_for(order_id, chance.choice([0, 1, 499]))
    till.ask(order_id, UseVoucher(voucher))
    till.place(order_id, paid=True)

    while open_lines := [line for line in till.seen(order_id).lines if line.to_ship]:
        line = chance.choice(open_lines)
        cut(till, order_id, line.reference, chance.randint(1, line.to_ship))

    invoice, *notes = papers(till, order_id)
    assert sum(note.paper.total_cents for note in notes) == invoice.paper.total_cents
    assert vat_of(*(note.paper for note in notes)) == vat_of(invoice.paper)
    assert till.findings() == []


def test_what_was_never_paid_is_neither_invoiced_nor_credited(till, sold) -> None:
    staff_does(till, ordering.cancel_units, sold, None)

    assert papers(till, sold) == []


def test_a_paper_keeps_the_name_it_was_issued_under(till, sold) -> None:
    till.pay(sold)
    with till.stage.uow(till.staff.brand_id) as uow:
        adjust_settings(uow, till.staff, {"legal_name": "Autre SA", "vat_number": "FR32123456789"})
    cut(till, sold, "POT", 1)

    invoice, note = papers(till, sold)

    assert invoice.paper.seller.name != "Autre SA"
    assert (note.paper.seller.name, note.paper.seller.vat_number) == ("Autre SA", "FR32123456789")


@pytest.mark.parametrize("table", ["documents", "document_files"])
@pytest.mark.parametrize("act", ["UPDATE {} SET brand_id = brand_id", "DELETE FROM {}"])
def test_the_application_cannot_alter_a_paper(till, sold, table, act) -> None:
    till.pay(sold)

    with pytest.raises(Exception, match="permission denied"):
        till.see(lambda session: session.execute(text(act.format(table))))


def test_what_it_looks_like_is_drawn_once_in_the_customers_language(till, sold, app) -> None:
    till.pay(sold)
    (invoice,) = papers(till, sold)

    with app.app_context():
        drain()

    drawn = till.see(lambda session: file_of(session, invoice.row.id))
    told = read(drawn)
    assert "Facture" in told
    assert "FA-000001" in told
    assert "69,87" in told
    assert drawn == till.see(lambda session: draw(session, invoice))


def test_a_name_is_never_taken_for_markup(till, sold) -> None:
    with till.stage.uow(till.staff.brand_id) as uow:
        adjust_settings(uow, till.staff, {"legal_name": '#read("/etc/passwd") *x* $y$ Maison'})
    till.pay(sold)
    (invoice,) = papers(till, sold)

    assert '#read("/etc/passwd") *x* $y$ Maison' in read(till.see(lambda s: draw(s, invoice)))


def read(pdf: bytes) -> str:
    return " ".join(
        "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split()
    )


def test_entries_of_the_books_balance_paper_by_paper(till, sold) -> None:
    till.pay(sold)
    cut(till, sold, "PAN", 1)

    rows = till.see(
        lambda _session: [dict(zip(FEC, row, strict=True)) for row in fec_rows(papers(till, sold))]
    )

    for label in ("FA-000001", "AV-000001"):
        its = [row for row in rows if row["EcritureNum"] == label]
        assert summed(its, "Debit") == summed(its, "Credit") > 0
    assert {row["CompteNum"] for row in rows} == {"411000", "707000", "445710"}


def summed(rows: list[dict[str, str]], column: str) -> int:
    return sum(int(row[column].replace(",", "")) for row in rows)


# ------------------------------------------------------------------- payments that bounce


@pytest.fixture
def bounced(till, sold) -> UUID:
    """Paid by two cheques, of which the second one bounced."""
    till.stage.do(ordering.pay_order, sold, RecordPayment("cheque", 5_000))
    till.pay(sold)
    payment = till.see(lambda s: order_page(s, till.staff, sold)).payments[-1]
    staff_does(till, ordering.refuse_payment, sold, payment.id, reason="Sans provision")
    return sold


def test_a_bounced_cheque_leaves_the_order_unpaid_and_its_invoice_in_force(till, bounced) -> None:
    order = till.seen(bounced)

    assert (order.payment_status, order.due_cents) == ("partially_paid", 1_987)
    assert [one.row.label for one in papers(till, bounced)] == ["FA-000001"]
    assert till.findings() == []


def test_paid_again_it_keeps_its_invoice_and_what_it_had_used(till, bounced) -> None:
    till.pay(bounced)

    assert till.seen(bounced).payment_status == "paid"
    assert [one.row.label for one in papers(till, bounced)] == ["FA-000001"]
    assert {state for _, state in till.vouchers().values()} == {"used"}
    assert till.findings() == []


def test_an_invoice_names_no_payment_that_bounced_before_it(till, sold) -> None:
    cheque = RecordPayment("cheque", 2_000)
    staff_does(till, ordering.pay_order, sold, cheque)
    (payment,) = till.see(lambda s: order_page(s, till.staff, sold)).payments
    staff_does(till, ordering.refuse_payment, sold, payment.id)

    till.pay(sold)

    (invoice,) = papers(till, sold)
    assert [one.amount_cents for one in invoice.paper.payments] == [6_987]


def test_its_seller_takes_the_money_again_also_once_the_meeting_is_closed(till) -> None:
    meeting = till.stage.meeting(days=-1)
    order_id = till.stage.order(meeting, till.stage.guest(meeting)[1])
    staff_does(till, close_and_settle, meeting)
    payment = till.see(lambda s: order_page(s, till.staff, order_id)).payments[-1]
    staff_does(till, ordering.refuse_payment, order_id, payment.id)

    till.pay(order_id)

    assert till.seen(order_id).payment_status == "paid"


def test_a_payment_bounces_once(till, bounced) -> None:
    payment = till.see(lambda s: order_page(s, till.staff, bounced)).payments[-1]

    with pytest.raises(PaymentAlreadyRefused):
        staff_does(till, ordering.refuse_payment, bounced, payment.id)


def test_cancelled_after_that_all_comes_back_and_the_invoice_is_credited(till, bounced) -> None:
    staff_does(till, ordering.cancel_units, bounced, None)

    invoice, note = papers(till, bounced)
    assert note.paper.total_cents == invoice.paper.total_cents
    assert till.seen(bounced).refunded_cents == 5_000
    assert [left for left, _ in till.vouchers().values()] == [1_000]
    assert till.findings() == []


def test_an_order_that_bounced_is_never_taken_for_abandoned(till, sold) -> None:
    till.pay(sold)
    payment = till.see(lambda s: order_page(s, till.staff, sold)).payments[-1]
    staff_does(till, ordering.refuse_payment, sold, payment.id)

    with till.stage.uow(till.staff.brand_id) as work:
        later = work.clock() + timedelta(days=400)
        assert abandoned(work.session, hours=1, now=later) == ()
