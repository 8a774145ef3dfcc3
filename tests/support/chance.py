"""How much is left to chance: nothing when a change lands, everything in `make soak`."""

import os

SOAK = int(os.environ.get("SOAK", "1"))
"""How many times as many examples as usual, drawn anew each time it is more than 1."""
SOAKING = SOAK > 1
