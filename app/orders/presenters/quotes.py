"""A quote as pages show it: each line with its reasons, what could be had, and what is missing.

The seller's order, the customer's basket and the placed order read the same quote in the same
words; nothing here computes a price.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from flask_babel import gettext, ngettext

from app.catalog.presenters import picture_of
from app.catalog.queries import ProductView, ShippingMethodView
from app.customers.queries import CustomerView
from app.http.words import money, number, percent, points, say
from app.kernel.text import identity_key
from app.kernel.words import N_
from app.loyalty.queries import Balance
from app.orders.domain.asked import Asked, Place
from app.orders.domain.frozen import Difference, digest_of
from app.orders.presenters.reasons import (
    GIVEN,
    adjustment_label,
    adjustment_words,
    advantage_name,
    reason_words,
    reasons_words,
    told,
)
from app.promotions.domain.plan import EMPTY_PLAN, Plan
from app.promotions.domain.quote import Ahead, Applied, Available, Missing, PricedLine, Quote
from app.promotions.domain.terms import EffectKind, Entry, SpendingMode
from app.promotions.domain.words import KINDS, Voice, names_of, tell_effect
from app.promotions.queries import VoucherView
from app.rewards.presenters.holdings import validity, voucher_terms, voucher_title

MOST_AVAILABLE = 6
MOST_NEAR = 5


@dataclass(frozen=True, slots=True)
class LineTold:
    """One line of the order: what it lost, why it costs what it does, what it earns."""

    labels: list[str] = field(default_factory=list)
    why: list[str] = field(default_factory=list)
    points: int = 0
    list_cents: int = 0
    net_cents: int = 0


@dataclass(frozen=True, slots=True)
class AppliedLine:
    id: str
    name: str
    note: str
    amount_cents: int
    code: str
    """Typed: it can be taken off again."""
    is_picked: bool


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A discount that could be had with one tap."""

    id: str
    name: str
    about: str
    """What it does."""
    saving: str
    replaces: str
    action: str = "pick"


@dataclass(frozen=True, slots=True)
class NearLine:
    name: str
    missing: str
    """Encore 12,50 €"""
    ratio: int | None


@dataclass(frozen=True, slots=True)
class VoucherBox:
    id: str
    name: str
    conditions: str
    is_used: bool
    used: str
    problem: str


@dataclass(frozen=True, slots=True)
class PointsBox:
    available: int
    pending: int
    can_spend: bool
    usable: int
    used: int
    worth: str
    problem: str
    ahead: int
    """Of the usable ones, those she does not have yet: her meeting brings them."""
    ceiling: str
    ceiling_why: list[str]


@dataclass(frozen=True, slots=True)
class AdvantageBox:
    kind: str
    name: str
    amount_cents: int
    is_declined: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class GiftOption:
    reference: str
    name: str
    image_url: str | None
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ChoiceBox:
    promotion: str
    name: str
    units: int
    options: list[GiftOption]


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One way of getting it, as a radio button."""

    value: str
    words: str
    about: str
    price_cents: int | None
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Places:
    lines: list[PlaceLine] = field(default_factory=list)
    methods: list[tuple[str, str]] = field(default_factory=list)
    """For an address that is typed."""
    typed: dict[str, str] = field(default_factory=dict)
    is_other: bool = False
    other: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """To whose address it may go."""

    customer: CustomerView | None = None
    host: CustomerView | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """What surrounds a quote on the page. Read once, in as many statements for every order."""

    asked: Asked = field(default_factory=Asked)
    vouchers: Sequence[VoucherView] = ()
    balance: Balance = field(default_factory=Balance)
    methods: Sequence[ShippingMethodView] = ()
    """The active ones, in the brand's order."""
    plan: Plan = EMPTY_PLAN
    products: Mapping[str, ProductView] = field(default_factory=dict)
    """Gifts to choose, by the key of their reference."""
    weight_grams: int = 0
    surroundings: Surroundings = field(default_factory=Surroundings)
    voice: Voice = Voice.SELLER
    """Of whoever reads: what only a seller gives is not offered to the customer herself."""

    def may_pick(self, offer: Available) -> bool:
        return not (self.voice is Voice.CUSTOMER and offer.entry == Entry.MANUAL)


@dataclass(frozen=True, slots=True)
class QuoteTold:
    lines: dict[str, LineTold] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    """Reference of a gift that added itself → why."""
    applied: list[AppliedLine] = field(default_factory=list)
    advantages: list[AdvantageBox] = field(default_factory=list)
    available: list[OfferLine] = field(default_factory=list)
    near: list[NearLine] = field(default_factory=list)
    vouchers: list[VoucherBox] = field(default_factory=list)
    points: PointsBox | None = None
    choices: list[ChoiceBox] = field(default_factory=list)
    places: Places = field(default_factory=Places)
    sums: list[tuple[str, int]] = field(default_factory=list)
    """What was taken off, by kind, in the order of application: words, cents."""
    list_cents: int = 0
    shipping_cents: int = 0
    shipping_name: str = ""
    shipping_why: list[str] = field(default_factory=list)
    total_cents: int = 0
    digest: str = ""
    """Which prices were shown: sent along when she agrees to them."""
    vat: list[str] = field(default_factory=list)
    earned: int = 0
    not_earned: str = ""
    better: str = ""
    """Said when what was chosen by hand costs more than the best."""
    problems: list[str] = field(default_factory=list)
    """What was asked for and could not be had, but for what stands beside its own field."""


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What is no longer as it was shown."""

    name: str
    before: str
    after: str


CHANGED = {
    "promotion": N_("Discount"),
    "advantage": N_("Advantage"),
    "voucher": N_("Voucher"),
    "points": N_("Points"),
    "shipping": N_("Delivery"),
    "total": N_("Total"),
    "price": N_("Product"),
    "gift": N_("Gift"),
}


def changes_told(changes: Sequence[Difference], names: Mapping[str, str]) -> list[ChangeLine]:
    """Both, side by side: what was shown and what applies now. `names` of products by reference."""
    return [
        ChangeLine(
            names.get(one.name, one.name) or advantage_name(one.key) or say(CHANGED[one.kind]),
            _amount_told(one.kind, one.before),
            _amount_told(one.kind, one.after),
        )
        for one in changes
        if one.kind != "line"
    ]


def _amount_told(kind: str, value: int | None) -> str:
    if value is None:
        return "–"
    if kind == "gift":
        return number(value)
    is_off = kind in {"promotion", "advantage", "voucher", "points"}
    return f"−{money(value)}" if is_off else money(value)


def quote_told(quote: Quote | None, around: Around) -> QuoteTold:
    if quote is None:
        return QuoteTold()
    names, rates = _names(quote, around), _rates(around.plan)
    return QuoteTold(
        lines={line.id: line_told(line, around.voice, names, rates) for line in quote.lines},
        given={one.product: names.get(one.promotion, "") for one in quote.gifts},
        applied=_applied(quote, around),
        advantages=_advantages(quote, around),
        available=_available(quote, around, names),
        near=[_near(one, around.voice, names) for one in quote.missing if one.is_near][:MOST_NEAR],
        vouchers=_vouchers(quote, around, names),
        points=_points(quote, around, names),
        choices=_choices(quote, around),
        places=_places(quote, around),
        sums=_sums(quote),
        list_cents=quote.list_cents,
        shipping_cents=quote.shipping_cents,
        shipping_name=_method_name(around),
        shipping_why=_shipping_why(quote, around, names),
        total_cents=quote.total_cents,
        digest=digest_of(quote),
        vat=_vat(quote),
        earned=quote.points_earned,
        not_earned=reason_words(quote.points_not_earned, around.voice, names)
        if quote.points_not_earned
        else "",
        better=_better(quote),
        problems=[
            f"{names.get(one.asked, one.asked)}: {reasons_words(one.reasons, around.voice, names)}"
            for one in quote.refusals
            if one.kind not in {"voucher", "points"}
        ],
    )


def line_told(
    line: PricedLine, voice: Voice, names: Mapping[str, str], rates: Mapping[str, int]
) -> LineTold:
    return LineTold(
        labels=[
            adjustment_label(one, names, rates)
            for one in line.adjustments
            if one.code not in PAYING
        ],
        why=_why(line, voice, names),
        points=line.points,
        list_cents=line.list_cents,
        net_cents=line.net_cents,
    )


PAYING = {"voucher", "points"}
"""They pay; they are told of below, not beside each line."""


def _why(line: PricedLine, voice: Voice, names: Mapping[str, str]) -> list[str]:
    """From the list price to the price paid, in words."""
    each = line.list_cents // max(line.quantity, 1)
    steps = [
        gettext(
            "List price: %(quantity)s × %(each)s = %(total)s",
            quantity=number(line.quantity),
            each=money(each),
            total=money(line.list_cents),
        )
        if line.quantity > 1
        else gettext("List price: %(total)s", total=money(line.list_cents))
    ]
    steps += [adjustment_words(one, voice, names) for one in line.adjustments]
    steps.append(
        gettext(
            "To pay: %(total)s, of which VAT %(vat)s",
            total=money(line.net_cents),
            vat=money(line.vat_cents),
        )
    )
    if line.points:
        steps.append(gettext("It earns %(points)s.", points=points(line.points)))
    return steps


def _names(quote: Quote, around: Around) -> dict[str, str]:
    """What ids of promotions, segments and gifts are called."""
    return {
        **{product.reference: product.name for product in around.products.values()},
        **names_of(around.plan),
        **{one.promotion: one.name for one in quote.missing},
        **{one.promotion: one.name for one in quote.available},
        **{one.promotion: one.name for one in quote.applied},
        **{one.holding: one.name for one in quote.applied if one.holding},
    }


def _rates(plan: Plan) -> dict[str, int]:
    """Of promotions that take a plain percentage off products."""
    return {
        one.id: one.effect.rate_bp
        for one in plan.promotions
        if one.effect.kind is EffectKind.PRODUCT_PERCENT and one.effect.cap_cents is None
    }


def _applied(quote: Quote, around: Around) -> list[AppliedLine]:
    return [
        AppliedLine(
            id=one.holding or one.promotion,
            name=one.name,
            note=_note(one),
            amount_cents=0 if one.kind in GIVEN else one.amount_cents,
            code=one.code,
            is_picked=(one.holding or one.promotion) in around.asked.picked,
        )
        for one in quote.applied
    ]


def _note(one: Applied) -> str:
    if one.kind in GIVEN:
        words: str = gettext("a gift worth %(amount)s", amount=money(one.amount_cents))
        return words
    return gettext("%(times)s times", times=number(one.times)) if one.times > 1 else ""


def _advantages(quote: Quote, around: Around) -> list[AdvantageBox]:
    """The one that applies, and those that were declined and may be taken back."""
    declined = [
        AdvantageBox(kind, advantage_name(kind), 0, is_declined=True)
        for kind in KINDS
        if kind in around.asked.declined
    ]
    served = quote.advantage
    if served is None:
        return declined
    note = gettext("free delivery included") if served.free_shipping else ""
    if served.points_used:
        note = gettext("for %(points)s", points=points(served.points_used))
    name = served.name or advantage_name(served.kind)
    box = AdvantageBox(served.kind, name, served.amount_cents, is_declined=False, note=note)
    return [box, *declined]


def _available(quote: Quote, around: Around, names: Mapping[str, str]) -> list[OfferLine]:
    return [
        OfferLine(
            id=one.promotion,
            name=one.name,
            about=_effect(one.promotion, around, names),
            saving=_saving(one.saves_cents),
            replaces=", ".join(names.get(other, other) for other in one.replaces),
        )
        for one in [*filter(around.may_pick, quote.available)][:MOST_AVAILABLE]
    ]


def _effect(promotion_id: str, around: Around, names: Mapping[str, str]) -> str:
    """Nothing for what a customer holds, which has its own name."""
    for promotion in around.plan.promotions:
        if promotion.id == promotion_id:
            return told(tell_effect(promotion.effect, names))
    return ""


def _saving(cents: int) -> str:
    if cents > 0:
        words: str = gettext("%(amount)s less to pay", amount=money(cents))
    elif cents < 0:
        words = gettext("%(amount)s more to pay", amount=money(-cents))
    else:
        words = gettext("same total")
    return words


def _near(one: Missing, voice: Voice, names: Mapping[str, str]) -> NearLine:
    reason = one.reasons[0]
    missing, ratio = reason_words(reason, voice, names), None
    params = reason.params
    if reason.code == "amount_missing":
        missing = gettext("%(amount)s to go", amount=money(params.get("missing_cents")))
        ratio = _ratio(params.get("missing_cents"), params.get("threshold_cents"))
    elif reason.code == "quantity_missing":
        left = params.get("missing") or 0
        missing = ngettext("%(num)s item to go", "%(num)s items to go", left)
        ratio = _ratio(left, params.get("threshold"))
    return NearLine(one.name, missing, ratio)


def _ratio(missing: int | None, threshold: int | None) -> int | None:
    if not missing or not threshold:
        return None
    return max(0, min(99, (threshold - missing) * 100 // threshold))


def _vouchers(quote: Quote, around: Around, names: Mapping[str, str]) -> list[VoucherBox]:
    used = {one.id: one for one in quote.vouchers}
    refused = {one.asked: one for one in quote.refusals if one.kind == "voucher"}
    boxes = []
    for voucher in around.vouchers:
        key = str(voucher.id)
        spent = used.get(key)
        words = ""
        if spent:
            words = gettext("%(amount)s used", amount=money(spent.amount_cents))
            if spent.remaining_cents:
                left = money(spent.remaining_cents)
                words += " · " + gettext("%(amount)s stay for later", amount=left)
            if spent.lost_cents:
                words += " · " + gettext("%(amount)s are lost", amount=money(spent.lost_cents))
        problem = reasons_words(refused[key].reasons, around.voice, names) if key in refused else ""
        name = gettext("Voucher %(amount)s", amount=money(voucher.remaining_cents))
        if voucher.face_units:
            name = voucher_title(replace(voucher, face_units=voucher.remaining_units), names)
        told = " ".join([*voucher_terms(voucher.terms, names), validity(voucher.valid_until)])
        boxes.append(VoucherBox(key, name, told, spent is not None, words, problem))
    return boxes


def _points(quote: Quote, around: Around, names: Mapping[str, str]) -> PointsBox | None:
    """In mode `rate`; elsewhere they pay nothing by hand."""
    spent, balance = quote.points, around.balance
    refused = next((one for one in quote.refusals if one.kind == "points"), None)
    can_spend = around.plan.spending.mode is SpendingMode.RATE
    if not (spent or can_spend):
        return None
    if not (spent or balance.available or balance.pending):
        return None
    ahead = spent.ahead if spent else None
    return PointsBox(
        available=balance.available,
        pending=balance.pending,
        can_spend=can_spend,
        usable=spent.usable if spent else balance.available,
        used=spent.points if spent else 0,
        worth=money(spent.amount_cents) if spent and spent.amount_cents else "",
        problem=reasons_words(refused.reasons, around.voice, names) if refused else "",
        ahead=max(0, spent.usable - balance.available) if spent else 0,
        ceiling=money(ahead.ceiling_cents) if ahead else "",
        ceiling_why=_ceiling_why(ahead) if ahead else [],
    )


def _ceiling_why(ahead: Ahead) -> list[str]:
    told = {
        "rate": percent(ahead.rate_bp),
        "turnover": money(ahead.turnover_cents),
        "ceiling": money(ahead.ceiling_cents),
    }
    return [
        gettext(
            "The meeting brings %(rate)s of its sales in points. What is paid with points is no "
            "sale: the more is used, the less the meeting brings.",
            **told,
        ),
        gettext(
            "At the ceiling, both are the same: %(rate)s of (%(turnover)s − %(ceiling)s) is "
            "%(ceiling)s.",
            **told,
        ),
    ]


def _choices(quote: Quote, around: Around) -> list[ChoiceBox]:
    return [
        ChoiceBox(
            promotion=one.promotion,
            name=one.name,
            units=one.units,
            options=[_option(reference, one.chosen, around) for reference in one.products],
        )
        for one in quote.choices
    ]


def _option(reference: str, chosen: Sequence[str], around: Around) -> GiftOption:
    product = around.products.get(identity_key(reference))
    return GiftOption(
        reference=reference,
        name=product.name if product else reference,
        image_url=picture_of(product),
        is_chosen=reference in chosen,
    )


def _places(quote: Quote, around: Around) -> Places:
    """Handed over, at her address, at the host's: each way that serves it, with its price now."""
    asked, near = around.asked.delivery, around.surroundings
    if near.customer is None:
        return Places()
    hand_over = PlaceLine(
        Place.HAND_OVER,
        gettext("Handed over in person"),
        "",
        None,
        is_chosen=asked.place == Place.HAND_OVER,
    )
    lines = [hand_over, *_ways(Place.CUSTOMER, near.customer, quote, around)]
    if near.host:
        lines += _ways(Place.HOST, near.host, quote, around)
    is_other = asked.place == Place.OTHER
    typed = ("name", "address", "postcode", "city", "country", "method_id")
    return Places(
        lines=lines,
        methods=[(str(method.id), method.name) for method in around.methods],
        typed={name: getattr(asked, name) for name in typed} if is_other else {},
        is_other=is_other,
        other=", ".join(filter(None, [asked.address, f"{asked.postcode} {asked.city}".strip()]))
        if is_other
        else "",
    )


def _ways(place: Place, card: CustomerView, quote: Quote, around: Around) -> list[PlaceLine]:
    if not (card.address and card.postcode and card.city):
        return []
    asked = around.asked.delivery
    to_host = gettext("At the host's, %(name)s", name=card.first_name)
    where = f"{card.address}, {card.postcode} {card.city}"
    return [
        PlaceLine(
            value=f"{place}:{method.id}",
            words=f"{method.name} · {to_host}" if place is Place.HOST else method.name,
            about=where,
            price_cents=_price_of(method, quote, around),
            is_chosen=asked.place == place and asked.method_id == str(method.id),
        )
        for method in around.methods
        if method.tariff.serves(card.country, card.postcode)
    ]


def _price_of(method: ShippingMethodView, quote: Quote, around: Around) -> int:
    if str(method.id) == around.asked.delivery.method_id:
        return quote.shipping_cents
    return method.tariff.price(basket_cents=quote.basket_cents, weight_grams=around.weight_grams)


def _method_name(around: Around) -> str:
    chosen = around.asked.delivery.method_id
    named = [method.name for method in around.methods if str(method.id) == chosen]
    return named[0] if named else ""


def _shipping_why(quote: Quote, around: Around, names: Mapping[str, str]) -> list[str]:
    if not quote.shipping.adjustments:
        return []
    listed = gettext("Delivery price: %(amount)s", amount=money(quote.shipping.list_cents))
    return [
        listed,
        *(adjustment_words(one, around.voice, names) for one in quote.shipping.adjustments),
    ]


def _sums(quote: Quote) -> list[tuple[str, int]]:
    vouchers = sum(one.amount_cents for one in quote.vouchers)
    points_cents = quote.points.amount_cents if quote.points else 0
    discounts = quote.list_cents - quote.products_cents - vouchers - points_cents
    found = [
        (gettext("Discounts"), discounts),
        (gettext("Vouchers"), vouchers),
        (gettext("Points"), points_cents),
    ]
    return [(words, cents) for words, cents in found if cents]


def _vat(quote: Quote) -> list[str]:
    return [
        gettext(
            "VAT %(rate)s: %(amount)s", rate=percent(part.rate_bp), amount=money(part.vat_cents)
        )
        for part in quote.vat
        if part.vat_cents
    ]


def _better(quote: Quote) -> str:
    if quote.best_total_cents is None or quote.best_total_cents >= quote.total_cents:
        return ""
    words: str = gettext(
        "Without what was chosen by hand, this order would come to %(total)s: %(less)s less.",
        total=money(quote.best_total_cents),
        less=money(quote.total_cents - quote.best_total_cents),
    )
    return words
