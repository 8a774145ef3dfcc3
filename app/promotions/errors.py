"""What pricing may refuse."""

from collections.abc import Sequence

from app.kernel.errors import Refused
from app.kernel.shape import Problem
from app.kernel.words import N_


class AmountTooLarge(Refused):
    code = "amount_too_large"
    words = N_("This order would exceed %(most_cents)s. Lower a quantity or take two orders.")


class PlanInvalid(Refused):
    """The document is no plan; `problems` name each field and its mend."""

    code = "plan_invalid"
    words = N_("This pricing plan cannot work: see each field.")

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)


class CartInvalid(Refused):
    """The document is no cart; `problems` name each field and its mend."""

    code = "cart_invalid"
    words = N_("This cart cannot be read: see each field.")

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)
