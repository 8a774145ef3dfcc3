"""What the platform's operators can do with brands."""

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select

from app.brands.errors import BrandExists, BrandUnknown
from app.brands.models import Brand
from app.brands.settings import BrandSettings
from app.infra.uow import UnitOfWork
from app.kernel.clock import Clock
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.kernel.words import N_

SLUG = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")
COLOUR = re.compile(r"#[0-9a-f]{6}")
CURRENCY = re.compile(r"[A-Z]{3}")
COUNTRY = re.compile(r"[A-Z]{2}")
LANGUAGES = {"fr", "en"}

ACCEPTED = {
    "slug": N_("Use 3 to 40 small letters, digits and dashes, a letter first."),
    "name": N_("Give a name of 80 characters at most."),
    "country": N_("Give two capital letters, such as FR."),
    "currency": N_("Give three capital letters, such as EUR."),
    "timezone": N_("Give a time zone, such as Europe/Paris."),
    "locale": N_("Choose fr or en."),
    "accent": N_("Give a colour, such as #8a3b5c."),
}


def create_brand(
    uow: UnitOfWork,
    *,
    slug: str,
    name: str,
    clock: Clock,
    country: str = "FR",
    currency: str = "EUR",
    timezone: str = "Europe/Paris",
    locale: str = "fr",
    accent: str = "#8a3b5c",
    settings: Mapping[str, Any] | None = None,
) -> Brand:
    """A new tenant. The unit of work belongs to no brand: brands are a platform table.

    Raises Invalid naming every field that cannot work, BrandExists for a slug in use.
    """
    _must_work({
        "slug": bool(SLUG.fullmatch(slug)),
        "name": 0 < len(name.strip()) <= 80,
        "country": bool(COUNTRY.fullmatch(country)),
        "currency": bool(CURRENCY.fullmatch(currency)),
        "timezone": _is_zone(timezone),
        "locale": locale in LANGUAGES,
        "accent": bool(COLOUR.fullmatch(accent)),
    })  # fmt: skip
    if uow.session.scalar(select(Brand.id).where(Brand.slug == slug)):
        raise BrandExists(slug=slug)
    brand = Brand(
        id=new_id(),
        slug=slug,
        name=name.strip(),
        country=country,
        currency=currency,
        timezone=timezone,
        locale=locale,
        accent=accent,
        settings={},
        created_at=clock(),
    )
    brand.change_settings(dict(settings or {}))
    uow.session.add(brand)
    uow.session.flush()
    return brand


def change_settings(uow: UnitOfWork, slug: str, changes: Mapping[str, Any]) -> BrandSettings:
    """All of the changes or none. Raises Invalid for what could never work."""
    brand = uow.session.scalar(select(Brand).where(Brand.slug == slug).with_for_update())
    if brand is None:
        raise BrandUnknown(slug=slug)
    return brand.change_settings(dict(changes))


def _must_work(answers: Mapping[str, bool]) -> None:
    wrong = {name: [ACCEPTED[name]] for name, fine in answers.items() if not fine}
    if wrong:
        raise Invalid(wrong)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return bool(name)
