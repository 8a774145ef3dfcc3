"""Writing a message down, once; sending it, at least once."""
