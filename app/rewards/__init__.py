"""What a meeting or an order earns, for whom, and why."""
