"""What rewards refuse."""

from app.kernel.errors import Conflict, Refused
from app.kernel.words import N_


class ProgrammeRefused(Refused):
    """A programme that could never work is not published; `problems` say where and why."""

    code = "programme_refused"
    words = N_("This programme cannot be published: %(problem)s")


class ProgrammeVersionOutOfOrder(Refused):
    code = "programme_version_out_of_order"
    words = N_("A programme takes effect today at the earliest, not on %(effective_on)s.")


class GiftAlreadyChosen(Conflict):
    code = "gift_already_chosen"
    words = N_("This gift has already been chosen.")


class GiftNoLongerOffered(Refused):
    code = "gift_no_longer_offered"
    words = N_("This gift can no longer be chosen.")


class NotAmongTheChoices(Refused):
    code = "not_among_the_choices"
    words = N_("Choose one of the gifts shown.")


class GiftGone(Conflict):
    """Between looking and choosing, somebody else took the last one."""

    code = "gift_gone"
    words = N_("“%(name)s” has just run out. Choose another gift: yours is still waiting.")
