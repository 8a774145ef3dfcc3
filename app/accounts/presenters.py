"""Roles in words, and what each may do."""

from app.kernel.actor import Role
from app.kernel.words import N_

ROLES: dict[str, str] = {
    Role.SELLER: N_("Seller"),
    Role.BRAND_ADMIN: N_("Brand administrator"),
    Role.CUSTOMER_SERVICE: N_("Customer service"),
    Role.FINANCE: N_("Finance"),
    Role.HOST: N_("Host, by personal link"),
    Role.CUSTOMER: N_("Customer, by personal link"),
    Role.SYSTEM: N_("Convive"),
}
RIGHTS: dict[str, str] = {
    Role.BRAND_ADMIN: N_("Everything in the console: catalogue, programme, team, settings."),
    Role.CUSTOMER_SERVICE: N_("Customers, meetings, orders and e-mails; nothing of the settings."),
    Role.FINANCE: N_("Reads and exports what concerns money; changes nothing."),
}
