"""Carts, orders, payments."""
