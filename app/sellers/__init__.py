"""Seller profiles; each seller owns a customer card of her own."""
