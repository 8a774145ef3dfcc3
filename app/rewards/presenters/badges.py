"""The pills beside a guest: points, gift to choose, code, voucher, date taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from app.http.words import date_short, points
from app.meetings.queries import BookingView
from app.promotions.queries import CodeView, VoucherView
from app.rewards.presenters.holdings import (
    Names,
    code_line,
    conditions_to_come,
    validity,
    voucher_line,
)
from app.rewards.presenters.reasons import Speech
from app.rewards.presenters.shapes import Badge
from app.rewards.presenters.tongue import gettext
from app.rewards.presenters.winnings import Winning, title_of, why_of
from app.rewards.queries import ClaimView

Url = Callable[[UUID], str]


def points_badges(winnings: Iterable[Winning], speech: Speech) -> list[Badge]:
    """One pill for each state; its bubble says where the points come from."""
    by_status: dict[str, list[Winning]] = {}
    for winning in winnings:
        if winning.kind == "points":
            by_status.setdefault(winning.status, []).append(winning)
    return [
        Badge(
            "points",
            in_state(points(sum(one.value for one in same)), status),
            hint=" ".join(_points_hint(same, speech)),
        )
        for status, same in by_status.items()
    ]


def _points_hint(winnings: list[Winning], speech: Speech) -> list[str]:
    """With several reasons, each starts with its own part of the points."""
    told = [" ".join(why_of(one, speech, open_end=False, rule=False)) for one in winnings]
    if len(told) == 1:
        return told
    parts = [points(one.value) for one in winnings]
    return [
        gettext("%(part)s: %(why)s", part=part, why=why)
        for part, why in zip(parts, told, strict=True)
    ]


def other_badges(winnings: Iterable[Winning], speech: Speech) -> list[Badge]:
    """Gifts, codes and vouchers that are not in anybody's hands yet, or not any more."""
    return [
        Badge(one.kind, in_state(title_of(one, speech.products), one.status), _about(one, speech))
        for one in winnings
        if one.kind != "points" and one.status != "granted"
    ]


def in_state(title: str, status: str) -> str:
    """26 points en cours, 20 points promis, 30 points."""
    if status == "projected":
        return gettext("%(reward)s in progress", reward=title)
    if status == "promised":
        return gettext("%(reward)s promised", reward=title)
    if status == "reversed":
        return gettext("%(reward)s taken back", reward=title)
    return title


def _about(winning: Winning, speech: Speech) -> str:
    sentences = why_of(winning, speech, open_end=False, rule=False)
    if winning.kind in {"code", "voucher"} and winning.status != "reversed":
        sentences = [*conditions_to_come(winning.terms), *sentences]
    return " ".join(sentences)


def claim_badge(
    claim: ClaimView, names: Mapping[UUID, str], choose: Url, order: Url
) -> Badge | None:
    """A gift to choose or waited for leads to its page, a chosen one to its order."""
    if claim.status == "open":
        return Badge("gift", gettext("Choose my gift"), url=choose(claim.id))
    if claim.status == "chosen" and claim.product_id and claim.order_id:
        name = names.get(claim.product_id, "")
        return Badge("gift", gettext("Gift: %(name)s", name=name), url=order(claim.order_id))
    if claim.status == "waiting" and claim.waits_for_id:
        name = names.get(claim.waits_for_id, "")
        return Badge("gift", gettext("Awaited: %(name)s", name=name), url=choose(claim.id))
    if claim.status == "converted":
        return Badge("voucher", gettext("Gift turned into a voucher"))
    return None


def usable_badge(one: CodeView | VoucherView, names: Names) -> Badge:
    """A code or voucher of hers: its bubble says how it is used. `names`: of the products it
    speaks of, by reference."""
    if isinstance(one, CodeView):
        line = code_line(one, [], names)
        sentences = [line.code, *line.conditions, validity(one.valid_until)]
        return Badge("code", line.title, hint=" · ".join(sentences))
    held = voucher_line(one, [], names)
    return Badge(
        "voucher", held.title, hint=" ".join([*held.conditions, validity(one.valid_until)])
    )


def booking_badge(booking: BookingView, meeting: Url) -> Badge:
    text = gettext("Booked · %(day)s", day=date_short(booking.starts_at))
    if booking.status == "cancelled":
        text = gettext("Booking cancelled · %(day)s", day=date_short(booking.starts_at))
    return Badge("date", text, url=meeting(booking.meeting_id))
