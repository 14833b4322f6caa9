"""Finds the command that was asked for and runs it; loads only that command's code."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from legation import __version__

COMMANDS = {
    "up": ("ups", "set up what is missing and run the desk: web and worker in one terminal"),
    "import": ("imports", "read articles from a JSONL file, with a final account of every record"),
    "listen": ("listening", "fetch the sources that are due, now, in this terminal"),
    "stories": ("stories", "put waiting articles into stories; list the stories of a unit"),
    "brief": ("briefs", "prepare, list and export press reviews"),
    "sources": ("sources", "list, add, check, import and export sources"),
    "health": ("healths", "say what does not come in as it usually does, and what can be done"),
    "capture": ("captures", "keep an evidence copy of articles' pages, now, in this terminal"),
    "evidence": ("chains", "list evidence copies, export and compare their chain, remove old files"),
    "verify": ("verifying", "check every hash, count and chain in the database and the files"),
    "backup": ("backups", "write database and files into one archive, while the desk runs"),
    "restore": ("restoring", "put a backup back, after checking it"),
    "doctor": ("doctors", "say what is wrong with this installation and how to mend it"),
    "worker": ("workers", "run only the worker, where the web is served elsewhere"),
    "manage": ("manages", "run one of Django's management commands"),
}
EPILOG = "COMMAND --help explains one command. Settings: docs/settings.md. Problems: bin/legation doctor."


def run_command(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit status: 0 well, 1 the work failed, 2 wrong use or setting."""
    parser = argparse.ArgumentParser(
        prog="legation", description="The desk of those who speak for a country abroad.", epilog=EPILOG
    )
    parser.add_argument("--version", action="version", version=f"Legation {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    chosen = next((word for word in arguments if not word.startswith("-")), "")
    modules = {}
    for name, (module_name, summary) in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
        if name == chosen:
            modules[name] = importlib.import_module(f"legation.cli.{module_name}")
            modules[name].add_arguments(command)
    if chosen == "manage":
        return int(modules["manage"].run_words(list(arguments)[list(arguments).index("manage") + 1 :]))
    parsed = parser.parse_args(arguments)
    try:
        return int(modules[parsed.command].run(parsed))
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except Refused as refusal:
        print(f"legation {parsed.command}: {refusal}", file=sys.stderr)
        return 2


from legation.cli.installations import Refused  # noqa: E402
