"""The command that lists, adds, checks, imports and exports sources."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from legation.cli.installations import Refused, start_django
from legation.cli.source_checks import add_check_arguments, check_stored


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    listing = acts.add_parser(
        "list", help="one line for each source: key, state, languages, last article, problem"
    )
    listing.add_argument(
        "--state", choices=("well", "troubled", "silent", "off", "incomplete"), help="only these"
    )
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
        "check", help="fetch every feed and say of each source whether it is good or what is to be mended"
    )
    checking.add_argument(
        "--files", nargs="*", type=Path, metavar="PATH",
        help="only read source files and say what is wrong in them (default: the shipped list)",
    )  # fmt: skip
    add_check_arguments(checking)
    reading = acts.add_parser(
        "import", help="add the sources of YAML files or of OPML lists; known ones stay as they are"
    )
    reading.add_argument(
        "paths", nargs="*", type=Path, help="files or folders (default: the shipped list); OPML ends in .opml"
    )
    reading.add_argument("--off", action="store_true", help="add them without listening to them yet")
    reading.add_argument("--kind", default="press", help="of an OPML list's sources")
    reading.add_argument("--country", default="", help="where the addresses of an OPML list do not tell it")
    reading.add_argument("--language", default="", help="where an OPML list does not state it")
    writing = acts.add_parser("export", help="write all sources as one YAML file, or their feeds as OPML")
    writing.add_argument("file", nargs="?", type=Path, help="(default: standard output)")
    writing.add_argument("--format", choices=("yaml", "opml"), default="yaml")


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
    return check_stored(arguments) if arguments.files is None else _check_files(arguments.files)


def _check_files(paths: list[Path]) -> int:
    from legation.gateways.source_files import load_sources
    from legation.gateways.yaml_files import UnusablePack

    try:
        records = load_sources(_find_paths(paths))
    except UnusablePack as problem:
        print(problem)
        return 1
    languages = {language for record in records for language in record.languages}
    print(f"{len(records)} sources in {len(languages)} languages: nothing wrong")
    return 0


def _import(arguments: argparse.Namespace) -> int:
    from legation.desk.listen.services.sources import import_sources
    from legation.gateways.yaml_files import UnusablePack

    paths = _find_paths(arguments.paths)
    lists = [path for path in paths if path.suffix.lower() == ".opml"]
    files = [path for path in paths if path not in lists]
    refused_count = sum(_import_list(path, arguments) for path in lists)
    if not files:
        return int(bool(refused_count))
    try:
        read = import_sources(paths=files, is_enabled=not arguments.off)
    except UnusablePack as problem:
        raise Refused(str(problem)) from problem
    print(f"{len(read.added)} added, {len(read.known)} known, {len(read.refused)} refused")
    for key, sentence in read.refused.items():
        print(f"  {key}: {sentence}")
    return int(bool(read.refused or refused_count))


def _import_list(path: Path, arguments: argparse.Namespace) -> int:
    """Take over one OPML list; returns how many of its outlines were refused or could not be read."""
    from legation.desk.listen.services.outlines import OutlineDefaults, import_outlines
    from legation.engine.listen.discoveries import tidy_language
    from legation.engine.listen.opml import UnreadableOpml, read_opml
    from legation.engine.records.sources import SourceKind

    if arguments.kind not in set(SourceKind):
        raise Refused(f"--kind must be one of {', '.join(SourceKind)}.")
    language = tidy_language(arguments.language)
    if arguments.language and not language:
        raise Refused(f"{arguments.language!r} is not a language.")
    defaults = OutlineDefaults(SourceKind(arguments.kind), arguments.country.upper()[:2], language)
    try:
        outlines = read_opml(path.read_bytes())
    except UnreadableOpml as problem:
        raise Refused(f"{path}: {problem}") from problem
    account = import_outlines(outlines=outlines, defaults=defaults, is_enabled=not arguments.off)
    counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(account.counts.items()))
    print(f"{path.name}: {counts or 'empty'}")
    bad = [fate for fate in account.fates if fate.outcome in ("refused", "unreadable")]
    for fate in bad:
        print(f"  line {fate.outline.number}, {fate.outline.name or fate.outline.feed}: {fate.reason}")
    return len(bad)


def _export(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from legation.desk.listen.models import Source
    from legation.desk.listen.services.outlines import export_outlines
    from legation.desk.listen.services.sources import export_sources

    if arguments.format == "opml":
        sources = Source.objects.exclude(feeds=[]).order_by("key").defer("icon")
        text = export_outlines(sources=sources, title="Sources", at=timezone.now()).decode("utf-8")
    else:
        text = export_sources()
    if arguments.file:
        arguments.file.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


def _find_paths(paths: list[Path]) -> list[Path]:
    from django.conf import settings

    missing = [path for path in paths if not path.exists()]
    if missing:
        raise Refused(f"{missing[0]} does not exist.")
    return paths or [settings.ENVIRONMENT.sources_dir]
