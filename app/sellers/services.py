"""Bringing sellers in."""

from dataclasses import dataclass
from uuid import UUID

from app.accounts.services import create_user
from app.customers.services import SELLER, NewCustomer, add_to_book, create_customer
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock
from app.kernel.errors import NotAllowed
from app.kernel.ids import new_id
from app.sellers.models import Seller


@dataclass(frozen=True, slots=True)
class NewSeller:
    first_name: str
    last_name: str
    email: str
    password: str
    display_name: str = ""
    """As customers know her; empty: her first and last name."""
    phone: str | None = None
    city: str = ""
    locale: str = "fr"


def create_seller(uow: UnitOfWork, actor: Actor, new: NewSeller, *, clock: Clock) -> UUID:
    """Her card (for her own rewards), her profile, her way in.

    She stands in her own book: a seller may be a guest, and sees what she has earned.
    Raises CustomerAlreadyExists, and what `create_user` refuses.
    """
    if actor.role not in {Role.BRAND_ADMIN, Role.SYSTEM}:
        raise NotAllowed
    name = new.display_name or f"{new.first_name} {new.last_name}"
    card = NewCustomer(
        first_name=new.first_name,
        last_name=new.last_name,
        email=new.email,
        phone=new.phone,
        city=new.city,
        locale=new.locale,
        roles=(SELLER,),
    )
    customer_id = create_customer(uow, actor, card, clock=clock)
    seller_id = new_id()
    uow.session.add(
        Seller(
            brand_id=uow.brand_id,
            id=seller_id,
            customer_id=customer_id,
            display_name=name,
            created_at=clock(),
        )
    )
    uow.session.flush()  # the account and the book refer to it
    add_to_book(uow, seller_id, customer_id, principal=True)
    create_user(
        uow,
        email=new.email,
        password=new.password,
        role=Role.SELLER,
        display_name=name,
        clock=clock,
        locale=new.locale,
        seller_id=seller_id,
        customer_id=customer_id,
    )
    return seller_id
