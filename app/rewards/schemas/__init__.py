"""What arrives at the doors to rewards, and what is made of it."""
