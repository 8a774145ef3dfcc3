"""A meeting's rewards, told to whoever reads: the same numbers the calculator gave or granted."""

from __future__ import annotations

from collections import Counter
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
from app.rewards.domain.reach import RANKS, Reach, Way, way_of
from app.rewards.presenters import badges
from app.rewards.presenters.distance import (
    lacked,
    missing_on,
    missing_to_tier,
    need_words,
    progress_words,
    ratio,
)
from app.rewards.presenters.reasons import (
    Source,
    Speech,
    check_words,
    counted_sentences,
    is_private,
    listed,
    reasons,
)
from app.rewards.presenters.shapes import (
    Badge,
    MeetingRewards,
    MissLine,
    Nearest,
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
MOST_UNREACHED = 30
ROLES = ("host", "guest", "seller")
FAMILIES = ("points", "gift", "voucher", "code")
"""In the order they are told."""


@dataclass(frozen=True, slots=True)
class Missed:
    miss: Miss
    way: Way

    @property
    def can_be_had(self) -> bool:
        return self.way.reach in {Reach.AHEAD, Reach.WAITING}


@dataclass(frozen=True, slots=True)
class Material:
    """All that was read for one meeting; from here on nothing queries."""

    judged: Judged
    winnings: list[Winning]
    missed: list[Missed]
    speech: Speech

    @property
    def meeting(self) -> MeetingForRewards:
        return self.judged.meeting

    @property
    def voice(self) -> Voice:
        return self.speech.reader.voice

    @property
    def is_over(self) -> bool:
        return self.meeting.status not in {"planned", "open"}


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
        host_lines=host_lines(material),
        badges=_badges(session, material, grants) if voice is Voice.SELLER else {},
        winners=_winners(material),
        misses=miss_lines(material, can_be_had=True),
        unreached=miss_lines(material, can_be_had=False),
    )


def present_outcome(session: Session, judged: Judged, reader: Reader) -> MeetingRewards:
    """Winners and misses of an outcome that is already at hand, e.g. the closing's preview."""
    material = material_of(session, reader, judged, judged.outcome)
    return MeetingRewards(
        turnover_cents=judged.counted.amount_cents if judged.counted else None,
        winners=_winners(material),
        misses=miss_lines(material, can_be_had=True),
        unreached=miss_lines(material, can_be_had=False),
    )


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
    """A cancelled meeting has nothing to be missed."""
    reader = Reader(voice, actor.customer_id if voice is Voice.WINNER else None)
    status, outcome = judged.meeting.status, judged.outcome
    if status in {"planned", "open"}:
        return material_of(session, reader, judged, outcome)
    winnings = [of_grant(grant) for grant in grants]
    misses = outcome.misses if status == "closed" else ()
    return _speaking(session, reader, judged, winnings, misses)


def material_of(session: Session, reader: Reader, judged: Judged, outcome: Outcome) -> Material:
    """Of an outcome that closing would grant."""
    winnings = [of_award(award) for award in outcome.awards]
    return _speaking(session, reader, judged, winnings, outcome.misses)


def _speaking(
    session: Session,
    reader: Reader,
    judged: Judged,
    winnings: list[Winning],
    misses: Sequence[Miss],
) -> Material:
    counted = judged.counted
    buyers: set[UUID] = set()
    if counted:
        buyers |= {UUID(order.customer_id) for order in counted.shown}
        buyers |= {UUID(order.customer_id) for order in counted.left_out}
    told = [one for one in misses if _concerns(reader, one)]
    named = {UUID(miss.customer_id) for miss in told if miss.customer_id}
    everybody = {*judged.meeting.host_ids, judged.meeting.seller_customer_id} | buyers | named
    programme = judged.programme
    speech = speech_for(
        session,
        reader,
        winnings,
        told,
        others=everybody,
        programmes={0: programme, judged.version: programme} if programme else {},
    )
    missed = [Missed(one, way_of(one, may_grow=False)) for one in told]
    return Material(judged, winnings, missed, speech)


def _concerns(reader: Reader, miss: Miss) -> bool:
    """A winner reads of what she misses herself; of what is kept for others, nothing."""
    if reader.voice is Voice.SELLER:
        return True
    return miss.customer_id == str(reader.customer_id) and not is_private(miss.lacks)


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


def host_lines(material: Material) -> list[RewardLine]:
    """What she has first, then what is nearest."""
    mine = [one for one in _told(material) if one.beneficiary == "host"]
    mine.sort(key=lambda one: FAMILIES.index(one.kind))
    own = [_line(one, material) for one in mine]
    if material.is_over:
        return own
    further = (one for one in _further(material) if one.beneficiary == "host")
    ahead = [*(_further_line(one, material) for one in further), *_missed_lines(material)]
    return [*own, *sorted(ahead, key=lambda line: -(line.ratio or 0))]


def _line(winning: Winning, material: Material) -> RewardLine:
    return RewardLine(
        kind=winning.kind,
        title=title_of(winning, material.speech.products),
        status=winning.status,
        detail=_rate_of(winning.explanation),
        beneficiary=_first_name(material, str(winning.customer_id)),
        why=why_of(winning, material.speech, open_end=material.is_over),
    )


def _rate_of(explanation: Explanation) -> str | None:
    """10 % de 258,40 €."""
    if explanation.rate_bp is None or explanation.base_cents is None or explanation.slices:
        return None
    rate, base = percent(explanation.rate_bp), money(explanation.base_cents)
    return gettext("%(rate)s of %(base)s", rate=rate, base=base)


@dataclass(frozen=True, slots=True)
class Further:
    """The step after the one reached."""

    tier: NextTier
    beneficiary: str
    people: list[str]
    behind: Winning | Miss

    def why(self, material: Material) -> list[str]:
        if isinstance(self.behind, Miss):
            return _why_missed(self.behind, material)
        return why_of(self.behind, material.speech, open_end=False)


def _further(material: Material) -> Iterator[Further]:
    """Once for each rule and distance, of all that is still to be granted; an order judged by
    itself does not grow."""
    alike: dict[tuple[str, int], list[tuple[Winning, NextTier]]] = {}
    for one in _told(material):
        tier = one.explanation.next_tier
        if tier and one.status == "projected" and one.scope_type == "meeting":
            alike.setdefault((one.rule_id, tier.missing), []).append((one, tier))
    for same in alike.values():
        people = list(dict.fromkeys(str(one.customer_id) for one, _ in same))
        first, tier = same[0]
        yield Further(tier, first.beneficiary, people, first)
    for missed in material.missed:
        yield from _overtaking(missed)


def _overtaking(missed: Missed) -> Iterator[Further]:
    """Outdone as things are, a rule's next step may be worth more than what outdoes it."""
    miss, tier = missed.miss, missed.miss.explanation.next_tier
    if missed.way.reach is not Reach.OUTDONE or tier is None or miss.scope_type != "meeting":
        return
    worth = max(reward.get("points") or reward.get("amount_cents") or 0 for reward in tier.rewards)
    best = next((lack.expected for lack in miss.lacks if lack.code == "best_of_lane"), None)
    if isinstance(best, int) and worth > best:
        people = [miss.customer_id] if miss.customer_id else []
        yield Further(tier, miss.beneficiary, people, miss)


def _further_line(further: Further, material: Material) -> RewardLine:
    tier = further.tier
    current, target, detail = progress_words(tier.measure, tier.unit, tier.value, tier.start)
    return RewardLine(
        kind=family(tier.rewards[0]["kind"]),
        title=titles(tier.rewards, material.speech.products),
        status="projected",
        detail=detail,
        beneficiary=_named(further.people, further.beneficiary, material),
        current=current,
        target=target,
        ratio=ratio(tier.value, tier.start),
        missing_text=missing_to_tier(tier),
        why=further.why(material),
    )


def _missed_lines(material: Material) -> Iterator[RewardLine]:
    for one in material.missed:
        words = missing_on(one.way, material.speech.products)
        if one.miss.beneficiary != "host" or words is None:
            continue
        miss, bar = one.miss, one.miss.progress
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
            missing_text=words,
            why=_why_missed(miss, material),
        )


def nearest(material: Material) -> Nearest | None:
    """What the host is nearest to, once something was done for it; without its reasons."""
    found: list[tuple[int, Further | Missed]] = [
        (ratio(one.tier.value, one.tier.start), one)
        for one in _further(material)
        if one.beneficiary == "host"
    ]
    for one in material.missed:
        bar = one.miss.progress
        if bar and one.miss.beneficiary == "host" and one.way.needs:
            found.append((ratio(bar.current, bar.target), one))
    filled, best = max(found, key=lambda pair: pair[0], default=(0, None))
    if best is None or not filled:
        return None
    names = material.speech.products
    if isinstance(best, Further):
        return Nearest(missing_to_tier(best.tier), titles(best.tier.rewards, names), filled)
    words = missing_on(best.way, names) or ""
    return Nearest(words, titles(best.miss.rewards, names), filled)


def _first_name(material: Material, customer_id: str | None) -> str | None:
    """A seller reads whose reward it is; the host knows."""
    if material.voice is Voice.WINNER or customer_id is None:
        return None
    return material.speech.first_name(customer_id)


def _why_missed(miss: Miss, material: Material) -> list[str]:
    source = Source(miss.rule_id)
    return reasons(miss.explanation, "", None, material.speech, open_end=False, source=source)


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


def miss_lines(material: Material, *, can_be_had: bool) -> list[MissLine]:
    """What is nearest first, further steps of what is won among it; several people who lack the
    same are told of together. Of a meeting that is over nothing can be had any more."""
    alike: dict[tuple[str, ...], list[Missed]] = {}
    for one in material.missed:
        if (one.can_be_had and not material.is_over) == can_be_had:
            words = _missing_words(one.way, material)
            key = (one.miss.rule_id, words, titles(one.miss.rewards, material.speech.products))
            alike.setdefault(key, []).append(one)
    lines = [_miss_line(same, words, material) for (_, words, _), same in alike.items() if words]
    if can_be_had:
        lines += [_further_miss(one, material) for one in _further(material)]
    return sorted(lines, key=_from_near_to_far)[: MOST_MISSES if can_be_had else MOST_UNREACHED]


def _further_miss(further: Further, material: Material) -> MissLine:
    tier = further.tier
    return MissLine(
        kind=family(tier.rewards[0]["kind"]),
        beneficiary=_named(further.people, further.beneficiary, material),
        title=titles(tier.rewards, material.speech.products),
        missing_text=missing_to_tier(tier),
        ratio=ratio(tier.value, tier.start),
        why=further.why(material),
        role=further.beneficiary,
    )


def _from_near_to_far(line: MissLine) -> tuple[int, int, int]:
    return RANKS[Reach(line.reach)], -(line.ratio or 0), ROLES.index(line.role)


def _missing_words(way: Way, material: Material) -> str:
    speech = material.speech
    if material.is_over and way.reach is Reach.AHEAD and way.needs:
        return lacked([need_words(need, speech.products) for need in way.needs])
    words = missing_on(way, speech.products)
    if words:
        return words
    return " ".join(dict.fromkeys(filter(None, (check_words(one, speech) for one in way.because))))


def _miss_line(same: Sequence[Missed], words: str, material: Material) -> MissLine:
    first = same[0]
    miss, bar = first.miss, first.miss.progress
    is_near = first.way.reach is Reach.AHEAD and not material.is_over
    return MissLine(
        kind=family(miss.rewards[0]["kind"]),
        beneficiary=_named((one.miss.customer_id for one in same), miss.beneficiary, material),
        title=titles(miss.rewards, material.speech.products),
        missing_text=words,
        ratio=ratio(bar.current, bar.target) if bar and is_near else None,
        why=_why_missed(miss, material),
        reach=first.way.reach.value,
        role=miss.beneficiary,
    )


def _named(people: Iterable[str | None], beneficiary: str, material: Material) -> str | None:
    """Inès, Chloé et Maud; nobody in particular: the part she plays."""
    if material.voice is Voice.WINNER:
        return None
    names = [material.speech.first_name(one) for one in dict.fromkeys(people) if one]
    return listed(names) if names else role_label(beneficiary)


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
    alike = Counter((one.customer_id, badges.usable_badge(one, spoken_of)) for one in usable)
    for (customer_id, badge), times in alike.items():
        yield customer_id, badge.times(times)


def _choose_url(claim_id: UUID) -> str:
    return url_for("rewards.choose_gift", claim_id=claim_id)


def _order_url(order_id: UUID) -> str:
    return url_for("orders.show", order_id=order_id)


def _meeting_url(meeting_id: UUID) -> str:
    return url_for("meetings.show", meeting_id=meeting_id)
