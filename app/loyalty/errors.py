"""What the ledger refuses."""

from collections.abc import Sequence

from app.kernel.errors import Conflict, Refused
from app.kernel.shape import Problem
from app.kernel.words import N_


class LedgerKeyReused(Conflict):
    """The same key with other content: a programming error or a forged repeat, never swallowed."""

    code = "ledger_key_reused"
    words = N_("This movement of points was already recorded differently.")


class NotEnoughPoints(Conflict):
    """Fewer are left than the order wants, or than it holds."""

    code = "not_enough_points"
    words = N_("%(available)s points are left: the order must be priced again.")


class BalanceTooLow(Refused):
    code = "balance_too_low"
    words = N_("Only %(available)s points can be used.")


class PointsStillPending(Refused):
    code = "points_still_pending"
    words = N_("%(pending)s points are still pending: only %(available)s can be used.")


class PointsPendingUntil(PointsStillPending):
    code = "points_pending_until"
    words = N_(
        "Only %(available)s points can be used; %(pending)s more are available from %(from_when)s."
    )


class CeilingReached(Refused):
    code = "ceiling_reached"
    words = N_("Nobody may have more than %(ceiling)s points: there is room for %(room)s.")


class TransfersNotAllowed(Refused):
    code = "transfers_not_allowed"
    words = N_("Points cannot be given to somebody else.")


class TransferToHerself(Refused):
    code = "transfer_to_herself"
    words = N_("Choose somebody else: these points are hers already.")


class NobodySoNamed(Refused):
    code = "nobody_so_named"
    words = N_("Nobody here has this name and this e-mail address together.")


class GoodwillSpent(Refused):
    code = "goodwill_spent"
    words = N_("Your budget for gestures of this month leaves %(left_points)s.")


class GoodwillCentsSpent(GoodwillSpent):
    code = "goodwill_cents_spent"
    words = N_("Your budget for gestures of this month leaves %(left_cents)s.")


class LoyaltySettingsInvalid(Refused):
    """`problems` name each field and its mend."""

    code = "loyalty_settings_invalid"
    words = N_("These settings cannot work: see each field.")

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)


class LoyaltySettingsMoved(Conflict):
    code = "loyalty_settings_moved"
    words = N_("Somebody else changed these settings meanwhile. Please look again.")
