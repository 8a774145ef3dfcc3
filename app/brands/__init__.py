"""The tenant: a brand, its settings and its theme."""
