"""What a customer card may refuse."""

from uuid import UUID

from app.kernel.errors import Conflict, NotFound
from app.kernel.words import N_


class CustomerNotFound(NotFound):
    code = "customer_not_found"
    words = N_("We could not find this customer. Choose one from your book.")


class CustomerAlreadyExists(Conflict):
    """`customer_id` is the existing card when the actor may see it, None otherwise."""

    code = "customer_already_exists"
    words = N_(
        "A customer with the address %(email)s already exists. "
        "Choose her from the list, or give another address."
    )

    def __init__(self, email: str, customer_id: UUID | None) -> None:
        super().__init__(email=email)
        self.customer_id = customer_id
