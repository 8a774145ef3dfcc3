"""The Meeting aggregate: host, participants, bookings, closing."""
