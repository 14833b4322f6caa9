"""Runs the browser as a process beside us: finds it, waits for it, and kills it with all it started."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import legation
from legation.engine.records.captures import RenderedPage
from legation.engine.records.fetches import FetchResult
from legation.gateways.archive import browsers
from legation.gateways.http import FetchOptions

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_BEAT_SECONDS = 1.0
_MAX_PICTURE_BYTES = 20_000_000
_MAX_ANSWER_BYTES = 200_000_000
_MAX_COMPLAINT = 300  # characters of what the process said last


@dataclass(frozen=True, slots=True)
class BrowserState:
    """Whether pages can be shown, and if not, why."""

    path: str  # "" where there is none
    problem: str  # one English sentence, "" where all is there


def find_browser(setting: str = "") -> BrowserState:
    """Look for Chromium and for the package that drives it.

    setting: a path, "off", or "" for a browser at one of its usual names.
    """
    if setting == "off":
        return BrowserState("", "Pictures of pages are switched off.")
    found = shutil.which(setting) if setting else next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        return BrowserState(
            "", f"There is no browser at {setting}." if setting else "No browser is installed."
        )
    if importlib.util.find_spec("playwright") is None:
        return BrowserState("", "The package playwright, which drives the browser, is not installed.")
    return BrowserState(found, "")


@dataclass(frozen=True, slots=True)
class ProcessRenderer:
    """Shows pages in a browser of its own process; implements the engine's PageRenderer port."""

    browser: str  # path
    fetch_options: FetchOptions  # by which the page's parts are fetched
    obeys_robots: bool = True
    has_scripts: bool = False  # whether the page's own programs run; they may build what is seen, or more
    timeout_seconds: float = 90.0  # for everything; then the browser is killed
    max_requests: int = 150  # parts of one page; the median news page has some eighty
    max_bytes: int = 30_000_000  # of all parts together

    def render(self, page: FetchResult, *, beat: Callable[[], None]) -> RenderedPage:
        """Take a picture and a print of a page; every failure is a RenderedPage with its problem.

        beat: called each second; what it raises ends the browser and comes out of here.
        """
        with tempfile.TemporaryDirectory(prefix="legation-page-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            self._write_request(folder, page)
            problem = self._run(folder, beat)
            return _read_answer(folder, problem)

    def _write_request(self, folder: Path, page: FetchResult) -> None:
        options = asdict(self.fetch_options)
        options["allowed_hosts"] = sorted(self.fetch_options.allowed_hosts)
        asked = {
            "address": page.final_address or page.request.address,
            "content_type": page.content_type,
            "browser": self.browser,
            "has_scripts": self.has_scripts,
            "obeys_robots": self.obeys_robots,
            "max_requests": self.max_requests,
            "max_bytes": self.max_bytes,
            "fetch_options": options,
        }
        (folder / browsers.REQUEST).write_text(json.dumps(asked))
        (folder / browsers.PAGE).write_bytes(page.body)

    def _run(self, folder: Path, beat: Callable[[], None]) -> str:
        """Run the process to its end; returns what went wrong, "" on success."""
        source = str(Path(legation.__file__).resolve().parents[1])
        # Nothing of our own environment: it holds the desk's secrets, and the page is hostile.
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": source,
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "LANG": "C.UTF-8",
        }
        with (folder / "complaints").open("wb") as complaints:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", browsers.__name__, str(folder)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=complaints,
                env=environment,
                cwd=folder,
                start_new_session=True,
            )
            try:
                ending = self._wait(process, beat)
            finally:
                _kill_tree(process)
        if ending is None:
            return f"The browser did not finish within {self.timeout_seconds:g} seconds."
        if ending:
            lines = (folder / "complaints").read_text(errors="replace").strip().splitlines()
            return f"The browser failed: {lines[-1][:_MAX_COMPLAINT] if lines else ending}"
        return ""

    def _wait(self, process: subprocess.Popen[bytes], beat: Callable[[], None]) -> int | None:
        until = time.monotonic() + self.timeout_seconds
        while time.monotonic() < until:
            try:
                return process.wait(_BEAT_SECONDS)
            except subprocess.TimeoutExpired:
                beat()
        return None


def _read_answer(folder: Path, problem: str) -> RenderedPage:
    """Read what the process left; a picture that was finished counts, whatever came after it."""
    screenshot = _read_file(folder / browsers.SCREENSHOT, b"\xff\xd8\xff")
    rendered = RenderedPage(screenshot=screenshot, pdf=_read_file(folder / browsers.PRINT, b"%PDF-"))
    if problem:
        return replace(rendered, problem=problem)
    try:
        path = folder / browsers.ANSWER
        if path.stat().st_size > _MAX_ANSWER_BYTES:
            return replace(rendered, problem="The page has too many parts to be kept with it.")
        answer: dict[str, Any] = json.loads(path.read_text())
        return replace(
            rendered,
            browser=str(answer["browser"])[:100],
            refused_count=int(answer["refused"]),
            exchanges=tuple(browsers.unpack_exchange(packed) for packed in answer["exchanges"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        return replace(rendered, problem=f"The browser left nothing readable: {error}")


def _read_file(path: Path, magic: bytes) -> bytes:
    """Read a file that begins as it should and is not too large; else b""."""
    if not path.is_file() or path.is_symlink() or path.stat().st_size > _MAX_PICTURE_BYTES:
        return b""
    content = path.read_bytes()
    return content if content.startswith(magic) else b""


def _kill_tree(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with everything that it started, the browser in a group of its own included."""
    family = [process.pid, *_list_descendants(process.pid)] if process.poll() is None else []
    for pid in family:
        try:
            os.kill(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue
    process.wait()


def _list_descendants(pid: int) -> list[int]:
    """Return the children of a process and theirs, as Linux lists them; nothing on other systems."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(entry.parent.name))
    found, waiting = [], [pid]
    while waiting:
        for child in children.get(waiting.pop(), []):
            found.append(child)
            waiting.append(child)
    return found
