"""Users as pages and other packages see them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.kernel.actor import Actor, Role
from app.kernel.text import identity_key


@dataclass(frozen=True, slots=True)
class UserView:
    brand_id: UUID
    id: UUID
    email: str
    display_name: str
    role: Role
    locale: str | None
    seller_id: UUID | None
    customer_id: UUID | None

    @property
    def actor(self) -> Actor:
        return Actor(
            brand_id=self.brand_id,
            role=self.role,
            user_id=self.id,
            seller_id=self.seller_id,
            customer_id=self.customer_id,
        )


def active_user(session: Session, brand_id: UUID, user_id: UUID) -> UserView | None:
    """For sessions: somebody suspended is nobody, at her next request."""
    user = session.get(User, (brand_id, user_id))
    return view(user) if user is not None and user.active else None


def user_by_email(session: Session, brand_id: UUID, email: str) -> UserView | None:
    user = session.scalar(
        select(User).where(User.brand_id == brand_id, User.email_key == identity_key(email))
    )
    return view(user) if user is not None else None


def view(user: User) -> UserView:
    return UserView(
        brand_id=user.brand_id,
        id=user.id,
        email=user.email,
        display_name=user.display_name,
        role=Role(user.role),
        locale=user.locale,
        seller_id=user.seller_id,
        customer_id=user.customer_id,
    )
