"""Files in and out: what they hold, and how their rows meet what is there."""

from app.catalog.exchange.categories import CATEGORIES
from app.catalog.exchange.products import PRODUCTS
from app.catalog.exchange.shipping import SHIPPING_METHODS
from app.catalog.exchange.stock import STOCK

KINDS = (CATEGORIES, PRODUCTS, STOCK, SHIPPING_METHODS)

__all__ = ["KINDS"]
