"""A desk whose worker is meant to be killed: press, post office, and one worker after another.

python -m tests.journeys.nurseries COUNTRY says each new worker's process number on a line, and ends when a
worker ended well. It is bin/up without the web and without the growing pause between two deaths.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from legation.cli.demos import DemoWorld
from legation.cli.installations import start_django
from legation.gateways.demo_worlds import WORLD_HOURS


def raise_workers(country: str) -> None:
    """Serve the demo world and fork workers until one ends well."""
    start_django()
    founded = DemoWorld.open(country=country)
    # All five days lie behind: what is read is counted, and must not grow meanwhile.
    world = replace(founded, base=(datetime.now(UTC) - timedelta(hours=WORLD_HOURS)).isoformat())
    world.set_up()
    from legation.cli.supervisors import fork_child
    from legation.cli.workers import run_worker

    press = fork_child(world.serve)
    status = -1
    while status:
        worker = fork_child(run_worker)
        sys.stdout.write(f"{worker}\n")
        sys.stdout.flush()
        status = os.waitpid(worker, 0)[1]
    os.kill(press, signal.SIGTERM)
    os.waitpid(press, 0)


if __name__ == "__main__":
    raise_workers(sys.argv[1])
