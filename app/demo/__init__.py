"""A small brand that reads like a real one, made through the services people use."""
