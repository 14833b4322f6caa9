"""bin/legation backup FILE: database and files in one checked archive, while the desk runs."""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import sqlite3
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from legation import __version__
from legation.cli.installations import Refused, say, start_django

MANIFEST = "manifest.json"
DATABASE = "desk.sqlite3"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("file", type=Path, help="archive to write, such as backup.tar.gz; must not exist yet")


def run(arguments: argparse.Namespace) -> int:
    """Write the backup and say what is in it."""
    start_django()
    write_backup(arguments.file)
    return 0


def write_backup(target: Path) -> None:
    """Write a consistent copy of the database, the media files and the secret key into a tar.gz archive.

    The archive appears under its name only when it is whole.
    Raises Refused when the file exists or the database is not SQLite.
    """
    from django.conf import settings

    if target.exists():
        raise Refused(f"{target} exists already; name another file.")
    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3"):
        raise Refused("The database is on a server: back it up with pg_dump, and the media folder with tar.")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".part")
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as folder:
        snapshot = Path(folder) / DATABASE
        _copy_database(Path(str(database["NAME"])), snapshot)
        files = {DATABASE: snapshot, "secret_key": settings.DATA_DIR / "secret_key"}
        media = Path(settings.MEDIA_ROOT)
        files |= {
            f"media/{path.relative_to(media)}": path for path in sorted(media.rglob("*")) if path.is_file()
        }
        _write_archive(partial, {name: path for name, path in files.items() if path.exists()})
    partial.rename(target)
    say(f"{target}: {len(files)} files, {target.stat().st_size:,} bytes")
    if place := settings.ENVIRONMENT.evidence_storage:
        say(f"evidence copies stand at {place} and are not in it: have them copied there")


def _copy_database(source: Path, target: Path) -> None:
    """Copy a live SQLite database page by page, as one moment saw it."""
    with sqlite3.connect(source) as live, sqlite3.connect(target) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    live.close()
    copy.close()


def _write_archive(partial: Path, files: dict[str, Path]) -> None:
    hashes = {}
    with tarfile.open(partial, "w:gz", compresslevel=6) as archive:
        for name, path in files.items():
            content = path.read_bytes() if path.stat().st_size < 1_000_000 else None
            hashes[name] = hashlib.sha256(content).hexdigest() if content is not None else hash_file(path)
            archive.add(path, name, recursive=False)
        manifest = json.dumps(
            {"format": 1, "version": __version__, "at": datetime.now(UTC).isoformat(), "sha256": hashes},
            indent=1,
        ).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(manifest)
        archive.addfile(entry, io.BytesIO(manifest))


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
