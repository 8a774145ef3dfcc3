"""Entries in words: what was done, by whom, to what, and what it changed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy.orm import Session

from app.accounts.presenters import ROLES
from app.accounts.queries import user_names
from app.audit.queries import EntryView
from app.customers import queries as customers
from app.http.words import number, say, spoken
from app.kernel.errors import ConviveError
from app.kernel.words import N_

ACTIONS = {
    "accounts.sign_in": N_("Sign-in"),
    "account.sign_in": N_("Sign-in"),
    "account.password": N_("Password chosen"),
    "account.reset": N_("Password reset asked for"),
    "account.end_sessions": N_("Devices signed out"),
    "account.tokens": N_("Mobile app signed in"),
    "user.create": N_("Account created"),
    "user.invite": N_("Person invited"),
    "user.address": N_("Sign-in address changed"),
    "user.role": N_("Role changed"),
    "user.suspend": N_("Account suspended"),
    "user.restore": N_("Account restored"),
    "meeting.close": N_("Meeting closed"),
    "meeting.cancel": N_("Meeting cancelled"),
    "meeting.reopen": N_("Meeting reopened"),
    "season.create": N_("Catalogue of a season added"),
    "season.delete": N_("Catalogue of a season removed"),
    "meeting.correct": N_("Closed meeting corrected"),
    "meeting.settle": N_("Rewards of a meeting settled again"),
    "order.place": N_("Order placed"),
    "order.pay": N_("Payment recorded"),
    "order.payment_refused": N_("Payment refused by the bank"),
    "invoice.issue": N_("Invoice issued"),
    "credit_note.issue": N_("Credit note issued"),
    "order.withdraw": N_("Customer withdrew"),
    "order.cancel": N_("Order cancelled"),
    "order.return": N_("Products returned"),
    "order.ship": N_("Products shipped"),
    "order.deliver": N_("Order delivered"),
    "order.finalise_gift": N_("Gift order finalised"),
    "order.gifts_withdrawn": N_("Gifts taken off an order"),
    "gift.choose": N_("Gift chosen"),
    "gift.wait": N_("Gift waited for"),
    "gift.convert": N_("Gift turned into a voucher"),
    "gift.lapse": N_("Gift lost, not chosen in time"),
    "grant.kept": N_("Reward kept though no longer deserved"),
    "points.adjust": N_("Points adjusted by hand"),
    "points.transfer": N_("Points given to another customer"),
    "points.convert": N_("Points turned into a promo code"),
    "loyalty.settings": N_("Settings of points changed"),
    "reward.picture": N_("Picture of a reward added"),
    "reward.give": N_("Reward given by hand"),
    "reward.redeem": N_("Points exchanged for a reward"),
    "reward_template.create": N_("Reward published"),
    "reward_template.change": N_("Published reward changed"),
    "reward_template.archived": N_("Published reward archived"),
    "reward_template.active": N_("Reward published again"),
    "points.export": N_("Points in circulation exported"),
    "programme.publish": N_("Programme published"),
    "draft.start": N_("Draft of the programme begun"),
    "draft.import": N_("Draft of the programme imported"),
    "draft.save_rule": N_("Rule saved in the draft"),
    "draft.copy_rule": N_("Rule copied in the draft"),
    "draft.delete_rule": N_("Rule deleted from the draft"),
    "draft.move_rule": N_("Rule moved in the draft"),
    "draft.enable_rule": N_("Rule switched on in the draft"),
    "draft.disable_rule": N_("Rule switched off in the draft"),
    "draft.save_settings": N_("Settings of the draft changed"),
    "programme.simulate": N_("Programme simulated"),
    "draft.propose": N_("Version of the programme proposed"),
    "draft.send_back": N_("Proposed version sent back"),
    "draft.discard": N_("Draft of the programme discarded"),
    "calendar_link.create": N_("Calendar link made"),
    "calendar_link.revoke": N_("Calendar link ended"),
    "terms.publish": N_("Terms of sale published"),
    "brand.settings": N_("Settings changed"),
    "brand.theme": N_("Theme changed"),
    "brand.logo": N_("Logo changed"),
    "brand.logo_removed": N_("Logo removed"),
    "brand.domain_added": N_("Host name added"),
    "brand.domain_removed": N_("Host name removed"),
    "category.create": N_("Category created"),
    "category.change": N_("Category changed"),
    "category.move": N_("Category moved"),
    "category.delete": N_("Category deleted"),
    "product.create": N_("Product created"),
    "product.change": N_("Product changed"),
    "product.picture": N_("Picture changed"),
    "shipping.create": N_("Shipping method created"),
    "shipping.change": N_("Shipping method changed"),
    "shipping.delete": N_("Shipping method deleted"),
    "stock.correct": N_("Stock corrected"),
    "stock.track": N_("Stock keeping changed"),
    "customer.edit": N_("Customer card changed"),
    "customer.merge": N_("Another card merged into this one"),
    "customer.merged": N_("Card merged into another one"),
    "customer.consent": N_("Consent noted"),
    "customer.remove_note": N_("Note removed"),
    "customer.move": N_("Customer given to another seller"),
    "customer.share": N_("Customer shared with a seller"),
    "customer.unshare": N_("Customer no longer shared"),
    "seller.create": N_("Seller created"),
    "seller.edit": N_("Seller changed"),
    "seller.suspend": N_("Seller suspended"),
    "seller.restore": N_("Seller restored"),
    "seller.move_book": N_("Book given to another seller"),
    "email.resend": N_("E-mail sent again"),
    "export.shipping": N_("Shipping methods exported"),
    "import.shipping": N_("Shipping methods imported"),
    "export.products": N_("Products exported"),
    "export.categories": N_("Categories exported"),
    "export.stock": N_("Stock exported"),
    "export.customers": N_("Customers exported"),
    "export.sellers": N_("Sellers exported"),
    "import.products": N_("Products imported"),
    "import.categories": N_("Categories imported"),
    "import.stock": N_("Stock imported"),
    "import.customers": N_("Customers imported"),
    "import.sellers": N_("Sellers imported"),
    "customer.export": N_("Customers exported"),
    "meeting.export": N_("Meetings exported"),
    "order.export": N_("Orders exported"),
    "document.export": N_("Invoices exported"),
    "audit.export": N_("Audit log exported"),
}
AREAS = {
    "accounts": N_("Access"),
    "api": N_("Mobile app"),
    "audit_console": N_("Audit log"),
    "brands_console": N_("Settings"),
    "catalog_console": N_("Catalogue"),
    "categories_console": N_("Catalogue"),
    "seasons_console": N_("Catalogue"),
    "console": N_("Dashboard"),
    "customers": N_("Customers"),
    "customers_console": N_("Customers"),
    "merging_console": N_("Customers"),
    "emails_console": N_("E-mails"),
    "imports_console": N_("Imports and exports"),
    "meetings": N_("Meetings"),
    "meetings_console": N_("Meetings"),
    "my_account": N_("My account"),
    "orders": N_("Orders"),
    "orders_console": N_("Orders"),
    "passwords": N_("Access"),
    "programme_console": N_("Programme"),
    "programme_draft": N_("Draft of the programme"),
    "simulations_console": N_("Simulation"),
    "rewards": N_("Gifts"),
    "sellers_console": N_("Sellers"),
    "shipping_console": N_("Shipping methods"),
    "stock_console": N_("Stock"),
    "team_console": N_("Team and rights"),
}
"""Where an attempt was refused: the first part of the endpoint asked for."""
KINDS = {
    "user": N_("Team"),
    "meeting": N_("Meetings"),
    "order": N_("Orders"),
    "claim": N_("Gifts"),
    "programme": N_("Programme"),
    "programme_draft": N_("Programme"),
    "simulation": N_("Simulation"),
    "reward_picture": N_("Programme"),
    "participant": N_("Meetings"),
    "rule": N_("Programme"),
    "upload": N_("Imports and exports"),
    "method": N_("Catalogue"),
    "note": N_("Customers"),
    "brand": N_("Brand"),
    "customer": N_("Customers"),
    "seller": N_("Sellers"),
    "product": N_("Catalogue"),
    "category": N_("Catalogue"),
    "shipping_method": N_("Catalogue"),
    "email": N_("E-mails"),
    "import": N_("Imports and exports"),
    "export": N_("Imports and exports"),
}
FAMILIES = {
    "account": N_("Access"),
    "user": N_("Team"),
    "meeting": N_("Meetings"),
    "order": N_("Orders"),
    "gift": N_("Gifts"),
    "programme": N_("Programme"),
    "draft": N_("Draft of the programme"),
    "brand": N_("Brand"),
    "product": N_("Catalogue"),
    "category": N_("Categories"),
    "shipping": N_("Shipping methods"),
    "email": N_("E-mails"),
    "calendar_link": N_("Calendar"),
    "stock": N_("Stock"),
    "customer": N_("Customers"),
    "seller": N_("Sellers"),
    "import": N_("Imports"),
    "export": N_("Exports"),
}
NAMES = {
    "balance": N_("Balance"),
    "holding": N_("Code or voucher"),
    "terms": N_("Terms"),
    "status": N_("State"),
    "number": N_("Number"),
    "document": N_("Document"),
    "legal_name": N_("Legal name"),
    "legal_address": N_("Address"),
    "registration": N_("Registration"),
    "vat_number": N_("VAT number"),
    "paper_note": N_("Note below each paper"),
    "total_cents": N_("Total"),
    "amount_cents": N_("Amount"),
    "paid_cents": N_("Received in all"),
    "payment_status": N_("Payment"),
    "method": N_("Means of payment"),
    "role": N_("Role"),
    "active": N_("Active"),
    "email": N_("E-mail address"),
    "product": N_("Product"),
    "version": N_("Version"),
    "effective_on": N_("In force from"),
    "device": N_("Device"),
    "name": N_("Name"),
    "reference": N_("Reference"),
    "description": N_("Description"),
    "category_id": N_("Category"),
    "parent_id": N_("Within"),
    "price_cents": N_("Price"),
    "minimum_price_cents": N_("Minimum price"),
    "vat_rate_bp": N_("VAT rate"),
    "points_override": N_("Points per unit"),
    "weight_grams": N_("Weight (g)"),
    "giftable": N_("May be chosen as a gift"),
    "in_turnover": N_("Counts in the sales of meetings"),
    "excluded_from_discounts": N_("Never discounted"),
    "sold_from": N_("Sold from"),
    "sold_until": N_("Sold until"),
    "stock": N_("Stock"),
    "units": N_("Units"),
    "tracked": N_("Units counted"),
    "reason": N_("Reason"),
    "bytes": N_("Size of the picture (bytes)"),
    "up": N_("Moved up"),
    "position": N_("Position"),
    "tariff": N_("Prices"),
    "closing_delay_hours": N_("Closing delay, in hours"),
    "late_entry_hours": N_("Late entry, in hours"),
    "abandoned_after_hours": N_("Unpaid orders, in hours"),
    "refunded_cents": N_("Paid back"),
    "shipping_status": N_("Shipping"),
    "link_days": N_("Host's page, in days"),
    "programme_judged": N_("Version that judges a meeting"),
    "programme_approval": N_("Approval of a new version"),
    "closed_host": N_("Once closed: the host"),
    "closed_date": N_("Once closed: date, place and theme"),
    "closed_participants": N_("Once closed: the list of guests"),
    "closed_presence": N_("Once closed: who came"),
    "closed_bookings": N_("Once closed: dates booked"),
    "closed_orders": N_("Once closed: orders"),
    "attended": N_("Present"),
    "guest": N_("Guest"),
    "host_id": N_("Host"),
    "starts_at": N_("Date"),
    "place": N_("Place"),
    "theme": N_("Theme"),
    "shares": N_("Co-hosts and shares"),
    "booking": N_("Dates booked"),
    "late_order_of": N_("Customer"),
    "gifts_with_orders": N_("Gifts in the parcel of an order"),
    "gifts_with_host": N_("Gifts in the host's parcel"),
    "origin": N_("Address"),
    "accent": N_("Accent colour"),
    "host": N_("Host name"),
    "width": N_("Width"),
    "height": N_("Height"),
    "revision": N_("State of the draft"),
    "subject": N_("About"),
    "order_id": N_("Order"),
    "fields": N_("Parts changed"),
    "display_name": N_("Name shown"),
    "first_name": N_("First name"),
    "last_name": N_("Last name"),
    "phone": N_("Telephone"),
    "address": N_("Address"),
    "postcode": N_("Postcode"),
    "city": N_("City"),
    "country": N_("Country"),
    "locale": N_("Language"),
    "roles": N_("Roles"),
    "seller": N_("Seller"),
    "kept": N_("The seller before keeps seeing the card"),
    "rows": N_("Rows"),
    "orders": N_("Orders"),
    "meetings": N_("Meetings"),
    "available_points": N_("Points"),
    "sms": N_("SMS"),
    "post": N_("Post"),
}
VALUES = {
    "planned": N_("Planned"),
    "open": N_("Open"),
    "closed": N_("Closed"),
    "cancelled": N_("Cancelled"),
    "cart": N_("Draft"),
    "placed": N_("Placed"),
    "completed": N_("Completed"),
    "unpaid": N_("To be paid"),
    "partially_paid": N_("Partly paid"),
    "paid": N_("Paid"),
    "refunded": N_("Refunded"),
    "card": N_("Card by link"),
    "terminal": N_("Card terminal"),
    "cheque": N_("Cheque"),
    "cash": N_("Cash"),
    "transfer": N_("Transfer"),
    "other": N_("Other"),
}
IDENTIFIER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
WORDED = {"status", "payment_status", "method"}


@dataclass(frozen=True, slots=True)
class Change:
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EntryLine:
    id: UUID
    at: datetime
    who: str
    role: str
    action: str
    entity_type: str
    entity_id: UUID | None
    kind: str
    """The word for the type of the thing; empty when there is none."""
    is_refused: bool
    code: str
    refusal: str
    """Why it was refused, in words."""
    changes: list[Change]
    reason: str
    address: str
    request_id: str


def lines(session: Session, found: Iterable[EntryView]) -> list[EntryLine]:
    """Two statements more, whatever their number: the names."""
    found = list(found)
    users = user_names(session, {entry.user_id for entry in found if entry.user_id})
    cards = {entry.customer_id for entry in found if entry.customer_id and not entry.user_id}
    people = customers.people(session, list(cards)) if cards else {}
    names = users | {customer_id: person.name for customer_id, person in people.items()}
    return [_line(entry, names) for entry in found]


def action_words(action: str) -> str:
    """Its sentence; for an endpoint refused, where it stands."""
    if action in ACTIONS:
        return say(ACTIONS[action])
    area = AREAS.get(action.partition(".")[0])
    return gettext("Attempt: %(area)s", area=say(area)) if area else action.replace("_", " ")


def refusal_words(code: str) -> str:
    """What the person was told, without the details that were not kept."""
    words = next((kind.words for kind in _kinds(ConviveError) if kind.code == code), "")
    return say(words) if words and "%(" not in words else gettext("This is not possible.")


def _kinds(root: type[ConviveError]) -> Iterator[type[ConviveError]]:
    for kind in root.__subclasses__():
        yield kind
        yield from _kinds(kind)


def family_options(actions: Iterable[str]) -> list[tuple[str, str]]:
    """For the filter: the families that occur, then each action."""
    listed = sorted(actions)
    families = sorted({action.partition(".")[0] for action in listed} & set(FAMILIES))
    return [
        ("", gettext("All")),
        *((family, gettext(FAMILIES[family])) for family in families),
        *((action, f"· {action_words(action)}") for action in listed),
    ]


def _line(entry: EntryView, names: Mapping[UUID, str]) -> EntryLine:
    known = entry.user_id or entry.customer_id
    role = gettext(ROLES[entry.role]) if entry.role in ROLES else ""
    who = names.get(known, "") if known else ""
    return EntryLine(
        id=entry.id,
        at=entry.at,
        who=who or role or gettext("Somebody not signed in"),
        role=role if who else "",
        action=action_words(entry.action),
        entity_type=entry.entity_type,
        entity_id=entry.entity_id,
        kind=gettext(KINDS[entry.entity_type]) if entry.entity_type in KINDS else entry.entity_type,
        is_refused=entry.outcome == "refused",
        code=entry.code,
        refusal=refusal_words(entry.code) if entry.code else "",
        changes=_changes(entry),
        reason=entry.reason,
        address=entry.address,
        request_id=entry.request_id,
    )


def _changes(entry: EntryView) -> list[Change]:
    names = [*entry.after, *(name for name in entry.before if name not in entry.after)]
    told = (_change(name, entry.before.get(name), entry.after.get(name)) for name in names)
    return [change for change in told if change.before or change.after]


def _change(name: str, before: Any, after: Any) -> Change:
    """An identifier tells nobody anything: only that there is another one now."""
    words = say(NAMES[name]) if name in NAMES else name.replace("_", " ")
    if IDENTIFIER.fullmatch(str(after)) or IDENTIFIER.fullmatch(str(before)):
        return Change(words, "", gettext("changed") if before and after else "")
    return Change(words, _value(name, before), _value(name, after))


def _value(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in WORDED and value in VALUES:
        return say(VALUES[value])
    if name == "role" and value in ROLES:
        return say(ROLES[value])
    if isinstance(value, int) and not isinstance(value, bool) and name in {"number", "version"}:
        return number(value)
    if name == "fields":
        return ", ".join(say(NAMES.get(part, part)) for part in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_value(str(key), inner)}" for key, inner in value.items())
    return str(spoken(name, value))
