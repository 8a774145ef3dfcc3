"""Why something cannot be done with a brand."""

from app.kernel.errors import Conflict, NotFound
from app.kernel.words import N_


class BrandExists(Conflict):
    code = "brand_exists"
    words = N_("There is already a brand called %(slug)s.")


class BrandUnknown(NotFound):
    code = "brand_unknown"
    words = N_("There is no brand called %(slug)s.")
