"""Starts Django for a command and brings an installation's database, files and models up to date."""

from __future__ import annotations

import hashlib
import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any


class Refused(Exception):
    """A command cannot go on; the message says why and what to do."""


def start_django() -> None:
    """Load the settings and the rooms.

    Raises Refused when a LEGATION_* setting is wrong.
    """
    import django
    from django.utils.module_loading import import_string

    wrong_setting = import_string("legation.config.environment.WrongSetting")
    try:
        django.setup()
    except wrong_setting as error:
        raise Refused(str(error)) from error


def say(text: str) -> None:
    """Print one line for the person at the terminal, at once."""
    print(text, file=sys.stderr, flush=True)


def prepare_installation() -> None:
    """Migrate, compile messages, gather static files and build the model's cache where the code has changed.

    Does nothing when the same code was prepared before: a second start must take less than 3 seconds.
    """
    from django.conf import settings

    data_dir: Path = settings.DATA_DIR
    stamp_file = data_dir / "prepared"
    stamp = _stamp_code(settings.LEGATION_ROOT) + settings.ENVIRONMENT.database_url
    if stamp_file.exists() and stamp_file.read_text() == stamp:
        return
    data_dir.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    _run_apart(_compile_messages, _migrate, _collect_static, _build_model_cache)
    _read_static_names()
    stamp_file.write_text(stamp)
    say(f"prepared in {time.monotonic() - started:.0f} s")


def _run_apart(*steps: Callable[[], None]) -> None:
    """Run steps in a process of their own: the supervisor that is forked from later stays small and clean.

    Raises Refused when a step failed; its message stands above.
    """
    sys.stderr.flush()
    child = os.fork()
    if not child:
        status = 1
        try:
            for step in steps:
                step()
            status = 0
        except BaseException:  # noqa: BLE001 a forked process must never return into its parent's code
            traceback.print_exc()
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status):
        raise Refused("preparing failed; the lines above say why. Nothing was started.")


def _stamp_code(root: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted((root / "src").rglob("*")):
        if path.suffix in {".py", ".po", ".css", ".js", ".svg"} and path.is_file():
            digest.update(f"{path.relative_to(root)} {path.stat().st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _compile_messages() -> None:
    from legation.desk.shell.messages import compile_messages

    say("compiling the interface's languages")
    compile_messages()


def _migrate() -> None:
    from django.core.management import call_command

    say("bringing the database up to date")
    call_command("migrate", interactive=False, verbosity=0)


def _collect_static() -> None:
    from django.core.management import call_command

    say("gathering and compressing static files")
    call_command("collectstatic", interactive=False, verbosity=0)


def _read_static_names() -> None:
    """Take the names that were just given: Wagtail's import opened the storage before there were any."""
    from django.contrib.staticfiles.storage import staticfiles_storage

    storage: Any = staticfiles_storage
    storage.hashed_files, storage.manifest_hash = storage.load_manifest()


def _build_model_cache() -> None:
    from django.conf import settings

    if settings.ENVIRONMENT.embedder == "e5":
        from legation.gateways.embedder.caches import build_model_cache

        say("building the embedding model's cache")
        build_model_cache(settings.DATA_DIR / "models")


def set_environment(**values: object) -> None:
    """Let command-line options stand for LEGATION_* settings; empty ones change nothing."""
    for name, value in values.items():
        if value not in (None, ""):
            os.environ[f"LEGATION_{name.upper()}"] = str(value)
