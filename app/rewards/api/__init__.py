"""Gifts, rewards by hand and rewards of one's own, for programs."""

from app.rewards.api.gifts import (
    GiftAnswer,
    ImaginedAnswer,
    MissAnswer,
    RewardAnswer,
    bp,
    gift_told,
    host_bp,
    imagined_told,
)

__all__ = [
    "GiftAnswer",
    "ImaginedAnswer",
    "MissAnswer",
    "RewardAnswer",
    "bp",
    "gift_told",
    "host_bp",
    "imagined_told",
]
