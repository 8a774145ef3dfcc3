"""What people do with customer cards."""

from app.customers.domain import SELLER
from app.customers.services.books import (
    add_to_book,
    follow_sale,
    move_book,
    move_to_book,
    share_with,
    take_from_book,
)
from app.customers.services.cards import (
    CardChanges,
    NewCustomer,
    PersonFacts,
    change_customer,
    create_customer,
    edit_customer,
    mark_host,
    name_seller,
)
from app.customers.services.consents import record_consents
from app.customers.services.notes import remove_note, write_note

__all__ = [
    "SELLER",
    "CardChanges",
    "NewCustomer",
    "PersonFacts",
    "add_to_book",
    "change_customer",
    "create_customer",
    "edit_customer",
    "follow_sale",
    "mark_host",
    "move_book",
    "move_to_book",
    "name_seller",
    "record_consents",
    "remove_note",
    "share_with",
    "take_from_book",
    "write_note",
]
