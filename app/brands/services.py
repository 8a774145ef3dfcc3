"""What the platform's operators can do with brands, and what a brand's own staff can."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.audit.services import changed, record
from app.brands.errors import (
    BrandExists,
    BrandUnknown,
    DomainInUse,
    DomainTaken,
    DomainUnknown,
    TooManyDomains,
)
from app.brands.models import Brand, BrandDomain, BrandLogo
from app.brands.queries import all_brands, installation
from app.brands.settings import BrandSettings
from app.brands.theme import DEFAULT_ACCENT
from app.infra.pictures import NotAPicture, Picture, redrawn
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.kernel.words import N_

SLUG = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")
COLOUR = re.compile(r"#[0-9a-f]{6}")
CURRENCY = re.compile(r"[A-Z]{3}")
COUNTRY = re.compile(r"[A-Z]{2}")
LANGUAGES = {"fr", "en"}
LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
HOST = re.compile(r"(?=.{4,253}$)(" + LABEL + r"\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
LONGEST_NAME = 80
MOST_DOMAINS = 10
LARGEST_LOGO = 1_000_000
LOGO_LIMITS = {"most": LARGEST_LOGO // 1_000}
LOGO_WIDTH, LOGO_HEIGHT = 720, 200
"""Sharp at twice the size at which pages show it."""

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
    accent: str = DEFAULT_ACCENT,
    settings: Mapping[str, Any] | None = None,
) -> Brand:
    """A new tenant. The unit of work belongs to no brand: brands are a platform table.

    Raises Invalid naming every field that cannot work, BrandExists for a slug in use.
    """
    _must_work({
        "slug": bool(SLUG.fullmatch(slug)),
        "name": 0 < len(name.strip()) <= LONGEST_NAME,
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
    brand = uow.session.scalar(
        select(Brand).where(Brand.slug == slug).with_for_update(key_share=True)
    )
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


# ------------------------------------------------------------------- by the brand's own staff


def adjust_settings(uow: UnitOfWork, actor: Actor, changes: Mapping[str, Any]) -> BrandSettings:
    """All of the changes or none, written down. Raises Invalid for what could never work."""
    brand = _own_brand(uow, actor)
    before = asdict(BrandSettings.read(brand.settings))
    settings = brand.change_settings(dict(changes))
    was, now = changed(before, asdict(settings))
    if now:
        record(uow, actor, "brand.settings", "brand", brand.id, was, now)
    return settings


def change_theme(
    uow: UnitOfWork, actor: Actor, *, name: str | None = None, accent: str | None = None
) -> None:
    """The name and the colour everybody sees. Raises Invalid."""
    brand = _own_brand(uow, actor)
    wanted = {"name": (name or brand.name).strip(), "accent": (accent or brand.accent).lower()}
    _must_work({
        "name": 0 < len(wanted["name"]) <= LONGEST_NAME,
        "accent": bool(COLOUR.fullmatch(wanted["accent"])),
    })  # fmt: skip
    was, now = changed({"name": brand.name, "accent": brand.accent}, wanted)
    brand.name, brand.accent = wanted["name"], wanted["accent"]
    if now:
        record(uow, actor, "brand.theme", "brand", brand.id, was, now)


def set_logo(uow: UnitOfWork, actor: Actor, content: bytes, *, clock: Clock) -> UUID:
    """Drawn again by us, whatever was sent. Raises Invalid naming the mend."""
    brand = _own_brand(uow, actor)
    picture = _logo_picture(content)
    logo = BrandLogo(
        brand_id=brand.id,
        id=new_id(),
        content=picture.content,
        content_type=picture.content_type,
        width=picture.width,
        height=picture.height,
        sha256=picture.sha256,
        created_at=clock(),
    )
    uow.session.execute(delete(BrandLogo).where(BrandLogo.brand_id == brand.id))
    uow.session.add(logo)
    brand.logo_id = logo.id
    size = {"width": picture.width, "height": picture.height}
    record(uow, actor, "brand.logo", "brand", brand.id, after=size)
    return logo.id


def remove_logo(uow: UnitOfWork, actor: Actor) -> None:
    brand = _own_brand(uow, actor)
    if brand.logo_id is not None:
        uow.session.execute(delete(BrandLogo).where(BrandLogo.brand_id == brand.id))
        brand.logo_id = None
        record(uow, actor, "brand.logo_removed", "brand", brand.id)


def add_domain(uow: UnitOfWork, actor: Actor, host: str, *, clock: Clock) -> str:
    """The host name as browsers ask for it. Only the platform gives local names.

    Raises Invalid, DomainTaken, TooManyDomains.
    """
    brand = _own_brand(uow, actor)
    name = read_host(host, local=actor.is_system)
    taken = [one for one in all_brands(uow.session) if name in one.hosts]
    if [one.id for one in taken] == [brand.id]:
        return name
    own = next(one for one in all_brands(uow.session) if one.id == brand.id)
    if len(own.domains) >= MOST_DOMAINS:
        raise TooManyDomains(most=MOST_DOMAINS)
    if taken or (installation.is_itself(name) and not actor.is_system):
        raise DomainTaken(host=name)
    values = {"id": new_id(), "brand_id": brand.id, "host": name, "created_at": clock()}
    added = insert(BrandDomain).values(values).on_conflict_do_nothing().returning(BrandDomain.id)
    if uow.session.execute(added).first() is None:
        raise DomainTaken(host=name)
    record(uow, actor, "brand.domain_added", "brand", brand.id, after={"host": name})
    return name


def remove_domain(uow: UnitOfWork, actor: Actor, host: str) -> None:
    """Raises DomainUnknown, and DomainInUse while mails lead there."""
    brand = _own_brand(uow, actor)
    if urlsplit(BrandSettings.read(brand.settings).origin).hostname == host:
        raise DomainInUse(host=host)
    mine = (BrandDomain.brand_id == brand.id, BrandDomain.host == host)
    gone = uow.session.execute(delete(BrandDomain).where(*mine).returning(BrandDomain.id))
    if gone.first() is None:
        raise DomainUnknown
    record(uow, actor, "brand.domain_removed", "brand", brand.id, before={"host": host})


def read_host(text: str, *, local: bool = False) -> str:
    """A host name as it is asked for: small letters, accents in their ASCII form."""
    typed = text.strip().lower().removeprefix("https://").removeprefix("http://").strip("/.")
    try:
        name = typed.encode("idna").decode("ascii")
    except UnicodeError:
        name = ""
    is_local = name == "localhost" or name.endswith(".localhost")
    if not (HOST.fullmatch(name) or (local and is_local)) or (is_local and not local):
        raise Invalid({"host": [N_("Give a host name, such as shop.brand.example.")]})
    return name


def _own_brand(uow: UnitOfWork, actor: Actor) -> Brand:
    """Locked, so that two people changing it at once come one after the other; whoever writes
    meetings or orders of the brand does not wait."""
    if actor.role not in {Role.BRAND_ADMIN, Role.SYSTEM} or actor.brand_id != uow.brand_id:
        raise NotFound
    statement = select(Brand).where(Brand.id == uow.brand_id).with_for_update(key_share=True)
    return uow.session.scalars(statement).one()


def _logo_picture(content: bytes) -> Picture:
    if len(content) > LARGEST_LOGO:
        raise Invalid({"logo": [(N_("Send a file of %(most)s kB at most."), LOGO_LIMITS)]})
    try:
        return redrawn(content, width=LOGO_WIDTH, height=LOGO_HEIGHT)
    except NotAPicture:
        raise Invalid({"logo": [N_("Send a PNG, JPEG or WebP picture.")]}) from None
