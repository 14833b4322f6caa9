"""The command that lists, adds, checks, imports and exports sources."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from legation.cli.installations import Refused, start_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    listing = acts.add_parser(
        "list", help="one line for each source: key, state, languages, last article, problem"
    )
    listing.add_argument("--state", choices=("well", "troubled", "silent", "off"), help="only these")
    adding = acts.add_parser("add", help="add one source by the address of its feed")
    adding.add_argument("feed", help="address of an RSS or Atom feed")
    adding.add_argument("--name", required=True)
    adding.add_argument(
        "--country", default="", help="two letters, such as FR; none for international organisations"
    )
    adding.add_argument("--languages", default="", help="codes with commas, the main one first")
    adding.add_argument(
        "--kind",
        default="press",
        help="press, agency, broadcaster, government, international_organisation, academia or think_tank",
    )
    checking = acts.add_parser(
        "check", help="read source files and say what is wrong in them, changing nothing"
    )
    checking.add_argument("paths", nargs="*", type=Path, help="files or folders (default: the shipped list)")
    reading = acts.add_parser("import", help="add the sources of YAML files; known keys stay as they are")
    reading.add_argument("paths", nargs="*", type=Path, help="files or folders (default: the shipped list)")
    writing = acts.add_parser("export", help="write all sources as one YAML file")
    writing.add_argument("file", nargs="?", type=Path, help="(default: standard output)")


def run(arguments: argparse.Namespace) -> int:
    """Do one act; returns 0 where all went well, 1 where a source was refused."""
    start_django()
    act = {"list": _list, "add": _add, "check": _check, "import": _import, "export": _export}[arguments.act]
    return act(arguments)


def _list(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from legation.desk.listen.services.listings import narrow_sources

    for source in narrow_sources(filters={"state": arguments.state}, at=timezone.now()).order_by("key"):
        last = source.last_article_at.strftime("%Y-%m-%d %H:%M") if source.last_article_at else "-"
        state = (
            "off"
            if not source.is_enabled or not source.feeds
            else "troubled"
            if source.last_problem
            else "on"
        )
        languages = ",".join(source.languages)
        print(f"{source.key:<32} {state:<9} {languages:<12} {last:<17} {source.last_problem}".rstrip())
    return 0


def _add(arguments: argparse.Namespace) -> int:
    from legation.desk.listen.services.sources import SourceRefused, add_source
    from legation.engine.records.sources import SourceKind, SourceRecord

    if arguments.kind not in set(SourceKind):
        raise Refused(f"--kind must be one of {', '.join(SourceKind)}.")
    record = SourceRecord(
        key="",
        name=arguments.name,
        kind=SourceKind(arguments.kind),
        country=arguments.country.upper(),
        languages=tuple(part.strip() for part in arguments.languages.split(",") if part.strip()),
        home="",
        feeds=(arguments.feed,),
    )
    try:
        print(add_source(record=record).key)
    except SourceRefused as refusal:
        raise Refused(str(refusal)) from refusal
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from legation.gateways.source_files import load_sources
    from legation.gateways.yaml_files import UnusablePack

    try:
        records = load_sources(_paths(arguments))
    except UnusablePack as problem:
        print(problem)
        return 1
    languages = {language for record in records for language in record.languages}
    print(f"{len(records)} sources in {len(languages)} languages: nothing wrong")
    return 0


def _import(arguments: argparse.Namespace) -> int:
    from legation.desk.listen.services.sources import import_sources
    from legation.gateways.yaml_files import UnusablePack

    try:
        read = import_sources(paths=_paths(arguments))
    except UnusablePack as problem:
        raise Refused(str(problem)) from problem
    print(f"{len(read.added)} added, {len(read.known)} known, {len(read.refused)} refused")
    for key, sentence in read.refused.items():
        print(f"  {key}: {sentence}")
    return int(bool(read.refused))


def _export(arguments: argparse.Namespace) -> int:
    from legation.desk.listen.services.sources import export_sources

    text = export_sources()
    if arguments.file:
        arguments.file.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


def _paths(arguments: argparse.Namespace) -> list[Path]:
    from django.conf import settings

    missing = [path for path in arguments.paths if not path.exists()]
    if missing:
        raise Refused(f"{missing[0]} does not exist.")
    return arguments.paths or [settings.ENVIRONMENT.sources_dir]
