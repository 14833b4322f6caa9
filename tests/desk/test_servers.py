"""The desk on the database server that an installation grows into."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_a_morning_on_postgresql_ends_with_a_brief(tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("LEGATION_")}
    environ |= {"PYTHONPATH": str(ROOT / "src"), "XDG_RUNTIME_DIR": str(tmp_path)}
    # A socket's path may have 107 characters, and pytest's own folders are long.
    with tempfile.TemporaryDirectory(prefix="pg") as server_dir:
        words = [
            sys.executable,
            str(ROOT / "tests/desk/server_morning.py"),
            f"{server_dir}/data",
            str(tmp_path / "desk"),
        ]
        done = subprocess.run(words, env=environ, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["vendor"] == "postgresql"
    assert told["kept"] == ["kept"] * 3
    assert told["ended"] == ["done", "done"]
    assert told["story"] == [2, 2, {"en": 2}]
    assert "Vietnam opens its largest container port near Hai Phong this week" in told["headlines"]
