"""bin/up: set up what is missing and run web and worker in one terminal."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from legation.cli.demos import DemoWorld
from legation.cli.installations import prepare_installation, say, set_environment, start_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--host", default="", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", default="", help="port to listen on (default 8000)")
    parser.add_argument("--data-dir", default="", help="folder for everything the desk writes (default var/)")
    parser.add_argument(
        "--demo", action="store_true", help="add the demo world: a small press on the loopback"
    )
    parser.add_argument("--demo-country", default="", help="country pack that the demo world is about")


def run(arguments: argparse.Namespace) -> int:
    """Prepare the installation, print how to get in, and run until Ctrl-C."""
    set_environment(host=arguments.host, port=arguments.port, data_dir=arguments.data_dir)
    start_django()
    prepare_installation()
    children: dict[str, Callable[[], object]] = {}
    demo = DemoWorld.open(country=arguments.demo_country) if arguments.demo else None
    if demo:
        demo.set_up()
        children["demo press"] = demo.serve
    _print_way_in(demo)
    from legation.cli.supervisors import run_supervisor

    return run_supervisor(children=children)


def _print_way_in(demo: DemoWorld | None) -> None:
    from django.conf import settings

    from legation.desk.people.services.invitations import first_administrator_link

    link = first_administrator_link(settings.ENVIRONMENT.base_url)
    if link:
        say(f"\n  Create the first administrator with this link (it works once, for 24 hours):\n  {link}\n")
    if demo:
        say(f"\n{demo.describe()}\n")
