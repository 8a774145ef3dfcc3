"""The seller's pages about meetings: home, lists, calendar, one meeting and all done in it."""

from app.meetings.web import calendar, hosts, lists
from app.meetings.web.calendar import feed_bp
from app.meetings.web.meeting import bp

__all__ = ["bp", "calendar", "feed_bp", "hosts", "lists"]
