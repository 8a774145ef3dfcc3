"""Who may come in: users with a password, sessions, tokens, and links."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.domain import LinkPurpose, PasswordLinkPurpose
from app.infra.orm import Base, belongs, brand_pk, one_of, uuid_pk
from app.kernel.actor import Role


class User(Base):
    """A person who signs in with an e-mail address and a password, within one brand."""

    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("brand_id", "email_key"),
        one_of("role", Role),
        belongs("seller_id", "sellers"),
        belongs("customer_id", "customers"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    email: Mapped[str]
    email_key: Mapped[str]
    """The address folded for comparison; mail goes to `email` as it was typed."""
    password_hash: Mapped[str]
    role: Mapped[str]
    display_name: Mapped[str]
    locale: Mapped[str | None]
    seller_id: Mapped[UUID | None]
    customer_id: Mapped[UUID | None]
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime]
    password_set_at: Mapped[datetime | None]
    """None: invited, and has not chosen a password yet."""


class SignInSession(Base):
    """What one browser's opaque cookie stands for; a platform table, found by the hash alone."""

    __tablename__ = "sessions"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("ix_sessions_user", "brand_id", "user_id"),
        Index("ix_sessions_expires_at", "expires_at"),
    )

    id: Mapped[uuid_pk]
    token_hash: Mapped[bytes]
    brand_id: Mapped[UUID] = mapped_column(ForeignKey("brands.id"))
    user_id: Mapped[UUID | None]
    """None: an anonymous visitor, known by her form token, language and messages only."""
    data: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(server_default="")
    """What the browser says it is, shortened: `Firefox · Android`."""


class PersonalLink(Base):
    """A capability: lets its holder do one thing, about one meeting or one seller's customer;
    never an account."""

    __tablename__ = "personal_links"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("ix_personal_links_meeting", "brand_id", "meeting_id"),
        belongs("meeting_id", "meetings"),
        belongs("customer_id", "customers"),
        belongs("seller_id", "sellers"),
        one_of("purpose", LinkPurpose),
        CheckConstraint(
            "(meeting_id IS NULL) <> (seller_id IS NULL)"
            " AND (purpose = 'order' OR meeting_id IS NOT NULL)"
            " AND (purpose = 'guests') = (customer_id IS NULL)",
            name="says_what_it_opens",
        ),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    token_hash: Mapped[bytes]
    purpose: Mapped[str]
    meeting_id: Mapped[UUID | None]
    customer_id: Mapped[UUID | None]
    """None: whoever holds it has yet to say who she is."""
    seller_id: Mapped[UUID | None]
    """From whom she orders, outside meetings."""
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class PasswordLink(Base):
    """Lets its holder choose one password, once: after forgetting hers, or being invited."""

    __tablename__ = "password_links"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("ix_password_links_user", "brand_id", "user_id"),
        belongs("user_id", "users"),
        one_of("purpose", PasswordLinkPurpose),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    token_hash: Mapped[bytes]
    user_id: Mapped[UUID]
    purpose: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """Used, or replaced by a newer one."""


class TokenFamily(Base):
    """One sign-in of the mobile app: every token that descends from it. Ended as a whole."""

    __tablename__ = "token_families"
    __table_args__ = (
        Index("ix_token_families_user", "brand_id", "user_id"),
        belongs("user_id", "users"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    user_id: Mapped[UUID]
    device: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class AccessToken(Base):
    """Opens the API for a quarter of an hour."""

    __tablename__ = "access_tokens"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("ix_access_tokens_family", "brand_id", "family_id"),
        belongs("family_id", "token_families"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    family_id: Mapped[UUID]
    token_hash: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class RefreshToken(Base):
    """Gives the next pair of tokens, once. A second use means that somebody copied it."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("ix_refresh_tokens_family", "brand_id", "family_id"),
        belongs("family_id", "token_families"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    family_id: Mapped[UUID]
    token_hash: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
