"""The parts of a soak that run in processes of their own: the desk's making, the quick press, the hurry."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

_USUAL_SECONDS = 300.0  # the shortest interval at which the desk asks a source
_LEAST_SECONDS = 5.0
_HEAD_START = timedelta(hours=24)  # of the press: a fifth of its articles are there from the first moment


def prepare() -> None:
    """Make the desk's database with the demo's units, people and sources, all of them switched on."""
    _start_django()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from legation.cli.demos import DemoWorld
    from legation.desk.listen.models import Source

    DemoWorld.open(country="").set_up()
    Source.objects.update(is_enabled=True)


def serve_press(pace: float) -> None:
    """Serve the demo's outlets by a clock that begins four days ago and runs at a pace."""
    from legation.gateways.demo_press import DemoPress
    from legation.gateways.demo_worlds import WORLD_HOURS

    world = json.loads((Path(os.environ["LEGATION_DATA_DIR"]) / "demo.json").read_text(encoding="utf-8"))
    began = time.monotonic()
    base = datetime.now(UTC) - timedelta(hours=WORLD_HOURS)

    def read_clock() -> datetime:
        return base + _HEAD_START + timedelta(seconds=(time.monotonic() - began) * pace)

    async def serve() -> None:
        press = DemoPress(world["country"], read_clock, base=base, port_base=world["port_base"])
        await press.start()
        stopped = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
        await stopped.wait()
        await press.stop()

    asyncio.run(serve())


def hurry(pace: float) -> None:
    """Make every source due as often as a desk that lives at this pace would ask it, until SIGTERM."""
    _start_django()
    from django.db import OperationalError, connection
    from django.utils import timezone

    from legation.desk.listen.models import Source

    while True:
        try:
            Source.objects.filter(is_enabled=True).update(next_fetch_at=timezone.now())
        except OperationalError as error:  # locked for the moment
            sys.stderr.write(f"{error}\n")
        connection.close()
        time.sleep(max(_LEAST_SECONDS, _USUAL_SECONDS / pace))


def _start_django() -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "legation.config.settings"
    django.setup()


if __name__ == "__main__":
    part, pace = sys.argv[1], float(sys.argv[2])
    {"prepare": lambda _: prepare(), "press": serve_press, "hurry": hurry}[part](pace)
