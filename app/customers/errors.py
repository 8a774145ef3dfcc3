"""What a customer card may refuse."""

from uuid import UUID

from app.kernel.errors import Conflict, NotFound, Refused
from app.kernel.words import N_


class CustomerNotFound(NotFound):
    code = "customer_not_found"
    words = N_("We could not find this customer. Choose one from your book.")


class CustomerAlreadyExists(Conflict):
    """`customer_id` is the existing card when the actor may see it, None otherwise."""

    code = "customer_already_exists"
    words = N_(
        "A customer with the address %(email)s already exists. "
        "Choose that card from the list, or give another address."
    )

    def __init__(self, email: str, customer_id: UUID | None) -> None:
        super().__init__(email=email)
        self.customer_id = customer_id


class CustomerStandsElsewhere(CustomerAlreadyExists):
    """In another seller's book: nothing is told of her but that the address is taken."""

    code = "customer_stands_elsewhere"
    words = N_(
        "The address %(email)s already belongs to a card outside your book. "
        "Ask your brand to share that card with you, or give another address."
    )


class CardsAreOne(Refused):
    code = "cards_are_one"
    words = N_("Choose another card: one cannot be put together with itself.")


class CardWasMerged(Conflict):
    """Into a third one: what is asked for now is another question."""

    code = "card_was_merged"
    words = N_("This card was put together with another one meanwhile. Please look again.")


class OwnCardCannotGo(Refused):
    code = "own_card_cannot_go"
    words = N_(
        "%(name)s is a seller and signs in with this card: keep it, and empty the other one."
    )


class RoleIsGiven(Refused):
    code = "role_is_given"
    words = N_("The role %(role)s is given by Convive itself; choose another word.")


class TooManyRoles(Refused):
    code = "too_many_roles"
    words = N_("A card takes %(most)s roles of your own at most.")


class NoteNotFound(NotFound):
    code = "note_not_found"
    words = N_("This note is no longer here.")


class BookIsHerOwn(Refused):
    code = "book_is_her_own"
    words = N_("Choose another seller: these customers are in that book already.")


class CardIsAnothers(Conflict):
    """A file tells one person's address beside another's name."""

    code = "card_is_anothers"
    words = N_(
        "This address is already on the card of %(name)s (identifier %(identifier)s). "
        "Correct the address, or the name."
    )


class CardNotKnown(NotFound):
    code = "card_not_known"
    words = N_("No card has this identifier; leave it blank for somebody new.")


class SellerNotKnown(NotFound):
    code = "seller_not_known"
    words = N_("No seller signs in with the address %(email)s.")


class OwnCardStays(Refused):
    code = "own_card_stays"
    words = N_("A seller's own card stays in the seller's own book.")
