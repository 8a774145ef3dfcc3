"""Why somebody may not come in. Never says which part was wrong."""

from app.kernel.errors import Conflict, NotAuthenticated, NotFound, Refused
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


class TokenNotUsable(NotAuthenticated):
    """The same for unknown, expired, revoked and used twice."""

    code = "token_not_usable"
    words = N_("This sign-in has ended. Please sign in again.")


class PasswordLinkNotUsable(NotFound):
    """The same for unknown, expired, used and replaced."""

    code = "password_link_not_usable"
    words = N_("This link no longer works. Ask for a new one.")


class UserNotFound(NotFound):
    code = "user_not_found"
    words = N_("There is no such person in the team.")


class NotOnOneself(Refused):
    code = "not_on_oneself"
    words = N_("Ask somebody else with these rights: nobody changes their own.")


class LastAdministrator(Refused):
    code = "last_administrator"
    words = N_("A brand keeps at least one active administrator.")


class RoleOfSellers(Refused):
    code = "role_of_sellers"
    words = N_("A seller is created with a card, under Sellers.")


class AlreadyJoined(Refused):
    code = "already_joined"
    words = N_("This person has already chosen a password.")


class DeviceNotFound(NotFound):
    code = "device_not_found"
    words = N_("This device is no longer signed in.")
