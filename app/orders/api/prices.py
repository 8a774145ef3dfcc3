"""What an order costs and why, and what is asked for on a draft: codes, picks, vouchers, points,
gifts, delivery. Each answer is the whole new price."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from app.accounts.web import from_token
from app.http import api_fields as answers
from app.http.api import ApiBlueprint, takes_key, writing_once
from app.http.auth import current_actor, open_to
from app.http.words import say
from app.http.work import reading
from app.infra.uow import UnitOfWork
from app.kernel.actor import BY_LINK, Role
from app.meetings.services import ordering
from app.orders.domain.frozen import digest_of
from app.orders.domain.wishes import Wish
from app.orders.schemas import AskSchema
from app.orders.services import quote_of
from app.promotions.domain import Quote
from app.promotions.domain.condition_words import Names
from app.promotions.domain.quote import Adjustment, Available, Reason
from app.promotions.domain.terms import EffectKind, Entry
from app.promotions.domain.words import Voice, names_of, tell_adjustment, tell_reason
from app.promotions.services.plan import plan_of

bp = ApiBlueprint("api_prices", "Prices", about="Quotes, and what they are asked to hold.")
open_to(bp, Role.SELLER, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, via=from_token)

ADJUSTMENTS = (
    *EffectKind,
    *("gift_won", "voucher", "points", "segment", "first_order", "loyalty"),
)
ADVANTAGES = ("segment", "first_order", "loyalty")
REFUSALS = ("code", "pick", "voucher", "points", "choice")


class AdjustmentAnswer(answers.Answer):
    code = answers.Word(ADJUSTMENTS)
    source = answers.Text()
    name = answers.Text()
    amount_cents = answers.Number()
    base_cents = answers.Number()
    units = answers.Number(allow_none=True)
    why = answers.Text()


class QuoteLineAnswer(answers.Answer):
    id = answers.Id()
    reference = answers.Text()
    quantity = answers.Number()
    list_cents = answers.Number()
    net_cents = answers.Number()
    vat_cents = answers.Number()
    points = answers.Number()
    adjustments = answers.many(AdjustmentAnswer)


class GiftLineAnswer(answers.Answer):
    promotion = answers.Text()
    reference = answers.Text()
    name = answers.Text()
    quantity = answers.Number()
    list_cents = answers.Number()


class GiftToChooseAnswer(answers.Answer):
    promotion = answers.Text()
    name = answers.Text()
    references = answers.texts()
    units = answers.Number()
    chosen = answers.texts()


class AppliedAnswer(answers.Answer):
    promotion = answers.Text()
    name = answers.Text()
    entry = answers.Word(Entry)
    kind = answers.Word(EffectKind)
    amount_cents = answers.Number()
    times = answers.Number()
    code = answers.Text()


class AdvantageAnswer(answers.Answer):
    kind = answers.Word(ADVANTAGES)
    source = answers.Text()
    name = answers.Text()
    amount_cents = answers.Number()
    points_used = answers.Number()
    free_shipping = answers.Flag()


class VoucherUsedAnswer(answers.Answer):
    id = answers.Id()
    amount_cents = answers.Number()
    remaining_cents = answers.Number()
    lost_cents = answers.Number()


class PointsUsedAnswer(answers.Answer):
    points = answers.Number()
    amount_cents = answers.Number()
    consumed = answers.Number()
    usable = answers.Number()


class ReasonAnswer(answers.Answer):
    code = answers.Text()
    params = answers.Named()
    words = answers.Text()


class AvailableAnswer(answers.Answer):
    promotion = answers.Text()
    name = answers.Text()
    entry = answers.Word(Entry)
    saves_cents = answers.Number()
    replaces = answers.texts()


class MissingAnswer(answers.Answer):
    promotion = answers.Text()
    name = answers.Text()
    reasons = answers.many(ReasonAnswer)


class RefusalAnswer(answers.Answer):
    kind = answers.Word(REFUSALS)
    asked = answers.Text()
    reasons = answers.many(ReasonAnswer)


class ShippingAnswer(answers.Answer):
    method = answers.Text()
    list_cents = answers.Number()
    net_cents = answers.Number()
    vat_cents = answers.Number()
    adjustments = answers.many(AdjustmentAnswer)


class VatAnswer(answers.Answer):
    rate_bp = answers.Number()
    gross_cents = answers.Number()
    vat_cents = answers.Number()


class QuoteAnswer(answers.Answer):
    digest = answers.Text()
    currency = answers.Text()
    list_cents = answers.Number()
    basket_cents = answers.Number()
    products_cents = answers.Number()
    shipping_cents = answers.Number()
    total_cents = answers.Number()
    vat_cents = answers.Number()
    best_total_cents = answers.Number(allow_none=True)
    lines = answers.many(QuoteLineAnswer)
    shipping = answers.one(ShippingAnswer)
    vat = answers.many(VatAnswer)
    gifts = answers.many(GiftLineAnswer)
    choices = answers.many(GiftToChooseAnswer)
    applied = answers.many(AppliedAnswer)
    advantage = answers.one(AdvantageAnswer, allow_none=True)
    vouchers = answers.many(VoucherUsedAnswer)
    points = answers.one(PointsUsedAnswer, allow_none=True)
    points_earned = answers.Number()
    points_not_earned = answers.one(ReasonAnswer, allow_none=True)
    available = answers.many(AvailableAnswer)
    missing = answers.many(MissingAnswer)
    refusals = answers.many(RefusalAnswer)


@bp.route("/orders/<uuid:order_id>/quote")
@bp.response(200, QuoteAnswer)
def show_quote(order_id: UUID) -> dict[str, Any]:
    """What the order costs, line by line and why; what it could have, and what is nearly reached.

    Of a draft, as it was last priced: `PUT /orders/{id}/prices` prices it again. Of a placed order,
    as it was frozen. Send its `digest` as `seen` when you place the order.
    """
    with reading() as uow:
        quote = quote_of(uow.session, current_actor(), order_id, at=uow.clock())
        return told(uow.session, quote)


@bp.route("/orders/<uuid:order_id>/asked", methods=["POST"])
@takes_key
@bp.arguments(AskSchema)
@bp.response(200, QuoteAnswer)
def ask_for(wish: Wish, order_id: UUID) -> Response:
    """Ask for one thing on a draft, or leave it; `do` says which. What cannot be had is refused
    with the code of the reason, and the draft stays as it was.
    """

    def work(uow: UnitOfWork) -> dict[str, Any]:
        quote = ordering.ask(uow, current_actor(), order_id, wish, clock=uow.clock)
        return told(uow.session, quote)

    return writing_once(QuoteAnswer, work)


def told(session: Session, quote: Quote) -> dict[str, Any]:
    say_why = _Words(_voice(), names_of(plan_of(session)))
    kept = {name: getattr(quote, name) for name in QuoteAnswer().fields if hasattr(quote, name)}
    shipping = quote.shipping
    return kept | {
        "digest": digest_of(quote),
        "lines": [
            {
                "id": line.id,
                "reference": line.product,
                "quantity": line.quantity,
                "list_cents": line.list_cents,
                "net_cents": line.net_cents,
                "vat_cents": line.vat_cents,
                "points": line.points,
                "adjustments": [say_why.adjustment(one) for one in line.adjustments],
            }
            for line in quote.lines
        ],
        "shipping": {
            "method": shipping.method,
            "list_cents": shipping.list_cents,
            "net_cents": shipping.net_cents,
            "vat_cents": shipping.vat_cents,
            "adjustments": [say_why.adjustment(one) for one in shipping.adjustments],
        },
        "gifts": [
            {
                "promotion": gift.promotion,
                "reference": gift.product,
                "name": gift.name,
                "quantity": gift.quantity,
                "list_cents": gift.list_cents,
            }
            for gift in quote.gifts
        ],
        "choices": [
            {
                "promotion": one.promotion,
                "name": one.name,
                "references": one.products,
                "units": one.units,
                "chosen": one.chosen,
            }
            for one in quote.choices
        ],
        "points_not_earned": say_why.reason(quote.points_not_earned)
        if quote.points_not_earned
        else None,
        "available": [one for one in quote.available if _pickable(one)],
        "missing": [
            {
                "promotion": one.promotion,
                "name": one.name,
                "reasons": [say_why.reason(reason) for reason in one.reasons],
            }
            for one in quote.missing
        ],
        "refusals": [
            {
                "kind": one.kind,
                "asked": one.asked,
                "reasons": [say_why.reason(reason) for reason in one.reasons],
            }
            for one in quote.refusals
        ],
    }


def _voice() -> Voice:
    """To a customer who orders by her link, to her seller, or to the brand's staff."""
    role = current_actor().role
    if role in BY_LINK:
        return Voice.CUSTOMER
    return Voice.SELLER if role is Role.SELLER else Voice.BRAND


def _pickable(one: Available) -> bool:
    """What only a seller gives is not offered to the customer herself."""
    return current_actor().role not in BY_LINK or one.entry != Entry.MANUAL


@dataclass(frozen=True, slots=True)
class _Words:
    voice: Voice
    names: Names

    def adjustment(self, one: Adjustment) -> dict[str, Any]:
        return {
            "code": one.code,
            "source": one.source,
            "name": one.name or self.names.get(one.source, ""),
            "amount_cents": one.amount_cents,
            "base_cents": one.base_cents,
            "units": one.units,
            "why": say(tell_adjustment(one, self.voice, self.names)),
        }

    def reason(self, reason: Reason) -> dict[str, Any]:
        return {
            "code": reason.code,
            "params": {name: _plain(value) for name, value in reason.params.items()},
            "words": say(tell_reason(reason, self.voice, self.names)),
        }


def _plain(value: Any) -> Any:
    """Days as everywhere else in the API."""
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple | set | frozenset) else value
