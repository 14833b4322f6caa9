"""Runs one benchmark by its name and prints its report."""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
from types import ModuleType

import bench
from bench.contracts import BenchFailed

EXIT_USAGE = 2  # as argparse does


def list_benches() -> dict[str, ModuleType]:
    """Return the benchmarks by name: each module of this package that can run and takes arguments."""
    found: dict[str, ModuleType] = {}
    for entry in pkgutil.iter_modules(bench.__path__):
        if not entry.name.startswith("_"):
            module = importlib.import_module(f"bench.{entry.name}")
            if hasattr(module, "run") and hasattr(module, "add_arguments"):
                found[entry.name] = module
    return found


def main(words: list[str]) -> int:
    """Run the benchmark that the command line names; its report is the last line of standard output."""
    benches = list_benches()
    name = words[0] if words else ""
    if name not in benches:
        say = "Name a benchmark." if not name or name.startswith("-") else f"There is no benchmark {name!r}."
        print(f"{say} There are: {', '.join(sorted(benches))}.", file=sys.stderr)
        return 0 if name in ("-h", "--help") else EXIT_USAGE
    module = benches[name]
    parser = argparse.ArgumentParser(prog=f"bin/bench {name}", description=module.__doc__)
    parser.add_argument("--json", action="store_true", help="print the report as one line of JSON")
    module.add_arguments(parser)
    arguments = parser.parse_args(words[1:])
    try:
        report = module.run(arguments)
    except BenchFailed as error:
        print(f"bin/bench {name}: {error}", file=sys.stderr)
        return 1
    print(json.dumps(report, ensure_ascii=False, indent=None if arguments.json else 2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
