"""What pricing may refuse."""

from collections.abc import Sequence

from app.kernel.errors import Conflict, NotFound, Refused
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


# ---------------------------------------------------------------- the brand's store of promotions


class PromotionNotFound(NotFound):
    code = "promotion_not_found"
    words = N_("We could not find this discount. It may have been archived.")


class SegmentNotFound(NotFound):
    code = "segment_not_found"
    words = N_("We could not find this segment. It may have been removed.")


class PromotionMoved(Conflict):
    code = "promotion_moved"
    words = N_("“%(name)s” was changed by somebody else in the meantime. Please look again.")


class PlanMoved(Conflict):
    code = "plan_moved"
    words = N_("The pricing settings were changed by somebody else in the meantime: look again.")


class PromotionArchived(Conflict):
    code = "promotion_archived"
    words = N_("“%(name)s” is archived: copy it to use it again.")


class SegmentInUse(Conflict):
    code = "segment_in_use"
    words = N_("“%(name)s” is a condition of %(promotions)s: change those first.")


class CodesDoNotFit(Refused):
    code = "codes_do_not_fit"
    words = N_(
        "Codes are made for discounts that are entered by a code; only assigned ones are given to "
        "customers."
    )


class TooManyCodes(Refused):
    code = "too_many_codes"
    words = N_("Ask for 1 to %(most)s codes at a time.")


class CodeNotFound(NotFound):
    code = "code_not_found"
    words = N_("We could not find this code.")


# ---------------------------------------------------------------- what orders use


class PromotionExhausted(Conflict):
    """Somebody took the last use, or what was left of the budget, since the price was shown."""

    code = "promotion_exhausted"
    words = N_("“%(name)s” has just run out: look at the new price before going on.")


class CodeTaken(Conflict):
    code = "code_taken"
    words = N_("The code of “%(name)s” has just been used: look at the new price before going on.")


class VoucherTaken(Conflict):
    code = "voucher_taken"
    words = N_("This voucher has just been used elsewhere: look at the new price before going on.")


class PlanChanged(Conflict):
    code = "plan_changed"
    words = N_("The brand has just changed its discounts: look at the new price before going on.")


class NothingToGiveBack(Conflict):
    code = "nothing_to_give_back"
    words = N_("This has been given back already: nothing was done a second time.")


# ---------------------------------------------------------------- points that become a code


class ConversionNotOffered(Refused):
    code = "conversion_not_offered"
    words = N_("Points cannot be turned into a promo code here.")


class PointsWorthNothing(Refused):
    code = "points_worth_nothing"
    words = N_("So few points are not worth a cent: take at least %(least_points)s.")
