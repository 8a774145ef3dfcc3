"""Read models of rewards turned into words, for pages and e-mails."""

from app.rewards.presenters.card import CustomerRewards, customer_rewards
from app.rewards.presenters.gifts import gift_lines, gift_status, gifts_beside, ways_of
from app.rewards.presenters.holdings import (
    code_line,
    code_terms,
    last_day,
    validity,
    voucher_line,
    voucher_terms,
)
from app.rewards.presenters.host import HostPage, host_page
from app.rewards.presenters.imagined import meeting_if
from app.rewards.presenters.meeting import (
    meeting_rewards,
    must_see,
    present_judged,
    present_outcome,
    role_label,
)
from app.rewards.presenters.orders import OrderRewards, order_rewards
from app.rewards.presenters.points import won_at, won_in
from app.rewards.presenters.progress import nearest_rewards
from app.rewards.presenters.promises import booking_hint, booking_promise
from app.rewards.presenters.shapes import (
    Badge,
    Choice,
    CodeLine,
    GiftLine,
    Imagined,
    MeetingRewards,
    MissLine,
    PointsLine,
    Reader,
    RewardLine,
    Voice,
    VoucherLine,
    WinnerLine,
    Won,
)
from app.rewards.presenters.winnings import present_grants

__all__ = [
    "Badge",
    "Choice",
    "CodeLine",
    "CustomerRewards",
    "GiftLine",
    "HostPage",
    "Imagined",
    "MeetingRewards",
    "MissLine",
    "OrderRewards",
    "PointsLine",
    "Reader",
    "RewardLine",
    "Voice",
    "VoucherLine",
    "WinnerLine",
    "Won",
    "booking_hint",
    "booking_promise",
    "code_line",
    "code_terms",
    "customer_rewards",
    "gift_lines",
    "gift_status",
    "gifts_beside",
    "host_page",
    "last_day",
    "meeting_if",
    "meeting_rewards",
    "must_see",
    "nearest_rewards",
    "order_rewards",
    "present_grants",
    "present_judged",
    "present_outcome",
    "role_label",
    "validity",
    "voucher_line",
    "voucher_terms",
    "ways_of",
    "won_at",
    "won_in",
]
