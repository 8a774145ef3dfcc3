"""Doors to the world: database, queue, mail, logs. The only place that commits."""
