"""bin/legation restore FILE: put a backup back, after checking every hash in it."""

from __future__ import annotations

import argparse
import json
import shutil
import tarfile
import tempfile
from pathlib import Path

from legation.cli.backups import DATABASE, MANIFEST, hash_file
from legation.cli.installations import Refused, say, start_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("file", type=Path, help="archive that bin/legation backup wrote")
    parser.add_argument(
        "--replace",
        action="store_true",
        help="replace the data that is there; it is kept aside in replaced-…",
    )


def run(arguments: argparse.Namespace) -> int:
    """Restore the backup into the data folder."""
    start_django()
    restore_backup(arguments.file, replace=arguments.replace)
    return 0


def restore_backup(source: Path, *, replace: bool) -> None:
    """Check an archive and put its files into the data folder; what stood there is kept aside.

    Raises Refused when the archive is damaged, or when data stands there and replace is False.
    Nothing is changed before the whole archive has been checked.
    """
    from django.conf import settings

    data_dir: Path = settings.DATA_DIR
    if not source.is_file():
        raise Refused(f"{source} is not a file.")
    standing = [data_dir / name for name in (DATABASE, "media", "secret_key") if (data_dir / name).exists()]
    if (data_dir / DATABASE).exists() and not replace:
        raise Refused(
            f"{data_dir} holds a desk already; stop it and add --replace to put the backup in its place."
        )
    data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data_dir) as folder:
        fresh = Path(folder)
        _extract_checked(source, fresh)
        aside = data_dir / f"replaced-{fresh.name}"
        for path in [*standing, *data_dir.glob(f"{DATABASE}-*"), *data_dir.glob("queue.sqlite3*")]:
            if path.exists():
                aside.mkdir(exist_ok=True)
                shutil.move(path, aside / path.name)
        for path in fresh.iterdir():
            if path.name != MANIFEST:
                shutil.move(path, data_dir / path.name)
    (data_dir / "prepared").unlink(missing_ok=True)
    say(f"restored into {data_dir}" + (f"; what stood there is in {aside}" if aside.exists() else ""))


def _extract_checked(source: Path, folder: Path) -> None:
    try:
        with tarfile.open(source, "r:gz") as archive:
            archive.extractall(folder, filter="data")
        manifest = json.loads((folder / MANIFEST).read_text())
        hashes = dict(manifest["sha256"])
    except (tarfile.TarError, OSError, ValueError, KeyError, EOFError) as error:
        raise Refused(
            f"{source} is not a whole backup: {error}. Take another one; nothing was changed."
        ) from error
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}
    if DATABASE not in hashes or (strange := found - {*hashes, MANIFEST}):
        what = f"{min(strange)} does not belong in it" if DATABASE in hashes else f"{DATABASE} is not in it"
        raise Refused(f"{source} is not one of our backups: {what}. Take another one; nothing was changed.")
    for name, expected in hashes.items():
        path = folder / name
        if not path.is_file() or hash_file(path) != expected:
            raise Refused(
                f"{source}: {name} is missing or damaged. Take another backup; nothing was changed."
            )
