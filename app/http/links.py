"""Addresses that leave in mails: built from the brand's own origin, never from a request."""

from app.http.brand import CurrentBrand


def host_page_url(brand: CurrentBrand, token: str) -> str:
    """The host's page behind her personal link."""
    return f"{brand.origin}/h/{token}"


def shop_url(brand: CurrentBrand, token: str) -> str:
    """Where a customer orders by her own link."""
    return f"{brand.origin}/o/{token}"


def guests_url(brand: CurrentBrand, token: str) -> str:
    """Where the guests of a meeting say who they are."""
    return f"{brand.origin}/g/{token}"


def page_url(brand: CurrentBrand, path: str) -> str:
    return f"{brand.origin}{path}"
