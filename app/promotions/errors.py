"""What pricing may refuse."""

from app.kernel.errors import Refused
from app.kernel.words import N_


class AmountTooLarge(Refused):
    code = "amount_too_large"
    words = N_("This order would exceed %(most_cents)s. Lower a quantity or take two orders.")
