"""Why somebody may not come in. Never says which part was wrong."""

from app.kernel.errors import Conflict, NotFound, Refused
from app.kernel.words import N_


class SignInRefused(Refused):
    """The same for an unknown address, a wrong password and a suspended account."""

    code = "sign_in_refused"
    words = N_("This e-mail address and password do not go together. Check both and try again.")


class LinkNotUsable(NotFound):
    """The same for unknown, expired, revoked and another purpose's."""

    code = "link_not_usable"
    words = N_("This link no longer works. Ask the person who sent it for a new one.")


class EmailTaken(Conflict):
    code = "email_taken"
    words = N_("Somebody already signs in with this e-mail address.")
