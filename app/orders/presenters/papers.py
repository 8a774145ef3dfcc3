"""The order form a customer takes home, with the form to withdraw from it on a page of its own, and
the slip that travels with a parcel. Both are drawn when they are asked for, from what the order
keeps."""

from dataclasses import dataclass, replace

from flask_babel import gettext

from app.brands.queries import BrandView
from app.customers.queries import CustomerView
from app.documents.presenters.sheets import (
    Block,
    Column,
    Form,
    Sheet,
    Sum,
    buyer_block,
    pdf_of,
    seller_lines,
)
from app.http.letters import speaking
from app.http.words import day_text, money, number, percent
from app.kernel.clock import local_day
from app.orders.domain.asked import Asked, Delivery
from app.orders.queries import LineView, OrderPage
from app.orders.services.invoicing import party_of, seller_of

PATTERN = "d MMMM y"


@dataclass(frozen=True, slots=True)
class Around:
    """Who sells, who buys, and who took the order."""

    brand: BrandView
    customer: CustomerView
    seller_name: str


def order_form(page: OrderPage, around: Around) -> bytes:
    """In the customer's language, with what the law wants her to hold in her hands
    (Code de la consommation, art. L221-5, L221-9, R221-1)."""
    with speaking(around.brand, around.customer.locale):
        sheet = replace(
            _headed(gettext("Order form"), page, around),
            columns=[*_columns(), Column(gettext("VAT"), number=True), _amount_column()],
            rows=[
                [*_cells(line, line.quantity), percent(line.vat_rate_bp), money(line.net_cents)]
                for line in page.order.lines
            ],
            sums=_sums(page),
            notes=[_right_to_withdraw()],
            forms=[_withdrawal_form(page, around)],
        )
        return pdf_of(sheet)


def delivery_slip(page: OrderPage, around: Around) -> bytes:
    """What has left the house, without prices."""
    with speaking(around.brand, around.customer.locale):
        sheet = replace(
            _headed(gettext("Delivery slip"), page, around),
            columns=_columns(),
            rows=[_cells(line, line.shipped) for line in page.order.lines if line.shipped],
        )
        return pdf_of(sheet)


def _headed(title: str, page: OrderPage, around: Around) -> Sheet:
    order, brand = page.order, around.brand
    assert order.placed_at is not None
    placed = local_day(order.placed_at, brand.timezone)
    return Sheet(
        title=title,
        number=gettext("No. %(number)s", number=order.number),
        brand=brand.name,
        accent=brand.theme.ink,
        seller=seller_lines(seller_of(brand)),
        facts=[
            (gettext("Placed"), day_text(placed, PATTERN)),
            (gettext("Your adviser"), around.seller_name),
        ],
        parties=_parties(page, around),
    )


def _parties(page: OrderPage, around: Around) -> list[Block]:
    parties = [buyer_block(party_of(around.customer))]
    goes_to = _address(Asked.read(page.asked).delivery)
    return [*parties, Block(gettext("Delivered to"), goes_to)] if goes_to else parties


def _address(delivery: Delivery) -> list[str]:
    town = " ".join(part for part in (delivery.postcode, delivery.city) if part)
    return [part for part in (delivery.name, delivery.address, town) if part]


def _columns() -> list[Column]:
    return [
        Column(gettext("Reference")),
        Column(gettext("Product"), wide=True),
        Column(gettext("Quantity"), number=True),
    ]


def _amount_column() -> Column:
    return Column(gettext("Amount incl. tax"), number=True)


def _cells(line: LineView, units: int) -> list[str]:
    return [line.reference, line.name, number(units)]


def _sums(page: OrderPage) -> list[Sum]:
    order = page.order
    sums = [Sum(gettext("Products"), money(order.products_cents))]
    if order.shipping_cents:
        sums.append(Sum(gettext("Shipping"), money(order.shipping_cents)))
    sums.append(Sum(gettext("Total incl. tax"), money(order.total_cents), strong=True))
    if order.paid_cents and order.due_cents:
        sums.append(Sum(gettext("Still to pay"), money(order.due_cents)))
    return sums


def _right_to_withdraw() -> str:
    words: str = gettext(
        "You may withdraw from this contract within 14 days of receiving the last product, without "
        "giving a reason: fill in the form on the next page, or use the link you were sent."
    )
    return words


def _withdrawal_form(page: OrderPage, around: Around) -> Form:
    """What it has to say is laid down: annex to art. R221-1."""
    seller = seller_of(around.brand)
    return Form(
        title=gettext("Withdrawal form"),
        paragraphs=[
            gettext(
                "Fill in and send back this form only if you wish to withdraw from the contract."
            ),
            gettext("To: %(seller)s", seller=", ".join([seller.name, *seller.address])),
            gettext(
                "I hereby give notice that I withdraw from my contract of sale of the products of "
                "order No. %(number)s, or of those named here:",
                number=page.order.number,
            ),
        ],
        blanks=[
            gettext("Products"),
            gettext("Ordered on / received on"),
            gettext("Name and address of the customer"),
            gettext("Signature of the customer (only when this form is sent on paper) and date"),
        ],
    )
