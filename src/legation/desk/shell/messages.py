"""Collects the interface's texts from each room, keeps its translations true to them, and compiles them."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message, TranslationError
from babel.messages.checkers import python_format
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

DESK = Path(__file__).resolve().parents[1]
LANGUAGE = "vi"  # the only language beside the source's English so far
TEMPLATE_ENDINGS = ("html", "txt", "mjml", "xml")  # pages, plain mails, mails in HTML, feeds
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def room_folders(desk: Path = DESK) -> list[Path]:
    """List the folders of the desk's rooms, the shell included, by name."""
    return sorted(path.parent for path in desk.glob("*/apps.py"))


def collect_messages(room: Path) -> Catalog:
    """Collect every translatable text of a room's modules and templates, with the files that hold it."""
    catalog = Catalog(locale=LANGUAGE, domain="django", fuzzy=False)
    for path in _texts_of(room):
        for _line, message, _comments, context in _extract(path):
            catalog.add(message, locations=[(str(path.relative_to(room)), 0)], context=context)
    return catalog


def update_messages(room: Path) -> Path:
    """Bring a room's translations in line with its texts, keeping what is translated; return the file."""
    path = catalog_path(room)
    wanted, known = collect_messages(room), read_catalog(path)
    for message in wanted:
        if message.id:
            old = known.get(message.id, context=message.context)
            message.string = old.string if old else ("" if isinstance(message.id, str) else ("",))
    path.parent.mkdir(parents=True, exist_ok=True)
    content = io.BytesIO()
    write_po(content, wanted, width=110, omit_header=True, include_lineno=False, sort_output=True)
    header = 'msgid ""\nmsgstr ""\n"Language: vi\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    path.write_text(header + '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n' + content.getvalue().decode())
    return path


def find_problems(room: Path) -> list[str]:
    """List what is wrong with a room's translations: missing, empty, unused, or with other placeholders."""
    wanted, known = collect_messages(room), read_catalog(catalog_path(room))
    name = room.name
    problems = []
    for message in wanted:
        if not message.id:
            continue
        found = known.get(message.id, context=message.context)
        if found is None:
            problems.append(f"{name}: missing: {_shown(message)}")
        elif not _is_translated(found):
            problems.append(f"{name}: not translated: {_shown(message)}")
        else:
            problems += [f"{name}: {problem}: {_shown(message)}" for problem in _placeholder_problems(found)]
    for message in known:
        if message.id and wanted.get(message.id, context=message.context) is None:
            problems.append(f"{name}: not used any more: {_shown(message)}")
    for path in sorted((room / "locale").glob("*/LC_MESSAGES/djangojs.po")):
        problems += [
            f"{name}: not translated: {_shown(message)} (djangojs)"
            for message in read_catalog(path)
            if message.id and not _is_translated(message)
        ]
    return problems


def compile_messages(desk: Path = DESK) -> int:
    """Compile every translation that changed since it was last compiled; return how many were.

    GNU gettext is not needed. Cheap enough (a few stat calls) to be called at each start.
    """
    count = 0
    for source in sorted(desk.glob("*/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        content = io.BytesIO()
        write_mo(content, read_catalog(source))
        partial = target.with_suffix(".part")
        partial.write_bytes(content.getvalue())
        partial.replace(target)  # at once, so that no process ever reads half a file
        count += 1
    return count


def catalog_path(room: Path) -> Path:
    """Return where a room's translations stand."""
    return room / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def read_catalog(path: Path) -> Catalog:
    """Read a file of translations; an empty catalogue where there is none."""
    if not path.exists():
        return Catalog(locale=LANGUAGE)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, ignore_obsolete=True)


def _texts_of(room: Path) -> Iterator[Path]:
    for pattern in ("**/*.py", *(f"templates/**/*.{ending}" for ending in TEMPLATE_ENDINGS)):
        for path in sorted(room.glob(pattern)):
            if "migrations" not in path.parts:
                yield path


def _extract(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    content = path.read_text()
    if path.suffix != ".py":
        from django.utils.translation.template import (
            templatize,
        )  # only needed here; compiling needs no Django

        # templatize blanks all but the texts and leaves indents that Python's own tokenizer refuses.
        content = "\n".join(line.strip() for line in templatize(content, origin=str(path)).splitlines())
    yield from extract("python", io.BytesIO(content.encode()), keywords=KEYWORDS)


def _is_translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else [message.string]
    return bool(strings) and all(strings) and not message.fuzzy


def _placeholder_problems(message: Message) -> list[str]:
    """Say where a translation names placeholders that its text has not; it would fail when shown."""

    try:
        python_format(None, message)
    except TranslationError as problem:
        return [str(problem)]
    return []


def _shown(message: Message) -> str:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return repr(text if len(text) <= 90 else text[:89] + "…")


def main(arguments: list[str]) -> int:
    """Update, check or compile, as the command line says; return the exit status."""
    parser = argparse.ArgumentParser(prog="bin/messages", description=__doc__)
    parser.add_argument("rooms", nargs="*", help="rooms to look at; all without any")
    parser.add_argument(
        "--check", action="store_true", help="change nothing; list what is wrong and exit with 1"
    )
    parser.add_argument("--compile", action="store_true", help="write the compiled files")
    options = parser.parse_args(arguments)
    rooms = [room for room in room_folders() if not options.rooms or room.name in options.rooms]
    if options.compile:
        sys.stdout.write(f"{compile_messages()} compiled\n")
        return 0
    if not options.check:
        for room in rooms:
            update_messages(room)
    problems = [problem for room in rooms for problem in find_problems(room)]
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    return 1 if options.check and problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
