"""What an order's papers say: its invoice once it is paid in full, a credit note for whatever of it
is cancelled or comes back after that."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.brands.queries import BrandView, this_brand
from app.customers.queries import CustomerView, views
from app.documents.domain import (
    Paper,
    PaperKind,
    PaperLine,
    PaperPayment,
    Party,
    VatRow,
    vat_rows,
)
from app.documents.queries import invoice_of
from app.documents.services import issue
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock, local_day
from app.orders.domain.shares import upto
from app.orders.models import Order, OrderLine, Reversal
from app.orders.services.claims import frozen
from app.orders.services.going import Going


def issue_invoice(uow: UnitOfWork, actor: Actor, order: Order, *, clock: Clock) -> None:
    """Of a sale that was just paid in full. Where nothing was to be paid nothing is invoiced, and
    an order that is paid again, after a cheque bounced, keeps its invoice.

    The last thing its transaction does: the number is a lock.
    """
    if not order.total_cents or invoice_of(uow.session, order.id):
        return
    headed, locale = _headed(uow.session, order, clock())
    paper = replace(
        headed,
        lines=tuple(_whole(line) for line in order.lines),
        shipping_cents=order.shipping_cents,
        vat=tuple(VatRow(one.rate_bp, one.gross_cents, one.vat_cents) for one in frozen(order).vat),
        total_cents=order.total_cents,
        payments=tuple(
            PaperPayment(one.method, one.amount_cents, one.received_on.isoformat())
            for one in order.payments
            if one.refused_at is None
        ),
    )
    issue(uow, actor, PaperKind.INVOICE, paper, order_id=order.id, locale=locale, clock=clock)


def issue_credit_note(
    uow: UnitOfWork, actor: Actor, order: Order, going: Going, reversal: Reversal, *, clock: Clock
) -> None:
    """For what has just gone, also where its money never came. Where nothing was invoiced, nothing
    is credited."""
    invoice = invoice_of(uow.session, order.id)
    shipping = order.shipping_cents if going.whole else 0
    total = going.products_cents + shipping
    if invoice is None or not total:
        return
    headed, locale = _headed(uow.session, order, clock())
    lines = [_part(line, count, going.nets[line]) for line, count in going.units.items()]
    paper = replace(
        headed,
        lines=tuple(lines),
        shipping_cents=shipping,
        vat=vat_rows(_taxed(lines, order, shipping)),
        total_cents=total,
        corrects=invoice.label,
        reason=reversal.reason,
    )
    issue(
        uow,
        actor,
        PaperKind.CREDIT_NOTE,
        paper,
        order_id=order.id,
        reversal_id=reversal.id,
        locale=locale,
        clock=clock,
    )


def seller_of(brand: BrandView) -> Party:
    own = brand.settings
    address = tuple(line.strip() for line in own.legal_address.splitlines() if line.strip())
    return Party(
        name=own.legal_name or brand.name,
        address=address,
        registration=own.registration,
        vat_number=own.vat_number,
    )


def party_of(customer: CustomerView) -> Party:
    town = " ".join(part for part in (customer.postcode, customer.city) if part)
    address = tuple(line for line in (customer.address, town) if line)
    return Party(customer.name, address, country=customer.country if town else "")


def _headed(session: Session, order: Order, now: datetime) -> tuple[Paper, str]:
    """A paper with nothing on it yet, and the language it is in."""
    brand = this_brand(session)
    buyer = views(session, [order.customer_id])[order.customer_id]
    assert order.number is not None
    assert order.placed_at is not None
    paper = Paper(
        seller=seller_of(brand),
        buyer=party_of(buyer),
        order_number=order.number,
        ordered_on=_day(brand, order.placed_at),
        issued_on=_day(brand, now),
        lines=(),
        shipping_cents=0,
        vat=(),
        total_cents=0,
        note=brand.settings.paper_note,
    )
    return paper, buyer.locale


def _day(brand: BrandView, at: datetime) -> str:
    day: date = local_day(at, brand.timezone)
    return day.isoformat()


def _whole(line: OrderLine) -> PaperLine:
    return PaperLine(
        line.reference,
        line.name,
        line.quantity,
        list_cents=line.unit_price_cents * line.quantity,
        net_cents=line.net_cents,
        vat_rate_bp=line.vat_rate_bp,
        vat_cents=line.vat_cents,
    )


def _part(line: OrderLine, going: int, net_cents: int) -> PaperLine:
    """Units that are counted as gone by now: like their price, their tax is counted from the first
    unit to the last, so that the parts of a line sum to the whole."""
    before = line.gone - going
    vat = upto(line.vat_cents, line.gone, line.quantity) - upto(
        line.vat_cents, before, line.quantity
    )
    return PaperLine(
        line.reference,
        line.name,
        going,
        list_cents=line.unit_price_cents * going,
        net_cents=net_cents,
        vat_rate_bp=line.vat_rate_bp,
        vat_cents=vat,
    )


def _taxed(
    lines: Sequence[PaperLine], order: Order, shipping_cents: int
) -> Iterator[tuple[int, int, int]]:
    for line in lines:
        yield line.vat_rate_bp, line.net_cents, line.vat_cents
    if shipping_cents:
        yield _shipping_rate(order), shipping_cents, frozen(order).shipping.vat_cents


def _shipping_rate(order: Order) -> int:
    """The frozen rows of VAT hold the shipping too: it is what no line explains."""
    of_lines: Counter[int] = Counter()
    for line in order.lines:
        of_lines[line.vat_rate_bp] += line.net_cents
    rows = frozen(order).vat
    return next(row.rate_bp for row in rows if row.gross_cents != of_lines[row.rate_bp])
