"""Why a message is not sent again."""

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
