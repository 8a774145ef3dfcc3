"""What people can do with rewards, split by use case."""
