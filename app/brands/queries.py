"""Brands as other packages and pages see them."""

from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.models import Brand
from app.brands.settings import BrandSettings

LOCAL = {"localhost", "127.0.0.1", "[::1]"}
LOCAL_SUFFIX = ".localhost"

_origins = {"default": "http://localhost:8000"}


@dataclass(frozen=True, slots=True)
class BrandView:
    id: UUID
    slug: str
    name: str
    country: str
    currency: str
    timezone: str
    locale: str
    accent: str
    settings: BrandSettings
    origin: str
    """Where its pages live, without a slash at the end: the start of each link in a mail."""
    logo_url: str | None = None


def configure_origin(origin: str) -> None:
    """Told once by the composition root: where an installation's pages live by default."""
    _origins["default"] = origin.rstrip("/")


def brand_by_id(session: Session, brand_id: UUID) -> BrandView | None:
    return next((brand for brand in all_brands(session) if brand.id == brand_id), None)


def brand_by_slug(session: Session, slug: str) -> BrandView | None:
    return next((brand for brand in all_brands(session) if brand.slug == slug), None)


def brand_by_host(session: Session, host: str) -> BrandView | None:
    """By its own address, by `slug.localhost`, or because it is the only one."""
    brands = all_brands(session)
    for brand in brands:
        if host in {f"{brand.slug}{LOCAL_SUFFIX}", _host_of(brand.settings.origin)}:
            return brand
    may_be_the_only_one = not host.endswith(LOCAL_SUFFIX)
    return brands[0] if len(brands) == 1 and may_be_the_only_one else None


def all_brands(session: Session) -> list[BrandView]:
    """Oldest first. Brands are few: one statement answers every question about them."""
    brands = session.scalars(select(Brand).order_by(Brand.created_at, Brand.id)).all()
    return [_view(brand, alone=len(brands) == 1) for brand in brands]


def _view(brand: Brand, *, alone: bool) -> BrandView:
    settings = BrandSettings.read(brand.settings)
    return BrandView(
        id=brand.id,
        slug=brand.slug,
        name=brand.name,
        country=brand.country,
        currency=brand.currency,
        timezone=brand.timezone,
        locale=brand.locale,
        accent=brand.accent,
        settings=settings,
        origin=settings.origin.rstrip("/") or _default_origin(brand.slug, alone=alone),
    )


def _default_origin(slug: str, *, alone: bool) -> str:
    """Several brands on one installation each get their own name in front of its address."""
    parts = urlsplit(_origins["default"])
    return _origins["default"] if alone else f"{parts.scheme}://{slug}.{parts.netloc}"


def _host_of(origin: str) -> str | None:
    return urlsplit(origin).hostname if origin else None
