"""What rewards refuse."""

from app.kernel.errors import Conflict, Refused
from app.kernel.words import N_


class ProgrammeVersionOutOfOrder(Refused):
    code = "programme_version_out_of_order"
    words = N_("A programme takes effect today at the earliest, not on %(effective_on)s.")


class DraftExists(Conflict):
    code = "draft_exists"
    words = N_("A draft is already there: carry on with it, or discard it first.")


class DraftGone(Conflict):
    """Published or discarded since the page was shown."""

    code = "draft_gone"
    words = N_("This draft is no longer there: it was published or discarded in the meantime.")


class DraftMoved(Conflict):
    """Somebody else has changed the draft since the page was shown."""

    code = "draft_moved"
    words = N_("The draft has changed in the meantime. Look at it again before you go on.")


class PublishedMeanwhile(Conflict):
    """What she compared her draft with is no longer the newest version."""

    code = "published_meanwhile"
    words = N_("Version %(version)s was published in the meantime. Look at the changes again.")


class ApprovalNeeded(Conflict):
    """The brand wants a second person to say yes."""

    code = "approval_needed"
    words = N_("A new version is proposed by one administrator and approved by another.")


class OwnProposal(Conflict):
    code = "own_proposal"
    words = N_("You proposed this version yourself: another administrator has to approve it.")


class SimulationRunning(Conflict):
    code = "simulation_running"
    words = N_("A simulation is running already: wait for it, or stop it first.")


class SimulationOver(Conflict):
    code = "simulation_over"
    words = N_("This simulation is finished.")


class NothingToSimulate(Refused):
    code = "nothing_to_simulate"
    words = N_("No meeting was held and closed in this period, and nothing was sold outside one.")


class GiftsAwaitReference(Refused):
    """Gifts that were won offer the product by the reference it has now."""

    code = "gifts_await_reference"
    words = N_(
        "Gifts that were won and not chosen yet offer %(reference)s: it keeps its reference until"
        " they are chosen or have lapsed."
    )


class ProgrammeNamesReference(Refused):
    code = "programme_names_reference"
    words = N_(
        "Version %(version)s of the reward programme names %(reference)s: publish one that does"
        " not, and wait until the meetings it judges are closed."
    )


class DraftNamesReference(Refused):
    code = "draft_names_reference"
    words = N_(
        "The draft of the reward programme names %(reference)s: take it out there first, or discard"
        " the draft."
    )


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


class ParcelNotOffered(Conflict):
    """The brand does not allow it, or that order has left meanwhile."""

    code = "gift_parcel_not_offered"
    words = N_("The gift cannot leave in this parcel any more. Choose another way.")


class GiftStillThere(Conflict):
    """Somebody wants to wait, or a voucher, while something can be had."""

    code = "gift_still_there"
    words = N_("Some of these gifts are in stock again: choose one.")


class NoWaitingList(Refused):
    code = "gift_without_waiting_list"
    words = N_("There is no waiting list for this gift.")


class NotConvertible(Refused):
    code = "gift_not_convertible"
    words = N_("This gift does not become a voucher.")


class TemplateMoved(Conflict):
    """Somebody else has changed the reward since the page was shown."""

    code = "reward_template_moved"
    words = N_("Somebody else changed this reward meanwhile. Please look again.")


class TemplateIsArchived(Refused):
    code = "reward_template_archived"
    words = N_("“%(name)s” is archived: it is not given any more.")


class RewardIsOver(Refused):
    code = "reward_is_over"
    words = N_("This reward could be used until %(day)s.")


class TemplateNamesReference(Refused):
    code = "reward_template_names_reference"
    words = N_("The published reward “%(name)s” names %(reference)s: change or archive it first.")


class ProductsUnknown(Refused):
    code = "products_unknown"
    words = N_("No product of the catalogue has this reference: %(references)s.")


class GiftNeedsSeller(Refused):
    """A gift is chosen onto an order, which belongs to a seller."""

    code = "gift_needs_seller"
    words = N_("A gift goes out with a seller's order, and this customer has no seller yet.")


class NotForPoints(Refused):
    code = "not_for_points"
    words = N_("“%(name)s” cannot be exchanged for points any more.")


class RewardPriceMoved(Conflict):
    code = "reward_price_moved"
    words = N_("This reward costs %(points)s points by now. Please look again.")


class NothingToImagine(Conflict):
    """It is closed or cancelled, or no programme judges it."""

    code = "nothing_to_imagine"
    words = N_("Nothing more can be won in this meeting.")
