"""Serves the desk's pages with gunicorn, from a process that the supervisor forked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

THREADS = 8  # per web worker: pages wait for the database more than they compute
TIMEOUT_SECONDS = 120  # a gthread worker that does not report at all for so long is replaced
GRACE_SECONDS = 5  # for requests in hand when the desk stops


class Web(BaseApplication):
    """The desk as a gunicorn application."""

    def __init__(self, *, host: str, port: int, workers: int) -> None:
        self.address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self.workers = workers
        super().__init__()

    def load_config(self) -> None:
        """Set what gunicorn would otherwise read from a file."""
        settings = {
            "bind": [self.address],
            "workers": self.workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "preload_app": True,
            "accesslog": None,
            "loglevel": "warning",
            "timeout": TIMEOUT_SECONDS,
            "graceful_timeout": GRACE_SECONDS,
            "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108  memory, not a file
        }
        if "control_socket_disable" in self.cfg.settings:
            settings["control_socket_disable"] = True
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the WSGI application with its addresses loaded, so that all workers share the memory."""
        from django.core.handlers.wsgi import WSGIHandler
        from django.urls import get_resolver

        application = WSGIHandler()
        _ = get_resolver().url_patterns
        return application


def serve_web(*, host: str, port: int, workers: int) -> int:
    """Serve until SIGTERM. Django must be set up and no database connection may be open."""
    Web(host=host, port=port, workers=workers).run()
    return 0
