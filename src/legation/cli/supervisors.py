"""One parent process that forks web, worker and what else is wanted, and restarts what dies."""

from __future__ import annotations

import http.client
import logging
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import FrameType

from legation.cli.installations import Refused, say

logger = logging.getLogger(__name__)

STOP_SECONDS = 10.0  # from Ctrl-C to the end; whoever still runs then is killed
STEADY_SECONDS = 60.0  # a child that lived so long starts its back-off anew
LONGEST_WAIT_SECONDS = 30.0
HOPELESS_DEATHS = 5  # of the web before it ever answered: then the desk says so and ends
ANSWER_TIMEOUT_SECONDS = 2.0
ERROR_PAUSE_SECONDS = 5.0  # a web that answers with errors is not asked at once again: each fills the log
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)

Main = Callable[[], object]


@dataclass
class Child:
    """One forked process, and when it may be started again."""

    name: str
    main: Main
    pid: int = 0
    started_at: float = 0.0
    start_after: float = 0.0
    deaths: int = field(default=0)  # in a row


def run_supervisor(*, children: Mapping[str, Main] | None = None) -> int:
    """Run web, worker and further children until Ctrl-C or SIGTERM; returns the exit status.

    children: by name, functions that run until SIGTERM in processes of their own.
    Django must be set up. Raises Refused where the port is taken.
    """
    from django.conf import settings

    from legation.cli.webs import serve_web
    from legation.cli.workers import run_worker

    wanted = settings.ENVIRONMENT
    check_port(wanted.host, wanted.port)
    _read_static_names()
    mains: dict[str, Main] = {
        "web": lambda: serve_web(host=wanted.host, port=wanted.port, workers=wanted.web_workers),
        "worker": run_worker,
        **(children or {}),
    }
    supervisor = Supervisor(mains, host=wanted.host, port=wanted.port, address=wanted.base_url)
    return supervisor.run()


def check_port(host: str, port: int) -> None:
    """Raise Refused when the address cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise Refused(
                f"cannot listen on {host} port {port}: {problem.strerror}; choose another with --port"
            ) from problem


def _read_static_names() -> None:
    """Read the names of static files again: a first start gathers them after they were first read."""
    from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage

    if isinstance(staticfiles_storage, ManifestFilesMixin):
        staticfiles_storage.hashed_files, staticfiles_storage.manifest_hash = (
            staticfiles_storage.load_manifest()
        )


class Supervisor:
    """Keeps its children running."""

    def __init__(self, mains: Mapping[str, Main], *, host: str, port: int, address: str) -> None:
        self.children = [Child(name, main) for name, main in mains.items()]
        self.host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  where to ask, not to listen
        self.port, self.address = port, address
        self.stop_signals = 0
        self.has_answered = False
        self.ask_after = 0.0
        self.started_at = time.monotonic()

    def run(self) -> int:
        """Start the children, restart those that die, and stop them all at a signal."""
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signal_number, self._note_signal)
        status = 0
        while not self.stop_signals:
            self._start_due()
            self._reap()
            if not self.has_answered and time.monotonic() >= self.ask_after:
                self._ask_web()
            if self._is_hopeless():
                say("legation: the web does not come up; the lines above say why")
                status = 1
                break
            time.sleep(0.2 if self.has_answered else 0.05)
        self._stop()
        return status

    def _note_signal(self, signal_number: int, frame: FrameType | None) -> None:
        self.stop_signals += 1

    def _is_hopeless(self) -> bool:
        return not self.has_answered and self.children[0].deaths >= HOPELESS_DEATHS

    def _start_due(self) -> None:
        for child in self.children:
            if not child.pid and time.monotonic() >= child.start_after:
                child.pid, child.started_at = fork_child(child.main), time.monotonic()

    def _reap(self) -> None:
        """Note which children ended, and when each may start again."""
        for child in self.children:
            if not child.pid:
                continue
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if not pid:
                continue
            now = time.monotonic()
            child.deaths = 1 if now - child.started_at > STEADY_SECONDS else child.deaths + 1
            wait = min(LONGEST_WAIT_SECONDS, 0.25 * 2**child.deaths)
            child.pid, child.start_after = 0, now + wait
            if not self.stop_signals:
                how = os.waitstatus_to_exitcode(status)
                say(f"legation: {child.name} ended ({how}) and is started again in {wait:.1f} s")

    def _ask_web(self) -> None:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=ANSWER_TIMEOUT_SECONDS)
        try:
            connection.request("GET", "/accounts/login/", headers={"Host": self.address.partition("://")[2]})
            status = connection.getresponse().status
            if status >= 500:
                self.ask_after = time.monotonic() + ERROR_PAUSE_SECONDS
                say(f"legation: the web answers with error {status}; the lines above say why")
            else:
                self.has_answered = True
                seconds = time.monotonic() - self.started_at
                say(f"\n  Legation answers at {self.address} (after {seconds:.1f} s). Ctrl-C stops it.\n")
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()

    def _stop(self) -> None:
        """Ask every child to stop, wait, and kill what is left; a second Ctrl-C does not wait."""
        deadline, signals_before = time.monotonic() + STOP_SECONDS, self.stop_signals
        self._signal_all(signal.SIGTERM)
        while any(child.pid for child in self.children):
            self._reap()
            if time.monotonic() > deadline or self.stop_signals > max(signals_before, 1):
                self._signal_all(signal.SIGKILL)
            time.sleep(0.05)

    def _signal_all(self, signal_number: signal.Signals) -> None:
        for child in self.children:
            if child.pid:
                os.kill(child.pid, signal_number)


def fork_child(main: Main) -> int:
    """Run a function in a forked process that ends with it, and with its parent; returns its number.

    The parent has no threads and closes its connections first, so nothing is shared but memory.
    """
    from django.db import connections
    from huey.contrib.djhuey import HUEY

    connections.close_all()
    HUEY.storage.close()
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        os.setpgid(0, 0)  # Ctrl-C reaches the parent alone, which then stops everybody in order
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signal_number, signal.SIG_DFL)
        _die_with(parent)
        status = int(main() or 0)  # type: ignore[call-overload]
    except SystemExit as ending:
        status = ending.code if isinstance(ending.code, int) else int(bool(ending.code))
    except BaseException:  # noqa: BLE001  a child's edge: it must never return into the parent's code
        traceback.print_exc()
    finally:
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _die_with(parent: int) -> None:
    """Have the system send SIGTERM when the parent is killed, so that no orphan keeps the port."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)
