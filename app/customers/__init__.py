"""Customer cards and the sellers' books they stand in."""
