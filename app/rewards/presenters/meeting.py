"""A meeting's rewards, told to whoever reads: the same numbers the calculator gave or granted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from app.catalog import queries as catalog
from app.http.words import money, percent
from app.kernel.actor import Actor, Role
from app.kernel.errors import NotFound
from app.meetings.queries import MeetingForRewards
from app.promotions import queries as promotions
from app.promotions.presenters.shelf import names_of_products
from app.promotions.queries import CodeView, VoucherView
from app.rewards.domain.outcome import Explanation, Miss, NextTier, Outcome
from app.rewards.presenters import badges
from app.rewards.presenters.distance import missing_text, missing_to_tier, progress_words, ratio
from app.rewards.presenters.reasons import Speech, counted_sentences, reasons
from app.rewards.presenters.shapes import (
    Badge,
    MeetingRewards,
    MissLine,
    Reader,
    RewardLine,
    Voice,
    WinnerLine,
)
from app.rewards.presenters.titles import family, titles
from app.rewards.presenters.tongue import gettext
from app.rewards.presenters.winnings import (
    Winning,
    of_award,
    of_grant,
    speech_for,
    title_of,
    why_of,
    won,
)
from app.rewards.queries import (
    ClaimView,
    GrantView,
    claims_of_meeting,
    grants_of_meeting,
)
from app.rewards.queries.live import Judged, judge_meeting

MOST_MISSES = 12
ROLES = ("host", "guest", "seller")
FAMILIES = ("points", "gift", "voucher", "code")
"""In the order they are told."""


@dataclass(frozen=True, slots=True)
class Material:
    """All that was read for one meeting; from here on nothing queries."""

    judged: Judged
    winnings: list[Winning]
    misses: list[Miss]
    speech: Speech

    @property
    def meeting(self) -> MeetingForRewards:
        return self.judged.meeting

    @property
    def voice(self) -> Voice:
        return self.speech.reader.voice


def meeting_rewards(
    session: Session, actor: Actor, meeting_id: UUID, voice: Voice = Voice.SELLER
) -> MeetingRewards:
    """What a meeting gives or gave, in the reader's words. The same statements whatever its size.

    Open: what closing now would grant, and what is within reach. Closed: what was granted.
    """
    judged = judge_meeting(session, meeting_id)
    must_see(actor, judged.meeting)
    return present_judged(session, actor, judged, voice)


def present_judged(session: Session, actor: Actor, judged: Judged, voice: Voice) -> MeetingRewards:
    """The same for a meeting already judged, whose actor may see it."""
    grants = grants_of_meeting(session, judged.meeting.id)
    material = _material(session, actor, voice, judged, grants)
    return MeetingRewards(
        turnover_cents=judged.counted.amount_cents if judged.counted else None,
        turnover_why=_turnover_why(material),
        host_lines=_host_lines(material),
        badges=_badges(session, material, grants) if voice is Voice.SELLER else {},
        winners=_winners(material),
        misses=_miss_lines(material),
    )


def present_outcome(
    session: Session, judged: Judged, reader: Reader
) -> tuple[list[WinnerLine], list[MissLine]]:
    """Winners and misses of an outcome that is already at hand, e.g. the closing's preview."""
    material = _speaking(session, reader, judged, _projected(judged.outcome), judged.outcome.misses)
    return _winners(material), _miss_lines(material)


def must_see(actor: Actor, meeting: MeetingForRewards) -> None:
    """Somebody else's meeting is not found."""
    is_strange_seller = actor.role is Role.SELLER and meeting.seller_id != actor.seller_id
    is_strange_host = actor.role is Role.HOST and (
        meeting.id != actor.meeting_id or meeting.host_id != actor.customer_id
    )
    if is_strange_seller or is_strange_host:
        raise NotFound


def _material(
    session: Session,
    actor: Actor,
    voice: Voice,
    judged: Judged,
    grants: Iterable[GrantView],
) -> Material:
    reader = Reader(voice, actor.customer_id if voice is Voice.WINNER else None)
    alive = judged.meeting.status in {"planned", "open"}
    winnings = _projected(judged.outcome) if alive else [of_grant(grant) for grant in grants]
    misses = judged.outcome.misses if alive else ()
    return _speaking(session, reader, judged, winnings, misses)


def _projected(outcome: Outcome) -> list[Winning]:
    return [of_award(award) for award in outcome.awards]


def _speaking(
    session: Session,
    reader: Reader,
    judged: Judged,
    winnings: list[Winning],
    misses: Iterable[Miss],
) -> Material:
    counted = judged.counted
    buyers: set[UUID] = set()
    if counted:
        buyers |= {UUID(order.customer_id) for order in counted.shown}
        buyers |= {UUID(order.customer_id) for order in counted.left_out}
    missing = [miss for miss in misses if missing_text(miss.lacks)]
    named = {UUID(miss.customer_id) for miss in missing if miss.customer_id}
    everybody = {*judged.meeting.host_ids, judged.meeting.seller_customer_id} | buyers | named
    speech = speech_for(session, reader, winnings, missing, others=everybody)
    return Material(judged, winnings, missing, speech)


# ---------------------------------------------------------------- turnover


def _turnover_why(material: Material) -> list[str]:
    counted = material.judged.counted
    if counted is None:
        return []
    base = Explanation(
        base="turnover",
        base_cents=counted.amount_cents,
        orders_counted=counted.shown,
        orders_left_out=counted.left_out,
    )
    words = gettext("Paid products, after discounts, without shipping and gifts.")
    return [words, *counted_sentences(base, material.speech)]


# ---------------------------------------------------------------- the host's lines


def _host_lines(material: Material) -> list[RewardLine]:
    """What she has first, then what is nearest."""
    mine = [one for one in _told(material) if one.beneficiary == "host"]
    mine.sort(key=lambda one: FAMILIES.index(one.kind))
    own = [_line(one, material) for one in mine]
    ahead = [*_next_lines(mine, material), *_missed_lines(material)]
    return [*own, *sorted(ahead, key=lambda line: -(line.ratio or 0))]


def _line(winning: Winning, material: Material) -> RewardLine:
    return RewardLine(
        kind=winning.kind,
        title=title_of(winning, material.speech.products),
        status=winning.status,
        detail=_rate_of(winning.explanation),
        beneficiary=_first_name(material, str(winning.customer_id)),
        why=why_of(winning, material.speech, open_end=False),
    )


def _rate_of(explanation: Explanation) -> str | None:
    """10 % de 258,40 €."""
    if explanation.rate_bp is None or explanation.base_cents is None or explanation.slices:
        return None
    rate, base = percent(explanation.rate_bp), money(explanation.base_cents)
    return gettext("%(rate)s of %(base)s", rate=rate, base=base)


def _next_lines(winnings: Iterable[Winning], material: Material) -> Iterator[RewardLine]:
    """The step after the one reached, once for each rule."""
    seen: set[tuple[str, UUID, str]] = set()
    for winning in winnings:
        tier, key = winning.explanation.next_tier, _rule_of(winning)
        if tier is None or key in seen or winning.status != "projected":
            continue
        seen.add(key)
        yield _tier_line(tier, winning, material)


def _rule_of(winning: Winning) -> tuple[str, UUID, str]:
    return winning.rule_id, winning.customer_id, winning.occurrence


def _tier_line(tier: NextTier, winning: Winning, material: Material) -> RewardLine:
    current, target, detail = progress_words(tier.measure, tier.unit, tier.value, tier.start)
    return RewardLine(
        kind=family(tier.rewards[0]["kind"]),
        title=titles(tier.rewards, material.speech.products),
        status="projected",
        detail=detail,
        beneficiary=_first_name(material, str(winning.customer_id)),
        current=current,
        target=target,
        ratio=ratio(tier.value, tier.start),
        missing_text=missing_to_tier(tier),
        why=why_of(winning, material.speech, open_end=False),
    )


def _missed_lines(material: Material) -> Iterator[RewardLine]:
    for miss in material.misses:
        if miss.beneficiary != "host":
            continue
        bar = miss.progress
        current = target = detail = None
        if bar:
            current, target, detail = progress_words(bar.measure, bar.unit, bar.current, bar.target)
        yield RewardLine(
            kind=family(miss.rewards[0]["kind"]),
            title=titles(miss.rewards, material.speech.products),
            status="projected",
            detail=detail,
            beneficiary=_first_name(material, miss.customer_id),
            current=current,
            target=target,
            ratio=ratio(bar.current, bar.target) if bar else None,
            missing_text=missing_text(miss.lacks),
            why=_why_missed(miss, material),
        )


def _first_name(material: Material, customer_id: str | None) -> str | None:
    """A seller reads whose reward it is; the host knows."""
    if material.voice is Voice.WINNER or customer_id is None:
        return None
    return material.speech.first_names.get(customer_id)


def _why_missed(miss: Miss, material: Material) -> list[str]:
    return reasons(miss.explanation, "", None, material.speech, open_end=False)


# ---------------------------------------------------------------- winners and misses


def _winners(material: Material) -> list[WinnerLine]:
    """One entry for each person: the host, the guests by name, the seller."""
    people: dict[UUID, list[Winning]] = {}
    for winning in _told(material):
        people.setdefault(winning.customer_id, []).append(winning)
    lines = [_winner(customer_id, theirs, material) for customer_id, theirs in people.items()]
    return [line for _, line in sorted(lines, key=lambda entry: (entry[0], entry[1].name))]


def _told(material: Material) -> list[Winning]:
    reader = material.speech.reader
    if reader.voice is Voice.SELLER:
        return material.winnings
    return [one for one in material.winnings if one.customer_id == reader.customer_id]


def _winner(
    customer_id: UUID, winnings: list[Winning], material: Material
) -> tuple[int, WinnerLine]:
    rank = min(ROLES.index(one.beneficiary) for one in winnings)
    line = WinnerLine(
        name=material.speech.name(str(customer_id)),
        role_label=role_label(ROLES[rank]),
        customer_id=customer_id,
        rewards=[
            won(one, material.speech)
            for one in sorted(winnings, key=lambda one: FAMILIES.index(one.kind))
        ],
    )
    return rank, line


def role_label(beneficiary: str) -> str:
    if beneficiary == "host":
        return gettext("Host")
    return gettext("Guest") if beneficiary == "guest" else gettext("Seller")


def _miss_lines(material: Material) -> list[MissLine]:
    """What is nearest first."""
    mine = material.speech.reader.customer_id
    told = [
        miss
        for miss in material.misses
        if material.voice is Voice.SELLER or miss.customer_id == str(mine)
    ]
    lines = [_miss_line(miss, material) for miss in told]
    return sorted(lines, key=lambda line: -(line.ratio or 0))[:MOST_MISSES]


def _miss_line(miss: Miss, material: Material) -> MissLine:
    bar = miss.progress
    return MissLine(
        kind=family(miss.rewards[0]["kind"]),
        beneficiary=_beneficiary(miss, material),
        title=titles(miss.rewards, material.speech.products),
        missing_text=missing_text(miss.lacks) or "",
        ratio=ratio(bar.current, bar.target) if bar else None,
        why=_why_missed(miss, material),
    )


def _beneficiary(miss: Miss, material: Material) -> str | None:
    if miss.customer_id is None and material.voice is Voice.SELLER:
        return role_label(miss.beneficiary)
    return _first_name(material, miss.customer_id)


# ---------------------------------------------------------------- badges


def _badges(
    session: Session,
    material: Material,
    grants: Iterable[GrantView],
) -> dict[UUID, list[Badge]]:
    """By customer. Four statements."""
    found: dict[UUID, list[Badge]] = {}
    for customer_id, winnings in _by_person(material.winnings).items():
        found[customer_id] = [
            *badges.points_badges(winnings, material.speech),
            *badges.other_badges(winnings, material.speech),
        ]
    claims = claims_of_meeting(session, material.meeting.id)
    for customer_id, badge in _held_badges(session, list(grants), claims):
        found.setdefault(customer_id, []).append(badge)
    for booking in material.meeting.bookings:
        found.setdefault(booking.customer_id, []).append(
            badges.booking_badge(booking, _meeting_url)
        )
    return found


def _by_person(winnings: Iterable[Winning]) -> dict[UUID, list[Winning]]:
    people: dict[UUID, list[Winning]] = {}
    for winning in winnings:
        people.setdefault(winning.customer_id, []).append(winning)
    return people


def _held_badges(
    session: Session, grants: list[GrantView], claims: Sequence[ClaimView]
) -> Iterator[tuple[UUID, Badge]]:
    """What the grants of this meeting have put into people's hands."""
    grant_ids = {grant.id for grant in grants}
    winners = {grant.beneficiary_id for grant in grants}
    meant = [claim.product_id or claim.waits_for_id for claim in claims]
    chosen = catalog.products(session, [one for one in meant if one])
    names = {product.id: product.name for product in chosen.values()}
    for claim in claims:
        badge = badges.claim_badge(claim, names, _choose_url, _order_url)
        if badge:
            yield claim.customer_id, badge
    held: list[CodeView | VoucherView] = [
        *promotions.codes_of(session, winners),
        *promotions.vouchers_of(session, winners),
    ]
    usable = [one for one in held if one.grant_id in grant_ids and one.status == "available"]
    spoken_of = names_of_products(session, [one.terms for one in usable])
    for one in usable:
        yield one.customer_id, badges.usable_badge(one, spoken_of)


def _choose_url(claim_id: UUID) -> str:
    return url_for("rewards.choose_gift", claim_id=claim_id)


def _order_url(order_id: UUID) -> str:
    return url_for("orders.show", order_id=order_id)


def _meeting_url(meeting_id: UUID) -> str:
    return url_for("meetings.show", meeting_id=meeting_id)
