"""The card in words: what sellers and the brand's staff read of a customer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from babel import Locale
from flask_babel import get_locale, gettext
from sqlalchemy.orm import Session

from app.accounts.queries import user_names
from app.customers import queries
from app.customers.domain import GIVEN, Channel
from app.customers.queries import ConsentView, CustomerView
from app.customers.schemas import COUNTRIES, NEAR
from app.http.brand import current_brand
from app.http.words import initials, say
from app.kernel.actor import Actor
from app.kernel.text import search_key
from app.kernel.words import N_
from app.loyalty import queries as loyalty
from app.meetings import queries as meetings
from app.meetings.presenters import meeting_row, order_row
from app.notifications import queries as notifications
from app.notifications.queries import EmailView
from app.orders import queries as orders
from app.orders.queries import OrderView
from app.rewards.presenters import customer_rewards

ROLES = {"HOST": N_("Host"), "SELLER": N_("Seller")}
CHANNELS = {
    Channel.EMAIL: N_("E-mail"),
    Channel.SMS: N_("SMS"),
    Channel.PHONE: N_("Telephone"),
    Channel.POST: N_("Post"),
}
CONSENT = N_(
    "%(brand)s may tell me of news and offers by the means ticked here: I agree to it, "
    "and may change my mind at any time."
)
FATES = {
    "queued": N_("On its way"),
    "sent": N_("Sent"),
    "bounced": N_("Address refused"),
    "failed": N_("Not delivered"),
    "unaddressed": N_("No e-mail address"),
}
MOST_ORDERS = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    id: UUID
    name: str
    initials: str
    email: str | None
    city: str | None
    points: int
    role_label: str | None
    since: datetime
    phone: str | None


@dataclass(frozen=True, slots=True)
class Identity:
    id: UUID
    name: str
    initials: str
    first_name: str
    email: str | None
    phone: str | None
    address_lines: list[str]
    roles: list[str]
    since: datetime


@dataclass(frozen=True, slots=True)
class Spend:
    cents: int
    orders: int


@dataclass(frozen=True, slots=True)
class Message:
    at: datetime
    subject: str
    status_label: str
    ok: bool


@dataclass(frozen=True, slots=True)
class Note:
    id: UUID
    text: str
    who: str
    at: datetime
    can_remove: bool


@dataclass(frozen=True, slots=True)
class Consent:
    channel: str
    label: str
    given: bool
    answer: str
    """What was said, by whom it was noted, of which words."""
    at: datetime | None


def rows(session: Session, found: Iterable[CustomerView]) -> list[Row]:
    """One statement more."""
    found = list(found)
    balances = loyalty.balances(session, [one.id for one in found])
    return [_row(one, balances[one.id].available) for one in found]


def card(session: Session, actor: Actor, customer_id: UUID, *, at: datetime) -> dict[str, Any]:
    """The same statements however long her story is. Raises CustomerNotFound."""
    customer = queries.customer(session, actor, customer_id)
    bought = orders.orders_of_customer(session, actor, customer_id, limit=MOST_ORDERS)
    statuses = {order.id: order.status for order in bought}
    rewards = customer_rewards(session, actor, customer_id, statuses, at=at)
    people = queries.people(session, [customer_id])
    mails = notifications.emails_of(session, customer_id)
    return {
        "customer": _identity(customer),
        "spend": _spend(bought),
        "points": rewards,
        "codes": rewards.codes,
        "vouchers": rewards.vouchers,
        "gifts": rewards.gifts,
        "meetings": [
            meeting_row(row) for row in meetings.meetings_of_customer(session, actor, customer_id)
        ],
        "orders": [order_row(order, people) for order in bought],
        "messages": [_message(mail) for mail in mails],
        **_told_by_people(session, actor, customer_id),
    }


@dataclass(frozen=True, slots=True)
class Fact:
    """One part of two cards: what the kept one says, what the other says, what will be."""

    label: str
    kept: str
    other: str
    after: str


def side_by_side(kept: CustomerView, other: CustomerView) -> list[Fact]:
    """The kept card's words stay; where it has none, the other's are taken."""
    home = kept if kept.address or kept.postcode or kept.city else other
    homes = [", ".join(_address(one)) for one in (kept, other, home)]
    roles = [" · ".join(role_labels(one.roles)) for one in (kept, other)]
    every = " · ".join(role_labels(dict.fromkeys([*kept.roles, *other.roles])))
    return [
        Fact(gettext("Name"), kept.name, other.name, kept.name),
        _fact(gettext("E-mail"), kept.email, other.email),
        _fact(gettext("Telephone"), kept.phone, other.phone),
        Fact(gettext("Address"), homes[0], homes[1], homes[2]),
        Fact(gettext("Roles"), roles[0], roles[1], every),
    ]


def left_over(kept: CustomerView, other: CustomerView) -> list[str]:
    """What the kept card says otherwise, so that it would be lost."""
    homes = [", ".join(_address(one)) for one in (kept, other)]
    pairs = [(kept.email, other.email), (kept.phone, other.phone), (homes[0], homes[1])]
    return [second for first, second in pairs if first and second and first != second]


def _fact(label: str, kept: str | None, other: str | None) -> Fact:
    return Fact(label, kept or "", other or "", kept or other or "")


def role_labels(roles: Iterable[str]) -> list[str]:
    return [say(ROLES[role]) if role in ROLES else role for role in roles]


def own_words(roles: Iterable[str]) -> str:
    """Her roles of the brand's own, as the form shows them."""
    return ", ".join(role for role in roles if role not in GIVEN)


def countries() -> list[tuple[str, str]]:
    """The near ones first, then all by name."""
    names = _names_of_countries()
    far = sorted({*COUNTRIES} - {*NEAR}, key=lambda code: search_key(names.get(code) or code))
    return [(code, names.get(code, code)) for code in (*NEAR, *far)]


def _names_of_countries() -> dict[str, str]:
    named = (get_locale() or Locale("fr")).territories
    return {str(code): str(name) for code, name in named.items()}


def _row(customer: CustomerView, points: int) -> Row:
    return Row(
        id=customer.id,
        name=customer.name,
        initials=initials(customer.name),
        email=customer.email,
        city=customer.city or None,
        points=points,
        role_label=" · ".join(role_labels(customer.roles)) or None,
        since=customer.created_at,
        phone=customer.phone,
    )


def _identity(customer: CustomerView) -> Identity:
    return Identity(
        id=customer.id,
        name=customer.name,
        initials=initials(customer.name),
        first_name=customer.first_name,
        email=customer.email,
        phone=customer.phone,
        address_lines=_address(customer),
        roles=role_labels(customer.roles),
        since=customer.created_at,
    )


def _address(customer: CustomerView) -> list[str]:
    town = f"{customer.postcode} {customer.city}".strip()
    lines = [line for line in (*customer.address.splitlines(), town) if line]
    abroad = customer.country != NEAR[0]
    names = _names_of_countries()
    return [*lines, names.get(customer.country, customer.country)] if lines and abroad else lines


def _spend(bought: Iterable[OrderView]) -> Spend:
    """Paid sales that stand."""
    paid = [order for order in bought if order.counts_as_sale]
    return Spend(sum(order.standing_cents for order in paid), len(paid))


def _message(mail: EmailView) -> Message:
    label = say(FATES[mail.fate]) if mail.fate in FATES else mail.fate
    at = mail.sent_at or mail.created_at
    return Message(at, mail.subject, label, ok=mail.fate == "sent")


# ---------------------------------------------------------------- notes and consents


def _told_by_people(session: Session, actor: Actor, customer_id: UUID) -> dict[str, Any]:
    """Three statements."""
    notes = queries.notes(session, customer_id)
    log = queries.consent_log(session, customer_id)
    writers = {note.user_id for note in notes if note.user_id}
    writers |= {entry.user_id for entry in log if entry.user_id}
    names = user_names(session, writers)
    is_staff = actor.role in queries.BRAND_WIDE
    return {
        "notes": [
            Note(
                id=note.id,
                text=note.text,
                who=names.get(note.user_id, "") if note.user_id else "",
                at=note.written_at,
                can_remove=is_staff or note.user_id == actor.user_id,
            )
            for note in notes
        ],
        "consents": _in_force(log, names),
        "consent_log": [_consent(entry, names) for entry in log],
        "consent_text": gettext(CONSENT, brand=current_brand().name),
    }


def _in_force(log: Iterable[ConsentView], names: dict[UUID, str]) -> list[Consent]:
    last = {entry.channel: entry for entry in reversed(list(log))}
    return [
        _consent(last[channel], names)
        if channel in last
        else Consent(channel, say(words), given=False, answer=gettext("Never asked"), at=None)
        for channel, words in CHANNELS.items()
    ]


def _consent(entry: ConsentView, names: dict[UUID, str]) -> Consent:
    said = gettext("Agreed") if entry.given else gettext("Refused or withdrawn")
    who = names.get(entry.user_id, "") if entry.user_id else ""
    version = gettext("words of %(version)s", version=entry.text_version)
    return Consent(
        channel=entry.channel,
        label=say(CHANNELS[entry.channel]),
        given=entry.given,
        answer=" · ".join(part for part in (said, who, version) if part),
        at=entry.at,
    )
