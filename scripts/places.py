"""Where things are, for every script."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VAR = Path(os.environ.get("CONVIVE_VAR") or ROOT / "var").resolve()
"""All that Convive writes while it runs: databases, received mail, logs, secrets."""
