"""The brand: a platform table, read before any tenant is known."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.brands.settings import BrandSettings
from app.infra.orm import Base, brand_pk, uuid_pk


class Brand(Base):
    """A tenant. Its id is the first half of every key of its rows."""

    __tablename__ = "brands"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("slug ~ '^[a-z][a-z0-9-]{1,38}[a-z0-9]$'", name="slug_grammar"),
        CheckConstraint("accent ~ '^#[0-9a-f]{6}$'", name="accent_grammar"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_grammar"),
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country_grammar"),
        CheckConstraint("locale IN ('fr', 'en')", name="locale_known"),
    )

    id: Mapped[uuid_pk]
    slug: Mapped[str]
    name: Mapped[str]
    country: Mapped[str] = mapped_column(server_default="FR")
    currency: Mapped[str] = mapped_column(server_default="EUR")
    timezone: Mapped[str] = mapped_column(server_default="Europe/Paris")
    locale: Mapped[str] = mapped_column(server_default="fr")
    accent: Mapped[str] = mapped_column(server_default="#8a3b5c")
    """The one colour that themes what customers and sellers see."""
    logo_id: Mapped[UUID | None]
    """Its picture in `brand_logos`; a new logo has a new id, so that caches may keep it."""
    settings: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    created_at: Mapped[datetime]

    def change_settings(self, changes: dict[str, Any]) -> BrandSettings:
        """Raises Invalid and changes nothing when one of the changes cannot work."""
        settings = BrandSettings.read(self.settings).changed(changes)
        self.settings = {**self.settings, **changes}
        return settings


class BrandDomain(Base):
    """A host name under which the brand is served. Everybody may read them, before any brand is
    known; only the brand itself writes its own."""

    __tablename__ = "brand_domains"
    __table_args__ = (
        UniqueConstraint("host"),
        CheckConstraint("host = lower(host) AND host !~ '[/:@ ]'", name="host_grammar"),
    )

    id: Mapped[uuid_pk]
    brand_id: Mapped[UUID] = mapped_column(ForeignKey("brands.id"))
    host: Mapped[str]
    created_at: Mapped[datetime]


class BrandLogo(Base):
    """The logo as we drew it again from what was sent: a PNG without anything but its pixels."""

    __tablename__ = "brand_logos"
    __table_args__ = (UniqueConstraint("brand_id"),)

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    content: Mapped[bytes]
    content_type: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    sha256: Mapped[str]
    created_at: Mapped[datetime]


class TermsOfSale(Base):
    """One version of the terms customers accept when they order by themselves. Never altered:
    an order names the version that was accepted."""

    __tablename__ = "terms_of_sale"
    __table_args__ = (
        UniqueConstraint("brand_id", "version"),
        CheckConstraint("version > 0", name="version_positive"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    version: Mapped[int]
    text: Mapped[str]
    published_at: Mapped[datetime]
