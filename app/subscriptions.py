"""Who reacts to what: the whole asynchronous story on one screen.

An effect is the name of a function in a `jobs` module. It runs in the worker, in a transaction
of its own in which its outbox row is also marked done: what it writes happens exactly once. Only
`notifications.send_email` reaches outside; it says in the row how far it got.
"""

from app.accounts.events import AddressChanged, PasswordChanged, PasswordLinkWanted
from app.documents.events import DocumentIssued
from app.imports.events import FileSent, ImportConfirmed
from app.kernel.events import Event
from app.meetings.events import (
    HostChanged,
    MeetingBooked,
    MeetingCancelled,
    MeetingClosed,
    MeetingCorrected,
    MeetingPlanned,
    MeetingReopened,
    OrderedByLink,
    OrderLinkWanted,
)
from app.notifications.events import EmailWritten
from app.orders.events import (
    GiftOrderFinalised,
    OrderCancelled,
    OrderChanged,
    OrderDelivered,
    OrderPaid,
    OrderPlaced,
    OrderShipped,
    OrderWithdrawn,
)
from app.rewards.events import (
    GiftMoved,
    RewardGiven,
    SettlementWanted,
    SimulationWanted,
    WinningsChanged,
)

SUBSCRIPTIONS: dict[type[Event], tuple[str, ...]] = {
    MeetingPlanned: ("notifications.invite_host",),
    MeetingBooked: ("rewards.settle_origin",),
    HostChanged: (
        "notifications.invite_new_host",
        "rewards.settle_origin",
        "rewards.feed_pots_of_meeting",
    ),
    MeetingReopened: (),
    MeetingCancelled: (
        "rewards.settle_cancelled",
        "rewards.settle_origin",
        "rewards.feed_pots_of_meeting",
    ),
    MeetingCorrected: (
        "rewards.settle_again",
        "rewards.settle_origin",
        "rewards.feed_pots_of_meeting",
    ),
    MeetingClosed: ("rewards.settle_origin", "rewards.feed_pots_of_meeting"),
    OrderLinkWanted: ("notifications.mail_order_link",),
    SettlementWanted: ("rewards.settle_again", "rewards.feed_pots_of_meeting"),
    SimulationWanted: ("rewards.simulate",),
    RewardGiven: ("notifications.tell_reward_given",),
    GiftMoved: ("notifications.tell_gift_moved",),
    WinningsChanged: ("notifications.tell_winner",),
    OrderPlaced: (),
    OrderedByLink: ("notifications.confirm_order",),
    OrderPaid: (
        "orders.follow_customer",
        "orders.settle_points",
        "rewards.settle_sale",
        "rewards.feed_pots",
    ),
    OrderCancelled: ("orders.settle_points", "rewards.settle_sale", "rewards.feed_pots"),
    OrderChanged: ("orders.settle_points", "rewards.settle_sale", "rewards.feed_pots"),
    OrderShipped: ("orders.settle_points", "rewards.release_points"),
    OrderDelivered: ("orders.settle_points", "rewards.release_points"),
    OrderWithdrawn: ("notifications.acknowledge_withdrawal",),
    GiftOrderFinalised: (),
    DocumentIssued: ("documents.draw_document",),
    PasswordLinkWanted: ("notifications.mail_password_link",),
    AddressChanged: ("notifications.tell_address_changed",),
    PasswordChanged: ("notifications.tell_password_changed",),
    FileSent: ("imports.check_file",),
    ImportConfirmed: ("imports.import_file",),
    EmailWritten: ("notifications.send_email",),
}

SCHEDULE: tuple[str, ...] = (
    "meetings.open_due_meetings",
    "meetings.release_abandoned",
    "rewards.close_due_meetings",
    "rewards.give_waited_for",
    "rewards.end_due_gifts",
    "accounts.forget_at_night",
    "imports.forget_at_night",
    "promotions.expire_at_night",
    "promotions.end_conversions",
    "loyalty.release_due_points",
    "loyalty.expire_due_points",
    "notifications.remind_of_expiry",
    "notifications.remind_of_holdings",
    "notifications.remind_of_gifts",
)
"""What the clock starts each minute, brand by brand, in this order: a meeting whose date has come
is open before its orders are settled."""
