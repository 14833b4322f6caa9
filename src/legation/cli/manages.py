"""bin/legation manage …: one of Django's management commands."""

from __future__ import annotations

import argparse
from collections.abc import Sequence


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument("words", nargs=argparse.REMAINDER, help="the management command and its options")


def run_words(words: Sequence[str]) -> int:
    """Hand the words to Django."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["legation manage", *words])
    return 0
