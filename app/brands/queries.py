"""Brands as other packages and pages see them."""

from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.brands.errors import LogoUnknown
from app.brands.models import Brand, BrandDomain, BrandLogo
from app.brands.settings import BrandSettings
from app.brands.theme import Theme, theme_of
from app.infra.tenancy import brand_in

LOCAL = {"localhost", "127.0.0.1", "[::1]"}
LOCAL_SUFFIX = ".localhost"


@dataclass(slots=True)
class Installation:
    """Where this installation's pages live, as its environment says."""

    origin: str = "http://localhost:8000"
    hosts: frozenset[str] = frozenset()
    """Further names under which it is asked."""

    @property
    def host(self) -> str:
        return urlsplit(self.origin).hostname or ""

    def is_itself(self, host: str) -> bool:
        """Not the name of one of its brands."""
        return host in LOCAL or host == self.host or host in self.hosts

    def known_as(self, host: str) -> str:
        """One name for all that mean the same: 127.0.0.1 is localhost, where pages live there."""
        alike = host in self.hosts or (host in LOCAL and self.host in LOCAL)
        return self.host if alike else host


installation = Installation()


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
    domains: tuple[str, ...] = ()
    """Host names of its own, the oldest first."""

    @property
    def theme(self) -> Theme:
        return theme_of(self.accent)

    @property
    def hosts(self) -> set[str]:
        """Every name under which it is asked for."""
        named = {f"{self.slug}{LOCAL_SUFFIX}", f"{self.slug}.{installation.host}", *self.domains}
        return named | {_host_of(self.settings.origin) or f"{self.slug}{LOCAL_SUFFIX}"}


@dataclass(frozen=True, slots=True)
class LogoView:
    content: bytes
    content_type: str
    sha256: str


def configure_origin(origin: str, hosts: tuple[str, ...] = ()) -> None:
    """Told once by the composition root: where an installation's pages live by default."""
    installation.origin = origin.rstrip("/")
    installation.hosts = frozenset(host.lower() for host in hosts)


def brand_by_id(session: Session, brand_id: UUID) -> BrandView | None:
    return next((brand for brand in all_brands(session) if brand.id == brand_id), None)


def this_brand(session: Session) -> BrandView:
    """The one this transaction is bound to."""
    brand = brand_by_id(session, brand_in(session))
    assert brand is not None, "a transaction is bound to a brand that exists"
    return brand


def brand_by_slug(session: Session, slug: str) -> BrandView | None:
    return next((brand for brand in all_brands(session) if brand.slug == slug), None)


def brand_by_host(session: Session, host: str) -> BrandView | None:
    """By one of its own names, or because it is the only one here. Any other name is nobody's:
    what a request calls itself is believed only when we gave the name."""
    brands = all_brands(session)
    named = [brand for brand in brands if host in brand.domains]
    named += [brand for brand in brands if installation.known_as(host) in brand.domains]
    named += [brand for brand in brands if host in brand.hosts]
    if named:
        return named[0]
    return brands[0] if len(brands) == 1 and installation.is_itself(host) else None


def all_brands(session: Session) -> list[BrandView]:
    """Oldest first. Brands are few: one statement answers every question about them."""
    domains = (
        select(BrandDomain.host)
        .where(BrandDomain.brand_id == Brand.id)
        .order_by(BrandDomain.created_at, BrandDomain.id)
        .scalar_subquery()
    )
    statement = select(Brand, func.array(domains)).order_by(Brand.created_at, Brand.id)
    found = session.execute(statement).all()
    return [_view(brand, tuple(hosts), alone=len(found) == 1) for brand, hosts in found]


def logo(session: Session, logo_id: UUID) -> LogoView:
    """Raises LogoUnknown, for another brand's and for one that was replaced too."""
    columns = (BrandLogo.content, BrandLogo.content_type, BrandLogo.sha256)
    row = session.execute(select(*columns).where(BrandLogo.id == logo_id)).first()
    if row is None:
        raise LogoUnknown
    return LogoView(*row)


def _view(brand: Brand, domains: tuple[str, ...], *, alone: bool) -> BrandView:
    settings = BrandSettings.read(brand.settings)
    alone = alone or installation.host in domains
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
        origin=settings.origin.rstrip("/") or default_origin(brand.slug, alone=alone),
        logo_url=f"/logo/{brand.logo_id}" if brand.logo_id else None,
        domains=domains,
    )


def default_origin(slug: str, *, alone: bool) -> str:
    """Several brands on one installation each get their own name in front of its address, but
    for the one to whom that address was given."""
    parts = urlsplit(installation.origin)
    return installation.origin if alone else f"{parts.scheme}://{slug}.{parts.netloc}"


def _host_of(origin: str) -> str | None:
    return urlsplit(origin).hostname if origin else None
