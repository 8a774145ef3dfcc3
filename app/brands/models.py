"""The brand: a platform table, read before any tenant is known."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.brands.settings import BrandSettings
from app.infra.orm import Base, uuid_pk


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
    settings: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    created_at: Mapped[datetime]

    def change_settings(self, changes: dict[str, Any]) -> BrandSettings:
        """Raises Invalid and changes nothing when one of the changes cannot work."""
        settings = BrandSettings.read(self.settings).changed(changes)
        self.settings = {**self.settings, **changes}
        return settings
