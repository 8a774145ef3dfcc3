"""Where things are, for every script; and the refusal of a Python too old for the rest."""

import os
import sys
from pathlib import Path

NEEDED = """\
Convive needs Python 3.11 or newer, with venv.
Debian, Ubuntu:  apt-get install python3-venv"""

if sys.version_info < (3, 11):  # noqa: UP036  started by whatever python3 is there
    sys.exit(NEEDED + "\nThis is Python " + sys.version.split()[0] + ".")

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VAR = Path(os.environ.get("CONVIVE_VAR") or ROOT / "var").resolve()
"""All that Convive writes while it runs: databases, received mail, logs, secrets."""
