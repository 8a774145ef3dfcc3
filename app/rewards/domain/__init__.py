"""The reward calculator: facts and a programme in, awards and misses with reasons out. Pure."""
