"""Why something cannot be done with a brand."""

from app.kernel.errors import Conflict, NotFound, Refused
from app.kernel.words import N_


class BrandExists(Conflict):
    code = "brand_exists"
    words = N_("There is already a brand called %(slug)s.")


class BrandUnknown(NotFound):
    code = "brand_unknown"
    words = N_("There is no brand called %(slug)s.")


class LogoUnknown(NotFound):
    code = "logo_unknown"
    words = N_("There is no such logo.")


class DomainUnknown(NotFound):
    code = "domain_unknown"
    words = N_("This host name is not one of the brand's.")


class DomainTaken(Conflict):
    code = "domain_taken"
    words = N_("%(host)s already leads somewhere. Choose another host name.")


class DomainInUse(Refused):
    code = "domain_in_use"
    words = N_(
        "The links in your mails start with %(host)s. Choose another address in the settings first."
    )


class TooManyDomains(Refused):
    code = "too_many_domains"
    words = N_("A brand has %(most)s host names at most. Remove one first.")
