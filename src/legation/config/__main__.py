"""The entry point of bin/legation: names the settings, then hands over to the commands."""

import os
import sys


def main() -> int:
    """Run one command of bin/legation and return its exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "legation.config.settings")
    from legation.cli.commands import run_command

    return run_command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
