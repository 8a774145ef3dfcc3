"""What is done with points, split by use case. `post` is the one way into the ledger."""

from app.loyalty.services.adjusting import adjust_points
from app.loyalty.services.debts import absorb_debt
from app.loyalty.services.goodwill import Left, goodwill_left, take_goodwill
from app.loyalty.services.handing_over import (
    Named,
    transfer_all,
    transfer_points,
    transfer_to_address,
)
from app.loyalty.services.lots import expire_due, release_due, set_due, take_reminders
from app.loyalty.services.posting import post, reserve
from app.loyalty.services.settings import save_settings, settings_of

__all__ = [
    "Left",
    "Named",
    "absorb_debt",
    "adjust_points",
    "expire_due",
    "goodwill_left",
    "post",
    "release_due",
    "reserve",
    "save_settings",
    "set_due",
    "settings_of",
    "take_goodwill",
    "take_reminders",
    "transfer_all",
    "transfer_points",
    "transfer_to_address",
]
