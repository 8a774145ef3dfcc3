"""How points live, in sentences, with the example of one order."""

from __future__ import annotations

from datetime import datetime, timedelta

from babel import dates
from flask_babel import gettext

from app.http.words import date_long, locale, money, points, say, zone
from app.kernel.words import N_
from app.loyalty.domain import Awaits, LoyaltySettings
from app.loyalty.domain.settings import RewardsAvailable

Options = list[tuple[str, str]]

ORDERS_AVAILABLE = {
    Awaits.PAYMENT: N_("once the order is paid"),
    Awaits.SHIPMENT: N_("once the order is shipped"),
    Awaits.WITHDRAWAL: N_("once the order can no longer be sent back"),
}
REWARDS_AVAILABLE = {
    RewardsAvailable.CLOSE: N_("as soon as it is closed"),
    RewardsAvailable.SHIPMENT: N_("once all its orders are shipped"),
    RewardsAvailable.WITHDRAWAL: N_("once none of its orders can be sent back"),
}


def order_options() -> Options:
    return [(str(one), say(words)) for one, words in ORDERS_AVAILABLE.items()]


def reward_options() -> Options:
    return [(str(one), say(words)) for one, words in REWARDS_AVAILABLE.items()]


def month_options() -> Options:
    names = dates.get_month_names("wide", locale=locale())
    return [(str(number), str(names[number])) for number in range(1, 13)]


def example_sentence(
    settings: LoyaltySettings,
    *,
    amount_cents: int,
    earned: int,
    worth_cents: int | None,
    now: datetime,
) -> str:
    """Une commande de 100 € rapporte 100 points, disponibles à l'expédition, valables jusqu'au…,
    utilisables pour 1 €. As if the order were paid, shipped and delivered today."""
    told = {"amount": money(amount_cents), "points": points(earned)}
    parts = [say(N_("An order of %(amount)s earns %(points)s"), told)]
    parts.append(_available(settings))
    parts.append(_until(settings, now))
    if worth_cents is not None:
        parts.append(say(N_("worth %(amount)s on an order"), {"amount": money(worth_cents)}))
    return ", ".join(parts) + "."


def life_sentences(settings: LoyaltySettings) -> list[str]:
    told = [
        gettext("Points won at a meeting can be used %(when)s.", when=_of_meetings(settings)),
    ]
    if settings.ceiling is not None:
        told.append(gettext("Nobody has more than %(points)s.", points=points(settings.ceiling)))
    if settings.conversion.allowed:
        days = settings.conversion.valid_days
        told.append(gettext("A code made of points is valid for %(days)s days.", days=days))
    return told


def _of_meetings(settings: LoyaltySettings) -> str:
    return say(REWARDS_AVAILABLE[settings.rewards_available])


def _available(settings: LoyaltySettings) -> str:
    when = say(ORDERS_AVAILABLE[settings.orders_available])
    if settings.orders_available is Awaits.WITHDRAWAL:
        days = {"when": when, "days": settings.withdrawal_days}
        return say(N_("available %(when)s (%(days)s days)"), days)
    return say(N_("available %(when)s"), {"when": when})


def _until(settings: LoyaltySettings, now: datetime) -> str:
    begins = now
    if settings.orders_available is Awaits.WITHDRAWAL:
        begins += timedelta(days=settings.withdrawal_days)
    ends = settings.expires_at("customer", begins, str(zone()))
    if ends is None:
        return say(N_("without an end date"))
    day = (ends - timedelta(microseconds=1)).astimezone(zone()).date()
    return say(N_("valid until %(day)s"), {"day": date_long(day)})
