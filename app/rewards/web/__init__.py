"""The doors to rewards: gifts to choose, the host's own page, the brand's programme."""

from app.rewards.web.gifts import bp, host_bp

__all__ = ["bp", "host_bp"]
