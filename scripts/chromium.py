"""A Chromium for the browser tests: $CHROMIUM, the machine's, else the npm package's.

The last one needs neither root nor any library of the machine: it carries its own.
"""

import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

if not __package__:  # started as a program
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from scripts.places import ROOT, VAR
from scripts.setup import environment

PACKAGE = ROOT / "node_modules" / "@sparticuz" / "chromium"
SEARCHED = environment()["PATH"]
NAMES = ("chromium", "chromium-browser", "google-chrome")
SAFELY = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # Python 3.11.4 and later
WRAPPER = """\
#!/bin/sh
here=$(dirname "$0")
export LD_LIBRARY_PATH="$here/lib" FONTCONFIG_PATH="$here"
exec "$here/chromium" "$@"
"""


def chromium() -> str:
    """A path to give to Playwright, or nothing when there is none."""
    if given := os.environ.get("CHROMIUM"):
        return given
    for name in NAMES:
        if found := shutil.which(name, path=SEARCHED):
            return found
    if (PACKAGE / "bin" / "chromium.br").exists():
        return str(_unpacked() / "run")
    return ""


def browser_environment() -> dict[str, str]:
    """What the browser tests need to know. Playwright's own node wants a library of the machine
    (libatomic) that a small Debian lacks; then the one that set-up used takes its place."""
    found = {"CHROMIUM": chromium()}
    if not _runs(_playwright_node()) and (node := shutil.which("node", path=SEARCHED)):
        found["PLAYWRIGHT_NODEJS_PATH"] = node
    return found


def _playwright_node() -> Path:
    spec = importlib.util.find_spec("playwright")
    return Path(str(spec and spec.origin)).parent / "driver" / "node"


def _runs(program: Path) -> bool:
    try:
        return subprocess.run([program, "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def _unpacked() -> Path:
    """Once per version, under its final name only when whole."""
    version = json.loads((PACKAGE / "package.json").read_text())["version"]
    folder = VAR / "chromium" / version
    if folder.exists():
        return folder
    fresh = folder.with_name(f"{version}.{os.getpid()}")
    fresh.mkdir(parents=True)
    (fresh / "chromium").write_bytes(_plain("chromium.br"))
    (fresh / "run").write_text(WRAPPER)
    for name in ("al2023.tar.br", "fonts.tar.br", "swiftshader.tar.br"):
        with tarfile.open(fileobj=io.BytesIO(_plain(name))) as archive:
            archive.extractall(fresh, **SAFELY)  # noqa: S202  pinned by hash
    fonts = fresh / "fonts.conf"
    fonts.write_text(FONTS.format(folder=folder / "fonts", cache=folder / "cache"))
    for program in ("chromium", "run"):
        (fresh / program).chmod(0o755)
    fresh.rename(folder)
    return folder


FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>{folder}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


def _plain(name: str) -> bytes:
    import brotli

    return bytes(brotli.decompress((PACKAGE / "bin" / name).read_bytes()))


if __name__ == "__main__":
    print(chromium())
