"""What the ledger refuses."""

from app.kernel.errors import Conflict
from app.kernel.words import N_


class LedgerKeyReused(Conflict):
    """The same key with other content: a programming error or a forged repeat, never swallowed."""

    code = "ledger_key_reused"
    words = N_("This movement of points was already recorded differently.")


class NotEnoughPoints(Conflict):
    """Fewer are left than the order wants, or than it holds."""

    code = "not_enough_points"
    words = N_("%(available)s points are left: the order must be priced again.")
