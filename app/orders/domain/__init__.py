"""Rules of orders that need nothing but values."""
