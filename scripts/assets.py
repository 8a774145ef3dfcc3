"""Copy the front-end packages from node_modules to app/static/vendor, compressed once and for all.

Nothing is fetched by a browser from anywhere else: the content security policy says 'self'.
"""

import shutil
import subprocess
import sys
from pathlib import Path

if not __package__:  # started as a program
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from scripts.places import ROOT

PACKAGES = ROOT / "node_modules"
VENDOR = ROOT / "app" / "static" / "vendor"

FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "alpine-csp.min.js": "@alpinejs/csp/dist/cdn.min.js",
    "chart.min.js": "chart.js/dist/chart.umd.min.js",
    "inter-latin.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "inter-latin-ext.woff2": "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
}
FOLDERS = {"bootstrap-icons": "bootstrap-icons/icons"}
NOT_SERVED_ALONE = ["svg", "woff2"]  # icons are put inside the pages; fonts are compressed already


def copy() -> None:
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, source in FILES.items():
        shutil.copyfile(PACKAGES / source, fresh / name)
    for name, source in FOLDERS.items():
        shutil.copytree(PACKAGES / source, fresh / name)
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)


def compress() -> None:
    """Leave a .gz and a .br beside each file, which WhiteNoise serves to who can read them."""
    command = [sys.executable, "-m", "whitenoise.compress", "--quiet", str(VENDOR)]
    subprocess.run([*command, *NOT_SERVED_ALONE], check=True)


if __name__ == "__main__":
    copy()
    compress()
