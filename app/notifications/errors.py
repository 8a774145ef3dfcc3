"""Why a message is not sent, or not sent again."""

from app.kernel.errors import NotFound, Refused
from app.kernel.words import N_


class EmailNotFound(NotFound):
    code = "email_not_found"
    words = N_("There is no such e-mail.")


class EmailOnItsWay(Refused):
    code = "email_on_its_way"
    words = N_("This e-mail is still on its way: there is nothing to send again yet.")


class NoAddress(Refused):
    code = "no_address"
    words = N_("There is no e-mail address on this customer's card. Add one, then send again.")


class NotSentAgain(Refused):
    code = "not_sent_again"
    words = N_("Letters about a person's own access are not sent again: start over with a new one.")


class LinkJustSent(Refused):
    code = "link_just_sent"
    words = N_(
        "A link was sent to %(address)s a moment ago. Give it two minutes to arrive before sending "
        "another."
    )


class TooManyLinks(Refused):
    code = "too_many_links"
    words = N_("%(most)s links were sent for this meeting today. Try again tomorrow.")
