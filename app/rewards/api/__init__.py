"""Gifts, rewards by hand and rewards of one's own, for programs."""

from app.rewards.api.gifts import GiftAnswer, RewardAnswer, bp, gift_told, host_bp

__all__ = ["GiftAnswer", "RewardAnswer", "bp", "gift_told", "host_bp"]
