"""How the web processes are run; GUNICORN_CMD_ARGS or the command line win over this."""

import gc
import os
from pathlib import Path

bind = f"{os.environ.get('CONVIVE_BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
preload_app = True  # loaded once; it connects to nothing before a worker's first request
timeout = 60
graceful_timeout = 15
keepalive = 5
max_requests = 10_000
max_requests_jitter = 1_000
control_socket_disable = True  # it would write into the home folder
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  heartbeats, no disk


def on_starting(_server: object) -> None:
    """An installation that lacks something essential serves no page at all, and says why."""
    from app.config import Settings, SettingsInvalid

    try:
        Settings.from_environment().must_be_served()
    except SettingsInvalid as error:
        raise SystemExit(f"Convive cannot start. {error}") from None


def when_ready(_server: object) -> None:
    """What is loaded stays: no request has to wait for it to be looked through, and the processes
    that are forked now share it."""
    gc.collect()
    gc.freeze()
