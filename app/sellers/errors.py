"""Why somebody cannot become a seller, or a seller be changed."""

from app.kernel.errors import Conflict, NotFound
from app.kernel.words import N_


class SellerNotFound(NotFound):
    code = "seller_not_found"
    words = N_("There is no such seller.")


class AlreadySeller(Conflict):
    code = "already_seller"
    words = N_("%(name)s is a seller already.")


class AddressNeeded(Conflict):
    code = "seller_address_needed"
    words = N_("Give the card an e-mail address first: sellers sign in with it.")
