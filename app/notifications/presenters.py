"""What mails say: read models and words for the recipient, in her language.

A winner reads how many orders counted, and amounts of her own orders only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import queries as users
from app.accounts.domain import INVITATION, RESET, PasswordLinkPurpose
from app.accounts.errors import PasswordLinkNotUsable
from app.accounts.queries import UserView
from app.accounts.services import arm_password_link
from app.audit.services import masked
from app.brands.queries import BrandView, this_brand
from app.catalog import queries as catalog
from app.customers import queries as customers
from app.customers.queries import PersonView
from app.http.letters import Letter, render, speaking
from app.http.links import host_page_url, page_url, shop_url
from app.http.words import say
from app.infra.uow import UnitOfWork
from app.kernel.clock import Clock, local_day
from app.kernel.text import identity_key
from app.kernel.words import N_
from app.loyalty import queries as loyalty
from app.loyalty.services.lots import Reminder
from app.meetings import queries as meetings
from app.meetings.queries import MeetingCard
from app.meetings.services.order_links import issue_order_link
from app.notifications.services.inviting import is_flooded, issue_host_link
from app.notifications.services.writing import SECRET, Written
from app.orders import queries as orders
from app.orders.queries import OrderView, withdrawals
from app.promotions import queries as promotions
from app.promotions.presenters.shelf import names_of_products
from app.promotions.queries import CodeView, VoucherView
from app.promotions.services.expiry import Ending
from app.rewards.presenters import (
    Reader,
    Voice,
    Won,
    code_line,
    last_day,
    present_grants,
    validity,
    voucher_line,
)
from app.rewards.presenters.gifts import notice_of
from app.rewards.presenters.offers import among
from app.rewards.presenters.shapes import CodeLine, VoucherLine
from app.rewards.presenters.titles import reward_title
from app.rewards.queries import ClaimView, GrantView, claims_of_customer, grants_by_id
from app.rewards.queries.shelf import Shelf, shelves
from app.rewards.services.gift_reminders import GiftReminder
from app.sellers import queries as sellers

LOCALES = {"fr", "en"}


@dataclass(frozen=True, slots=True)
class Holding:
    """A code, voucher or gift in the recipient's hands."""

    code: str
    """Empty of a gift."""
    conditions: list[str]
    validity: str


@dataclass(frozen=True, slots=True)
class Block:
    """One reward of the message. `change`: granted, promised, confirmed, changed or reversed;
    `kind`: points, gift, code or voucher."""

    change: str
    kind: str
    title: str
    why: list[str]
    holdings: list[Holding] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)
    choosing: str = ""
    """Where and until when the gift can be chosen, or that it is chosen already."""
    after: str = ""
    """What the change means for her."""


@dataclass(frozen=True, slots=True)
class Winnings:
    first_name: str
    seller_name: str
    about: str
    """Which meeting it is about; empty when none."""
    blocks: list[Block]
    page_url: str | None
    """Her personal page: only for the host."""
    balance: str
    """Only when points are spoken of."""

    @property
    def change(self) -> str:
        """What happened to all of them; empty when not the same to all."""
        changes = {block.change for block in self.blocks}
        return changes.pop() if len(changes) == 1 else ""


@dataclass(frozen=True, slots=True)
class RewardGiven:
    first_name: str
    title: str
    reason: str
    holding: Holding


@dataclass(frozen=True, slots=True)
class ToldGift:
    title: str
    notice: list[str]
    """Until when, and what happens otherwise; or what became of it."""
    choices: list[str]


@dataclass(frozen=True, slots=True)
class GiftToChoose:
    first_name: str
    seller_name: str
    about: str
    gifts: list[ToldGift]
    last_day: date
    where: str
    page_url: str | None


@dataclass(frozen=True, slots=True)
class GiftMoved:
    first_name: str
    seller_name: str
    about: str
    how: str
    """came_in, converted or lapsed"""
    title: str
    product: str
    """Of what came in."""
    reason: str
    voucher: Holding | None
    page_url: str | None


@dataclass(frozen=True, slots=True)
class Invitation:
    first_name: str
    seller_name: str
    starts_at: datetime
    address: str
    has_begun: bool
    page_url: str


@dataclass(frozen=True, slots=True)
class OrderLink:
    first_name: str
    seller_name: str
    host_name: str
    """Empty outside meetings."""
    starts_at: datetime | None
    page_url: str


@dataclass(frozen=True, slots=True)
class WithdrawalSaid:
    first_name: str
    order_number: int | None
    at: datetime
    lines: list[tuple[str, int]]
    """Name and units."""


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    first_name: str
    seller_name: str
    order: OrderView
    page_url: str


@dataclass(frozen=True, slots=True)
class PointsExpiring:
    first_name: str
    points: int
    last_day: date
    is_tomorrow_gone: bool
    """Today is the last day."""
    balance: int


@dataclass(frozen=True, slots=True)
class HoldingsEnding:
    first_name: str
    last_day: date
    is_tomorrow_gone: bool
    """Today is the last day."""
    titles: list[str]
    holdings: list[Holding]
    """In the order of their titles."""


@dataclass(frozen=True, slots=True)
class Access:
    """About somebody's own sign-in; to people of the team, who need no card."""

    name: str
    email: str
    is_invitation: bool = False
    url: str = ""
    minutes: int = 0
    days: int = 0
    is_former: bool = False
    """To the address she signed in with before."""


@dataclass(frozen=True, slots=True)
class _Recipient:
    brand: BrandView
    person: PersonView
    meeting: MeetingCard | None

    @property
    def locale(self) -> str:
        return self.person.locale if self.person.locale in LOCALES else self.brand.locale

    @property
    def is_host(self) -> bool:
        return self.meeting is not None and self.meeting.host_id == self.person.id


@dataclass(frozen=True, slots=True)
class _Hers:
    """What the recipient holds of the rewards spoken of, and how to get at it."""

    usable: Sequence[CodeView | VoucherView]
    spoken_of: Mapping[str, str]
    """Names of the products those are for, by reference."""
    claims: Sequence[ClaimView]
    shelf_of: Mapping[UUID, Shelf]
    names: Mapping[str, str]
    is_host: bool
    seller_name: str


# ---------------------------------------------------------------------------- winnings


def winnings(
    uow: UnitOfWork, key: str, event: Mapping[str, Any], *, clock: Clock
) -> Written | None:
    """None when every change it tells of has been overtaken: its own message tells the newer."""
    meeting_id = UUID(event["meeting_id"]) if event["meeting_id"] else None
    customer_id = customers.standing(uow.session, UUID(event["customer_id"]))
    recipient = _recipient(uow, customer_id, meeting_id)
    grants = grants_by_id(uow.session, [UUID(change["grant_id"]) for change in event["changes"]])
    changes = {
        UUID(change["grant_id"]): str(change["change"])
        for change in event["changes"]
        if grants[UUID(change["grant_id"])].revision == change["revision"]
    }
    if not changes:
        return None
    with speaking(recipient.brand, recipient.locale):
        told = _winnings(uow.session, recipient, changes, grants)
        letter = render("winnings", recipient.brand, recipient.locale, letter=told)
    token = _page_token(uow, recipient, clock=clock) if recipient.is_host else None
    return _written(key, "winnings", recipient, letter, secret=token)


def _winnings(
    session: Session,
    recipient: _Recipient,
    changes: Mapping[UUID, str],
    grants: Mapping[UUID, GrantView],
) -> Winnings:
    seller_name = _seller_name(session, recipient)
    told = [grants[one] for one in changes]
    about = _about(recipient.meeting, is_hers=recipient.is_host)
    blocks = _blocks(session, recipient, told, changes, seller_name)
    speaks_of_points = any(
        block.kind == "points" and block.change != "promised" for block in blocks
    )
    person_id = recipient.person.id
    return Winnings(
        first_name=recipient.person.first_name,
        seller_name=seller_name,
        about=about or _about_order(session, told, person_id),
        blocks=blocks,
        page_url=_page_url(recipient) if recipient.is_host else None,
        balance=_balance(session, person_id) if speaks_of_points else "",
    )


def _blocks(
    session: Session,
    recipient: _Recipient,
    grants: Sequence[GrantView],
    changes: Mapping[UUID, str],
    seller_name: str,
) -> list[Block]:
    """The same statements however many rewards."""
    person_id = recipient.person.id
    won = present_grants(session, grants, Reader(Voice.WINNER, person_id))
    codes = [one for one in promotions.codes_of(session, [person_id]) if one.grant_id in changes]
    vouchers = [v for v in promotions.vouchers_of(session, [person_id]) if v.grant_id in changes]
    claims = [c for c in claims_of_customer(session, person_id) if c.grant_id in changes]
    shelf_of = shelves(session, claims)
    offered = {one.reference: one for shelf in shelf_of.values() for one in shelf.choices}
    hers = _Hers(
        usable=[*codes, *vouchers],
        spoken_of=names_of_products(
            session, [*(one.terms for one in codes), *(one.terms for one in vouchers)]
        ),
        claims=claims,
        shelf_of=shelf_of,
        names={identity_key(key): product.name for key, product in offered.items()},
        is_host=recipient.is_host,
        seller_name=seller_name,
    )
    return [_block(grant.id, changes[grant.id], won[grant.id], hers) for grant in grants]


def _block(grant_id: UUID, change: str, won: Won, hers: _Hers) -> Block:
    after = _after(change, hers.seller_name)
    if change in {"promised", "reversed"}:
        return Block(change, won.kind, won.title, won.why, after=after)
    claims = [one for one in hers.claims if one.grant_id == grant_id]
    open_claims = [one for one in claims if one.status == "open"]
    return Block(
        change=change,
        kind=won.kind,
        title=won.title,
        why=won.why,
        holdings=[_holding(one, hers.spoken_of) for one in hers.usable if one.grant_id == grant_id],
        choices=_choice_names(open_claims, hers.names),
        choosing=_choosing(open_claims, hers) if claims else "",
        after=after,
    )


def _after(change: str, seller: str) -> str:
    if change == "promised":
        return say(N_("It is yours as soon as the meeting you booked has been held."))
    if change == "reversed":
        words = N_(
            "It is no longer due, and has been taken back. If this surprises you, %(seller)s can "
            "tell you more."
        )
        return say(words, {"seller": seller})
    if change == "confirmed":
        return say(N_("The meeting you booked has been held: the promise is kept."))
    return say(N_("This replaces what we told you before.")) if change == "changed" else ""


def _choosing(claims: Sequence[ClaimView], hers: _Hers) -> str:
    """`claims` are the open ones; of several deadlines, the first is told."""
    if not claims:
        return say(N_("It is chosen already."))
    limited = [claim for claim in claims if claim.choose_before]
    first = min(limited, key=lambda one: str(one.choose_before), default=claims[0])
    return " ".join(
        [
            _where_to_choose(hers.seller_name, is_host=hers.is_host),
            *notice_of(hers.shelf_of[first.id]),
        ]
    )


def _where_to_choose(seller_name: str, *, is_host: bool) -> str:
    if is_host:
        return say(N_("Choose it on your page."))
    words = N_("Choose it with %(seller)s, at the meeting or later.")
    return say(words, {"seller": seller_name})


def _about(meeting: MeetingCard | None, *, is_hers: bool) -> str:
    if meeting is None:
        return ""
    values = {"name": meeting.host_name, "date": meeting.starts_at}
    if is_hers:
        return say(N_("This is about your meeting of %(date)s."), values)
    return say(N_("This is about the meeting at %(name)s's, %(date)s."), values)


def _about_order(session: Session, grants: Sequence[GrantView], person_id: UUID) -> str:
    """Outside meetings, an order won it: her own, or one a seller took."""
    direct = {grant.scope_id for grant in grants if grant.beneficiary_id == person_id}
    cards = orders.order_cards(session, direct).values()
    numbers = sorted(card.number for card in cards if card.number)
    if not numbers:
        return ""
    return say(N_("This is about order No. %(number)s."), {"number": str(numbers[0])})


def _balance(session: Session, person_id: UUID) -> str:
    balance = loyalty.balances(session, [person_id])[person_id]
    values = {"points": balance.available, "pending_points": balance.pending}
    if not balance.pending:
        return say(N_("On your card: %(points)s to spend."), values)
    return say(N_("On your card: %(points)s to spend, and %(pending_points)s on the way."), values)


def _line(one: CodeView | VoucherView, names: Mapping[str, str]) -> CodeLine | VoucherLine:
    if isinstance(one, CodeView):
        return code_line(one, [], names)
    return voucher_line(one, [], names)


def _holding(one: CodeView | VoucherView, names: Mapping[str, str]) -> Holding:
    return Holding(one.code, _line(one, names).conditions, validity(one.valid_until))


def _choice_names(claims: Sequence[ClaimView], names: Mapping[str, str]) -> list[str]:
    references = dict.fromkeys(ref for claim in claims for ref in claim.choices)
    found = (names.get(identity_key(reference)) for reference in references)
    return [name for name in found if name]


# ---------------------------------------------------------------------------- by hand


def reward_given(uow: UnitOfWork, key: str, holding_id: UUID, customer_id: UUID) -> Written | None:
    """None when it is not hers any more."""
    recipient = _recipient(uow, customers.standing(uow.session, customer_id), None)
    one = _given(uow.session, recipient.person.id, holding_id)
    if one is None:
        return None
    with speaking(recipient.brand, recipient.locale):
        title, holding = _gift_told(uow, one) if isinstance(one, ClaimView) else _held(uow, one)
        told = RewardGiven(
            first_name=recipient.person.first_name,
            title=title,
            reason=str((one.terms or {}).get("note", "")),
            holding=holding,
        )
        letter = render("reward_given", recipient.brand, recipient.locale, letter=told)
    return _written(key, "reward_given", recipient, letter, secret=None)


def _given(
    session: Session, person_id: UUID, holding_id: UUID
) -> CodeView | VoucherView | ClaimView | None:
    held: list[CodeView | VoucherView | ClaimView] = [
        *promotions.codes_of(session, [person_id]),
        *promotions.vouchers_of(session, [person_id]),
        *claims_of_customer(session, person_id),
    ]
    return next((one for one in held if one.id == holding_id), None)


def _held(uow: UnitOfWork, one: CodeView | VoucherView) -> tuple[str, Holding]:
    names = names_of_products(uow.session, one.terms)
    return _line(one, names).title, _holding(one, names)


def _gift_told(uow: UnitOfWork, one: ClaimView) -> tuple[str, Holding]:
    products = catalog.products_by_reference(uow.session, one.choices)
    names = {key: product.name for key, product in products.items()}
    where = say(N_("Choose it in “My rewards”, or with your seller."))
    told = [*among(_choice_names([one], names)), where]
    return reward_title(one.terms or {}, names, 1), Holding("", told, validity(one.choose_before))


# ---------------------------------------------------------------------------- gifts to choose


def gift_to_choose(uow: UnitOfWork, key: str, reminder: GiftReminder, *, clock: Clock) -> Written:
    """What is still to be chosen, by when, and what happens otherwise."""
    recipient = _recipient(uow, reminder.customer_id, reminder.meeting_id)
    held = claims_of_customer(uow.session, reminder.customer_id)
    claims = [one for one in held if one.id in reminder.claim_ids]
    with speaking(recipient.brand, recipient.locale):
        seller_name = _seller_name(uow.session, recipient)
        last = last_day(reminder.choose_before)
        assert last is not None
        told = GiftToChoose(
            first_name=recipient.person.first_name,
            seller_name=seller_name,
            about=_about(recipient.meeting, is_hers=recipient.is_host),
            gifts=_told_gifts(uow.session, claims),
            last_day=last,
            where=_where_to_choose(seller_name, is_host=recipient.is_host),
            page_url=_page_url(recipient) if recipient.is_host else None,
        )
        letter = render("gift_to_choose", recipient.brand, recipient.locale, letter=told)
    token = _page_token(uow, recipient, clock=clock) if recipient.is_host else None
    return _written(key, "gift_to_choose", recipient, letter, secret=token)


def gift_moved(
    uow: UnitOfWork, key: str, event: Mapping[str, Any], *, clock: Clock
) -> Written | None:
    """None when it has become something else since then: that is told by its own letter."""
    customer_id = customers.standing(uow.session, UUID(event["customer_id"]))
    held = claims_of_customer(uow.session, customer_id)
    claim = next((one for one in held if str(one.id) == event["claim_id"]), None)
    how = str(event["how"])
    if claim is None or claim.status != BECAME[how]:
        return None
    recipient = _recipient(uow, customer_id, claim.meeting_id)
    with speaking(recipient.brand, recipient.locale):
        told = _moved(uow.session, recipient, claim, how)
        letter = render("gift_moved", recipient.brand, recipient.locale, letter=told)
    token = _page_token(uow, recipient, clock=clock) if recipient.is_host else None
    return _written(key, "gift_moved", recipient, letter, secret=token)


BECAME = {"came_in": "chosen", "converted": "converted", "lapsed": "expired"}


def _moved(session: Session, recipient: _Recipient, claim: ClaimView, how: str) -> GiftMoved:
    (gift,) = _told_gifts(session, [claim])
    products = catalog.products(session, [claim.product_id] if claim.product_id else [])
    vouchers = promotions.vouchers_by_id(session, [claim.voucher_id] if claim.voucher_id else [])
    return GiftMoved(
        first_name=recipient.person.first_name,
        seller_name=_seller_name(session, recipient),
        about=_about(recipient.meeting, is_hers=recipient.is_host),
        how=how,
        title=gift.title,
        product=next((one.name for one in products.values()), ""),
        reason=_why_moved(claim) if how == "converted" else "",
        voucher=next((_voucher_told(one) for one in vouchers), None),
        page_url=_page_url(recipient) if recipient.is_host else None,
    )


def _why_moved(claim: ClaimView) -> str:
    last = last_day(claim.choose_before)
    if last and claim.ended_at and claim.choose_before and claim.ended_at >= claim.choose_before:
        return say(N_("It was to be chosen by %(date)s."), {"date": last})
    return say(N_("None of the gifts you could choose among is left."))


def _voucher_told(voucher: VoucherView) -> Holding:
    line = voucher_line(voucher, [])
    told = [line.title, *line.conditions]
    return Holding(line.code, told, validity(voucher.valid_until))


def _told_gifts(session: Session, claims: Sequence[ClaimView]) -> list[ToldGift]:
    shelf_of = shelves(session, claims)
    grants = grants_by_id(session, [claim.grant_id for claim in claims if claim.grant_id])
    told = []
    for claim in claims:
        shelf = shelf_of[claim.id]
        terms = grants[claim.grant_id].reward if claim.grant_id else claim.terms or {}
        names = {identity_key(one.reference): one.name for one in shelf.choices}
        there = [one.name for one in shelf.offered if shelf.can_be_had(one)]
        told.append(ToldGift(reward_title(terms, names, 1), notice_of(shelf), there))
    return told


# ---------------------------------------------------------------------------- invitation


def invitation(uow: UnitOfWork, key: str, meeting_id: UUID, *, clock: Clock) -> Written | None:
    """None when the meeting was cancelled before anybody was told of it."""
    card = meetings.meeting_cards(uow.session, [meeting_id])[meeting_id]
    if card.status == "cancelled":
        return None
    recipient = _recipient(uow, card.host_id, meeting_id)
    told = Invitation(
        first_name=recipient.person.first_name,
        seller_name=_seller_name(uow.session, recipient),
        starts_at=card.starts_at,
        address=card.address,
        has_begun=card.starts_at <= clock(),
        page_url=_page_url(recipient),
    )
    letter = render("invitation", recipient.brand, recipient.locale, letter=told)
    token = _page_token(uow, recipient, clock=clock)
    return _written(key, "invitation", recipient, letter, secret=token)


# ------------------------------------------------------------------------ orders by link


def order_link(
    uow: UnitOfWork, key: str, event: Mapping[str, Any], *, clock: Clock
) -> Written | None:
    """None while the last one is fresh, or too many went to her: others may type her address."""
    customer_id = UUID(event["customer_id"])
    meeting_id = UUID(event["meeting_id"]) if event["meeting_id"] else None
    seller_id = UUID(event["seller_id"]) if event["seller_id"] else None
    recipient = _recipient(uow, customer_id, meeting_id)
    if recipient.meeting and recipient.meeting.status not in meetings.ALIVE:
        return None
    if is_flooded(uow, "order_link", customer_id, clock=clock):
        return None
    told = OrderLink(
        first_name=recipient.person.first_name,
        seller_name=_seller_of_order(uow.session, recipient, seller_id),
        host_name=recipient.meeting.host_name if recipient.meeting else "",
        starts_at=recipient.meeting.starts_at if recipient.meeting else None,
        page_url=shop_url(recipient.brand, SECRET),
    )
    letter = render("order_link", recipient.brand, recipient.locale, letter=told)
    token = issue_order_link(
        uow, customer_id, meeting_id=meeting_id, seller_id=seller_id, clock=clock
    )
    return _written(key, "order_link", recipient, letter, secret=token)


def order_placed(uow: UnitOfWork, key: str, order_id: UUID, *, clock: Clock) -> Written:
    order = orders.orders_by_id(uow.session, [order_id])[order_id]
    recipient = _recipient(uow, order.customer_id, order.meeting_id)
    told = OrderPlaced(
        first_name=recipient.person.first_name,
        seller_name=_seller_of_order(uow.session, recipient, order.seller_id),
        order=order,
        page_url=shop_url(recipient.brand, SECRET) + f"/orders/{order.id}",
    )
    letter = render("order_placed", recipient.brand, recipient.locale, letter=told)
    token = issue_order_link(
        uow,
        order.customer_id,
        meeting_id=order.meeting_id,
        seller_id=order.seller_id,
        clock=clock,
    )
    return _written(key, "order_placed", recipient, letter, secret=token)


def withdrawal(uow: UnitOfWork, key: str, withdrawal_id: UUID) -> Written:
    said = withdrawals.withdrawal(uow.session, withdrawal_id)
    order = orders.orders_by_id(uow.session, [said.order_id])[said.order_id]
    recipient = _recipient(uow, order.customer_id, order.meeting_id)
    told = WithdrawalSaid(
        first_name=recipient.person.first_name,
        order_number=order.number,
        at=said.asked_at,
        lines=[(line.name, said.units[line.id]) for line in order.lines if line.id in said.units],
    )
    letter = render("withdrawal", recipient.brand, recipient.locale, letter=told)
    return _written(key, "withdrawal", recipient, letter, secret=None)


def _seller_of_order(session: Session, recipient: _Recipient, seller_id: UUID | None) -> str:
    if recipient.meeting is not None or seller_id is None:
        return _seller_name(session, recipient)
    return sellers.seller(session, seller_id).display_name


def points_expiring(uow: UnitOfWork, key: str, reminder: Reminder, *, clock: Clock) -> Written:
    """What she has until which day, and all she has."""
    recipient = _recipient(uow, reminder.customer_id, None)
    zone = recipient.brand.timezone
    last = local_day(reminder.expires_at - timedelta(microseconds=1), zone)
    told = PointsExpiring(
        first_name=recipient.person.first_name,
        points=reminder.points,
        last_day=last,
        is_tomorrow_gone=last <= local_day(clock(), zone),
        balance=loyalty.balances(uow.session, [reminder.customer_id])[
            reminder.customer_id
        ].available,
    )
    letter = render("points_expiring", recipient.brand, recipient.locale, letter=told)
    return _written(key, "points_expiring", recipient, letter, secret=None)


def holdings_ending(uow: UnitOfWork, key: str, ending: Ending) -> Written:
    """Codes and vouchers that end together, each with how it is used."""
    recipient = _recipient(uow, ending.customer_id, None)
    zone, session = recipient.brand.timezone, uow.session
    held: list[CodeView | VoucherView] = [
        *promotions.codes_of(session, [ending.customer_id]),
        *promotions.vouchers_of(session, [ending.customer_id]),
    ]
    ends = [one for one in held if one.id in ending.ids]
    names = names_of_products(session, [one.terms for one in ends])
    last = local_day(ending.ends_at - timedelta(microseconds=1), zone)
    with speaking(recipient.brand, recipient.locale):
        told = HoldingsEnding(
            first_name=recipient.person.first_name,
            last_day=last,
            is_tomorrow_gone=last <= local_day(uow.clock(), zone),
            titles=[_title_left(one, names) for one in ends],
            holdings=[_holding(one, names) for one in ends],
        )
        letter = render("holdings_ending", recipient.brand, recipient.locale, letter=told)
    return _written(key, "holdings_ending", recipient, letter, secret=None)


def _title_left(one: CodeView | VoucherView, names: Mapping[str, str]) -> str:
    """With what is left of it, when something was used."""
    line = _line(one, names)
    if isinstance(line, VoucherLine) and line.remaining_cents:
        left = say(N_("%(amount_cents)s left"), {"amount_cents": line.remaining_cents})
        return f"{line.title} ({left})"
    return line.title


# -------------------------------------------------------------------------- one's access


def password_link(uow: UnitOfWork, key: str, link_id: UUID, *, clock: Clock) -> Written | None:
    """None when the link has ended before its letter was written."""
    try:
        link, token = arm_password_link(uow, link_id, clock=clock)
    except PasswordLinkNotUsable:
        return None
    is_invitation = link.purpose is PasswordLinkPurpose.INVITATION
    brand = this_brand(uow.session)
    told = Access(
        name=link.user.display_name,
        email=link.user.email,
        is_invitation=is_invitation,
        url=page_url(brand, f"/password/{SECRET}"),
        minutes=RESET // timedelta(minutes=1),
        days=INVITATION.days,
    )
    return _to_user(brand, key, "password_link", link.user, told, secret=token)


def password_changed(uow: UnitOfWork, key: str, user_id: UUID) -> Written | None:
    user = users.user(uow.session, user_id)
    if user is None:
        return None
    brand = this_brand(uow.session)
    told = Access(user.display_name, user.email, url=page_url(brand, "/password/forgotten"))
    return _to_user(brand, key, "password_changed", user, told)


def address_changed(uow: UnitOfWork, key: str, event: Mapping[str, Any]) -> list[Written]:
    """One letter to each of the two addresses; the former one learns of the new one masked."""
    user = users.user(uow.session, UUID(event["user_id"]))
    if user is None:
        return []
    brand = this_brand(uow.session)
    former = Access(user.display_name, masked(event["after"]), is_former=True)
    now = Access(user.display_name, event["after"], url=page_url(brand, "/sign-in"))
    letters = [
        (_to_user(brand, f"{key}:former", "address_changed", user, former), event["before"]),
        (_to_user(brand, f"{key}:now", "address_changed", user, now), event["after"]),
    ]
    return [replace(letter, to_address=address) for letter, address in letters]


def _to_user(
    brand: BrandView, key: str, kind: str, user: UserView, told: Access, secret: str | None = None
) -> Written:
    locale = user.locale if user.locale in LOCALES else brand.locale
    letter = render(kind, brand, locale or brand.locale, letter=told)
    return Written(
        key=key,
        kind=kind,
        customer_id=None,
        meeting_id=None,
        to_address=user.email,
        to_name=user.display_name,
        locale=letter.locale,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        secret=secret,
    )


# -------------------------------------------------------------------------------- common


def _recipient(uow: UnitOfWork, customer_id: UUID, meeting_id: UUID | None) -> _Recipient:
    brand = this_brand(uow.session)
    cards = meetings.meeting_cards(uow.session, [meeting_id] if meeting_id else [])
    person = customers.people(uow.session, [customer_id])[customer_id]
    return _Recipient(brand, person, cards.get(meeting_id) if meeting_id else None)


def _seller_name(session: Session, recipient: _Recipient) -> str:
    """Who signs: the seller, or the brand when it is she who is written to."""
    if recipient.meeting is None:
        return recipient.brand.name
    seller = sellers.seller(session, recipient.meeting.seller_id)
    is_her = seller.customer_id == recipient.person.id
    return recipient.brand.name if is_her else seller.display_name


def _page_url(recipient: _Recipient) -> str:
    return host_page_url(recipient.brand, SECRET)


def _page_token(uow: UnitOfWork, recipient: _Recipient, *, clock: Clock) -> str:
    """A new link in each mail: those sent before go on working until they expire."""
    assert recipient.meeting is not None
    return issue_host_link(uow, recipient.meeting, clock=clock)


def _written(
    key: str, kind: str, recipient: _Recipient, letter: Letter, *, secret: str | None
) -> Written:
    return Written(
        key=key,
        kind=kind,
        customer_id=recipient.person.id,
        meeting_id=recipient.meeting.id if recipient.meeting else None,
        to_address=recipient.person.email,
        locale=letter.locale,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        secret=secret,
    )
