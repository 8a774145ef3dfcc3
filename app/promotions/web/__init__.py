"""The console's doors to prices: discounts, segments, points, and the plan as a file."""

from app.promotions.web import codes, editor, plan_file, segments
from app.promotions.web.loyalty import bp as loyalty_bp
from app.promotions.web.promotions import admin_bp, bp

__all__ = ["admin_bp", "bp", "codes", "editor", "loyalty_bp", "plan_file", "segments"]
