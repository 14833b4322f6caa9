"""bin/legation worker: takes hints from the queue, and sweeps for what no hint told of."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from types import FrameType
from typing import Any

from huey.consumer import Consumer

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 2.0
POLL_SECONDS = 0.5  # how soon an idle thread looks at the queue again: nobody notices half a second
STOP_SECONDS = 8.0  # the supervisor allows 10; what has not stopped by then is taken up at the next start


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options: none."""


def run(arguments: argparse.Namespace) -> int:
    """Run the worker until Ctrl-C or SIGTERM."""
    from legation.cli.installations import start_django

    start_django()
    return run_worker()


def run_worker() -> int:
    """Carry out jobs and deliveries until SIGTERM or SIGINT, then stop within STOP_SECONDS.

    Django must be set up, and this must be the main thread. Running jobs are released where they next report;
    those that do not report are recovered by the next worker.
    """
    from django.conf import settings
    from django.db import connections
    from huey.contrib.djhuey import HUEY

    HUEY.mend()
    HUEY.on_shutdown("connections")(connections.close_all)  # huey calls it in each of its threads
    consumer = WorkerConsumer(HUEY, workers=settings.ENVIRONMENT.worker_threads)
    consumer.run()
    if any(thread.is_alive() for thread in consumer.threads()):
        logger.warning("some work did not stop in time; the next worker takes it up")
        logging.shutdown()
        sys.stderr.flush()
        os._exit(0)  # a thread inside a C library would make an ordinary exit hang or crash
    return 0


class WorkerConsumer(Consumer):
    """huey's consumer with our sweep beside it, stopped gently by either signal."""

    def __init__(self, huey: Any, *, workers: int) -> None:
        super().__init__(
            huey,
            workers=workers,
            periodic=False,
            initial_delay=0.05,
            max_delay=POLL_SECONDS,
            shutdown_timeout=STOP_SECONDS,
        )
        self.sweeper = threading.Thread(target=self._sweep, name="Sweeper", daemon=True)
        self.postman = threading.Thread(target=self._post, name="Postman", daemon=True)

    def threads(self) -> list[threading.Thread]:
        """Return the threads that may be at work."""
        return [*(thread for _worker, thread in self.worker_threads), self.sweeper, self.postman]

    def start(self) -> None:
        """Start huey's threads, the sweep and the post."""
        super().start()
        self.sweeper.start()
        self.postman.start()

    def check_worker_health(self) -> bool:
        """Replace a thread that died, the sweep's and the post's too."""
        if not self.sweeper.is_alive():
            logger.error("the sweep died and is started again")
            self.sweeper = threading.Thread(target=self._sweep, name="Sweeper", daemon=True)
            self.sweeper.start()
        if not self.postman.is_alive():
            logger.error("the post died and is started again")
            self.postman = threading.Thread(target=self._post, name="Postman", daemon=True)
            self.postman.start()
        return bool(super().check_worker_health())

    def stop(self, graceful: bool = False) -> None:
        """Ask running jobs to let go, then wait for the threads."""
        from legation.desk.carry.services.runs import stopping

        stopping.set()
        super().stop(graceful=graceful)
        self.sweeper.join(timeout=1)
        self.postman.join(timeout=1)

    def _set_signal_handlers(self) -> None:
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signal_number, self._note_signal)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def _note_signal(self, signal_number: int, frame: FrameType | None) -> None:
        self._signum, self._restart, self._graceful = signal_number, False, True

    def _sweep(self) -> None:
        from django.db import close_old_connections, connections

        from legation.desk.carry.services.sweeps import sweep

        try:
            while not self.stop_flag.is_set():
                close_old_connections()
                sweep(is_queue_empty=self._is_queue_empty())
                self.stop_flag.wait(SWEEP_SECONDS)
        finally:
            connections.close_all()

    def _post(self) -> None:
        """Send what is due even while every other thread is busy with a long job."""
        from django.db import close_old_connections, connections

        from legation.desk.carry.services.sweeps import send_due_deliveries

        try:
            while not self.stop_flag.is_set():
                close_old_connections()
                try:
                    send_due_deliveries()
                except Exception:  # noqa: BLE001  the task's edge: the next round tries again
                    logger.exception("the post failed")
                self.stop_flag.wait(SWEEP_SECONDS)
        finally:
            connections.close_all()

    def _is_queue_empty(self) -> bool:
        try:
            return bool(self.huey.pending_count() == 0)
        except Exception as problem:  # noqa: BLE001  any carrier's error
            logger.warning("the queue does not answer: %s", problem)
            return False
