"""The real product in a folder of its own, started and stopped as a person at a terminal would do it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from legation.gateways.demo_worlds import load_world

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "var" / "models"  # built once for all that need it, as tests/evaluation does
PATIENCE_SECONDS = 180.0  # a demo's first brief takes about 20 s on an idle machine with two cores
STOP_SECONDS = 10.0
PREPARE = """
from legation.cli.installations import prepare_installation, start_django
start_django()
prepare_installation()
"""


def make_environment(**settings: object) -> dict[str, str]:
    """Return this process's environment with no setting of Legation but those that are named."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LEGATION_")}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "legation.config.settings",
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONUNBUFFERED": "1",
        **{f"LEGATION_{name.upper()}": str(value) for name, value in settings.items()},
    }


def find_port() -> int:
    """Return a port that is free now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def prepare_folder(folder: Path) -> None:
    """Prepare a data folder as the first start of bin/up does."""
    folder.mkdir(parents=True)
    if (MODELS / "stamp.json").exists():
        shutil.copytree(MODELS, folder / "models")
    subprocess.run([sys.executable, "-c", PREPARE], env=make_environment(data_dir=folder), check=True)
    if not MODELS.exists():
        MODELS.parent.mkdir(exist_ok=True)
        shutil.copytree(folder / "models", MODELS)


def copy_folder(template: Path, folder: Path) -> None:
    """Copy a prepared data folder, but not its secret, so that the next start has nothing to prepare."""
    shutil.copytree(template, folder, ignore=shutil.ignore_patterns("secret_key"))
    stamp = folder / "prepared"
    stamp.write_text(stamp.read_text().replace(str(template), str(folder)))


class World:
    """One running desk."""

    def __init__(self, folder: Path, *options: str, **settings: object) -> None:
        self.folder, self.options, self.settings = folder, options, settings
        self.port = find_port()
        self.address = f"http://localhost:{self.port}"
        self.log_file = folder / "up.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it in the background; the log keeps what it says."""
        command = [sys.executable, "-m", "legation.config", "up", "--data-dir", str(self.folder)]
        command += ["--host", "127.0.0.1", "--port", str(self.port), *self.options]
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=make_environment(**self.settings), stdout=log, stderr=log, start_new_session=True
            )

    def stop(self) -> float:
        """Press Ctrl-C; return after how many seconds it had stopped."""
        assert self.process is not None
        started = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        try:
            status = self.process.wait(timeout=STOP_SECONDS + 5)
        finally:
            self.process.kill()
        assert status == 0, self.log
        return time.monotonic() - started

    @property
    def log(self) -> str:
        """Everything it said."""
        return self.log_file.read_text(errors="replace")

    @property
    def password(self) -> str:
        """The demo people's password."""
        return str(json.loads((self.folder / "demo.json").read_text())["password"])

    @property
    def mails(self) -> list[Path]:
        """The mails that the demo's post office received, oldest first."""
        return sorted((self.folder / "demo-mail").glob("*.eml"))

    def wait_for(self, what: Callable[[], Any], name: str, seconds: float = PATIENCE_SECONDS) -> Any:
        """Wait until something is true, and return it; fail with the log where it never is, or it ended."""
        deadline = time.monotonic() + seconds
        while not (found := what()):
            ended = self.process is not None and self.process.poll() is not None
            is_late = ended or time.monotonic() > deadline
            assert not is_late, f"no {name}:\n{self.log[-6000:]}"
            time.sleep(0.25)
        return found

    def wait_for_line(self, pattern: str, seconds: float = PATIENCE_SECONDS) -> re.Match[str]:
        """Wait until a line of the log matches; return the match."""
        found: re.Match[str] = self.wait_for(lambda: re.search(pattern, self.log), pattern, seconds)
        return found

    def wait_for_brief(self) -> None:
        """Wait until the demo's first brief is laid out."""
        self.wait_for_line("Legation answers at")
        self.wait_for_line("first brief waits to be edited")

    def wait_for_change(self, key: str) -> None:
        """Wait until the demo's press shows the last version of an article."""
        founded = json.loads((self.folder / "demo.json").read_text())
        articles = load_world(ROOT / "demo", founded["country"]).articles
        [hours] = [article.versions[-1].hours for article in articles if article.key == key]
        changed = datetime.fromisoformat(founded["base"]) + timedelta(hours=hours)
        while datetime.now(UTC) < changed:
            time.sleep(0.5)

    def find_article(self, key: str) -> int:
        """Return the number of an article of the demo's press."""
        return int(self.query("SELECT id FROM listen_article WHERE address LIKE ?", f"%/{key}.html")[0][0])

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the desk's database beside the running desk."""
        with closing(sqlite3.connect(self.folder / "desk.sqlite3", timeout=30)) as database:
            rows = database.execute(sql, values).fetchall()
            database.commit()
        return rows

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one command of bin/legation on the same folder."""
        return run_command(*words, data_dir=self.folder, **self.settings)


def run_command(*words: str, **settings: object) -> subprocess.CompletedProcess[str]:
    """Run one command of bin/legation to its end."""
    return subprocess.run(
        [sys.executable, "-m", "legation.config", *words],
        env=make_environment(**settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
