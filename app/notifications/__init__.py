"""What we tell people, once."""
