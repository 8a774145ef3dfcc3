"""The pure vocabulary every package speaks: money, time, errors, events, actors, words."""
