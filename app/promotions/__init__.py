"""Prices: `price()`, promo codes, vouchers."""
