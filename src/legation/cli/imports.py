"""The command that reads files of articles in the foreground."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from legation.cli.installations import Refused, say, start_django

_INTERRUPTED = 130  # as shells say it of SIGINT
FORMS = """\
Files are known by their content: JSON Lines, ninjs 1 to 3, NewsML-G2, WARC (also compressed), HTML, PDF
and mail (eml, mbox) with what is attached. Of a folder every file is read.

Each line of JSON Lines is one object, in UTF-8:
  id or uri              the record's own identifier; the same again is the same article
  title                  the headline
  summary, lead          the first paragraph
  body, text             the text; HTML is cleaned
  lang                   BCP 47 or ISO 639-3; detected where absent
  published_at, time     ISO 8601 (UTC where it names no zone) or D/M/YYYY H:MM
  url                    the article's address
  outlet, source, country  the publication; otherwise the file stands for one
Other fields are not looked at. A title or a text must be there.

Ctrl-C stops between two batches and loses nothing; --resume goes on from there. A second reading of the
same file finds everything known. The last lines account for every record of the file.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = FORMS
    parser.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="files of articles, or folders of them"
    )
    parser.add_argument(
        "--source", default="", help="name of the source of records that name none (default: the file's name)"
    )
    parser.add_argument(
        "--language", default="", help="language of records that name none, such as vi (default: detect)"
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on where an earlier reading of this file stopped"
    )


def run(arguments: argparse.Namespace) -> int:
    """Read the files; returns 0 when all were read to the end, 1 when records had to be put aside."""
    start_django()
    language = _read_language(arguments.language)
    files = _list_files(arguments.files)
    status = 0
    for file in files:
        status = max(status, _read_file(file, arguments, language))
        if status == _INTERRUPTED:
            break
    return status


def _list_files(paths: list[Path]) -> list[Path]:
    """Return the files to be read, of a folder in the order of their names."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files.extend(sorted(file for file in path.rglob("*") if file.is_file()))
        elif path.is_file():
            files.append(path)
        else:
            raise Refused(f"{path} is neither a file nor a folder.")
    if not files:
        raise Refused(f"{paths[0]} holds no file.")
    return files


def _read_file(file: Path, arguments: argparse.Namespace, language: str) -> int:
    """Read one file and print its account."""
    from django.utils import timezone

    from legation.desk.listen.services import importing

    reading = importing.start_import(
        path=file.resolve(),
        at=timezone.now(),
        source_name=arguments.source,
        language=language,
        resumes=arguments.resume,
    )
    if reading.line_number:
        say(f"going on after record {reading.line_number:,}")
    started, first = time.monotonic(), reading.line_number
    try:
        importing.read_file(run=reading, clock=timezone.now, report=_Progress(first))
    except KeyboardInterrupt:
        _print_account(reading, "stopped; go on with --resume")
        return _INTERRUPTED
    seconds = time.monotonic() - started
    rate = (reading.line_number - first) / seconds if seconds else 0.0
    _print_account(reading, f"read to the end in {seconds:.1f} s, {rate:,.0f} records a second")
    return int(any(key.startswith("quarantined") for key in reading.counts))


class _Progress:
    """Rewrites one line at the terminal; keeps silent where nobody looks."""

    def __init__(self, first: int) -> None:
        self.first, self.started = first, time.monotonic()

    def __call__(self, reading: Any) -> None:
        """Show lines, share of the file and rate."""
        if not sys.stderr.isatty():
            return
        percent = 100 * reading.byte_offset // max(1, reading.size_bytes)
        rate = (reading.line_number - self.first) / max(0.001, time.monotonic() - self.started)
        print(
            f"\r{reading.line_number:,} records, {percent} %, {rate:,.0f} a second ",
            end="",
            file=sys.stderr,
            flush=True,
        )


def _read_language(code: str) -> str:
    from legation.engine.text.languages import UnknownLanguage, language_code

    if not code:
        return ""
    try:
        return language_code(code)
    except UnknownLanguage as error:
        raise Refused(str(error)) from error


def _print_account(reading: Any, ending: str) -> None:
    """Print one line for each outcome, and their sum, which is the number of lines read."""
    if sys.stderr.isatty():
        print(file=sys.stderr)
    print(f"{reading.file_name}: {ending}")
    for key, count in sorted(reading.counts.items(), key=lambda pair: -pair[1]):
        kind, _, reason = key.partition(":")
        print(f"  {count:>9,}  {kind}{f' ({reason})' if reason else ''}")
    print(f"  {sum(reading.counts.values()):>9,}  records in all, of {reading.line_number:,} read")
