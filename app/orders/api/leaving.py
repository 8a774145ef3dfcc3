"""What leaves the house and what comes back: shipments, deliveries, returns. Cancelling is with the
other things done to an order."""

from typing import Any
from uuid import UUID

from flask import Response

from app.accounts.web import from_token
from app.http.api import ApiBlueprint, takes_key, writing_once
from app.http.auth import current_actor, open_to
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.meetings.services import ordering
from app.orders.api import OrderAnswer, told
from app.orders.schemas import CancelSchema, PaymentRefusedSchema, ReturnSchema, ShipSchema

bp = ApiBlueprint("api_leaving", "Shipping and returns", about="Shipments, cancelling, returns.")
open_to(bp, Role.SELLER, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, via=from_token)
staff_bp = ApiBlueprint("api_payments_refused", "Refused payments", about="Cheques that bounced.")
open_to(staff_bp, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, via=from_token)


@bp.route("/orders/<uuid:order_id>/shipments", methods=["POST"])
@takes_key
@bp.arguments(ShipSchema, required=False)
@bp.response(200, OrderAnswer)
def ship_order(asked: dict[str, Any], order_id: UUID) -> Response:
    """Units by line left the house; all that is left to ship, when none are named."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        actor, units, tracking = current_actor(), asked["units"], asked["tracking"]
        ordering.ship_order(uow, actor, order_id, units, tracking=tracking, clock=uow.clock)
        return told(uow.session, order_id)

    return writing_once(OrderAnswer, work)


@bp.route("/orders/<uuid:order_id>/delivery", methods=["POST"])
@takes_key
@bp.response(200, OrderAnswer)
def deliver_order(order_id: UUID) -> Response:
    """All that was shipped arrived."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        ordering.deliver_order(uow, current_actor(), order_id, clock=uow.clock)
        return told(uow.session, order_id)

    return writing_once(OrderAnswer, work)


@bp.route("/orders/<uuid:order_id>/cancellation", methods=["POST"])
@takes_key
@bp.arguments(CancelSchema, required=False)
@bp.response(200, OrderAnswer)
def cancel_order(asked: dict[str, Any], order_id: UUID) -> Response:
    """Cancel an order that was not shipped, whole; of a paid one also units by line. Stock, codes,
    vouchers and points go back with them, and `refunded_cents` says what is to be paid back.

    Of a closed meeting, staff only.
    """

    def work(uow: UnitOfWork) -> dict[str, Any]:
        actor, units, reason = current_actor(), asked["units"], asked["reason"]
        ordering.cancel_units(uow, actor, order_id, units, reason=reason, clock=uow.clock)
        return told(uow.session, order_id)

    return writing_once(OrderAnswer, work)


@staff_bp.route("/orders/<uuid:order_id>/payments/<uuid:payment_id>/refusal", methods=["POST"])
@takes_key
@staff_bp.arguments(PaymentRefusedSchema, required=False)
@staff_bp.response(200, OrderAnswer)
def refuse_payment(asked: dict[str, Any], order_id: UUID, payment_id: UUID) -> Response:
    """The bank did not honour a payment: the order waits for its money again. Its invoice stands;
    what it had earned is taken back until it is paid."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        ordering.refuse_payment(
            uow, current_actor(), order_id, payment_id, reason=asked["reason"], clock=uow.clock
        )
        return told(uow.session, order_id)

    return writing_once(OrderAnswer, work)


@bp.route("/orders/<uuid:order_id>/returns", methods=["POST"])
@takes_key
@bp.arguments(ReturnSchema, required=False)
@bp.response(200, OrderAnswer)
def return_order(asked: dict[str, Any], order_id: UUID) -> Response:
    """Units that had been shipped came back; all of them, when none are named. Of a closed meeting,
    staff only."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        ordering.take_back_order(
            uow,
            current_actor(),
            order_id,
            asked["units"],
            restock=asked["restock"],
            reason=asked["reason"],
            clock=uow.clock,
        )
        return told(uow.session, order_id)

    return writing_once(OrderAnswer, work)
