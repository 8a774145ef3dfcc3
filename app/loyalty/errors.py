"""What the ledger refuses."""

from app.kernel.errors import Conflict
from app.kernel.words import N_


class LedgerKeyReused(Conflict):
    """The same key with other content: a programming error or a forged repeat, never swallowed."""

    code = "ledger_key_reused"
    words = N_("This movement of points was already recorded differently.")
