"""The seller's pages about orders: all of them, one outside meetings, one by itself."""

from app.orders.web import direct, lists
from app.orders.web.order import bp

__all__ = ["bp", "direct", "lists"]
