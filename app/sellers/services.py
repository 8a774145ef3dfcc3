"""Bringing sellers in, keeping their profiles right, letting them go."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.queries import accounts_of_sellers
from app.accounts.services import change_address, create_user, restore, suspend
from app.accounts.services import invite_again as invite_person_again
from app.audit.services import changed, masked, record
from app.customers.queries import customer
from app.customers.services import (
    SELLER,
    CardChanges,
    NewCustomer,
    add_to_book,
    change_customer,
    create_customer,
    edit_customer,
    name_seller,
)
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock
from app.kernel.errors import NotAllowed
from app.kernel.ids import new_id
from app.sellers.errors import AddressNeeded, AlreadySeller, SellerNotFound
from app.sellers.models import Seller


@dataclass(frozen=True, slots=True)
class NewSeller:
    first_name: str
    last_name: str
    email: str
    password: str | None = None
    """None: she is sent a link to choose one."""
    display_name: str = ""
    """As customers know her; empty: her first and last name."""
    phone: str | None = None
    city: str = ""
    locale: str = "fr"
    postcode: str = ""
    address: str = ""


def create_seller(uow: UnitOfWork, actor: Actor, new: NewSeller, *, clock: Clock) -> UUID:
    """Her card (for her own rewards), her profile, her way in.

    She stands in her own book: a seller may be a guest, and sees what she has earned.
    Raises CustomerAlreadyExists, and what `create_user` refuses.
    """
    must_manage(actor)
    card = NewCustomer(
        first_name=new.first_name,
        last_name=new.last_name,
        email=new.email,
        phone=new.phone,
        address=new.address,
        postcode=new.postcode,
        city=new.city,
        locale=new.locale,
        roles=(SELLER,),
    )
    customer_id = create_customer(uow, actor, card, clock=clock)
    name = new.display_name or f"{new.first_name} {new.last_name}"
    return _take_in(uow, actor, customer_id, name, new.email, new.password, new.locale, clock)


def hire_customer(
    uow: UnitOfWork, actor: Actor, customer_id: UUID, *, display_name: str = "", clock: Clock
) -> UUID:
    """A customer becomes a seller and keeps her card and what she has won.

    Raises CustomerNotFound, AlreadySeller, AddressNeeded, EmailTaken.
    """
    must_manage(actor)
    card = customer(uow.session, actor, customer_id)
    if uow.session.scalar(select(Seller.id).where(Seller.customer_id == customer_id)):
        raise AlreadySeller(name=card.name)
    if not card.email:
        raise AddressNeeded
    name_seller(uow, customer_id)
    name = display_name or card.name
    return _take_in(uow, actor, customer_id, name, card.email, None, card.locale, clock)


def edit_seller(
    uow: UnitOfWork,
    actor: Actor,
    seller_id: UUID,
    display_name: str,
    card: CardChanges,
) -> None:
    """Her profile and her card. The address she signs in with stays."""
    must_manage(actor)
    seller = _locked(uow, seller_id)
    edit_customer(uow, actor, seller.customer_id, card)
    name_anew(uow, actor, seller.id, display_name)


def name_anew(uow: UnitOfWork, actor: Actor, seller_id: UUID, display_name: str) -> None:
    """As customers know her; her card stays. Raises SellerNotFound."""
    must_manage(actor)
    seller = _locked(uow, seller_id)
    before, after = changed({"display_name": seller.display_name}, {"display_name": display_name})
    if after:
        seller.display_name = display_name
        record(uow, actor, "seller.edit", "seller", seller.id, before, after)


def change_sign_in(
    uow: UnitOfWork,
    actor: Actor,
    seller_id: UUID,
    email: str,
    *,
    card_too: bool,
    clock: Clock,
) -> None:
    """The address she signs in with and, with `card_too`, the one on her card. She is signed out
    everywhere, and both addresses are told.

    Raises SellerNotFound, EmailTaken, CustomerAlreadyExists.
    """
    must_manage(actor)
    seller = _locked(uow, seller_id)
    account = accounts_of_sellers(uow.session, uow.brand_id, [seller_id]).get(seller_id)
    if account is None:
        raise SellerNotFound
    if card_too:
        change_customer(uow, actor, seller.customer_id, {"email": email})
    told = {"email": masked(account.email)}, {"email": masked(email)}
    if account.email != email:
        record(uow, actor, "seller.edit", "seller", seller.id, *told)
    change_address(uow, actor, account.id, email, clock=clock)


def suspend_seller(uow: UnitOfWork, actor: Actor, seller_id: UUID, *, clock: Clock) -> None:
    """Out at once; her meetings, orders and book stay as they are. Twice is once."""
    must_manage(actor)
    seller = _locked(uow, seller_id)
    if not seller.active:
        return
    seller.active = False
    record(uow, actor, "seller.suspend", "seller", seller.id, {"active": True}, {"active": False})
    account = accounts_of_sellers(uow.session, uow.brand_id, [seller_id]).get(seller_id)
    if account:
        suspend(uow, actor, account.id, clock=clock)


def restore_seller(uow: UnitOfWork, actor: Actor, seller_id: UUID) -> None:
    """She may work again."""
    must_manage(actor)
    seller = _locked(uow, seller_id)
    if seller.active:
        return
    seller.active = True
    record(uow, actor, "seller.restore", "seller", seller.id, {"active": False}, {"active": True})
    account = accounts_of_sellers(uow.session, uow.brand_id, [seller_id]).get(seller_id)
    if account:
        restore(uow, actor, account.id)


def invite_again(uow: UnitOfWork, actor: Actor, seller_id: UUID, *, clock: Clock) -> None:
    """Another link to choose her password. Raises SellerNotFound, AlreadyJoined."""
    must_manage(actor)
    account = accounts_of_sellers(uow.session, uow.brand_id, [seller_id]).get(seller_id)
    if account is None:
        raise SellerNotFound
    invite_person_again(uow, actor, account.id, clock=clock)


def must_manage(actor: Actor) -> None:
    """Raises NotAllowed: hiring is for the brand's administrators."""
    if actor.role not in {Role.BRAND_ADMIN, Role.SYSTEM}:
        raise NotAllowed


def _take_in(
    uow: UnitOfWork,
    actor: Actor,
    customer_id: UUID,
    name: str,
    email: str,
    password: str | None,
    locale: str,
    clock: Clock,
) -> UUID:
    seller_id = new_id()
    seller = Seller(
        brand_id=uow.brand_id,
        id=seller_id,
        customer_id=customer_id,
        display_name=name,
        created_at=clock(),
    )
    _add(uow, seller)
    add_to_book(uow, seller_id, customer_id, principal=True)
    create_user(
        uow,
        email=email,
        password=password,
        role=Role.SELLER,
        display_name=name,
        clock=clock,
        locale=locale,
        seller_id=seller_id,
        customer_id=customer_id,
    )
    told = {"display_name": name, "email": masked(email)}
    record(uow, actor, "seller.create", "seller", seller_id, after=told)
    return seller_id


def _add(uow: UnitOfWork, seller: Seller) -> None:
    """The account and the book refer to it. Of two who hire her at once, one is told."""
    name = seller.display_name
    try:
        with uow.session.begin_nested():
            uow.session.add(seller)
    except IntegrityError:
        raise AlreadySeller(name=name) from None


def _locked(uow: UnitOfWork, seller_id: UUID) -> Seller:
    found = uow.session.scalar(select(Seller).where(Seller.id == seller_id).with_for_update())
    if found is None:
        raise SellerNotFound
    return found
