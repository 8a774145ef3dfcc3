"""The doors to rewards: gifts to choose, the host's own page, the brand's programme."""

from app.rewards.web import editor, giving, mine, pictures, templates
from app.rewards.web.gifts import bp, host_bp
from app.rewards.web.programme import bp as programme_bp
from app.rewards.web.programme import draft_bp
from app.rewards.web.simulation import bp as simulation_bp

__all__ = [
    "bp",
    "draft_bp",
    "editor",
    "giving",
    "host_bp",
    "mine",
    "pictures",
    "programme_bp",
    "simulation_bp",
    "templates",
]
