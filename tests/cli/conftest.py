"""A furnished data folder, made once and copied for each test that changes it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.cli.furnishing import DAY, UNIT
from tests.journeys.worlds import ROOT, make_environment, run_command

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def furnished(django_db_setup: Any, tmp_path_factory: Any) -> Path:
    """Make a data folder with a desk in it, from the tests' migrated database."""
    folder: Path = tmp_path_factory.mktemp("furnished")
    with (
        closing(sqlite3.connect(connection.settings_dict["NAME"])) as template,
        closing(sqlite3.connect(folder / "desk.sqlite3")) as own,
    ):
        template.backup(own)
    environment = make_environment(data_dir=folder, embedder="hashing")
    environment["PYTHONPATH"] += os.pathsep + str(ROOT)
    subprocess.run([sys.executable, "-m", "tests.cli.furnishing"], env=environment, cwd=ROOT, check=True)
    return folder


@pytest.fixture
def desk(furnished: Path, tmp_path: Path) -> Path:
    """Return a data folder of the test's own."""
    folder = tmp_path / "desk"
    shutil.copytree(furnished, folder)
    return folder


@pytest.fixture(scope="session")
def legation() -> Command:
    """Return legation(*words, on=folder), which runs one command of bin/legation."""

    def run(*words: str, on: Path) -> subprocess.CompletedProcess[str]:
        return run_command(*map(str, words), data_dir=on, embedder="hashing")

    return run


@pytest.fixture(scope="session")
def export_all(legation: Command) -> Callable[[Path], list[str]]:
    """Return a function that exports all that a desk lets out: its brief, its sources, its stories."""

    def export(folder: Path) -> list[str]:
        asked = (
            ("brief", "--unit", UNIT, "--day", DAY, "--export", "--format", "json", "--output", "-"),
            ("sources", "export"),
            ("stories", "--json", "--hours", "999999", "--limit", "999"),
        )
        answers = [legation(*words, on=folder) for words in asked]
        assert [answer.returncode for answer in answers] == [0, 0, 0], [answer.stderr for answer in answers]
        assert all(len(answer.stdout) > 100 for answer in answers)
        return [answer.stdout for answer in answers]

    return export


def list_files(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
