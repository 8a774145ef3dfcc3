"""Points for programs: the brand's staff adjust and transfer them, set how they live, and read the
report."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response

from app.accounts.web import from_token
from app.customers import queries as customers
from app.http import api_fields as answers
from app.http import fields
from app.http.api import ApiBlueprint, takes_key, writing_once
from app.http.auth import current_actor, open_to
from app.http.brand import current_brand
from app.http.work import reading, writing
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.clock import local_day
from app.kernel.errors import Invalid
from app.loyalty import queries
from app.loyalty.domain import Awaits, RewardsAvailable, Unused
from app.loyalty.domain.settings import BENEFICIARIES, MAX_DAYS, MAX_POINTS, Expiry
from app.loyalty.errors import LoyaltySettingsInvalid
from app.loyalty.services import adjust_points, save_settings, transfer_points
from app.reports.points import points_report
from app.reports.web.points import LONGEST_DAYS, USUAL_DAYS

bp = ApiBlueprint(
    "api_points", "Points", about="Points on cards: earned, exchanged, given, settings and report."
)
open_to(bp, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, via=from_token)

settings_bp = ApiBlueprint("api_loyalty", "Points")
open_to(settings_bp, Role.BRAND_ADMIN, via=from_token)

report_bp = ApiBlueprint("api_points_report", "Points")
open_to(report_bp, Role.BRAND_ADMIN, Role.FINANCE, via=from_token)

POINTS = {"minimum": 0, "maximum": MAX_POINTS, "allow_none": True}
DAYS = {"minimum": 1, "maximum": MAX_DAYS, "allow_none": True}


class AdjustByAppSchema(fields.StrictSchema):
    points = fields.Count(required=True, minimum=1, maximum=MAX_POINTS)
    way = fields.Choice(("add", "take"), required=True)
    reason = fields.Text(required=True, maximum=500)


class TransferByAppSchema(fields.StrictSchema):
    to_id = fields.Id(required=True)
    points = fields.Count(required=True, minimum=1, maximum=MAX_POINTS)
    reason = fields.Text(required=True, maximum=500)


class SetExpirySchema(fields.StrictSchema):
    """So many days after they became available, or a day of the year."""

    days = fields.Count(**DAYS)
    on = fields.Text(maximum=5, allow_none=True)
    """MM-DD"""


class SetExpiriesSchema(fields.StrictSchema):
    customer = fields.Part(SetExpirySchema, allow_none=True)
    host = fields.Part(SetExpirySchema, allow_none=True)
    seller = fields.Part(SetExpirySchema, allow_none=True)


class SetConversionSchema(fields.StrictSchema):
    allowed = fields.Flag()
    valid_days = fields.Count(**DAYS)
    unused = fields.Choice(tuple(map(str, Unused)))
    least_points = fields.Count(**{**POINTS, "minimum": 1})


class SetGoodwillSchema(fields.StrictSchema):
    points_per_month = fields.Count(**POINTS)
    cents_per_month = fields.Cents(allow_none=True)
    below_zero = fields.Flag()


class SettingsByAppSchema(fields.StrictSchema):
    revision = fields.Count(required=True, minimum=0, maximum=1_000_000_000)
    orders_available = fields.Choice(tuple(map(str, Awaits)))
    rewards_available = fields.Choice(tuple(map(str, RewardsAvailable)))
    withdrawal_days = fields.Count(minimum=0, maximum=365)
    expiry = fields.Part(SetExpiriesSchema, allow_none=True)
    reminders_days = fields.ListOf(fields.Count(minimum=1, maximum=365), maximum=10)
    ceiling = fields.Count(**POINTS)
    debt_cap = fields.Count(**POINTS)
    transfers = fields.Flag()
    conversion = fields.Part(SetConversionSchema, allow_none=True)
    future_amount = fields.Flag()
    goodwill = fields.Part(SetGoodwillSchema, allow_none=True)


class PeriodByAppSchema(fields.StrictSchema):
    since = fields.Date()
    until = fields.Date()


class ExpiryRuleAnswer(answers.Answer):
    days = answers.Number(allow_none=True)
    on = answers.Text(allow_none=True)


class ExpiriesAnswer(answers.Answer):
    customer = answers.one(ExpiryRuleAnswer, allow_none=True)
    host = answers.one(ExpiryRuleAnswer, allow_none=True)
    seller = answers.one(ExpiryRuleAnswer, allow_none=True)


class ConversionAnswer(answers.Answer):
    allowed = answers.Flag()
    valid_days = answers.Number()
    unused = answers.Word(Unused)
    least_points = answers.Number()


class GoodwillAnswer(answers.Answer):
    points_per_month = answers.Number(allow_none=True)
    cents_per_month = answers.Number(allow_none=True)
    below_zero = answers.Flag()


class SettingsAnswer(answers.Answer):
    revision = answers.Number()
    orders_available = answers.Word(Awaits)
    rewards_available = answers.Word(RewardsAvailable)
    withdrawal_days = answers.Number()
    expiry = answers.one(ExpiriesAnswer)
    reminders_days = answers.numbers()
    ceiling = answers.Number(allow_none=True)
    debt_cap = answers.Number()
    transfers = answers.Flag()
    conversion = answers.one(ConversionAnswer)
    future_amount = answers.Flag()
    goodwill = answers.one(GoodwillAnswer)


class ExpiringAnswer(answers.Answer):
    month = answers.Day(allow_none=True)
    """Its first day; null: these never expire."""
    points = answers.Number()


class FlowAnswer(answers.Answer):
    month = answers.Day()
    earned = answers.Number()
    spent = answers.Number()
    expired = answers.Number()
    reversed = answers.Number()


class PointsReportAnswer(answers.Answer):
    available = answers.Number()
    pending = answers.Number()
    reserved = answers.Number()
    debt = answers.Number()
    holders = answers.Number()
    outstanding = answers.Number()
    expiring = answers.many(ExpiringAnswer)
    flows = answers.many(FlowAnswer)


class BalanceAnswer(answers.Answer):
    available = answers.Number()
    pending = answers.Number()
    debt = answers.Number()


@bp.route("/customers/<uuid:customer_id>/points", methods=["POST"])
@takes_key
@bp.arguments(AdjustByAppSchema)
@bp.response(200, BalanceAnswer)
def adjust(asked: dict[str, Any], customer_id: UUID) -> Response:
    """Give points or take them off, with a reason the customer reads; the new balance."""

    def work(uow: UnitOfWork) -> Any:
        actor = current_actor()
        customers.customer(uow.session, actor, customer_id)
        change = asked["points"] if asked["way"] == "add" else -asked["points"]
        adjust_points(uow, actor, customer_id, change, reason=asked["reason"], clock=uow.clock)
        return queries.balances(uow.session, [customer_id])[customer_id]

    return writing_once(BalanceAnswer, work)


@bp.route("/customers/<uuid:customer_id>/points/transfer", methods=["POST"])
@takes_key
@bp.arguments(TransferByAppSchema)
@bp.response(200, BalanceAnswer)
def transfer(asked: dict[str, Any], customer_id: UUID) -> Response:
    """Give points of one customer to another, where the brand allows it; the giver's balance."""

    def work(uow: UnitOfWork) -> Any:
        actor, to_id, points = current_actor(), asked["to_id"], asked["points"]
        customers.customer(uow.session, actor, customer_id)
        reason = asked["reason"]
        transfer_points(uow, actor, customer_id, to_id, points, reason=reason, clock=uow.clock)
        return queries.balances(uow.session, [customer_id])[customer_id]

    return writing_once(BalanceAnswer, work)


# ---------------------------------------------------------------------------- settings and report


@settings_bp.route("/loyalty/settings")
@settings_bp.response(200, SettingsAnswer)
def show_settings() -> dict[str, Any]:
    """How points live in the brand."""
    with reading() as uow:
        return _settings_told(uow)


@settings_bp.route("/loyalty/settings", methods=["PUT"])
@settings_bp.arguments(SettingsByAppSchema)
@settings_bp.response(200, SettingsAnswer)
def change_settings(asked: dict[str, Any]) -> dict[str, Any]:
    """All of them: what is left out or null is as by default. `revision` is the one that was read;
    409 when somebody else has changed them since. They hold for what is given from now on."""
    document = _without_null(asked)
    revision = document.pop("revision")
    try:
        return writing(lambda uow: _save(uow, document, revision))
    except LoyaltySettingsInvalid as refusal:
        found: dict[str, list[Any]] = {}
        for one in refusal.problems:
            found.setdefault(one.path or "_form", []).append((one.words, one.params))
        raise Invalid(found) from None


@report_bp.route("/reports/points")
@report_bp.arguments(PeriodByAppSchema, location="query")
@report_bp.response(200, PointsReportAnswer)
def show_report(asked: dict[str, Any]) -> Any:
    """Points in circulation today, by the month they expire, and what each month of the period did;
    without a period, the last twelve months."""
    brand = current_brand()
    with reading() as uow:
        last = asked.get("until") or local_day(uow.clock(), brand.timezone)
        first = asked.get("since") or last - timedelta(days=USUAL_DAYS)
        first = min(last, max(first, last - timedelta(days=LONGEST_DAYS)))
        return points_report(uow.session, zone=brand.timezone, first=first, last=last)


def _save(uow: UnitOfWork, document: dict[str, Any], revision: int) -> dict[str, Any]:
    save_settings(uow, current_actor(), document, revision=revision, clock=uow.clock)
    return _settings_told(uow)


def _settings_told(uow: UnitOfWork) -> dict[str, Any]:
    stored = queries.stored_settings(uow.session)
    settings = stored.settings
    expiry = {who: _expiry_told(settings.expiry_of(who)) for who in BENEFICIARIES}
    told = {name: getattr(settings, name) for name in SettingsAnswer().fields if name != "revision"}
    return {**told, "revision": stored.revision, "expiry": expiry}


def _expiry_told(rule: Expiry | None) -> dict[str, Any] | None:
    return {"days": None, "on": None, **rule.to_json()} if rule else None


def _without_null(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _without_null(value) if isinstance(value, dict) else value
        for name, value in values.items()
        if value is not None
    }
