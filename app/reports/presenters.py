"""The dashboard in the reader's words."""

from collections.abc import Sequence
from dataclasses import dataclass

from babel import dates
from flask_babel import gettext

from app.http.words import locale, money, number
from app.kernel.words import N_
from app.reports.queries import FirstSteps, Month

WORK = {
    "rewards.settle_origin": N_("Settling the meeting that a booking came from"),
    "notifications.tell_winner": N_("Writing to a winner"),
    "notifications.invite_host": N_("Inviting a host"),
    "notifications.invite_new_host": N_("Inviting a new host"),
    "imports.check_file": N_("Checking a file"),
    "imports.import_file": N_("Importing a file"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One of a new brand's first steps."""

    title: str
    hint: str
    endpoint: str
    done: bool


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    value: str
    previous: str
    trend: int
    """1 more than last month, -1 less, 0 the same; 0 too where more is no better."""


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    sales_cents: int
    ratio: int


def first_steps(steps: FirstSteps) -> list[Step]:
    """None once all are done."""
    if steps.are_done:
        return []
    return [
        Step(
            gettext("Fill the catalogue"),
            gettext("Product by product, or all at once from a file."),
            "catalog_console.index",
            steps.catalogue,
        ),
        Step(
            gettext("Invite a first seller"),
            gettext("Sellers choose their own password and hold their meetings on their phone."),
            "sellers_console.index",
            steps.seller,
        ),
        Step(
            gettext("Write a first rule"),
            gettext("What a host or a guest wins; meetings obey it once it is published."),
            "programme_console.index",
            steps.rule,
        ),
        Step(
            gettext("Show your colours"),
            gettext("Your logo and your colour, on every page and in every letter."),
            "brands_console.theme",
            steps.look,
        ),
    ]


def month_label(months: Sequence[Month]) -> str:
    text = dates.format_date(months[-1].first, "LLLL y", locale=locale())
    return text[:1].upper() + text[1:]


def figures(months: Sequence[Month]) -> list[Figure]:
    """This month beside the one before."""
    before, now = months[-2:]
    average, average_before = now.average_meeting_cents, before.average_meeting_cents
    return [
        _figure(gettext("Sales"), now.sales_cents, before.sales_cents, money),
        _figure(gettext("Meetings held"), now.held_meetings, before.held_meetings, number),
        _figure(gettext("Average meeting"), average, average_before, money),
        _figure(gettext("Points granted"), now.points, before.points, number),
        _figure(gettext("E-mails not delivered"), now.lost_mails, before.lost_mails, number, 0),
    ]


def history(months: Sequence[Month]) -> list[Bar]:
    best = max(month.sales_cents for month in months)
    if not best:
        return []
    return [
        Bar(
            dates.format_date(month.first, "LLLL", locale=locale()),
            month.sales_cents,
            100 * month.sales_cents // best,
        )
        for month in months
    ]


def work_label(effect: str) -> str:
    text: str = gettext(WORK[effect]) if effect in WORK else effect
    return text


def _figure(
    label: str, now: int | None, before: int | None, words: object, shows_trend: int = 1
) -> Figure:
    assert callable(words)
    last = gettext("last month: %(value)s", value=words(before)) if before is not None else ""
    difference = (now or 0) - (before or 0) if shows_trend and None not in {now, before} else 0
    return Figure(
        label=label,
        value=words(now) if now is not None else "–",
        previous=last,
        trend=(difference > 0) - (difference < 0),
    )
