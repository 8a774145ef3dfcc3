"""What people do with meetings, one module a use case."""
