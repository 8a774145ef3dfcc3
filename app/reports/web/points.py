"""Points en circulation: what the brand owes in points, and how the months changed it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from babel import dates
from flask import Blueprint, Response, render_template, url_for
from flask_babel import gettext

from app.accounts.web import from_session
from app.audit.services import record
from app.http.auth import current_actor, open_to
from app.http.brand import current_brand
from app.http.filters import asked_of_list
from app.http.words import locale
from app.http.work import reading, writing
from app.imports.writing import csv_bytes
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.clock import local_day
from app.promotions.services.plan import plan_of
from app.reports.points import PointsReport, points_report
from app.reports.schemas import PeriodSchema
from app.rewards.presenters.points import worth_cents

bp = Blueprint("points_console", __name__, url_prefix="/console/reports/points")
open_to(bp, Role.BRAND_ADMIN, Role.FINANCE, via=from_session)

USUAL_DAYS = 335
LONGEST_DAYS = 1_830


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    points: int
    ratio: int
    worth_cents: int | None


@bp.get("")
def index() -> str:
    with reading() as uow:
        first, last = _period(uow)
        report = _report(uow, first, last)
        spending = plan_of(uow.session).spending
    most = max((one.points for one in report.expiring), default=0)
    bars = [
        Bar(
            month_words(one.month) if one.month else gettext("without an end"),
            one.points,
            100 * one.points // most,
            worth_cents(spending, Role.CUSTOMER, one.points),
        )
        for one in report.expiring
    ]
    return render_template(
        "console/reports/points.html",
        report=report,
        worth=worth_cents(spending, Role.CUSTOMER, report.outstanding),
        bars=bars,
        flows=[(month_words(one.month), one) for one in reversed(report.flows)],
        most=max((max(one.earned, one.spent) for one in report.flows), default=0),
        totals=_totals(report),
        since=first,
        until=last,
        export_url=url_for(".export", since=first, until=last),
    )


@bp.get("/points.csv")
def export() -> Response:
    """Both tables, one below the other; who took them with her is written down."""

    def work(uow: UnitOfWork) -> PointsReport:
        first, last = _period(uow)
        told = {"since": first, "until": last}
        record(uow, current_actor(), "points.export", "", None, after=told)
        return _report(uow, first, last)

    report = writing(work)
    answer = Response(csv_bytes(_titles(), _rows(report)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="points.csv"'
    answer.cache_control.no_store = True
    return answer


def month_words(month: date) -> str:
    text = dates.format_date(month, "LLLL y", locale=locale())
    return text[:1].upper() + text[1:]


def _period(uow: UnitOfWork) -> tuple[date, date]:
    """Without a wish, the last twelve months; five years at most."""
    asked = asked_of_list(PeriodSchema)
    last = asked["until"] or local_day(uow.clock(), current_brand().timezone)
    first = asked["since"] or last - timedelta(days=USUAL_DAYS)
    first = max(min(first, last), last - timedelta(days=LONGEST_DAYS))
    return first.replace(day=1), last


def _report(uow: UnitOfWork, first: date, last: date) -> PointsReport:
    return points_report(uow.session, zone=current_brand().timezone, first=first, last=last)


def _totals(report: PointsReport) -> dict[str, int]:
    names = ("earned", "spent", "expired", "reversed")
    return {name: sum(getattr(one, name) for one in report.flows) for name in names}


def _titles() -> list[str]:
    return [
        gettext("Month"),
        gettext("Earned"),
        gettext("Spent"),
        gettext("Points expired"),
        gettext("Taken back"),
        gettext("To expire, today"),
    ]


def _rows(report: PointsReport) -> list[list[Any]]:
    flows = {one.month: one for one in report.flows}
    expiring = {one.month: one.points for one in report.expiring}
    months = sorted({*flows, *(month for month in expiring if month)})
    rows: list[list[Any]] = []
    for month in months:
        flow = flows.get(month)
        moved = [flow.earned, flow.spent, flow.expired, flow.reversed] if flow else [""] * 4
        rows.append([f"{month:%Y-%m}", *moved, expiring.get(month, "")])
    if None in expiring:
        rows.append([gettext("without an end"), *[""] * 4, expiring[None]])
    return rows
