"""What is told because of what happened. Writing runs once, in one transaction; sending reaches
outside and may, in one proven case, repeat itself under the same Message-ID."""

from uuid import UUID

from app.infra.jobs.effects import Claim, Outside
from app.infra.uow import UnitOfWork, transact
from app.kernel.clock import Clock
from app.loyalty.services import take_reminders
from app.notifications import presenters
from app.notifications.services import sending
from app.notifications.services.inviting import has_page
from app.notifications.services.writing import is_written, write_email
from app.promotions.services.expiry import take_endings
from app.rewards.services.gift_reminders import take_gift_reminders


def tell_winner(uow: UnitOfWork, message: Claim, *, clock: Clock) -> None:
    """One message about all that one settlement changed for one person."""
    key = f"winnings:{message.entity_id}"
    if not is_written(uow, key):
        written = presenters.winnings(uow, key, message.payload, clock=clock)
        if written is not None:
            write_email(uow, written, clock=clock)


def tell_reward_given(uow: UnitOfWork, message: Claim, *, clock: Clock) -> None:
    """A code or voucher that the brand's staff made for one customer."""
    key = f"reward_given:{message.entity_id}"
    if not is_written(uow, key):
        customer_id = UUID(message.payload["customer_id"])
        written = presenters.reward_given(uow, key, message.entity_id, customer_id)
        if written is not None:
            write_email(uow, written, clock=clock)


def tell_gift_moved(uow: UnitOfWork, message: Claim, *, clock: Clock) -> None:
    """A gift she waited for came in, became a voucher, or was not chosen in time."""
    key = f"gift_moved:{message.entity_id}"
    if not is_written(uow, key):
        written = presenters.gift_moved(uow, key, message.payload, clock=clock)
        if written is not None:
            write_email(uow, written, clock=clock)


def invite_host(uow: UnitOfWork, message: Claim, *, clock: Clock) -> None:
    """Her personal page, from the day her meeting is planned; once for each meeting."""
    key = f"invitation:{message.entity_id}"
    if not is_written(uow, key):
        written = presenters.invitation(uow, key, message.entity_id, clock=clock)
        if written is not None:
            write_email(uow, written, clock=clock)


def invite_new_host(uow: UnitOfWork, message: Claim, *, clock: Clock) -> None:
    """Somebody else holds the meeting now; the link of the one before her has ended.

    Nothing when she holds one that works: the first invitation came later than the change.
    """
    key = f"invitation:{message.entity_id}"
    meeting_id = UUID(message.payload["meeting_id"])
    if not (is_written(uow, key) or has_page(uow, meeting_id)):
        written = presenters.invitation(uow, key, meeting_id, clock=clock)
        if written is not None:
            write_email(uow, written, clock=clock)


def mail_order_link(uow: UnitOfWork, message: Claim, *, clock: Clock) -> None:
    """A customer's own link to order with; it comes to life in this letter."""
    key = f"order_link:{message.entity_id}"
    if not is_written(uow, key):
        written = presenters.order_link(uow, key, message.payload, clock=clock)
        if written is not None:
            write_email(uow, written, clock=clock)


def confirm_order(uow: UnitOfWork, message: Claim, *, clock: Clock) -> None:
    """What she ordered by her link, told once."""
    key = f"order:{message.entity_id}"
    if not is_written(uow, key):
        write_email(
            uow, presenters.order_placed(uow, key, message.entity_id, clock=clock), clock=clock
        )


def acknowledge_withdrawal(uow: UnitOfWork, message: Claim, *, clock: Clock) -> None:
    """With day and hour, as the law asks (Code de la consommation, art. L221-21)."""
    key = f"withdrawal:{message.entity_id}"
    if not is_written(uow, key):
        write_email(uow, presenters.withdrawal(uow, key, message.entity_id), clock=clock)


def mail_password_link(uow: UnitOfWork, message: Claim, *, clock: Clock) -> None:
    """A link to choose a password: it comes to life in this letter."""
    key = f"password_link:{message.entity_id}"
    if not is_written(uow, key):
        written = presenters.password_link(uow, key, message.entity_id, clock=clock)
        if written is not None:
            write_email(uow, written, clock=clock)


def tell_password_changed(uow: UnitOfWork, message: Claim, *, clock: Clock) -> None:
    """So that somebody whose password was changed by another learns it."""
    key = f"password_changed:{message.entity_id}"
    if not is_written(uow, key):
        user_id = UUID(message.payload["user_id"])
        written = presenters.password_changed(uow, key, user_id)
        if written is not None:
            write_email(uow, written, clock=clock)


def tell_address_changed(uow: UnitOfWork, message: Claim, *, clock: Clock) -> None:
    """Both addresses, so that whoever loses an account learns it."""
    key = f"address_changed:{message.entity_id}"
    for written in presenters.address_changed(uow, key, message.payload):
        if not is_written(uow, written.key):
            write_email(uow, written, clock=clock)


MOST_AT_ONCE = 200
"""Lots looked at in one transaction."""


def remind_of_expiry(brand_id: UUID) -> int:
    """Points about to expire: one letter for all that expire together, once for each reminder of
    the brand. What is left is for the next minute."""
    return transact(_remind, brand_id)


def _remind(uow: UnitOfWork) -> int:
    due = take_reminders(uow, most=MOST_AT_ONCE, clock=uow.clock)
    for one in due:
        key = f"expiry:{one.customer_id}:{one.expires_at.isoformat()}:{one.days}"
        if not is_written(uow, key):
            written = presenters.points_expiring(uow, key, one, clock=uow.clock)
            write_email(uow, written, clock=uow.clock)
    return len(due)


def remind_of_gifts(brand_id: UUID) -> int:
    """Gifts to choose before long: one letter for those of one meeting with one deadline, once for
    each of the days it is told on. What is left is for the next minute."""
    return transact(_remind_of_gifts, brand_id)


def _remind_of_gifts(uow: UnitOfWork) -> int:
    due = take_gift_reminders(uow, most=MOST_AT_ONCE, clock=uow.clock)
    for one in due:
        key = f"gift_to_choose:{one.claim_ids[0]}:{one.choose_before.isoformat()}:{one.days}"
        if not is_written(uow, key):
            written = presenters.gift_to_choose(uow, key, one, clock=uow.clock)
            write_email(uow, written, clock=uow.clock)
    return len(due)


def remind_of_holdings(brand_id: UUID) -> int:
    """Codes and vouchers about to end: one letter for all that end together."""
    return transact(_remind_of_holdings, brand_id)


def _remind_of_holdings(uow: UnitOfWork) -> int:
    due = take_endings(uow, most=MOST_AT_ONCE, clock=uow.clock)
    for one in due:
        key = f"holdings:{one.customer_id}:{one.ends_at.isoformat()}:{one.days}:{one.ids[0]}"
        if not is_written(uow, key):
            write_email(uow, presenters.holdings_ending(uow, key, one), clock=uow.clock)
    return len(due)


send_email = Outside(run=sending.send, given_up=sending.give_up)
